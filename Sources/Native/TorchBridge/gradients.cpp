#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>

#include "support.h"

namespace bridge {

namespace {

/// A function whose gradient the caller computes.
struct CallerNode : torch::autograd::Node {
  CallerNode(
    const char *title, torch::autograd::edge_list &&edges, void *context, ct_backward backward,
    void (*free_context)(void *))
      : Node(std::move(edges)), title(title), context(context), backward(backward), free_context(free_context) {}
  ~CallerNode() override { free_context(context); }

  std::string name() const override { return title; }

  torch::autograd::variable_list apply(torch::autograd::variable_list &&gradients) override {
    std::vector<ct_tensor> given, wanted(num_outputs(), nullptr);
    for (auto &gradient : gradients) given.push_back(give(gradient));
    bool is_done = backward(context, given.data(), static_cast<int64_t>(given.size()), wanted.data());
    for (auto handle : given)
      if (handle) release(handle);
    torch::autograd::variable_list results;
    for (auto handle : wanted) {
      results.push_back(share(handle));
      if (handle) release(handle);
    }
    if (!is_done) throw std::runtime_error(failure());
    return results;
  }

  std::string title;
  void *context;
  ct_backward backward;
  void (*free_context)(void *);
};

// How a graph keeps its nodes: older LibTorch by a shared pointer, newer by a count in the node.
using NodePointer = decltype(torch::autograd::Edge::function);

template <class Pointer, class... Arguments>
Pointer make_node(Arguments &&...arguments) {
  if constexpr (std::is_same_v<Pointer, std::shared_ptr<torch::autograd::Node>>) {
    return Pointer(new CallerNode(std::forward<Arguments>(arguments)...), [](auto *node) { deleteNode(node); });
  } else {
    return c10::make_intrusive<CallerNode>(std::forward<Arguments>(arguments)...);
  }
}

std::vector<at::Tensor> share(const ct_tensor *handles, int64_t count) {
  std::vector<at::Tensor> tensors;
  for (int64_t k = 0; k < count; k++) tensors.push_back(bridge::share(handles[k]));
  return tensors;
}

}  // namespace

bool is_unique(ct_tensor handle) {
  Borrowed borrowed(handle);
  const auto &tensor = borrowed.tensor;
  // The node that ends a graph at a leaf keeps the leaf, but never looks at its numbers.
  size_t keepers = torch::autograd::impl::try_get_grad_accumulator(tensor) ? 2 : 1;
  return tensor.use_count() <= keepers && tensor.storage().use_count() == 1;
}

ct_tensor leaf(ct_tensor handle, bool requires_gradient) {
  return guarded<ct_tensor>("leaf", nullptr, [&] {
    return give(bridge::share(handle).detach().set_requires_grad(requires_gradient));
  });
}

bool gradients(
  const ct_tensor *outputs, const ct_tensor *weights, int64_t output_count, const ct_tensor *inputs,
  int64_t input_count, bool keep_graph, bool differentiable, ct_tensor *results) {
  return guarded("gradient", false, [&] {
    auto given = weights ? share(weights, output_count) : std::vector<at::Tensor>();
    auto found = torch::autograd::grad(
      share(outputs, output_count), share(inputs, input_count), given, keep_graph, differentiable, true);
    for (int64_t k = 0; k < input_count; k++) results[k] = give(std::move(found[static_cast<size_t>(k)]));
    return true;
  });
}

bool set_recording(bool is_on) {
  bool before = at::GradMode::is_enabled();
  at::GradMode::set_enabled(is_on);
  return before;
}

bool attach(
  const char *name, const ct_tensor *inputs, int64_t input_count, const ct_tensor *outputs, int64_t output_count,
  void *context, ct_backward backward, void (*free_context)(void *), ct_tensor *results) {
  NodePointer node;
  bool is_made = false;
  return guarded(name, false, [&] {
    try {
      auto sources = share(inputs, input_count);
      auto edges = torch::autograd::collect_next_edges(sources);
      node = make_node<NodePointer>(name, std::move(edges), context, backward, free_context);
      is_made = true;
    } catch (...) {
      if (!is_made) free_context(context);
      throw;
    }
    for (int64_t k = 0; k < output_count; k++) {
      auto output = bridge::share(outputs[k]).detach();
      if (at::isFloatingType(output.scalar_type())) {
        torch::autograd::set_history(output, node);
      } else {
        node->add_input_metadata(torch::autograd::Node::undefined_input());
      }
      results[k] = give(std::move(output));
    }
    return true;
  });
}

}  // namespace bridge
