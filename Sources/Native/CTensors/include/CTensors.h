// What Swift sees of LibTorch: a table of C functions that the bridge library fills in when it is loaded.
//
// Functions that can fail return null or false; `failure` then says why, for the calling thread.
#ifndef CTENSORS_H
#define CTENSORS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A tensor that the caller owns and must release.
typedef struct ct_tensor_object *ct_tensor;
/// An operator of LibTorch's dispatcher; lives as long as the process.
typedef const struct ct_operator_object *ct_operator;
/// A seeded generator that the caller owns and must free.
typedef struct ct_generator_object *ct_generator;

/// The sorts of an operator's arguments.
enum {
  CT_NONE, CT_TENSOR, CT_INTEGER, CT_NUMBER, CT_TRUTH, CT_TEXT, CT_DEVICE, CT_GENERATOR,
  CT_INTEGERS, CT_NUMBERS, CT_TENSORS, CT_OPTIONAL_TENSORS, CT_TRUTHS
};

/// An argument of an operator.
typedef struct {
  int32_t kind;
  /// A whole number or truth value; of a device its index; of a list its length.
  int64_t integer;
  double number;
  /// A tensor, generator, text ending in zero, or the elements of a list.
  const void *pointer;
} ct_argument;

/// What an operator returned: its tensors in order, lists spelt out, a null pointer for none.
typedef struct {
  /// Valid until the thread's next call; the caller owns the tensors themselves.
  const ct_tensor *tensors;
  int64_t count;
  /// The last number, whole number or truth value among the results.
  double number;
  int64_t integer;
} ct_results;

/// The kinds of devices, by LibTorch's own numbers.
enum { CT_CPU = 0, CT_CUDA = 1, CT_MPS = 13 };

/// The sorts of failures.
enum { CT_FAILED, CT_OUT_OF_MEMORY, CT_UNSUPPORTED };

/// The gradient of a function written by the caller.
///
/// `given` are gradients of the function's outputs, `wanted` receives one for each of its inputs; null stands for
/// none. The caller keeps `given` and takes over `wanted`. False means failed.
typedef bool (*ct_backward)(void *context, const ct_tensor *given, int64_t count, ct_tensor *wanted);

typedef struct {
  // Failures of the calling thread's last call.
  const char *(*failure)(void);
  int32_t (*failure_kind)(void);
  /// Sets the failure that a `ct_backward` reports.
  void (*set_failure)(const char *text);

  // Tensors.
  ct_tensor (*from_bytes)(const void *bytes, const int64_t *sizes, int64_t dimensions, int32_t type);
  bool (*to_bytes)(ct_tensor tensor, void *bytes, int64_t capacity);
  ct_tensor (*retain)(ct_tensor tensor);
  void (*release)(ct_tensor tensor);
  int64_t (*live_count)(void);
  int64_t (*dimensions)(ct_tensor tensor);
  const int64_t *(*sizes)(ct_tensor tensor);
  int64_t (*element_count)(ct_tensor tensor);
  int32_t (*type)(ct_tensor tensor);
  void (*device)(ct_tensor tensor, int32_t *kind, int32_t *index);
  bool (*requires_gradient)(ct_tensor tensor);
  /// Whether nothing else shares the tensor or its numbers, so that they may be changed in place.
  bool (*is_unique)(ct_tensor tensor);
  /// The numbers where they are; null unless they lie in row order in the processor's memory, or of images with the channel
  /// running fastest.
  const void *(*contents)(ct_tensor tensor, bool channels_last);

  // Operators.
  ct_operator (*find)(const char *name, const char *overload);
  bool (*call)(
    ct_operator operation, const ct_argument *arguments, int64_t count, ct_results *results);
  ct_tensor (*unary)(ct_operator operation, ct_tensor a);
  ct_tensor (*binary)(ct_operator operation, ct_tensor a, ct_tensor b);
  /// `a + scale * b` and its like.
  ct_tensor (*scaled)(ct_operator operation, ct_tensor a, ct_tensor b, double scale);
  /// A tensor and a number, of which `number_first` says the order; `is_scaled` as in `scaled` by 1.
  ct_tensor (*with_number)(
    ct_operator operation, ct_tensor a, double number, bool number_first, bool is_scaled);

  // Gradients.
  /// The same numbers as a new leaf of the graph, or none with `requires` false.
  ct_tensor (*leaf)(ct_tensor tensor, bool requires_gradient);
  /// Gradients of outputs weighted by `weights` (null for ones); null where an input has no part in them.
  bool (*gradients)(
    const ct_tensor *outputs, const ct_tensor *weights, int64_t output_count, const ct_tensor *inputs,
    int64_t input_count, bool keep_graph, bool differentiable, ct_tensor *results);
  /// Sets whether operations on this thread are recorded, and returns what was set before.
  bool (*set_recording)(bool is_on);
  /// Gives `outputs` the history of one function of `inputs`; `results` receives them. Takes over the context.
  bool (*attach)(
    const char *name, const ct_tensor *inputs, int64_t input_count, const ct_tensor *outputs,
    int64_t output_count, void *context, ct_backward backward, void (*free_context)(void *),
    ct_tensor *results);

  // Chance, precision, threads, devices.
  ct_generator (*generator)(int32_t device_kind, int32_t device_index, uint64_t seed);
  void (*free_generator)(ct_generator generator);
  /// Begins or ends computing in a lower precision on the thread; returns whether it was on.
  bool (*set_mixed_precision)(int32_t device_kind, bool is_on, int32_t type);
  void (*set_threads)(int32_t count);
  int32_t (*threads)(void);
  int32_t (*device_count)(int32_t device_kind);
  bool (*synchronize)(int32_t device_kind, int32_t device_index);
  const char *(*version)(void);
} ct_functions;

/// Loads the bridge and with it LibTorch; null with `problem` filled when that is not possible.
const ct_functions *ct_load(char *problem, int32_t capacity);

#ifdef __cplusplus
}
#endif

#endif
