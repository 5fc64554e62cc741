#include "lanes.hpp"
#include "parallel.hpp"

#include <torch/csrc/autograd/custom_function.h>

// Dropout (Srivastava et al. 2014) whose mask follows from an element's position. What is kept for the gradient is a
// byte an element.

using namespace ctorch;

namespace {

typedef uint64_t Products __attribute__((ext_vector_type(16)));
typedef uint8_t Bytes __attribute__((ext_vector_type(16)));

// What names a row's random numbers.
struct Row {
  uint32_t key0, key1, epoch, index;
};

// Sixteen blocks of Philox4x32-10, from block `first` on (Salmon, Moraes, Dror & Shaw, “Parallel random numbers: as
// easy as 1, 2, 3”, SC 2011).
INLINED void philox(uint32_t first, const Row &row, Bits out[4]) {
  const Bits counting = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  Bits c0 = counting + first, c1 = Bits(row.index), c2 = Bits(row.epoch), c3 = 0;
  uint32_t k0 = row.key0, k1 = row.key1;
  for (int round = 0; round < 10; round++) {
    const Products p0 = __builtin_convertvector(c0, Products) * uint64_t(0xD2511F53);
    const Products p1 = __builtin_convertvector(c2, Products) * uint64_t(0xCD9E8D57);
    c0 = __builtin_convertvector(p1 >> 32, Bits) ^ c1 ^ k0;
    c1 = __builtin_convertvector(p1, Bits);
    c2 = __builtin_convertvector(p0 >> 32, Bits) ^ c3 ^ k1;
    c3 = __builtin_convertvector(p0, Bits);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

// 1 where an element is kept. A block decides four elements that follow each other.
INLINED void fillMask(uint8_t *mask, int64_t width, uint32_t threshold, const Row &row) {
  for (int64_t start = 0; start < width; start += 4 * lanes) {
    Bits numbers[4];
    philox(uint32_t(start / 4), row, numbers);
    Bytes kept[4];
    for (int lane = 0; lane < 4; lane++) kept[lane] = __builtin_convertvector((numbers[lane] >= threshold) & 1, Bytes);
    uint8_t inOrder[4 * lanes];
    for (int block = 0; block < lanes; block++)
      for (int lane = 0; lane < 4; lane++) inOrder[block * 4 + lane] = kept[lane][block];
    std::memcpy(mask + start, inOrder, size_t(std::min(4 * lanes, width - start)));
  }
}

template <typename Value>
INLINED void multiply(const Value *x, const uint8_t *mask, float scale, Value *y, int64_t count) {
  for (int64_t start = 0; start < count; start += lanes) {
    const int64_t width = std::min(lanes, count - start);
    Bytes bytes = 0;
    if (width < lanes) {
      for (int64_t i = 0; i < width; i++) bytes[i] = mask[start + i];
    } else {
      std::memcpy(&bytes, mask + start, sizeof bytes);
    }
    Lanes value;
    load(value, x + start, width);
    value *= __builtin_convertvector(bytes, Lanes) * scale;
    store(value, y + start, width);
  }
}

FOR_EACH_PROCESSOR void draw(uint8_t *mask, int64_t width, uint32_t threshold, const Row &row) {
  fillMask(mask, width, threshold, row);
}
FOR_EACH_PROCESSOR void apply(const float *x, const uint8_t *mask, float scale, float *y, int64_t count) {
  multiply(x, mask, scale, y, count);
}
FOR_EACH_PROCESSOR void apply(
    const at::BFloat16 *x, const uint8_t *mask, float scale, at::BFloat16 *y, int64_t count) {
  multiply(x, mask, scale, y, count);
}

// In the order of memory, in which a picture's channels lie beside each other.
at::Tensor inOrder(const at::Tensor &x) {
  return x.contiguous(x.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
}

template <typename Body>
void overRows(const at::Tensor &x, Body &&body) {
  const int64_t rows = x.size(0), width = x.numel() / std::max<int64_t>(1, rows);
  parallelFor(0, rows, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, width)), [&](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; row++) body(row, width);
  });
}

at::Tensor masked(const at::Tensor &given, const at::Tensor &mask, double scale) {
  const auto x = inOrder(given);
  auto y = at::empty_like(x);
  const auto *kept = mask.const_data_ptr<uint8_t>();
  withType(x, [&](auto zero) {
    using Value = decltype(zero);
    const auto *from = x.template const_data_ptr<Value>();
    auto *to = y.template mutable_data_ptr<Value>();
    overRows(x, [&](int64_t row, int64_t width) {
      ::apply(from + row * width, kept + row * width, float(scale), to + row * width, width);
    });
  });
  return y;
}

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

struct Dropout : torch::autograd::Function<Dropout> {
  static Variable forward(AutogradContext *context, const Variable &x, const at::Tensor &mask, double scale) {
    context->save_for_backward({mask});
    context->saved_data["scale"] = scale;
    return masked(x, mask, scale);
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const double scale = context->saved_data["scale"].toDouble();
    return {masked(gradients[0], context->get_saved_variables()[0], scale), Variable(), Variable()};
  }
};

}  // namespace

ctorch_tensor ctorch_dropout(
    ctorch_tensor input, double p, uint32_t key0, uint32_t key1, uint32_t epoch, const uint32_t *indices,
    size_t rows, ctorch_message *error) {
  return ctorch::make(error, [&] {
    const auto &x = input->value;
    TORCH_CHECK(x.dim() >= 1 && x.size(0) == int64_t(rows), "one index a row is needed: ", rows, " for ", x.sizes());
    TORCH_CHECK(x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16, "unexpected ", x.scalar_type());
    const auto threshold = uint32_t(p * 4294967296.0);
    auto mask = at::empty({x.numel()}, at::kByte);
    auto *bytes = mask.mutable_data_ptr<uint8_t>();
    overRows(x, [&](int64_t row, int64_t width) {
      draw(bytes + row * width, width, threshold, Row{key0, key1, epoch, indices[row]});
    });
    return Dropout::apply(x, mask, 1 / (1 - p));
  });
}
