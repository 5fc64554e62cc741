#include "lanes.hpp"
#include "parallel.hpp"

// One step of a sampler in one pass. Every operation is rounded by itself, as the operators one after another have it.
#pragma clang fp contract(off)

using namespace ctorch;

namespace {

struct Step {
  ctorch_prediction prediction;
  ctorch_direction direction;
  float signal, sigma, range, x0Weight, directionWeight, noiseWeight;
};

// The result for `count` neighbours; `noise` may be missing.
INLINED void advance(
    const Step &s, const float *output, const float *given, const float *noise, int64_t count, float *to) {
  Lanes o, x, x0, epsilon, other;
  load(o, output, count);
  load(x, given, count);
  switch (s.prediction) {
    case CTORCH_EPSILON: x0 = (x - o * s.sigma) / s.signal, epsilon = o; break;
    case CTORCH_SAMPLE: x0 = o, epsilon = (x - o * s.signal) / s.sigma; break;
    case CTORCH_VELOCITY: x0 = x * s.signal - o * s.sigma, epsilon = o * s.signal + x * s.sigma; break;
  }
  x0 = x0 < Lanes(-s.range) ? Lanes(-s.range) : x0;
  x0 = x0 > Lanes(s.range) ? Lanes(s.range) : x0;
  switch (s.direction) {
    case CTORCH_ALONG_X: other = x; break;
    case CTORCH_ALONG_EPSILON: other = epsilon; break;
    case CTORCH_ALONG_CLIPPED_EPSILON: other = (x - x0 * s.signal) / s.sigma; break;
  }
  Lanes next = x0 * s.x0Weight + other * s.directionWeight;
  if (noise) {
    load(other, noise, count);
    next += other * s.noiseWeight;
  }
  store(next, to, count);
}

FOR_EACH_PROCESSOR void run(
    const Step &step, const float *output, const float *x, const float *noise, int64_t from, int64_t to, float *y) {
  for (int64_t i = from; i < to; i += lanes)
    advance(step, output + i, x + i, noise ? noise + i : nullptr, std::min(lanes, to - i), y + i);
}

}  // namespace

ctorch_tensor ctorch_sampler_step(
    ctorch_tensor output, ctorch_tensor x, ctorch_tensor noise, ctorch_prediction prediction,
    ctorch_direction direction, double signal, double sigma, double range, double x0_weight, double direction_weight,
    double noise_weight, ctorch_message *error) {
  return make(error, [&] {
    const Step step{prediction,       direction,        float(signal),           float(sigma),
                    float(range),     float(x0_weight), float(direction_weight), float(noise_weight)};
    for (const auto *tensor : {output, x, noise ? noise : x})
      TORCH_CHECK(
          tensor->value.scalar_type() == at::kFloat && tensor->value.sizes() == output->value.sizes(),
          "float32 of one shape is needed, and ", tensor->value.scalar_type(), tensor->value.sizes(), " is beside ",
          output->value.sizes());
    // As the network puts it out, and takes it in again.
    const auto format = output->value.suggest_memory_format();
    const auto o = output->value.contiguous(format), given = x->value.contiguous(format);
    const auto z = noise ? noise->value.contiguous(format) : at::Tensor();
    auto y = at::empty_like(o);
    parallelFor(0, o.numel(), 1 << 14, [&](int64_t from, int64_t to) {
      run(step, o.const_data_ptr<float>(), given.const_data_ptr<float>(), noise ? z.const_data_ptr<float>() : nullptr,
          from, to, y.mutable_data_ptr<float>());
    });
    return y;
  });
}
