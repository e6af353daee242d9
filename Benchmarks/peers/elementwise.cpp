// One element-wise operation by LibTorch called directly from C++. Prints its seconds as JSON.
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/add.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/relu.h>

#include <chrono>
#include <cstdio>

template <class Work>
static double least(int repeats, int count, Work work) {
  double best = 1e9;
  for (int k = 0; k < repeats; k++) {
    auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < count; i++) work();
    std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    best = std::min(best, time.count() / count);
  }
  return best;
}

int main() {
  at::set_num_threads(1);
  at::NoGradGuard guard;
  auto a = at::ones({16}), b = at::ones({16});
  double add = least(200, 2000, [&] { auto c = at::add(a, b); });
  double relu = least(200, 2000, [&] { auto c = at::relu(a); });
  std::printf("{\"add\": %.9g, \"relu\": %.9g}\n", add, relu);
}
