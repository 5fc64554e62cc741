#include "guard.hpp"

#include <cstdlib>

namespace {

constexpr at::ScalarType scalarTypes[] = {at::kFloat, at::kDouble, at::kHalf, at::kBFloat16, at::kLong,
                                          at::kInt,   at::kShort,  at::kChar, at::kByte,     at::kBool};

at::ScalarType scalarType(ctorch_dtype dtype) { return scalarTypes[dtype]; }

}  // namespace

void ctorch_free_message(ctorch_message message) { free(message); }

void ctorch_release(ctorch_tensor tensor) { delete tensor; }

ctorch_tensor ctorch_full(
    const int64_t *shape, size_t rank, double value, ctorch_dtype dtype, ctorch_message *error) {
  return ctorch::make(error, [&] { return at::full(ctorch::array(shape, rank), value, scalarType(dtype)); });
}

ctorch_tensor ctorch_zeros_like(ctorch_tensor tensor, ctorch_message *error) {
  return ctorch::make(error, [&] { return at::zeros_like(tensor->value); });
}

ctorch_tensor ctorch_from_bytes(
    const void *data, size_t bytes, const int64_t *shape, size_t rank, ctorch_dtype dtype, ctorch_message *error) {
  return ctorch::make(error, [&] {
    auto tensor = at::empty(ctorch::array(shape, rank), scalarType(dtype));
    TORCH_CHECK(tensor.nbytes() == bytes, "the shape needs ", tensor.nbytes(), " bytes, and ", bytes, " were given");
    if (bytes) memcpy(tensor.data_ptr(), data, bytes);
    return tensor;
  });
}

bool ctorch_to_bytes(ctorch_tensor tensor, void *data, size_t bytes, ctorch_message *error) {
  return ctorch::attempt(error, [&] {
    auto dense = tensor->value.detach().contiguous();
    TORCH_CHECK(dense.nbytes() == bytes, "the tensor has ", dense.nbytes(), " bytes, and ", bytes, " were asked for");
    if (bytes) memcpy(data, dense.data_ptr(), bytes);
  });
}

size_t ctorch_rank(ctorch_tensor tensor) { return tensor->value.dim(); }

int64_t ctorch_extent(ctorch_tensor tensor, size_t dimension) { return tensor->value.size(dimension); }

int64_t ctorch_count(ctorch_tensor tensor) { return tensor->value.numel(); }

bool ctorch_get_dtype(ctorch_tensor tensor, ctorch_dtype *dtype) {
  for (int i = 0; i <= CTORCH_BOOL; i++) {
    if (scalarTypes[i] == tensor->value.scalar_type()) {
      *dtype = static_cast<ctorch_dtype>(i);
      return true;
    }
  }
  return false;
}

bool ctorch_item(ctorch_tensor tensor, double *value, ctorch_message *error) {
  return ctorch::attempt(error, [&] { *value = tensor->value.item().toDouble(); });
}

ctorch_tensor ctorch_to_dtype(ctorch_tensor tensor, ctorch_dtype dtype, ctorch_message *error) {
  return ctorch::make(error, [&] { return tensor->value.to(scalarType(dtype)); });
}

ctorch_tensor ctorch_contiguous(ctorch_tensor tensor, bool channels_last, ctorch_message *error) {
  return ctorch::make(error, [&] {
    return tensor->value.contiguous(channels_last ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
  });
}

bool ctorch_is_channels_last(ctorch_tensor tensor) {
  return tensor->value.dim() == 4 && tensor->value.is_contiguous(at::MemoryFormat::ChannelsLast);
}

bool ctorch_copy(ctorch_tensor target, ctorch_tensor source, ctorch_message *error) {
  return ctorch::attempt(error, [&] {
    TORCH_CHECK(target->value.sizes() == source->value.sizes(), "shapes differ: ", target->value.sizes(), " and ",
                source->value.sizes());
    target->value.copy_(source->value);
  });
}
