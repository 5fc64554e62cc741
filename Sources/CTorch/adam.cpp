#include "lanes.hpp"
#include "parallel.hpp"

#include <ATen/core/grad_mode.h>

// Adam (Kingma & Ba 2015, algorithm 1) and AdamW (Loshchilov & Hutter 2019, algorithm 2) in one pass over all
// parameters.

using namespace ctorch;

namespace {

struct Settings {
  double learningRate, beta1, beta2, weightDecay, eps;
  bool decoupled;
};

// One parameter's memory, and what its step makes of the settings.
struct Slice {
  float *p, *m, *v;
  const float *g;
  int64_t count;
  float decay, coupledDecay, rate1, beta2, rate2, stepSize, rootCorrection, eps;
};

INLINED void update(const Slice &s, int64_t from, int64_t to) {
  for (int64_t i = from; i < to; i += lanes) {
    const int64_t width = std::min(lanes, to - i);
    Lanes p, m, v, g;
    load(p, s.p + i, width);
    load(m, s.m + i, width);
    load(v, s.v + i, width);
    load(g, s.g + i, width);
    g += p * s.coupledDecay;
    p *= s.decay;
    m += (g - m) * s.rate1;
    v = v * s.beta2 + g * g * s.rate2;
    p -= m * s.stepSize / (__builtin_elementwise_sqrt(v) / s.rootCorrection + s.eps);
    store(p, s.p + i, width);
    store(m, s.m + i, width);
    store(v, s.v + i, width);
  }
}

FOR_EACH_PROCESSOR void run(const Slice &slice, int64_t from, int64_t to) { update(slice, from, to); }

// Whether the elements lie in one order; where a dimension has one element, its stride has no say.
bool isLaidOutAlike(const at::Tensor &a, const at::Tensor &b) {
  if (a.sizes() != b.sizes() || !a.is_non_overlapping_and_dense()) return false;
  for (int64_t i = 0; i < a.dim(); i++)
    if (a.size(i) > 1 && a.stride(i) != b.stride(i)) return false;
  return true;
}

Slice slice(
    const at::Tensor &p, const at::Tensor &g, const at::Tensor &m, const at::Tensor &v, const at::Tensor &step,
    const Settings &settings) {
  for (const auto *tensor : {&p, &g, &m, &v})
    TORCH_CHECK(
        tensor->scalar_type() == at::kFloat && isLaidOutAlike(*tensor, p),
        "a parameter, its gradient and its moments need one memory layout, and are of ", tensor->sizes());
  float &t = *step.mutable_data_ptr<float>();
  t += 1;
  p.unsafeGetTensorImpl()->bump_version();
  const double correction1 = 1 - std::pow(settings.beta1, t), correction2 = 1 - std::pow(settings.beta2, t);
  Slice slice;
  slice.p = p.mutable_data_ptr<float>(), slice.g = g.const_data_ptr<float>();
  slice.m = m.mutable_data_ptr<float>(), slice.v = v.mutable_data_ptr<float>();
  slice.count = p.numel();
  slice.decay = settings.decoupled ? float(1 - settings.learningRate * settings.weightDecay) : 1;
  slice.coupledDecay = settings.decoupled ? 0 : float(settings.weightDecay);
  slice.rate1 = float(1 - settings.beta1), slice.beta2 = float(settings.beta2), slice.rate2 = float(1 - settings.beta2);
  slice.stepSize = float(settings.learningRate / correction1), slice.rootCorrection = float(std::sqrt(correction2));
  slice.eps = float(settings.eps);
  return slice;
}

}  // namespace

bool ctorch_adam_step(
    const ctorch_tensor *parameters, const ctorch_tensor *gradients, const ctorch_tensor *first_moments,
    const ctorch_tensor *second_moments, const ctorch_tensor *steps, size_t count, double learning_rate,
    double beta1, double beta2, double weight_decay, double eps, bool decoupled, ctorch_message *error) {
  return attempt(error, [&] {
    at::NoGradGuard withoutGradients;
    const Settings settings{learning_rate, beta1, beta2, weight_decay, eps, decoupled};
    // Each thread has a share of the elements, wherever parameters begin and end.
    std::vector<Slice> slices;
    std::vector<int64_t> starts;
    int64_t elements = 0;
    for (size_t i = 0; i < count; i++) {
      const auto &p = parameters[i]->value;
      const auto g = gradients[i]->value;
      slices.push_back(slice(p, g, first_moments[i]->value, second_moments[i]->value, steps[i]->value, settings));
      starts.push_back(elements);
      elements += p.numel();
    }
    parallelFor(0, elements, 1 << 15, [&](int64_t from, int64_t to) {
      auto i = size_t(std::upper_bound(starts.begin(), starts.end(), from) - starts.begin() - 1);
      for (; i < slices.size() && starts[i] < to; i++)
        run(slices[i], std::max(from - starts[i], int64_t(0)), std::min(to - starts[i], slices[i].count));
    });
  });
}
