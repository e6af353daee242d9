#include <ATen/ScalarOps.h>

#include <mutex>
#include <sstream>
#include <unordered_map>

#include "support.h"

namespace {
template <class Signature>
std::optional<c10::TypedOperatorHandle<Signature>> typed(const c10::OperatorHandle &handle) {
  try {
    return handle.typed<Signature>();
  } catch (const c10::Error &) {
    return std::nullopt;
  }
}
}  // namespace

ct_operator_object::ct_operator_object(c10::OperatorHandle handle)
    : handle(handle), name(handle.schema().name().substr(handle.schema().name().find("::") + 2)) {
  // The type is checked against the schema's first, because a failing check throws and is slow.
  auto &arguments = handle.schema().arguments();
  auto &returns = handle.schema().returns();
  auto is_tensor = [](const c10::Argument &argument) {
    return argument.type()->kind() == c10::TypeKind::TensorType;
  };
  if (returns.size() != 1 || !is_tensor(returns[0]) || (returns[0].alias_info() && returns[0].alias_info()->isWrite()))
    return;
  if (arguments.size() == 1 && is_tensor(arguments[0])) unary = typed<bridge::Unary>(handle);
  if (arguments.size() == 2 && is_tensor(arguments[0]) && is_tensor(arguments[1]))
    binary = typed<bridge::Binary>(handle);
  if (arguments.size() == 3 && is_tensor(arguments[0]) && is_tensor(arguments[1])
      && arguments[2].type()->kind() == c10::TypeKind::NumberType)
    scaled = typed<bridge::Scaled>(handle);
}

namespace bridge {

namespace {

template <class Element>
const Element *elements(const ct_argument &argument) {
  return static_cast<const Element *>(argument.pointer);
}

c10::IValue value(const ct_argument &argument) {
  auto count = static_cast<size_t>(argument.integer);
  auto handle = static_cast<ct_tensor>(const_cast<void *>(argument.pointer));
  switch (argument.kind) {
  case CT_TENSOR: return share(handle);
  case CT_INTEGER: return argument.integer;
  case CT_NUMBER: return argument.number;
  case CT_TRUTH: return argument.integer != 0;
  case CT_TEXT: return std::string(elements<char>(argument));
  case CT_DEVICE:
    return c10::Device(
      static_cast<c10::DeviceType>(static_cast<int>(argument.number)),
      static_cast<c10::DeviceIndex>(argument.integer));
  case CT_GENERATOR: return *elements<at::Generator>(argument);
  case CT_INTEGERS: return std::vector<int64_t>(elements<int64_t>(argument), elements<int64_t>(argument) + count);
  case CT_NUMBERS: return std::vector<double>(elements<double>(argument), elements<double>(argument) + count);
  case CT_TRUTHS: {
    c10::List<bool> list;
    for (size_t k = 0; k < count; k++) list.push_back(elements<bool>(argument)[k]);
    return list;
  }
  case CT_TENSORS: {
    c10::List<at::Tensor> list;
    for (size_t k = 0; k < count; k++) list.push_back(share(elements<ct_tensor>(argument)[k]));
    return list;
  }
  case CT_OPTIONAL_TENSORS: {
    c10::List<std::optional<at::Tensor>> list;
    for (size_t k = 0; k < count; k++) {
      auto element = elements<ct_tensor>(argument)[k];
      list.push_back(element ? std::optional<at::Tensor>(share(element)) : std::nullopt);
    }
    return list;
  }
  default: return {};
  }
}

void append(std::vector<ct_tensor> &tensors, ct_results &results, const c10::IValue &value) {
  if (value.isTensor()) {
    tensors.push_back(give(value.toTensor()));
  } else if (value.isTensorList()) {
    for (const at::Tensor &tensor : value.toTensorList()) tensors.push_back(give(tensor));
  } else if (value.isScalar()) {
    auto scalar = value.toScalar();
    results.number = scalar.toDouble();
    results.integer = scalar.isFloatingPoint() ? 0 : scalar.toLong();
  }
}

}  // namespace

ct_operator find(const char *name, const char *overload) {
  return guarded<ct_operator>(name, nullptr, [&] {
    static std::mutex mutex;
    static std::unordered_map<std::string, std::unique_ptr<ct_operator_object>> known;
    std::lock_guard lock(mutex);
    auto &entry = known[std::string(name) + "." + overload];
    if (!entry)
      entry = std::make_unique<ct_operator_object>(
        c10::Dispatcher::singleton().findSchemaOrThrow((std::string("aten::") + name).c_str(), overload));
    return static_cast<ct_operator>(entry.get());
  });
}

bool call(
  ct_operator operation, const ct_argument *arguments, int64_t count, ct_results *results) {
  return guarded(operation->name.c_str(), false, [&] {
    auto &parameters = operation->handle.schema().arguments();
    TORCH_CHECK(
      static_cast<size_t>(count) <= parameters.size(), "takes ", parameters.size(), " arguments, not ", count);
    torch::jit::Stack stack;
    stack.reserve(parameters.size());
    for (int64_t k = 0; k < count; k++) stack.push_back(value(arguments[k]));
    for (auto k = static_cast<size_t>(count); k < parameters.size(); k++) {
      TORCH_CHECK(parameters[k].default_value(), "needs the argument '", parameters[k].name(), "'");
      stack.push_back(*parameters[k].default_value());
    }
    operation->handle.callBoxed(stack);
    static thread_local std::vector<ct_tensor> tensors;
    tensors.clear();
    for (const auto &result : stack) append(tensors, *results, result);
    results->tensors = tensors.data();
    results->count = static_cast<int64_t>(tensors.size());
    return true;
  });
}

ct_tensor unary(ct_operator operation, ct_tensor a) {
  return guarded<ct_tensor>(operation->name.c_str(), nullptr, [&] {
    Borrowed left(a);
    return give(operation->unary.value().call(left.tensor));
  });
}

ct_tensor binary(ct_operator operation, ct_tensor a, ct_tensor b) {
  return guarded<ct_tensor>(operation->name.c_str(), nullptr, [&] {
    Borrowed left(a), right(b);
    return give(operation->binary.value().call(left.tensor, right.tensor));
  });
}

ct_tensor scaled(ct_operator operation, ct_tensor a, ct_tensor b, double scale) {
  return guarded<ct_tensor>(operation->name.c_str(), nullptr, [&] {
    Borrowed left(a), right(b);
    // A whole factor keeps whole numbers whole.
    auto whole = static_cast<int64_t>(scale);
    auto factor = static_cast<double>(whole) == scale ? at::Scalar(whole) : at::Scalar(scale);
    return give(operation->scaled.value().call(left.tensor, right.tensor, factor));
  });
}

ct_tensor with_number(
  ct_operator operation, ct_tensor a, double number, bool number_first, bool is_scaled) {
  return guarded<ct_tensor>(operation->name.c_str(), nullptr, [&] {
    Borrowed borrowed(a);
    // As in Python, a whole number does not make whole numbers fractions, and a fraction takes the tensor's precision.
    auto whole = static_cast<int64_t>(number);
    bool is_whole = static_cast<double>(whole) == number && !at::isFloatingType(borrowed.tensor.scalar_type());
    auto wrapped = at::native::wrapped_scalar_tensor(is_whole ? at::Scalar(whole) : at::Scalar(number));
    const auto &left = number_first ? wrapped : borrowed.tensor;
    const auto &right = number_first ? borrowed.tensor : wrapped;
    return give(
      is_scaled ? operation->scaled.value().call(left, right, 1) : operation->binary.value().call(left, right));
  });
}

}  // namespace bridge
