#include "guard.hpp"

#include <ATen/Parallel.h>

namespace {

// One block of Philox4x32-10: Salmon, Moraes, Dror & Shaw, “Parallel random numbers: as easy as 1, 2, 3”, SC 2011.
inline void philox(uint32_t c0, uint32_t c1, uint32_t c2, uint32_t c3, uint32_t k0, uint32_t k1, uint32_t out[4]) {
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = uint64_t(0xD2511F53u) * c0;
    uint64_t p1 = uint64_t(0xCD9E8D57u) * c2;
    c0 = uint32_t(p1 >> 32) ^ c1 ^ k0;
    c1 = uint32_t(p1);
    c2 = uint32_t(p0 >> 32) ^ c3 ^ k1;
    c3 = uint32_t(p0);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

// A row's mask: `scale` where an element is kept, and 0 where it isn't.
template <typename Value>
void fillRow(
    Value *values, int64_t width, uint64_t threshold, Value scale, uint32_t index, uint32_t epoch, uint32_t key0,
    uint32_t key1) {
  const int64_t blocks = width / 4;
  for (int64_t block = 0; block < blocks; block++) {
    uint32_t lanes[4];
    philox(uint32_t(block), index, epoch, 0, key0, key1, lanes);
    for (int lane = 0; lane < 4; lane++) values[block * 4 + lane] = lanes[lane] >= threshold ? scale : Value(0.0f);
  }
  if (width % 4) {
    uint32_t lanes[4];
    philox(uint32_t(blocks), index, epoch, 0, key0, key1, lanes);
    for (int64_t lane = 0; lane < width % 4; lane++)
      values[blocks * 4 + lane] = lanes[lane] >= threshold ? scale : Value(0.0f);
  }
}

}  // namespace

ctorch_tensor ctorch_dropout(
    ctorch_tensor input, double p, uint32_t key0, uint32_t key1, uint32_t epoch, const uint32_t *indices,
    size_t rows, ctorch_message *error) {
  return ctorch::make(error, [&] {
    const auto &x = input->value;
    TORCH_CHECK(x.dim() >= 1 && x.size(0) == int64_t(rows), "one index a row is needed: ", rows, " for ", x.sizes());
    const int64_t width = x.numel() / std::max<int64_t>(1, x.size(0));
    const uint64_t threshold = uint64_t(p * 4294967296.0);
    const float scale = float(1.0 / (1.0 - p));
    auto masked = [&](auto zero) {
      using Value = decltype(zero);
      auto mask = at::empty(x.sizes(), c10::CppTypeToScalarType<Value>::value);
      auto *out = mask.template data_ptr<Value>();
      at::parallel_for(0, int64_t(rows), 1, [&](int64_t from, int64_t to) {
        for (int64_t row = from; row < to; row++)
          fillRow(out + row * width, width, threshold, Value(scale), indices[row], epoch, key0, key1);
      });
      return mask;
    };
    auto mask = x.scalar_type() == at::kBFloat16 ? masked(at::BFloat16(0.0f)) : masked(0.0f);
    if (x.dim() == 4) mask = mask.view({x.size(0), x.size(2), x.size(3), x.size(1)}).permute({0, 3, 1, 2});
    return at::mul(x, mask.to(x.scalar_type()));
  });
}
