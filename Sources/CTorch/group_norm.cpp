#include "lanes.hpp"
#include "parallel.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include <numeric>

// Group norm (Wu & He 2018) of x + shift, and SiLU, in one pass over channels-last pictures. Each of a picture's blocks
// of whole groups is worked through by one thread in one order, so the numbers hang neither on the threads nor on the
// batch.

using namespace ctorch;

namespace {

// Sums of this many floats are handed on to a double.
constexpr int64_t run = 64;

struct Shape {
  int64_t pictures, channels, pixels, groups, block;
  int64_t groupChannels() const { return channels / groups; }
  int64_t blocks() const { return (channels + block - 1) / block; }
};

// 1/(1+e⁻ᶻ).
INLINED void sigmoid(const Lanes &z, Lanes &result) {
  Lanes power;
  exponential(-z, power);
  result = 1.0f / (1.0f + power);
}

// The mean and the squared deviations of `strips` × 16 channels from it, each over the pixels, in two passes.
template <int strips, typename Value>
INLINED void moments(const Value *x, const Shape &shape, int64_t count, double *means, double *squares) {
  Wide sum[strips] = {}, deviation[strips] = {}, square[strips] = {};
  Lanes mean[strips];
  auto width = [&](int strip) { return strips == 1 ? count : lanes; };
  for (int64_t start = 0; start < shape.pixels; start += run) {
    Lanes part[strips] = {};
    for (int64_t pixel = start; pixel < std::min(start + run, shape.pixels); pixel++)
      for (int strip = 0; strip < strips; strip++) {
        Lanes value;
        load(value, x + pixel * shape.channels + strip * lanes, width(strip));
        part[strip] += value;
      }
    for (int strip = 0; strip < strips; strip++) sum[strip] += __builtin_convertvector(part[strip], Wide);
  }
  for (int strip = 0; strip < strips; strip++)
    mean[strip] = __builtin_convertvector(sum[strip] / double(shape.pixels), Lanes);
  for (int64_t start = 0; start < shape.pixels; start += run) {
    Lanes first[strips] = {}, second[strips] = {};
    for (int64_t pixel = start; pixel < std::min(start + run, shape.pixels); pixel++)
      for (int strip = 0; strip < strips; strip++) {
        Lanes value;
        load(value, x + pixel * shape.channels + strip * lanes, width(strip));
        value -= mean[strip];
        first[strip] += value;
        second[strip] += value * value;
      }
    for (int strip = 0; strip < strips; strip++) {
      deviation[strip] += __builtin_convertvector(first[strip], Wide);
      square[strip] += __builtin_convertvector(second[strip], Wide);
    }
  }
  // The rounding of the mean is taken out again: Chan, Golub & LeVeque 1983, equation 1.7.
  for (int strip = 0; strip < strips; strip++) {
    const Wide rest = deviation[strip] / double(shape.pixels);
    for (int64_t i = 0; i < width(strip); i++) {
      means[strip * lanes + i] = double(mean[strip][i]) + rest[i];
      squares[strip * lanes + i] = square[strip][i] - deviation[strip][i] * rest[i];
    }
  }
}

// Calls `body` with 4 × 16 channels at a time, then with 16, or those that are left.
template <int most, typename Body>
INLINED void inStrips(int64_t channels, Body &&body) {
  int64_t channel = 0;
  for (; channel + most * lanes <= channels; channel += most * lanes)
    body(std::integral_constant<int, most>(), channel, most * lanes);
  for (; channel < channels; channel += lanes)
    body(std::integral_constant<int, 1>(), channel, std::min(lanes, channels - channel));
}

template <bool hasSilu, int strips, typename Value>
INLINED void normalize(
    const Value *x, Value *y, const Shape &shape, int64_t count, const float *mean, const float *scale,
    const float *bias) {
  Lanes m[strips], s[strips], b[strips];
  auto width = [&](int strip) { return strips == 1 ? count : lanes; };
  for (int strip = 0; strip < strips; strip++) {
    load(m[strip], mean + strip * lanes, width(strip));
    load(s[strip], scale + strip * lanes, width(strip));
    load(b[strip], bias + strip * lanes, width(strip));
  }
  for (int64_t pixel = 0; pixel < shape.pixels; pixel++)
    for (int strip = 0; strip < strips; strip++) {
      const int64_t at = pixel * shape.channels + strip * lanes;
      Lanes value;
      load(value, x + at, width(strip));
      Lanes z = (value - m[strip]) * s[strip] + b[strip];
      if constexpr (hasSilu) {
        Lanes gate;
        sigmoid(z, gate);
        z *= gate;
      }
      store(z, y + at, width(strip));
    }
}

// `item` is a picture's block; `means` and `deviations` (1/√(variance+ε)) are [pictures, groups]. `shift`, [pictures,
// channels], may be missing.
template <bool hasSilu, typename Value>
INLINED void forwardBlock(
    const Value *x, Value *y, const Shape &shape, const float *shift, const float *weight, const float *bias,
    double eps, float *means, float *deviations, int64_t item, double *scratch) {
  const int64_t picture = item / shape.blocks(), first = item % shape.blocks() * shape.block;
  const int64_t channels = std::min(shape.block, shape.channels - first), each = shape.groupChannels();
  const int64_t offset = picture * shape.channels * shape.pixels + first;
  double *mean = scratch, *square = scratch + channels;
  inStrips<4>(channels, [&](auto strips, int64_t channel, int64_t count) __attribute__((always_inline)) {
    moments<strips>(x + offset + channel, shape, count, mean + channel, square + channel);
  });
  float *scale = reinterpret_cast<float *>(scratch + 2 * channels), *center = scale + channels;
  const float *shifts = shift ? shift + picture * shape.channels + first : nullptr;
  if (shifts)
    for (int64_t c = 0; c < channels; c++) mean[c] += shifts[c];
  for (int64_t start = 0; start < channels; start += each) {
    // Chan, Golub & LeVeque 1983: the group's moments from its channels'.
    double average = 0, squares = 0;
    for (int64_t c = start; c < start + each; c++) average += mean[c];
    average /= double(each);
    for (int64_t c = start; c < start + each; c++)
      squares += square[c] + double(shape.pixels) * (mean[c] - average) * (mean[c] - average);
    const double deviation = 1 / std::sqrt(squares / double(each * shape.pixels) + eps);
    const int64_t group = picture * shape.groups + (first + start) / each;
    means[group] = float(average), deviations[group] = float(deviation);
    for (int64_t c = start; c < start + each; c++)
      center[c] = float(average - (shifts ? shifts[c] : 0)), scale[c] = float(deviation * weight[first + c]);
  }
  inStrips<4>(channels, [&](auto strips, int64_t channel, int64_t count) __attribute__((always_inline)) {
    normalize<hasSilu, strips>(
        x + offset + channel, y + offset + channel, shape, count, center + channel, scale + channel,
        bias + first + channel);
  });
}

// With x̂ = (x−μ)/σ and z = γx̂+β: Σ ∂z and Σ ∂z·x̂ over the pixels, and ∂z itself.
template <bool hasSilu, int strips, typename Value>
INLINED void sums(
    const Value *x, const Value *dy, float *dz, const Shape &shape, int64_t stride, int64_t count, const float *mean,
    const float *deviation, const float *weight, const float *bias, double *plain, double *weighted) {
  Lanes m[strips], d[strips], w[strips], b[strips];
  Wide first[strips] = {}, second[strips] = {};
  auto width = [&](int strip) { return strips == 1 ? count : lanes; };
  for (int strip = 0; strip < strips; strip++) {
    load(m[strip], mean + strip * lanes, width(strip));
    load(d[strip], deviation + strip * lanes, width(strip));
    load(w[strip], weight + strip * lanes, width(strip));
    load(b[strip], bias + strip * lanes, width(strip));
  }
  for (int64_t start = 0; start < shape.pixels; start += run) {
    Lanes part[strips] = {}, product[strips] = {};
    for (int64_t pixel = start; pixel < std::min(start + run, shape.pixels); pixel++)
      for (int strip = 0; strip < strips; strip++) {
        Lanes value, gradient;
        load(value, x + pixel * shape.channels + strip * lanes, width(strip));
        load(gradient, dy + pixel * shape.channels + strip * lanes, width(strip));
        const Lanes normal = (value - m[strip]) * d[strip];
        if constexpr (hasSilu) {
          const Lanes z = normal * w[strip] + b[strip];
          Lanes gate;
          sigmoid(z, gate);
          gradient *= gate * (1.0f + z * (1.0f - gate));
        }
        part[strip] += gradient;
        product[strip] += gradient * normal;
        store(gradient, dz + pixel * stride + strip * lanes, lanes);
      }
    for (int strip = 0; strip < strips; strip++) {
      first[strip] += __builtin_convertvector(part[strip], Wide);
      second[strip] += __builtin_convertvector(product[strip], Wide);
    }
  }
  for (int strip = 0; strip < strips; strip++)
    for (int64_t i = 0; i < width(strip); i++) {
      plain[strip * lanes + i] = first[strip][i];
      weighted[strip * lanes + i] = second[strip][i];
    }
}

// ∂x = γ/σ·∂z − (x−μ)·slope − level, and its sum over the pixels.
template <int strips, typename Value>
INLINED void inputGradient(
    const Value *x, const float *dz, Value *dx, const Shape &shape, int64_t stride, int64_t count, const float *mean,
    const float *scale, const float *slope, const float *level, float *total) {
  Lanes m[strips], s[strips], k[strips], l[strips];
  Wide sum[strips] = {};
  auto width = [&](int strip) { return strips == 1 ? count : lanes; };
  for (int strip = 0; strip < strips; strip++) {
    load(m[strip], mean + strip * lanes, width(strip));
    load(s[strip], scale + strip * lanes, width(strip));
    load(k[strip], slope + strip * lanes, width(strip));
    load(l[strip], level + strip * lanes, width(strip));
  }
  for (int64_t start = 0; start < shape.pixels; start += run) {
    Lanes part[strips] = {};
    for (int64_t pixel = start; pixel < std::min(start + run, shape.pixels); pixel++)
      for (int strip = 0; strip < strips; strip++) {
        const int64_t at = pixel * shape.channels + strip * lanes;
        Lanes value, gradient;
        load(value, x + at, width(strip));
        load(gradient, dz + pixel * stride + strip * lanes, lanes);
        const Lanes slope = gradient * s[strip] - (value - m[strip]) * k[strip] - l[strip];
        part[strip] += slope;
        store(slope, dx + at, width(strip));
      }
    for (int strip = 0; strip < strips; strip++) sum[strip] += __builtin_convertvector(part[strip], Wide);
  }
  for (int strip = 0; strip < strips; strip++)
    store(__builtin_convertvector(sum[strip], Lanes), total + strip * lanes, width(strip));
}

// `plain` and `weighted` are [pictures, channels]: what the picture adds to ∂β and ∂γ. So is `total`, ∂shift.
template <bool hasSilu, typename Value>
INLINED void backwardBlock(
    const Value *x, const Value *dy, Value *dx, const Shape &shape, const float *shift, const float *weight,
    const float *bias, const float *means, const float *deviations, float *total, double *plain, double *weighted,
    int64_t item, float *scratch) {
  const int64_t picture = item / shape.blocks(), first = item % shape.blocks() * shape.block;
  const int64_t channels = std::min(shape.block, shape.channels - first), each = shape.groupChannels();
  const int64_t offset = picture * shape.channels * shape.pixels + first;
  const int64_t stride = (channels + lanes - 1) / lanes * lanes;
  float *mean = scratch, *deviation = mean + stride, *scale = deviation + stride, *slope = scale + stride,
        *level = slope + stride, *dz = level + stride;
  const float *w = weight + first, *b = bias + first;
  for (int64_t c = 0; c < channels; c++) {
    const int64_t group = picture * shape.groups + (first + c) / each;
    const float offset = shift ? shift[picture * shape.channels + first + c] : 0;
    mean[c] = means[group] - offset, deviation[c] = deviations[group];
  }
  double *s1 = plain + picture * shape.channels + first, *s2 = weighted + picture * shape.channels + first;
  inStrips<2>(channels, [&](auto strips, int64_t c, int64_t count) __attribute__((always_inline)) {
    sums<hasSilu, strips>(
        x + offset + c, dy + offset + c, dz + c, shape, stride, count, mean + c, deviation + c, w + c, b + c, s1 + c,
        s2 + c);
  });
  const double elements = double(each * shape.pixels);
  for (int64_t start = 0; start < channels; start += each) {
    double sum = 0, product = 0;
    for (int64_t c = start; c < start + each; c++) sum += s1[c] * w[c], product += s2[c] * w[c];
    for (int64_t c = start; c < start + each; c++) {
      scale[c] = w[c] * deviation[c];
      slope[c] = float(product / elements * deviation[c] * deviation[c]);
      level[c] = float(sum / elements * deviation[c]);
    }
  }
  inStrips<2>(channels, [&](auto strips, int64_t c, int64_t count) __attribute__((always_inline)) {
    inputGradient<strips>(
        x + offset + c, dz + c, dx + offset + c, shape, stride, count, mean + c, scale + c, slope + c, level + c,
        total + picture * shape.channels + first + c);
  });
}

#define DEFINE_FOR(Value)                                                                                   \
  FOR_EACH_PROCESSOR void forward(                                                                          \
      bool hasSilu, const Value *x, Value *y, const Shape &shape, const float *shift, const float *weight,  \
      const float *bias, double eps, float *means, float *deviations, int64_t item, double *scratch) {      \
    if (hasSilu)                                                                                            \
      forwardBlock<true>(x, y, shape, shift, weight, bias, eps, means, deviations, item, scratch);          \
    else                                                                                                    \
      forwardBlock<false>(x, y, shape, shift, weight, bias, eps, means, deviations, item, scratch);         \
  }                                                                                                         \
  FOR_EACH_PROCESSOR void backward(                                                                         \
      bool hasSilu, const Value *x, const Value *dy, Value *dx, const Shape &shape, const float *shift,     \
      const float *weight, const float *bias, const float *means, const float *deviations, float *total,    \
      double *plain, double *weighted, int64_t item, float *scratch) {                                      \
    if (hasSilu)                                                                                            \
      backwardBlock<true>(                                                                                  \
          x, dy, dx, shape, shift, weight, bias, means, deviations, total, plain, weighted, item, scratch); \
    else                                                                                                    \
      backwardBlock<false>(                                                                                 \
          x, dy, dx, shape, shift, weight, bias, means, deviations, total, plain, weighted, item, scratch); \
  }
DEFINE_FOR(float)
DEFINE_FOR(at::BFloat16)
#undef DEFINE_FOR

// Blocks are whole groups and whole lanes, and about 64 channels, where the channels allow it.
Shape shapeOf(const at::Tensor &x, int64_t groups) {
  Shape shape{x.size(0), x.size(1), x.size(2) * x.size(3), groups, 0};
  const int64_t least = std::lcm(shape.groupChannels(), lanes);
  shape.block = std::min(shape.channels, least * std::max<int64_t>(1, 64 / least));
  return shape;
}

template <typename Body>
void overBlocks(const Shape &shape, Body &&body) {
  const int64_t grain = std::max<int64_t>(1, 16384 / std::max<int64_t>(1, shape.block * shape.pixels));
  parallelFor(0, shape.pictures * shape.blocks(), grain, body);
}

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

const float *floats(const at::Tensor &x) { return x.defined() ? x.const_data_ptr<float>() : nullptr; }

struct GroupNormSiLU : torch::autograd::Function<GroupNormSiLU> {
  static Variable forward(
      AutogradContext *context, const Variable &input, const std::optional<Variable> &givenShift,
      const Variable &weight, const Variable &bias, int64_t groups, double eps, bool hasSilu) {
    const auto x = input.contiguous(at::MemoryFormat::ChannelsLast), w = weight.contiguous(), b = bias.contiguous();
    const auto shift = givenShift ? givenShift->to(at::kFloat).contiguous() : Variable();
    const Shape shape = shapeOf(x, groups);
    auto y = at::empty_like(x);
    auto means = at::empty({shape.pictures, groups}, at::kFloat), deviations = at::empty_like(means);
    withType(x, [&](auto zero) {
      using Value = decltype(zero);
      overBlocks(shape, [&](int64_t from, int64_t to) {
        std::vector<double> scratch(size_t(3 * shape.block));
        for (int64_t item = from; item < to; item++)
          ::forward(
              hasSilu, x.template const_data_ptr<Value>(), y.template mutable_data_ptr<Value>(), shape, floats(shift),
              floats(w), floats(b), eps, means.template mutable_data_ptr<float>(),
              deviations.template mutable_data_ptr<float>(), item, scratch.data());
      });
    });
    context->save_for_backward({x, shift, w, b, means, deviations});
    context->saved_data["groups"] = groups;
    context->saved_data["silu"] = hasSilu;
    if (givenShift) context->saved_data["shift"] = givenShift->scalar_type();
    return y;
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &shift = saved[1], &w = saved[2], &b = saved[3], &means = saved[4],
               &deviations = saved[5];
    const bool hasSilu = context->saved_data["silu"].toBool();
    const auto dy = gradients[0].to(x.scalar_type()).contiguous(at::MemoryFormat::ChannelsLast);
    const Shape shape = shapeOf(x, context->saved_data["groups"].toInt());
    auto dx = at::empty_like(x);
    auto plain = at::empty({shape.pictures, shape.channels}, at::kDouble), weighted = at::empty_like(plain);
    auto total = at::empty({shape.pictures, shape.channels}, at::kFloat);
    withType(x, [&](auto zero) {
      using Value = decltype(zero);
      overBlocks(shape, [&](int64_t from, int64_t to) {
        std::vector<float> scratch(size_t((5 + shape.pixels) * (shape.block + lanes)));
        for (int64_t item = from; item < to; item++)
          ::backward(
              hasSilu, x.template const_data_ptr<Value>(), dy.template const_data_ptr<Value>(),
              dx.template mutable_data_ptr<Value>(), shape, floats(shift), floats(w), floats(b), floats(means),
              floats(deviations), total.template mutable_data_ptr<float>(),
              plain.template mutable_data_ptr<double>(), weighted.template mutable_data_ptr<double>(), item,
              scratch.data());
      });
    });
    const auto dshift = shift.defined() ? total.to(context->saved_data["shift"].toScalarType()) : Variable();
    const auto dw = weighted.sum(0).to(at::kFloat), db = plain.sum(0).to(at::kFloat);
    return {dx, dshift, dw, db, Variable(), Variable(), Variable()};
  }
};

}  // namespace

ctorch_tensor ctorch_group_norm(
    ctorch_tensor input, ctorch_tensor givenShift, int64_t groups, ctorch_tensor weight, ctorch_tensor bias, double eps,
    bool silu, ctorch_message *error) {
  return ctorch::make(error, [&] {
    const auto &x = input->value, &w = weight->value, &b = bias->value;
    const auto shift = ctorch::optional(givenShift);
    const bool isKnown = x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16;
    const bool isPlain = w.scalar_type() == at::kFloat && b.scalar_type() == at::kFloat && x.numel() > 0;
    const bool fits = groups > 0 && x.dim() == 4 && x.size(1) % groups == 0 && w.sizes() == b.sizes() &&
                      w.dim() == 1 && w.size(0) == x.size(1);
    const bool isPicture = fits && x.suggest_memory_format() == at::MemoryFormat::ChannelsLast;
    const bool isShifted = shift && isPicture && shift->sizes() == x.sizes().slice(0, 2);
    if (isKnown && isPlain && isPicture && (isShifted || !shift) && !ctorch_follows_pytorch())
      return GroupNormSiLU::apply(x, shift, w, b, groups, eps, silu);
    const auto z = shift ? x + shift->reshape({x.size(0), x.size(1), 1, 1}) : x;
    auto y = at::group_norm(z, groups, w, b, eps);
    return silu ? at::silu(y) : y;
  });
}
