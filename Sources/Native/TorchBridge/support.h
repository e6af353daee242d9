// What the bridge's parts share: handles, failures, and calls that let no exception pass.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <initializer_list>
#include <optional>
#include <string>

#include "../CTensors/include/CTensors.h"

namespace bridge {

using Unary = at::Tensor(const at::Tensor &);
using Binary = at::Tensor(const at::Tensor &, const at::Tensor &);
using Scaled = at::Tensor(const at::Tensor &, const at::Tensor &, const at::Scalar &);

/// Gives a tensor to the caller.
ct_tensor give(at::Tensor tensor);

/// A tensor of the caller's for the length of a call, without counting a reference.
struct Borrowed {
  explicit Borrowed(ct_tensor handle);
  ~Borrowed() { tensor.unsafeReleaseTensorImpl(); }
  Borrowed(const Borrowed &) = delete;
  Borrowed &operator=(const Borrowed &) = delete;
  at::Tensor tensor;
};

/// A reference of its own to a tensor of the caller's; undefined for null.
at::Tensor share(ct_tensor handle);

void fail(int32_t kind, std::string text);
void fail_with_current_exception(const char *operation);

/// Runs `body`; an exception becomes the thread's failure and `otherwise` the result.
template <class Result, class Body>
Result guarded(const char *operation, Result otherwise, Body body) noexcept {
  try {
    return body();
  } catch (...) {
    fail_with_current_exception(operation);
    return otherwise;
  }
}

}  // namespace bridge

/// An operator with the calling conventions that its schema allows.
struct ct_operator_object {
  explicit ct_operator_object(c10::OperatorHandle handle);
  c10::OperatorHandle handle;
  std::string name;
  std::optional<c10::TypedOperatorHandle<bridge::Unary>> unary;
  std::optional<c10::TypedOperatorHandle<bridge::Binary>> binary;
  std::optional<c10::TypedOperatorHandle<bridge::Scaled>> scaled;
};

namespace bridge {

// Tensors.
const char *failure();
int32_t failure_kind();
void set_failure(const char *text);
ct_tensor from_bytes(const void *bytes, const int64_t *sizes, int64_t dimensions, int32_t type);
bool to_bytes(ct_tensor tensor, void *bytes, int64_t capacity);
ct_tensor retain(ct_tensor tensor);
void release(ct_tensor tensor);
int64_t live_count();
int64_t dimensions(ct_tensor tensor);
const int64_t *sizes(ct_tensor tensor);
int64_t element_count(ct_tensor tensor);
int32_t type(ct_tensor tensor);
void device(ct_tensor tensor, int32_t *kind, int32_t *index);
bool requires_gradient(ct_tensor tensor);
bool is_unique(ct_tensor tensor);
const void *contents(ct_tensor tensor, bool channels_last);
void keep_freed_memory();

// Operators.
ct_operator find(const char *name, const char *overload);
bool call(ct_operator operation, const ct_argument *arguments, int64_t count, ct_results *results);
ct_tensor unary(ct_operator operation, ct_tensor a);
ct_tensor binary(ct_operator operation, ct_tensor a, ct_tensor b);
ct_tensor scaled(ct_operator operation, ct_tensor a, ct_tensor b, double scale);
ct_tensor with_number(
  ct_operator operation, ct_tensor a, double number, bool number_first, bool is_scaled);

// Gradients.
ct_tensor leaf(ct_tensor tensor, bool requires_gradient);
bool gradients(
  const ct_tensor *outputs, const ct_tensor *weights, int64_t output_count, const ct_tensor *inputs,
  int64_t input_count, bool keep_graph, bool differentiable, ct_tensor *results);
bool set_recording(bool is_on);
bool attach(
  const char *name, const ct_tensor *inputs, int64_t input_count, const ct_tensor *outputs, int64_t output_count,
  void *context, ct_backward backward, void (*free_context)(void *), ct_tensor *results);

// Chance, precision, threads, devices.
ct_generator generator(int32_t device_kind, int32_t device_index, uint64_t seed);
void free_generator(ct_generator generator);
bool set_mixed_precision(int32_t device_kind, bool is_on, int32_t type);
void set_threads(int32_t count);
int32_t threads();
int32_t device_count(int32_t device_kind);
bool synchronize(int32_t device_kind, int32_t device_index);
const char *version();

}  // namespace bridge
