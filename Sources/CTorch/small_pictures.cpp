#include "small_pictures.hpp"

#include "parallel.hpp"
#include "taps.hpp"
#include "wide.hpp"

// Of the windows over a picture of 4×4 three tenths lie outside. A product of matrices for each place and tap, over all
// pictures, leaves those out. Every sum is taken in one order, so it hangs neither on the threads nor on the batch.

using namespace ctorch;

#if defined(__x86_64__)
namespace {

constexpr int strips = 4, tile = 6;
constexpr int64_t block = strips * lanes;
// Of the summed channels as many as let their weights for a block stay in the innermost cache.
constexpr int64_t depth = 128;
// Pictures whose sums for a block stay in the next one.
constexpr int64_t group = 48;

// Places are those of the input.
struct Shape {
  int64_t pictures, height, width, inputs, outputs;
  Taps taps;
  int64_t places() const { return height * width; }
};

int64_t blocks(int64_t channels) { return (channels + block - 1) / block; }

// Where the tap of the outputs that belong to a place finds its value; nothing outside the picture.
std::optional<int64_t> source(const Shape &shape, int64_t place, int64_t tap) {
  const int64_t row = place / shape.width + shape.taps.down(tap), column = place % shape.width + shape.taps.right(tap);
  if (row < 0 || row >= shape.height || column < 0 || column >= shape.width) return std::nullopt;
  return row * shape.width + column;
}

// Which output that is.
int64_t output(const Shape &shape, int64_t place, int64_t tap) {
  const int64_t scale = shape.taps.scale, row = scale * (place / shape.width) + shape.taps.outputRow(tap);
  return row * scale * shape.width + scale * (place % shape.width) + shape.taps.outputColumn(tap);
}

// sum[row] += Σ_k x[row][k]·w[k] for `rows` rows that are `stride` apart.
template <int rows>
WIDE INLINED void addProducts(const float *x, int64_t stride, const float *w, int64_t count, float *sums) {
  Lanes sum[rows][strips];
  std::memcpy(sum, sums, sizeof sum);
  for (int64_t k = 0; k < count; k++) {
    Lanes weight[strips];
    std::memcpy(weight, w + k * block, sizeof weight);
    for (int r = 0; r < rows; r++)
      for (int s = 0; s < strips; s++) sum[r][s] += x[r * stride + k] * weight[s];
  }
  std::memcpy(sums, sum, sizeof sum);
}
template <int rows>
WIDE_BFLOAT16 INLINED void addProducts(
    const at::BFloat16 *x, int64_t stride, const at::BFloat16 *w, int64_t count, float *sums) {
  Lanes sum[rows][strips];
  std::memcpy(sum, sums, sizeof sum);
  for (int64_t k = 0; k < count; k += 2) {
    __m512bh weight[strips];
    std::memcpy(weight, w + k * block, sizeof weight);
    for (int r = 0; r < rows; r++) {
      const auto value = pair(x + r * stride + k);
      for (int s = 0; s < strips; s++) multiplyAdd(value, weight[s], sum[r][s]);
    }
  }
  std::memcpy(sums, sum, sizeof sum);
}

// The weights of a block of targets for one tap, target beside target: of W[target][tap][source] if `isForward`, else
// of W[source][tap][target]. bfloat16 has two sources beside each other.
WIDE void layOut(
    bool isForward, const float *w, const Shape &shape, int64_t tap, int64_t target, int64_t targets, int64_t from,
    int64_t count, float *to) {
  const int64_t row = shape.taps.count() * shape.inputs;
  if (!isForward) {
    for (int64_t k = 0; k < count; k++)
      std::memcpy(to + k * block, w + (from + k) * row + tap * shape.inputs + target, size_t(targets) * sizeof(float));
    return;
  }
  for (int64_t first = 0; first < targets; first += lanes)
    for (int64_t k = 0; k < count; k += lanes) {
      Bits square[lanes] = {};
      for (int64_t i = 0; i < std::min(lanes, targets - first); i++)
        std::memcpy(
            &square[i], w + (target + first + i) * row + tap * shape.inputs + from + k,
            size_t(std::min(lanes, count - k)) * sizeof(float));
      transpose(square);
      for (int64_t i = 0; i < std::min(lanes, count - k); i++)
        std::memcpy(to + (k + i) * block + first, &square[i], sizeof square[i]);
    }
}
WIDE void layOut(
    bool isForward, const at::BFloat16 *w, const Shape &shape, int64_t tap, int64_t target, int64_t targets,
    int64_t from, int64_t count, at::BFloat16 *to) {
  const int64_t row = shape.taps.count() * shape.inputs;
  if (!isForward) {
    for (int64_t k = 0; k < count; k += 2) {
      const auto *first = w + (from + k) * row + tap * shape.inputs + target;
      interleave(first, first + row, targets, to + k * block);
    }
    return;
  }
  for (int64_t first = 0; first < targets; first += lanes)
    for (int64_t k = 0; k < count; k += 2 * lanes) {
      Bits square[lanes] = {};
      for (int64_t i = 0; i < std::min(lanes, targets - first); i++)
        std::memcpy(
            &square[i], w + (target + first + i) * row + tap * shape.inputs + from + k,
            size_t(std::min(2 * lanes, count - k)) * sizeof(at::BFloat16));
      transpose(square);
      for (int64_t i = 0; i < std::min(lanes, (count - k) / 2); i++)
        std::memcpy(to + (k + 2 * i) * block + 2 * first, &square[i], sizeof square[i]);
    }
}

// What one thread does: a block of targets for a group of pictures. `x` is [pictures, xPlaces, sources] and `y`
// [pictures, yPlaces, targets]; `sums` and `weights` are scratch.
template <typename Value>
struct Part {
  bool isForward;
  const Value *x, *w;
  const float *bias;
  Value *y;
  int64_t xPlaces, yPlaces, sources, targets, picture, pictures, target;
  float *sums;
  Value *weights;
};

#define DEFINE_FOR(Value, TARGET)                                                                                     \
  TARGET void addTap(const Shape &shape, const Part<Value> &part, int64_t tap, int64_t width) {                       \
    const int64_t stride = part.xPlaces * part.sources;                                                               \
    for (int64_t from = 0; from < part.sources; from += depth) {                                                      \
      const int64_t count = std::min(depth, part.sources - from);                                                     \
      layOut(part.isForward, part.w, shape, tap, part.target, width, from, count, part.weights);                      \
      for (int64_t place = 0; place < shape.places(); place++) {                                                      \
        const auto found = source(shape, place, tap);                                                                 \
        if (!found) continue;                                                                                         \
        const int64_t xPlace = part.isForward ? *found : output(shape, place, tap);                                   \
        const Value *x = part.x + (part.picture * part.xPlaces + xPlace) * part.sources + from;                       \
        float *sums = part.sums + (part.isForward ? place : *found) * part.pictures * block;                          \
        int64_t n = 0;                                                                                                \
        for (; n + tile <= part.pictures; n += tile)                                                                  \
          addProducts<tile>(x + n * stride, stride, part.weights, count, sums + n * block);                           \
        if (part.pictures - n >= 4)                                                                                   \
          addProducts<4>(x + n * stride, stride, part.weights, count, sums + n * block), n += 4;                      \
        if (part.pictures - n >= 2)                                                                                   \
          addProducts<2>(x + n * stride, stride, part.weights, count, sums + n * block), n += 2;                      \
        if (part.pictures - n >= 1)                                                                                   \
          addProducts<1>(x + n * stride, stride, part.weights, count, sums + n * block);                              \
      }                                                                                                               \
    }                                                                                                                 \
  }                                                                                                                   \
  TARGET void work(const Shape &shape, const Part<Value> &part) {                                                     \
    const int64_t places = shape.places(), width = std::min(block, part.targets - part.target);                       \
    const int64_t together = part.isForward ? shape.taps.each() : shape.taps.count();                                 \
    if (width < block) std::fill_n(part.weights, depth * block, Value(0));                                            \
    for (int64_t first = 0; first < shape.taps.count(); first += together) {                                          \
      std::fill_n(part.sums, places * part.pictures * block, 0.0f);                                                   \
      for (int64_t tap = first; tap < first + together; tap++) addTap(shape, part, tap, width);                       \
      for (int64_t place = 0; place < places; place++)                                                                \
        for (int64_t n = 0; n < part.pictures; n++)                                                                   \
          for (int64_t lane = 0; lane < width; lane += lanes) {                                                       \
            Lanes sum, bias = 0;                                                                                      \
            std::memcpy(&sum, part.sums + (place * part.pictures + n) * block + lane, sizeof sum);                    \
            const int64_t count = std::min(lanes, width - lane);                                                      \
            const int64_t yPlace = part.isForward ? output(shape, place, first) : place;                              \
            if (part.bias) load(bias, part.bias + part.target + lane, count);                                         \
            const int64_t at = ((part.picture + n) * part.yPlaces + yPlace) * part.targets + part.target + lane;      \
            store(sum + bias, part.y + at, count);                                                                    \
          }                                                                                                           \
    }                                                                                                                 \
  }
DEFINE_FOR(float, WIDE)
DEFINE_FOR(at::BFloat16, WIDE_BFLOAT16)
#undef DEFINE_FOR

// y = x * w + b, or with `isForward` false the gradient of x for that of y.
template <typename Value>
void convolve(
    const Shape &shape, bool isForward, const at::Tensor &x, const at::Tensor &w, const float *bias,
    const at::Tensor &y) {
  const int64_t sources = isForward ? shape.inputs : shape.outputs, targets = isForward ? shape.outputs : shape.inputs;
  const int64_t outputs = shape.places() * shape.taps.scale * shape.taps.scale;
  const int64_t groups = (shape.pictures + group - 1) / group, size = (shape.pictures + groups - 1) / groups;
  parallelFor(0, blocks(targets) * groups, 1, [&](int64_t begin, int64_t end) {
    std::vector<Lanes> sums(size_t(shape.places() * size * strips)), weights(size_t(depth * strips));
    for (int64_t item = begin; item < end; item++) {
      const int64_t picture = item % groups * size;
      work(
          shape, Part<Value>{
                     isForward, x.const_data_ptr<Value>(), w.const_data_ptr<Value>(), bias,
                     y.mutable_data_ptr<Value>(), isForward ? shape.places() : outputs,
                     isForward ? outputs : shape.places(), sources, targets, picture,
                     std::min(size, shape.pictures - picture), item / groups * block,
                     reinterpret_cast<float *>(sums.data()), reinterpret_cast<Value *>(weights.data())});
    }
  });
}

}  // namespace
#endif

bool ctorch::areSmallPictures(const at::Tensor &x, const at::Tensor &w, at::ScalarType type, int64_t scale) {
#if defined(__x86_64__)
  const int64_t height = x.size(2), width = x.size(3), inside = (3 * height - 2) * (3 * width - 2);
  const bool isSmall = (scale == 2 || 4 * inside <= 3 * 9 * height * width) && height * width <= 64;
  const bool isWide = w.size(0) >= 64 && w.size(1) >= 64 && w.size(0) % 2 == 0 && w.size(1) % 2 == 0;
  constexpr int64_t few = 2 * tile;
  return isSmall && isWide && x.size(0) >= few && hasWide(type);
#else
  return false;
#endif
}

void ctorch::convolveSmallPictures(
    bool isForward, const at::Tensor &x, const at::Tensor &w, const float *bias, const at::Tensor &y) {
#if defined(__x86_64__)
  const auto &input = isForward ? x : y, &output = isForward ? y : x;
  const Shape shape{input.size(0), input.size(2),  input.size(3),
                    input.size(1), output.size(1), Taps{output.size(2) / input.size(2)}};
  withType(x, [&](auto zero) { convolve<decltype(zero)>(shape, isForward, x, w, bias, y); });
#else
  throw std::logic_error("no convolution of small pictures was made for this processor");
#endif
}
