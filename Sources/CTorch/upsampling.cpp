#include "convolution.hpp"
#include "convolution_gradient.hpp"
#include "parallel.hpp"
#include "small_pictures.hpp"
#include "taps.hpp"

#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/custom_function.h>

// A picture made twice as large, each pixel repeated, and a 3×3 convolution of that, which takes four ninths of the
// products where weights that meet the same pixel are added first.

using namespace ctorch;

namespace {

constexpr Taps twice{2};

// Calls `body(tap, old)` for each of the sixteen and each of the nine whose weights it has.
template <typename Body>
void overParts(Body &&body) {
  // From which row (or column) on of the old, and how many, by the output's and the tap's own.
  constexpr int64_t first[2][2] = {{0, 1}, {0, 2}}, count[2][2] = {{1, 2}, {2, 1}};
  for (int64_t tap = 0; tap < twice.count(); tap++) {
    const int64_t a = twice.outputRow(tap), b = twice.outputColumn(tap), i = tap / 2 % 2, j = tap % 2;
    for (int64_t row = first[a][i]; row < first[a][i] + count[a][i]; row++)
      for (int64_t column = first[b][j]; column < first[b][j] + count[b][j]; column++) body(tap, 3 * row + column);
  }
}

// to[output][…] += from[output][…], one row of inputs of each pair that `overParts` names.
template <typename Rows>
at::Tensor added(const at::Tensor &from, int64_t side, Rows &&rows) {
  const auto w = from.contiguous(at::MemoryFormat::ChannelsLast);
  auto sums = at::zeros({w.size(0), side, side, w.size(1)}, w.options()).permute({0, 3, 1, 2});
  const int64_t inputs = w.size(1), taps = w.size(2) * w.size(3);
  parallelFor(0, w.size(0), 8, [&](int64_t begin, int64_t end) {
    for (int64_t output = begin; output < end; output++) {
      const float *read = w.const_data_ptr<float>() + output * taps * inputs;
      float *write = sums.mutable_data_ptr<float>() + output * side * side * inputs;
      overParts([&](int64_t tap, int64_t old) {
        const auto [source, target] = rows(tap, old);
        for (int64_t i = 0; i < inputs; i++) write[target * inputs + i] += read[source * inputs + i];
      });
    }
  });
  return sums;
}

// [out, in, 3, 3] → [out, in, 4, 4], and back for gradients.
at::Tensor joined(const at::Tensor &w) {
  return added(w, 4, [](int64_t tap, int64_t old) { return std::pair(old, tap); });
}
at::Tensor parted(const at::Tensor &dw) {
  return added(dw, 3, [](int64_t tap, int64_t old) { return std::pair(tap, old); });
}

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;
constexpr auto channelsLast = at::MemoryFormat::ChannelsLast;

struct UpsampledConvolution : torch::autograd::Function<UpsampledConvolution> {
  static Variable forward(
      AutogradContext *context, const Variable &givenX, const Variable &givenW, const Variable &b,
      at::ScalarType type) {
    const auto x = givenX.to(type).contiguous(channelsLast), w = joined(givenW).to(type);
    auto y = at::empty(
        {x.size(0), w.size(0), 2 * x.size(2), 2 * x.size(3)}, x.options().memory_format(channelsLast));
    convolveSmallPictures(true, x, w, b.contiguous().const_data_ptr<float>(), y);
    context->save_for_backward({x, w});
    context->saved_data["type"] = givenX.scalar_type();
    return y;
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &w = saved[1];
    const auto dy = gradients[0].to(x.scalar_type()).contiguous(channelsLast);
    at::Tensor dx, dw, db;
    if (context->needs_input_grad(0)) {
      dx = at::empty_like(x);
      convolveSmallPictures(false, dy, w, nullptr, dx);
      dx = dx.to(context->saved_data["type"].toScalarType());
    }
    if (context->needs_input_grad(1) || context->needs_input_grad(2)) {
      std::tie(dw, db) = convolutionGradient(x, dy, 1, twice.scale);
      dw = parted(dw);
    }
    return {dx, dw, db, Variable()};
  }
};

bool fits(const at::Tensor &x, int64_t height, int64_t width, const at::Tensor &w, const at::Tensor &b) {
  return x.dim() == 4 && x.numel() > 0 && height == 2 * x.size(2) && width == 2 * x.size(3) && w.dim() == 4 &&
         w.size(2) == 3 && w.size(3) == 3 && x.size(1) == w.size(1) && w.scalar_type() == at::kFloat &&
         b.scalar_type() == at::kFloat && b.sizes() == at::IntArrayRef{w.size(0)};
}

}  // namespace

ctorch_tensor ctorch_upsampled_conv2d(
    ctorch_tensor input, int64_t height, int64_t width, ctorch_tensor weight, ctorch_tensor bias,
    ctorch_message *error) {
  return make(error, [&]() -> at::Tensor {
    const auto &x = input->value, &w = weight->value, &b = bias->value;
    const bool isMixed = at::autocast::is_autocast_enabled(at::kCPU);
    const auto type = isMixed ? at::autocast::get_autocast_dtype(at::kCPU) : x.scalar_type();
    if (fits(x, height, width, w, b) && !ctorch_follows_pytorch() && areSmallPictures(x, w, type, twice.scale) &&
        hasConvolutionGradient(type, w.size(1), w.size(0))) {
      c10::impl::ExcludeDispatchKeyGuard withoutAutocast(c10::DispatchKey::AutocastCPU);
      return UpsampledConvolution::apply(x, w, b, type);
    }
    return convolve(at::upsample_nearest2d(x, at::IntArrayRef{height, width}), w, b, std::nullopt, 1, 1);
  });
}
