#include "few_pixels.hpp"

#include "parallel.hpp"
#include "wide.hpp"

// Each thread takes blocks of outputs and reads each block's weights in one run, while the sums of some pixels stay in
// registers. A sum is taken in one order, so it hangs neither on the threads nor on the batch.

using namespace ctorch;

namespace {

// Of a block of outputs, in lanes; and pixels whose sums fit into registers beside it.
constexpr int most = 4, tile = 6;
// Pixels that one thread works through for a block.
constexpr int64_t group = 2 * tile;
constexpr int64_t mostTaps = 9;

int64_t blocks(int64_t outputs) { return (outputs + most * lanes - 1) / (most * lanes); }

// Of bfloat16 two channels lie beside each other, as the processor multiplies them.
template <typename Value>
constexpr int64_t together = std::is_same_v<Value, float> ? 1 : 2;

int64_t strips(int64_t outputs, int64_t block) {
  return std::min<int64_t>(most, (outputs - block * most * lanes + lanes - 1) / lanes);
}

#if defined(__x86_64__)
// Steps over the channels of one tap: sum[pixel][strip] += x[pixel]·w[strip].
template <int pixels, int strips>
WIDE INLINED void accumulate(const float *const *x, int64_t channels, const float *w, Lanes (&sum)[pixels][strips]) {
  for (int64_t c = 0; c < channels; c++, w += strips * lanes) {
    Lanes weight[strips];
    std::memcpy(weight, w, sizeof weight);
    for (int p = 0; p < pixels; p++)
      for (int s = 0; s < strips; s++) sum[p][s] += x[p][c] * weight[s];
  }
}

template <int pixels, int strips>
WIDE_BFLOAT16 INLINED void accumulate(
    const at::BFloat16 *const *x, int64_t channels, const at::BFloat16 *w,
    Lanes (&sum)[pixels][strips]) {
  for (int64_t c = 0; c < channels; c += 2, w += 2 * strips * lanes) {
    __m512bh weight[strips];
    std::memcpy(weight, w, sizeof weight);
    for (int p = 0; p < pixels; p++) {
      const auto value = pair(x[p] + c);
      for (int s = 0; s < strips; s++) multiplyAdd(value, weight[s], sum[p][s]);
    }
  }
}

// `rows` holds for each tap the `group` pixels that meet it.
template <typename Value>
struct Part {
  const Value *const *rows;
  int64_t taps, channels, outputs;
  const Value *weights;
  const float *bias;
  const Value *addend;
  Value *y;
  int64_t count;
};

#define DEFINE_FOR(Value, TARGET)                                                                                    \
  template <int pixels, int strips>                                                                                  \
  TARGET INLINED void sums(const Part<Value> &part, int64_t first) {                                                 \
    Lanes sum[pixels][strips] = {};                                                                                  \
    const int64_t step = part.channels * strips * lanes;                                                             \
    for (int64_t tap = 0; tap < part.taps; tap++)                                                                    \
      accumulate<pixels, strips>(part.rows + tap * group + first, part.channels, part.weights + tap * step, sum);    \
    for (int p = 0; p < pixels; p++)                                                                                 \
      for (int s = 0; s < strips; s++) {                                                                             \
        const int64_t at = (first + p) * part.outputs + s * lanes, count = std::min(lanes, part.count - s * lanes);  \
        Lanes value = sum[p][s], other;                                                                              \
        if (part.bias) load(other, part.bias + s * lanes, count), value += other;                                    \
        if (part.addend) load(other, part.addend + at, count), value += other;                                       \
        store(value, part.y + at, count);                                                                            \
      }                                                                                                              \
  }                                                                                                                  \
  template <int strips>                                                                                              \
  TARGET INLINED void overTiles(const Part<Value> &part, int64_t pixels) {                                           \
    int64_t first = 0;                                                                                               \
    for (; first + tile <= pixels; first += tile) sums<tile, strips>(part, first);                                   \
    if (pixels - first >= 4) sums<4, strips>(part, first), first += 4;                                               \
    if (pixels - first >= 2) sums<2, strips>(part, first), first += 2;                                               \
    if (pixels - first >= 1) sums<1, strips>(part, first);                                                           \
  }                                                                                                                  \
  TARGET void work(const Part<Value> &part, int64_t strips, int64_t pixels) {                                        \
    if (strips == 4) return overTiles<4>(part, pixels);                                                              \
    if (strips == 3) return overTiles<3>(part, pixels);                                                              \
    if (strips == 2) return overTiles<2>(part, pixels);                                                              \
    overTiles<1>(part, pixels);                                                                                      \
  }
DEFINE_FOR(float, WIDE)
DEFINE_FOR(at::BFloat16, WIDE_BFLOAT16)
#undef DEFINE_FOR

// Where each of the pixels from `first` on finds its taps; outside the picture is `zeros`.
template <typename Value>
void findRows(const Windows &w, const Value *x, const Value *zeros, int64_t first, int64_t count, const Value **rows) {
  const int64_t width = w.outWidth(), area = width * w.outHeight();
  for (int64_t i = 0; i < count; i++) {
    const int64_t pixel = first + i, picture = pixel / area, top = pixel % area / width * w.stride - w.padding,
                  left = pixel % width * w.stride - w.padding;
    for (int64_t tap = 0; tap < w.kernel * w.kernel; tap++) {
      const int64_t row = top + tap / w.kernel, column = left + tap % w.kernel;
      const bool isInside = row >= 0 && row < w.height && column >= 0 && column < w.width;
      rows[tap * group + i] =
          isInside ? x + ((picture * w.height + row) * w.width + column) * w.channels : zeros;
    }
  }
}

template <typename Value>
void convolve(
    const Windows &w, const Value *x, const Value *layout, const float *bias, const Value *addend, Value *y) {
  const int64_t pixels = w.pixels(), groups = (pixels + group - 1) / group, taps = w.kernel * w.kernel;
  const int64_t products = std::min(group, pixels) * taps * w.channels * most * lanes;
  const std::vector<Value> zeros(w.padding > 0 ? size_t(w.channels) : 0);
  parallelFor(0, blocks(w.outputs) * groups, std::max<int64_t>(1, (1 << 18) / products), [&](int64_t from, int64_t to) {
    const Value *rows[mostTaps * group];
    for (int64_t item = from; item < to; item++) {
      const int64_t block = item / groups, output = block * most * lanes, first = item % groups * group;
      const int64_t count = std::min(group, pixels - first), offset = first * w.outputs + output;
      findRows(w, x, zeros.data(), first, count, rows);
      const Part<Value> part{
          rows, taps, w.channels, w.outputs, layout + output * taps * w.channels, bias ? bias + output : nullptr,
          addend ? addend + offset : nullptr, y + offset, w.outputs - output};
      work(part, strips(w.outputs, block), count);
    }
  });
}
#else
template <typename Value>
void convolve(const Windows &, const Value *, const Value *, const float *, const Value *, Value *) {
  throw std::logic_error("no convolution of few pixels was made for this processor");
}
#endif

template <typename Value>
void layOut(const at::Tensor &weight, Value *to) {
  const int64_t outputs = weight.size(0), channels = weight.size(1), taps = weight.numel() / (outputs * channels);
  const Value *from = weight.const_data_ptr<Value>();
  for (int64_t block = 0; block < blocks(outputs); block++) {
    const int64_t width = strips(outputs, block) * lanes;
    for (int64_t tap = 0; tap < taps; tap++)
      for (int64_t c = 0; c < channels; c += together<Value>)
        for (int64_t lane = 0; lane < width; lane++)
          for (int64_t i = 0; i < together<Value>; i++) {
            const int64_t output = block * most * lanes + lane;
            *to++ = output < outputs ? from[(output * channels + c + i) * taps + tap] : Value(0);
          }
  }
}

}  // namespace

bool ctorch::areFewPixels(const Windows &w, at::ScalarType type) {
#if defined(__x86_64__)
  if (!hasWide(type) || (type == at::kBFloat16 && w.channels % 2 != 0)) return false;
  constexpr int64_t few = 256;
  return w.pixels() <= few && w.kernel * w.kernel <= mostTaps && w.stride > 0 && w.padding >= 0;
#else
  return false;
#endif
}

at::Tensor ctorch::layOutForFewPixels(const at::Tensor &given) {
  const auto weight = given.contiguous();
  const int64_t outputs = (weight.size(0) + lanes - 1) / lanes * lanes;
  auto layout = at::empty({outputs * (weight.numel() / weight.size(0))}, weight.options());
  withType(weight, [&](auto zero) { layOut(weight, layout.mutable_data_ptr<decltype(zero)>()); });
  return layout;
}

void ctorch::convolveFewPixels(
    const Windows &windows, const at::Tensor &x, const at::Tensor &layout, const float *bias, const at::Tensor *addend,
    const at::Tensor &y) {
  withType(x, [&](auto zero) {
    using Value = decltype(zero);
    convolve<Value>(
        windows, x.const_data_ptr<Value>(), layout.const_data_ptr<Value>(), bias,
        addend ? addend->const_data_ptr<Value>() : nullptr, y.mutable_data_ptr<Value>());
  });
}
