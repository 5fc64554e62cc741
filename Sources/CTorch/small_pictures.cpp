#include "small_pictures.hpp"

#include "parallel.hpp"
#include "wide.hpp"

#include <torch/csrc/autograd/custom_function.h>

// Of the windows over a picture of 4×4 three tenths lie outside. A product of matrices for each place and tap, over all
// pictures, leaves those out. Every sum is taken in one order, so it hangs neither on the threads nor on the batch.

using namespace ctorch;

#if defined(__x86_64__)
namespace {

constexpr int taps = 9, strips = 4, tile = 6;
constexpr int64_t block = strips * lanes;
// Of the summed channels as many as let their weights for a block stay in the innermost cache.
constexpr int64_t depth = 128;
// Pictures whose sums for a block stay in the next one.
constexpr int64_t group = 48;

struct Shape {
  int64_t pictures, height, width, inputs, outputs;
  int64_t places() const { return height * width; }
};

int64_t blocks(int64_t channels) { return (channels + block - 1) / block; }
int64_t evenly(int64_t count, int64_t size) { return (count + size - 1) / size * size; }

// Where the tap finds its value for a place; nothing outside the picture.
std::optional<int64_t> source(const Shape &shape, int64_t place, int64_t tap) {
  const int64_t row = place / shape.width + tap / 3 - 1, column = place % shape.width + tap % 3 - 1;
  if (row < 0 || row >= shape.height || column < 0 || column >= shape.width) return std::nullopt;
  return row * shape.width + column;
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
  const int64_t row = taps * shape.inputs;
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
  const int64_t row = taps * shape.inputs;
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

// What one thread does: a block of targets for a group of pictures. `x` is [pictures, places, sources] and `y`
// [pictures, places, targets]; `sums` and `weights` are scratch.
template <typename Value>
struct Part {
  bool isForward;
  const Value *x, *w;
  const float *bias;
  Value *y;
  int64_t sources, targets, picture, pictures, target;
  float *sums;
  Value *weights;
};

#define DEFINE_FOR(Value, TARGET)                                                                                     \
  TARGET void work(const Shape &shape, const Part<Value> &part) {                                                     \
    const int64_t places = shape.places(), width = std::min(block, part.targets - part.target);                       \
    std::fill_n(part.sums, places * part.pictures * block, 0.0f);                                                     \
    if (width < block) std::fill_n(part.weights, depth * block, Value(0));                                            \
    const Value *pictures = part.x + part.picture * places * part.sources;                                            \
    for (int64_t tap = 0; tap < taps; tap++)                                                                          \
      for (int64_t from = 0; from < part.sources; from += depth) {                                                    \
        const int64_t count = std::min(depth, part.sources - from);                                                   \
        layOut(part.isForward, part.w, shape, tap, part.target, width, from, count, part.weights);                    \
        for (int64_t place = 0; place < places; place++) {                                                            \
          const auto found = source(shape, place, part.isForward ? tap : taps - 1 - tap);                             \
          if (!found) continue;                                                                                       \
          const int64_t stride = places * part.sources;                                                               \
          const Value *x = pictures + *found * part.sources + from;                                                   \
          float *sums = part.sums + place * part.pictures * block;                                                    \
          int64_t n = 0;                                                                                              \
          for (; n + tile <= part.pictures; n += tile)                                                                \
            addProducts<tile>(x + n * stride, stride, part.weights, count, sums + n * block);                         \
          if (part.pictures - n >= 4)                                                                                 \
            addProducts<4>(x + n * stride, stride, part.weights, count, sums + n * block), n += 4;                    \
          if (part.pictures - n >= 2)                                                                                 \
            addProducts<2>(x + n * stride, stride, part.weights, count, sums + n * block), n += 2;                    \
          if (part.pictures - n >= 1)                                                                                 \
            addProducts<1>(x + n * stride, stride, part.weights, count, sums + n * block);                            \
        }                                                                                                             \
      }                                                                                                               \
    for (int64_t place = 0; place < places; place++)                                                                  \
      for (int64_t n = 0; n < part.pictures; n++)                                                                     \
        for (int64_t lane = 0; lane < width; lane += lanes) {                                                         \
          Lanes sum, bias = 0;                                                                                        \
          std::memcpy(&sum, part.sums + (place * part.pictures + n) * block + lane, sizeof sum);                      \
          const int64_t count = std::min(lanes, width - lane);                                                        \
          if (part.bias) load(bias, part.bias + part.target + lane, count);                                           \
          const int64_t at = ((part.picture + n) * places + place) * part.targets + part.target + lane;               \
          store(sum + bias, part.y + at, count);                                                                      \
        }                                                                                                             \
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
  const int64_t groups = (shape.pictures + group - 1) / group, size = (shape.pictures + groups - 1) / groups;
  parallelFor(0, blocks(targets) * groups, 1, [&](int64_t begin, int64_t end) {
    std::vector<Lanes> sums(size_t(shape.places() * size * strips)), weights(size_t(depth * strips));
    for (int64_t item = begin; item < end; item++) {
      const int64_t picture = item % groups * size;
      work(
          shape, Part<Value>{
                     isForward, x.const_data_ptr<Value>(), w.const_data_ptr<Value>(), bias,
                     y.mutable_data_ptr<Value>(), sources, targets, picture,
                     std::min(size, shape.pictures - picture), item / groups * block,
                     reinterpret_cast<float *>(sums.data()), reinterpret_cast<Value *>(weights.data())});
    }
  });
}

// sum[row] += Σ_n dy[n][row]·x[n], with `tile` rows of dy beside each other.
WIDE INLINED void addOuterProducts(const float *dy, const float *x, int64_t count, Lanes (&sum)[tile][strips]) {
  for (int64_t n = 0; n < count; n++) {
    Lanes value[strips];
    std::memcpy(value, x + n * block, sizeof value);
    for (int r = 0; r < tile; r++)
      for (int s = 0; s < strips; s++) sum[r][s] += dy[n * tile + r] * value[s];
  }
}
WIDE_BFLOAT16 INLINED void addOuterProducts(
    const at::BFloat16 *dy, const at::BFloat16 *x, int64_t count, Lanes (&sum)[tile][strips]) {
  for (int64_t n = 0; n < count; n += 2) {
    __m512bh value[strips];
    std::memcpy(value, x + n * block, sizeof value);
    for (int r = 0; r < tile; r++) {
      const auto slope = pair(dy + n * tile + 2 * r);
      for (int s = 0; s < strips; s++) multiplyAdd(slope, value[s], sum[r][s]);
    }
  }
}

// Of a matrix [pictures, places, channels] `width` channels from `first` on: [places][pictures][width], zeros behind
// the last channel; of bfloat16 two pictures lie beside each other, channel by channel.
WIDE void gather(const float *from, const Shape &shape, int64_t channels, int64_t first, int64_t width, float *to) {
  const int64_t places = shape.places(), count = std::min(width, channels - first);
  for (int64_t place = 0; place < places; place++)
    for (int64_t n = 0; n < shape.pictures; n++, to += width) {
      std::memcpy(to, from + (n * places + place) * channels + first, size_t(count) * sizeof(float));
      std::fill(to + count, to + width, 0.0f);
    }
}
WIDE void gather(
    const at::BFloat16 *from, const Shape &shape, int64_t channels, int64_t first, int64_t width, at::BFloat16 *to) {
  const int64_t places = shape.places(), count = std::min(width, channels - first);
  const std::vector<at::BFloat16> zeros(size_t(count), at::BFloat16(0.0f));
  for (int64_t place = 0; place < places; place++)
    for (int64_t n = 0; n < shape.pictures; n += 2, to += 2 * width) {
      const auto *row = from + (n * places + place) * channels + first;
      interleave(row, n + 1 < shape.pictures ? row + places * channels : zeros.data(), count, to);
      std::fill(to + 2 * count, to + 2 * width, at::BFloat16(0.0f));
    }
}

// ∂W[output][tap][input] for a block of inputs and a tile of outputs, from what `gather` made of both.
#define DEFINE_FOR(Value, TARGET)                                                                                 \
  TARGET void weightGradient(                                                                                     \
      const Shape &shape, const Value *dy, const Value *x, int64_t output, int64_t input, float *dw) {            \
    const int64_t pictures = std::is_same_v<Value, float> ? shape.pictures : evenly(shape.pictures, 2);           \
    const int64_t rows = std::min<int64_t>(tile, shape.outputs - output);                                         \
    for (int64_t tap = 0; tap < taps; tap++) {                                                                    \
      Lanes sum[tile][strips] = {};                                                                               \
      for (int64_t place = 0; place < shape.places(); place++)                                                    \
        if (const auto found = source(shape, place, tap))                                                         \
          addOuterProducts(dy + place * pictures * tile, x + *found * pictures * block, pictures, sum);           \
      for (int64_t r = 0; r < rows; r++)                                                                          \
        for (int64_t s = 0; s < strips && input + s * lanes < shape.inputs; s++)                                  \
          store(                                                                                                  \
              sum[r][s], dw + ((output + r) * taps + tap) * shape.inputs + input + s * lanes,                     \
              std::min(lanes, shape.inputs - input - s * lanes));                                                 \
    }                                                                                                             \
  }
DEFINE_FOR(float, WIDE)
DEFINE_FOR(at::BFloat16, WIDE_BFLOAT16)
#undef DEFINE_FOR

template <typename Value>
void weightGradients(const Shape &shape, const at::Tensor &dy, const at::Tensor &x, const at::Tensor &dw) {
  const int64_t places = shape.places(), rows = places * evenly(shape.pictures, 2);
  const int64_t tiles = (shape.outputs + tile - 1) / tile;
  const auto slopes = at::empty({tiles * rows * tile}, dy.options());
  parallelFor(0, tiles, 1, [&](int64_t begin, int64_t end) {
    for (int64_t item = begin; item < end; item++)
      gather(
          dy.const_data_ptr<Value>(), shape, shape.outputs, item * tile, tile,
          slopes.mutable_data_ptr<Value>() + item * rows * tile);
  });
  parallelFor(0, blocks(shape.inputs), 1, [&](int64_t begin, int64_t end) {
    const auto values = at::empty({rows * block}, x.options());
    for (int64_t item = begin; item < end; item++) {
      gather(x.const_data_ptr<Value>(), shape, shape.inputs, item * block, block, values.mutable_data_ptr<Value>());
      for (int64_t number = 0; number < tiles; number++)
        weightGradient(
            shape, slopes.const_data_ptr<Value>() + number * rows * tile, values.const_data_ptr<Value>(), number * tile,
            item * block, dw.mutable_data_ptr<float>());
    }
  });
}

Shape shapeOf(const at::Tensor &x, const at::Tensor &w) {
  return {x.size(0), x.size(2), x.size(3), w.size(1), w.size(0)};
}

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;
constexpr auto channelsLast = at::MemoryFormat::ChannelsLast;

struct SmallPictures : torch::autograd::Function<SmallPictures> {
  static Variable forward(
      AutogradContext *context, const Variable &givenX, const Variable &givenW, const std::optional<Variable> &b,
      at::ScalarType type) {
    const auto x = givenX.to(type).contiguous(channelsLast), w = givenW.to(type).contiguous(channelsLast);
    const Shape shape = shapeOf(x, w);
    auto y = at::empty(
        {shape.pictures, shape.outputs, shape.height, shape.width}, x.options().memory_format(channelsLast));
    withType(x, [&](auto zero) {
      convolve<decltype(zero)>(shape, true, x, w, b ? b->const_data_ptr<float>() : nullptr, y);
    });
    context->save_for_backward({x, w});
    context->saved_data["type"] = givenX.scalar_type();
    return y;
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &w = saved[1];
    const auto dy = gradients[0].to(x.scalar_type()).contiguous(channelsLast);
    const Shape shape = shapeOf(x, w);
    at::Tensor dx, dw, db;
    withType(x, [&](auto zero) {
      using Value = decltype(zero);
      if (context->needs_input_grad(0)) {
        dx = at::empty_like(x);
        convolve<Value>(shape, false, dy, w, nullptr, dx);
        dx = dx.to(context->saved_data["type"].toScalarType());
      }
      if (context->needs_input_grad(1)) {
        dw = at::empty(w.sizes(), w.options().dtype(at::kFloat).memory_format(channelsLast));
        weightGradients<Value>(shape, dy, x, dw);
      }
      if (context->needs_input_grad(2)) db = dy.sum({0, 2, 3}, false, at::kFloat);
    });
    return {dx, dw, db, Variable()};
  }
};

}  // namespace
#endif

std::optional<at::Tensor> ctorch::convolutionOfSmallPictures(
    const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b, at::ScalarType type) {
#if defined(__x86_64__)
  const bool fits = x.dim() == 4 && w.dim() == 4 && w.size(2) == 3 && w.size(3) == 3 && x.size(1) == w.size(1);
  if (!fits || x.numel() == 0 || w.scalar_type() != at::kFloat) return std::nullopt;
  if (b && (b->scalar_type() != at::kFloat || b->sizes() != at::IntArrayRef{w.size(0)})) return std::nullopt;
  const int64_t height = x.size(2), width = x.size(3), inside = (3 * height - 2) * (3 * width - 2);
  const bool isSmall = 4 * inside <= 3 * 9 * height * width && height * width <= 64;
  const bool isWide = w.size(0) >= 64 && w.size(1) >= 64 && w.size(0) % 2 == 0 && w.size(1) % 2 == 0;
  constexpr int64_t few = 2 * tile;
  if (!isSmall || !isWide || x.size(0) < few || !hasWide(type)) return std::nullopt;
  return SmallPictures::apply(x, w, b ? std::optional(b->contiguous()) : std::nullopt, type);
#else
  return std::nullopt;
#endif
}
