#include "convolution_gradient.hpp"

#include "parallel.hpp"
#include "taps.hpp"
#include "wide.hpp"

// For each tap ∂w[output][input] is the sum over pixels of ∂y[pixel][output]·x[pixel + tap][input], of which the pixels
// whose tap lies outside the picture are left out. A thread has a block of inputs and some outputs. It copies what it
// needs of a few pictures into its cache and goes over them once for every tile of outputs and tap, the tile's sums in
// registers, along the rows of a picture; or, where those are short, from picture to picture, all of which it then
// copies with the same pixel of all beside each other. bfloat16 is multiplied in pairs, of two pictures.

using namespace ctorch;

#if defined(__x86_64__)
namespace {

constexpr int strips = 4;
constexpr int64_t block = strips * lanes;
// Outputs of one thread at a time, at most.
constexpr int64_t mostOutputs = 64;
// Pixels whose values for a block and as many outputs stay in the cache.
constexpr int64_t fewPixels = 256;

struct Shape {
  int64_t pictures, height, width, inputs, outputs, outHeight, outWidth, stride;
  Taps taps;
  // Whether it goes from picture to picture.
  bool isAcross;
  // Outputs of one thread at a time.
  int64_t part;
};

// Elements that one multiplication takes together, of as many pictures.
template <typename Value>
constexpr int64_t together = std::is_same_v<Value, float> ? 1 : 2;

// Of `count` places along one side, `stride` pixels apart, those whose tap lies within the picture.
struct Range {
  int64_t begin, end;
};
Range inside(int64_t tap, int64_t stride, int64_t size, int64_t count) {
  const int64_t last = size - 1 - tap;
  return {tap < 0 ? (stride - 1 - tap) / stride : 0, last < 0 ? 0 : std::min(count, last / stride + 1)};
}

// sum[row] += Σ_i dy[i][row]·x[i] for `count` pixels, which are `dyStep` and `xStep` values apart.
template <int rows>
WIDE INLINED void addProducts(
    const float *dy, int64_t dyStep, const float *x, int64_t xStep, int64_t count, Lanes (&sum)[rows][strips]) {
  for (int64_t i = 0; i < count; i++, dy += dyStep, x += xStep) {
    Lanes value[strips];
    std::memcpy(value, x, sizeof value);
    for (int r = 0; r < rows; r++)
      for (int s = 0; s < strips; s++) sum[r][s] += dy[r] * value[s];
  }
}
template <int rows>
WIDE_BFLOAT16 INLINED void addProducts(
    const at::BFloat16 *dy, int64_t dyStep, const at::BFloat16 *x, int64_t xStep, int64_t count,
    Lanes (&sum)[rows][strips]) {
  for (int64_t i = 0; i < count; i++, dy += dyStep, x += xStep) {
    __m512bh value[strips];
    std::memcpy(value, x, sizeof value);
    for (int r = 0; r < rows; r++) {
      const auto slope = pair(dy + 2 * r);
      for (int s = 0; s < strips; s++) multiplyAdd(slope, value[s], sum[r][s]);
    }
  }
}

// Of [pictures, pixels, channels] `count` channels from `first` on, `width` for each pixel: zeros behind the last one.
// Pixels will be `step` times as far apart. Of bfloat16 two pictures lie beside each other, channel by channel;
// `hasSecond` is whether there is the second.
WIDE void gather(
    const float *from, bool, int64_t pixels, int64_t channels, int64_t first, int64_t count, int64_t width,
    int64_t step, float *to) {
  for (int64_t pixel = 0; pixel < pixels; pixel++, to += step * width) {
    std::memcpy(to, from + pixel * channels + first, size_t(count) * sizeof(float));
    std::fill(to + count, to + width, 0.0f);
  }
}
WIDE void gather(
    const at::BFloat16 *from, bool hasSecond, int64_t pixels, int64_t channels, int64_t first, int64_t count,
    int64_t width, int64_t step, at::BFloat16 *to) {
  const at::BFloat16 zeros[mostOutputs] = {};
  for (int64_t pixel = 0; pixel < pixels; pixel++, to += 2 * step * width) {
    const auto *row = from + pixel * channels + first;
    interleave(row, hasSecond ? row + pixels * channels : zeros, count, to);
    std::fill(to + 2 * count, to + 2 * width, at::BFloat16(0.0f));
  }
}

// Adds what `gather` made of some pixels, channel by channel.
WIDE void addPixels(const float *from, int64_t pixels, int64_t width, float *sums) {
  for (int64_t channel = 0; channel < width; channel += lanes) {
    Lanes sum = 0, value;
    for (int64_t pixel = 0; pixel < pixels; pixel++) load(value, from + pixel * width + channel, lanes), sum += value;
    load(value, sums + channel, lanes);
    store(value + sum, sums + channel, lanes);
  }
}
WIDE void addPixels(const at::BFloat16 *from, int64_t pixels, int64_t width, float *sums) {
  for (int64_t channel = 0; channel < width; channel += lanes) {
    Lanes sum = 0, value;
    for (int64_t pixel = 0; pixel < pixels; pixel++) {
      Bits both;
      std::memcpy(&both, from + 2 * (pixel * width + channel), sizeof both);
      sum += (Lanes)(both << 16) + (Lanes)(both & 0xffff0000u);
    }
    load(value, sums + channel, lanes);
    store(value + sum, sums + channel, lanes);
  }
}

// Adds a few pictures' share to `sums`, [output][tap][block].
#define DEFINE_FOR(Value, TARGET)                                                                                     \
  template <int rows>                                                                                                 \
  TARGET INLINED void addTile(                                                                                        \
      const Shape &shape, const Value *dy, const Value *x, int64_t pictures, int64_t tap, float *sums) {              \
    const int64_t scale = shape.taps.scale, down = shape.taps.down(tap), right = shape.taps.right(tap);               \
    const int64_t dyStep = together<Value> * shape.part;                                                              \
    constexpr int64_t xStep = together<Value> * block;                                                                \
    const Range ys = inside(down, shape.stride, shape.height, shape.outHeight / scale);                               \
    const Range xs = inside(right, shape.stride, shape.width, shape.outWidth / scale);                                \
    const int64_t outRow = shape.taps.outputRow(tap), outColumn = scale * xs.begin + shape.taps.outputColumn(tap);    \
    const int64_t column = xs.begin * shape.stride + right;                                                           \
    Lanes sum[rows][strips] = {}, before[strips];                                                                     \
    if (shape.isAcross)                                                                                               \
      for (int64_t row = ys.begin; row < ys.end; row++)                                                               \
        for (int64_t i = xs.begin; i < xs.end; i++)                                                                   \
          addProducts<rows>(                                                                                          \
              dy + (row * shape.outWidth + i) * pictures * dyStep, dyStep,                                            \
              x + ((row + down) * shape.width + i + right) * pictures * xStep, xStep, pictures, sum);                 \
    for (int64_t n = 0; n < pictures && !shape.isAcross; n++)                                                         \
      for (int64_t row = ys.begin; row < ys.end; row++) {                                                             \
        const int64_t outStart = ((n * shape.outHeight + scale * row + outRow) * shape.outWidth + outColumn) * dyStep;\
        const int64_t start = ((n * shape.height + row * shape.stride + down) * shape.width + column) * xStep;        \
        addProducts<rows>(                                                                                            \
            dy + outStart, scale * dyStep, x + start, shape.stride * xStep, xs.end - xs.begin, sum);                  \
      }                                                                                                               \
    const int64_t step = shape.taps.count() * block;                                                                  \
    for (int r = 0; r < rows; r++) {                                                                                  \
      std::memcpy(before, sums + r * step, sizeof before);                                                            \
      for (int i = 0; i < strips; i++) sum[r][i] += before[i];                                                        \
      std::memcpy(sums + r * step, sum[r], sizeof sum[r]);                                                            \
    }                                                                                                                 \
  }                                                                                                                   \
  template <int rows>                                                                                                 \
  TARGET INLINED void addTiles(                                                                                       \
      const Shape &shape, const Value *dy, const Value *x, int64_t pictures, int64_t output, float *sums) {           \
    const int64_t taps = shape.taps.count();                                                                          \
    for (int64_t tap = 0; tap < taps; tap++)                                                                          \
      addTile<rows>(shape, dy + output * together<Value>, x, pictures, tap, sums + (output * taps + tap) * block);    \
  }                                                                                                                   \
  TARGET void add(                                                                                                    \
      const Shape &shape, const Value *dy, const Value *x, int64_t pictures, int64_t outputs, float *sums) {          \
    int64_t output = 0;                                                                                               \
    for (; outputs - output >= 6 && outputs - output != 8; output += 6)                                               \
      addTiles<6>(shape, dy, x, pictures, output, sums);                                                              \
    for (; outputs - output >= 4; output += 4) addTiles<4>(shape, dy, x, pictures, output, sums);                     \
    for (; outputs - output >= 2; output += 2) addTiles<2>(shape, dy, x, pictures, output, sums);                     \
    if (output < outputs) addTiles<1>(shape, dy, x, pictures, output, sums);                                          \
  }
DEFINE_FOR(float, WIDE)
DEFINE_FOR(at::BFloat16, WIDE_BFLOAT16)
#undef DEFINE_FOR

// As many outputs at a time as leave no thread without work, where that is possible.
int64_t partOf(int64_t outputs, int64_t blocks) {
  int64_t part = mostOutputs;
  while (part > lanes && blocks * ((outputs + part - 1) / part) % at::get_num_threads() != 0) part /= 2;
  return part;
}

template <typename Value>
void sumUp(const Shape &shape, const Value *x, const Value *dy, float *dw, float *db) {
  const int64_t part = shape.part, parts = (shape.outputs + part - 1) / part, taps = shape.taps.count();
  const int64_t blocks = (shape.inputs + block - 1) / block;
  const int64_t pixels = shape.height * shape.width, outPixels = shape.outHeight * shape.outWidth;
  constexpr int64_t each = together<Value>;
  const int64_t group = shape.isAcross ? (shape.pictures + 1) / 2 * 2 : each * std::max<int64_t>(1, fewPixels / pixels);
  parallelFor(0, blocks * parts, 1, [&](int64_t from, int64_t to) {
    std::vector<Lanes> sumLanes(size_t(part * taps * strips)), biasLanes(size_t(part / lanes));
    std::vector<Lanes> xLanes(size_t(group * pixels * strips)), dyLanes(size_t(group * outPixels * part / lanes));
    auto *xs = reinterpret_cast<Value *>(xLanes.data()), *dys = reinterpret_cast<Value *>(dyLanes.data());
    auto *sums = reinterpret_cast<float *>(sumLanes.data()), *bias = reinterpret_cast<float *>(biasLanes.data());
    for (int64_t item = from; item < to; item++) {
      const int64_t input = item % blocks * block, output = item / blocks * part;
      const int64_t inputs = std::min(block, shape.inputs - input), outputs = std::min(part, shape.outputs - output);
      std::fill(sumLanes.begin(), sumLanes.end(), Lanes(0));
      std::fill(biasLanes.begin(), biasLanes.end(), Lanes(0));
      for (int64_t first = 0; first < shape.pictures; first += group) {
        const int64_t pictures = std::min(group, shape.pictures - first), steps = (pictures + each - 1) / each;
        for (int64_t step = 0; step < steps; step++) {
          const int64_t n = first + step * each, apart = shape.isAcross ? steps : 1;
          const bool hasSecond = n + 1 < shape.pictures;
          gather(
              x + n * pixels * shape.inputs, hasSecond, pixels, shape.inputs, input, inputs, block, apart,
              xs + step * each * block * (shape.isAcross ? 1 : pixels));
          gather(
              dy + n * outPixels * shape.outputs, hasSecond, outPixels, shape.outputs, output, outputs, part, apart,
              dys + step * each * part * (shape.isAcross ? 1 : outPixels));
        }
        add(shape, dys, xs, steps, outputs, sums);
        if (input == 0 && !shape.isAcross) addPixels(dys, steps * outPixels, part, bias);
      }
      for (int64_t row = 0; row < outputs * taps; row++)
        std::copy_n(sums + row * block, inputs, dw + (output * taps + row) * shape.inputs + input);
      if (input == 0) std::copy_n(bias, outputs, db + output);
    }
  });
}

}  // namespace
#endif

bool ctorch::hasConvolutionGradient(at::ScalarType type, int64_t inputs, int64_t outputs) {
#if defined(__x86_64__)
  return hasWide(type) && inputs >= block && outputs >= block;
#else
  return false;
#endif
}

std::pair<at::Tensor, at::Tensor> ctorch::convolutionGradient(
    const at::Tensor &x, const at::Tensor &dy, int64_t stride, int64_t scale, bool isAcross) {
#if defined(__x86_64__)
  Shape shape{x.size(0),  x.size(2),  x.size(3), x.size(1),   dy.size(1),
              dy.size(2), dy.size(3), stride,    Taps{scale}, isAcross, 0};
  shape.part = partOf(shape.outputs, (shape.inputs + block - 1) / block);
  const auto options = x.options().dtype(at::kFloat);
  const int64_t side = scale == 1 ? 3 : 4;
  auto dw = at::empty(
      {shape.outputs, shape.inputs, side, side}, options.memory_format(at::MemoryFormat::ChannelsLast));
  auto db = at::empty({shape.outputs}, options);
  withType(x, [&](auto zero) {
    using Value = decltype(zero);
    sumUp(
        shape, x.const_data_ptr<Value>(), dy.const_data_ptr<Value>(), dw.mutable_data_ptr<float>(),
        db.mutable_data_ptr<float>());
  });
  return {dw, isAcross ? dy.sum({0, 2, 3}, false, at::kFloat) : db};
#else
  throw std::logic_error("no gradient of weights was made for this processor");
#endif
}
