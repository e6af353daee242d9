#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/headeronly/version.h>

#include "support.h"

namespace bridge {

ct_generator generator(int32_t device_kind, int32_t device_index, uint64_t seed) {
  return guarded<ct_generator>("generator", nullptr, [&] {
    auto kind = static_cast<at::DeviceType>(device_kind);
    auto made = kind == at::kCPU
      ? at::make_generator<at::CPUGeneratorImpl>(seed)
      : at::globalContext().defaultGenerator(at::Device(kind, static_cast<at::DeviceIndex>(device_index))).clone();
    made.set_current_seed(seed);
    return reinterpret_cast<ct_generator>(new at::Generator(std::move(made)));
  });
}

void free_generator(ct_generator generator) { delete reinterpret_cast<at::Generator *>(generator); }

bool set_mixed_precision(int32_t device_kind, bool is_on, int32_t type) {
  auto kind = static_cast<at::DeviceType>(device_kind);
  bool before = at::autocast::is_autocast_enabled(kind);
  if (is_on) at::autocast::set_autocast_dtype(kind, static_cast<at::ScalarType>(type));
  at::autocast::set_autocast_enabled(kind, is_on);
  if (!is_on) at::autocast::clear_cache();
  return before;
}

void set_threads(int32_t count) { at::set_num_threads(count); }
int32_t threads() { return at::get_num_threads(); }

int32_t device_count(int32_t device_kind) {
  return guarded("devices", int32_t(0), [&]() -> int32_t {
    switch (device_kind) {
    case CT_CPU: return 1;
    case CT_CUDA: return at::hasCUDA() ? at::detail::getCUDAHooks().deviceCount() : 0;
    case CT_MPS: return at::hasMPS() ? 1 : 0;
    default: return 0;
    }
  });
}

bool synchronize(int32_t device_kind, int32_t device_index) {
  return guarded("synchronize", false, [&] {
    auto kind = static_cast<at::DeviceType>(device_kind);
    if (kind != at::kCPU)
      c10::impl::VirtualGuardImpl(kind).synchronizeDevice(static_cast<at::DeviceIndex>(device_index));
    return true;
  });
}

const char *version() { return TORCH_VERSION; }

}  // namespace bridge

extern "C" const ct_functions *ct_bridge_functions(void) {
  static const ct_functions functions = {
    bridge::failure, bridge::failure_kind, bridge::set_failure,
    bridge::from_bytes, bridge::to_bytes, bridge::retain, bridge::release, bridge::live_count, bridge::dimensions,
    bridge::sizes, bridge::element_count, bridge::type, bridge::device, bridge::requires_gradient, bridge::is_unique,
    bridge::contents,
    bridge::find, bridge::call, bridge::unary, bridge::binary, bridge::scaled, bridge::with_number,
    bridge::leaf, bridge::gradients, bridge::set_recording, bridge::attach,
    bridge::generator, bridge::free_generator, bridge::set_mixed_precision, bridge::set_threads, bridge::threads,
    bridge::device_count, bridge::synchronize, bridge::version};
  bridge::keep_freed_memory();
  // A seed fixes a result on a graphics card too.
  at::globalContext().setDeterministicCuDNN(true);
  return &functions;
}
