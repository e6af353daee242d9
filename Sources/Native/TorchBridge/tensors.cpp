#include <ATen/ops/empty.h>

#include <atomic>
#include <cstdlib>
#include <cstring>

#include "support.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace bridge {

namespace {
thread_local std::string last_failure;
thread_local int32_t last_kind = CT_FAILED;
std::atomic<int64_t> live{0};

at::TensorImpl *impl(ct_tensor handle) { return reinterpret_cast<at::TensorImpl *>(handle); }
}  // namespace

const char *failure() { return last_failure.c_str(); }
int32_t failure_kind() { return last_kind; }
void set_failure(const char *text) { fail(CT_FAILED, text); }

void fail(int32_t kind, std::string text) {
  last_kind = kind;
  last_failure = std::move(text);
}

void fail_with_current_exception(const char *operation) {
  std::string text;
  int32_t kind = CT_FAILED;
  try {
    throw;
  } catch (const c10::OutOfMemoryError &error) {
    kind = CT_OUT_OF_MEMORY;
    text = error.what_without_backtrace();
  } catch (const c10::NotImplementedError &error) {
    kind = CT_UNSUPPORTED;
    text = error.what_without_backtrace();
  } catch (const c10::Error &error) {
    text = error.what_without_backtrace();
  } catch (const std::bad_alloc &) {
    kind = CT_OUT_OF_MEMORY;
    text = "there is not enough memory";
  } catch (const std::exception &error) {
    text = error.what();
  } catch (...) {
    text = "an unknown exception";
  }
  // The processor's allocator has no exception of its own.
  if (text.find("DefaultCPUAllocator") != std::string::npos) kind = CT_OUT_OF_MEMORY;
  fail(kind, text.empty() ? operation : std::move(text));
}

ct_tensor give(at::Tensor tensor) {
  if (!tensor.defined()) return nullptr;
  live.fetch_add(1, std::memory_order_relaxed);
  return reinterpret_cast<ct_tensor>(tensor.unsafeReleaseTensorImpl());
}

Borrowed::Borrowed(ct_tensor handle)
    : tensor(c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim(impl(handle))) {}

at::Tensor share(ct_tensor handle) {
  if (!handle) return {};
  return at::Tensor(c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim_copy(impl(handle)));
}

ct_tensor from_bytes(const void *bytes, const int64_t *sizes, int64_t dimensions, int32_t type) {
  return guarded<ct_tensor>("tensor", nullptr, [&] {
    auto tensor = at::empty(
      at::IntArrayRef(sizes, static_cast<size_t>(dimensions)),
      at::TensorOptions().dtype(static_cast<at::ScalarType>(type)));
    if (tensor.nbytes() > 0) std::memcpy(tensor.mutable_data_ptr(), bytes, tensor.nbytes());
    return give(std::move(tensor));
  });
}

bool to_bytes(ct_tensor handle, void *bytes, int64_t capacity) {
  return guarded("copying out", false, [&] {
    auto tensor = share(handle).detach().to(at::kCPU).contiguous();
    TORCH_CHECK(static_cast<int64_t>(tensor.nbytes()) == capacity, "the numbers take ", tensor.nbytes(), " bytes");
    if (capacity > 0) std::memcpy(bytes, tensor.const_data_ptr(), tensor.nbytes());
    return true;
  });
}

ct_tensor retain(ct_tensor handle) { return give(share(handle)); }

void release(ct_tensor handle) {
  live.fetch_sub(1, std::memory_order_relaxed);
  at::Tensor(c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim(impl(handle)));
}

int64_t live_count() { return live.load(std::memory_order_relaxed); }
int64_t dimensions(ct_tensor handle) { return impl(handle)->dim(); }
const int64_t *sizes(ct_tensor handle) { return impl(handle)->sizes().data(); }
int64_t element_count(ct_tensor handle) { return impl(handle)->numel(); }
int32_t type(ct_tensor handle) {
  return static_cast<int32_t>(c10::typeMetaToScalarType(impl(handle)->dtype()));
}

void device(ct_tensor handle, int32_t *kind, int32_t *index) {
  auto device = impl(handle)->device();
  *kind = static_cast<int32_t>(device.type());
  *index = device.has_index() ? device.index() : 0;
}

bool requires_gradient(ct_tensor handle) {
  Borrowed borrowed(handle);
  return borrowed.tensor.requires_grad();
}

const void *contents(ct_tensor handle, bool channels_last) {
  return guarded<const void *>("contents", nullptr, [&]() -> const void * {
    Borrowed borrowed(handle);
    const auto &tensor = borrowed.tensor;
    auto order = channels_last ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
    bool lies_plainly = tensor.layout() == at::kStrided && tensor.device().is_cpu() && tensor.is_contiguous(order)
      && !tensor.is_neg() && !tensor.is_conj();
    return lies_plainly ? tensor.const_data_ptr() : nullptr;
  });
}

// A network frees and takes the same megabytes at every layer. The C library gives them back to the system each time, whose
// zeroing of fresh pages then takes as long as the layer itself.
void keep_freed_memory() {
#ifdef __GLIBC__
  for (const char *choice : {"MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES"})
    if (std::getenv(choice)) return;
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

}  // namespace bridge
