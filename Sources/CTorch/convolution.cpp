#include "convolution.hpp"

#include "convolution_gradient.hpp"
#include "small_pictures.hpp"
#include "without_gradients.hpp"

#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/custom_function.h>

// Convolutions of many channels, each of whose three products goes to the kernel that is quickest at it: oneDNN's
// gradients of weights run at two thirds of its other products' rate.

using namespace ctorch;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;
constexpr auto channelsLast = at::MemoryFormat::ChannelsLast;
const int64_t ones[] = {1, 1}, zeros[] = {0, 0};

struct WideConvolution : torch::autograd::Function<WideConvolution> {
  static Variable forward(
      AutogradContext *context, const Variable &givenX, const Variable &givenW, const std::optional<Variable> &b,
      int64_t stride, at::ScalarType type) {
    const auto x = givenX.to(type).contiguous(channelsLast), w = givenW.to(type).contiguous(channelsLast);
    const bool isSmall = stride == 1 && areSmallPictures(x, w, type);
    context->save_for_backward({x, w});
    context->saved_data["bias"] = b.has_value();
    context->saved_data["stride"] = stride;
    context->saved_data["small"] = isSmall;
    context->saved_data["type"] = givenX.scalar_type();
    if (!isSmall) return at::conv2d(x, w, b ? std::optional(b->to(type)) : std::nullopt, {stride, stride}, ones);
    auto y = at::empty({x.size(0), w.size(0), x.size(2), x.size(3)}, x.options().memory_format(channelsLast));
    convolveSmallPictures(true, x, w, b ? b->const_data_ptr<float>() : nullptr, y);
    return y;
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &w = saved[1];
    const auto dy = gradients[0].to(x.scalar_type()).contiguous(channelsLast);
    const int64_t stride = context->saved_data["stride"].toInt();
    const bool needsBias = context->saved_data["bias"].toBool() && context->needs_input_grad(2);
    const bool isSmall = context->saved_data["small"].toBool();
    at::Tensor dx, dw, db;
    if (context->needs_input_grad(0)) {
      if (isSmall) {
        dx = at::empty_like(x);
        convolveSmallPictures(false, dy, w, nullptr, dx);
      } else {
        dx = std::get<0>(at::convolution_backward(
            dy, x, w, {}, {stride, stride}, ones, ones, false, zeros, 1, {true, false, false}));
      }
      dx = dx.to(context->saved_data["type"].toScalarType());
    }
    if (context->needs_input_grad(1) || needsBias) std::tie(dw, db) = convolutionGradient(x, dy, stride, 1, isSmall);
    return {dx, dw, needsBias ? db : Variable(), Variable(), Variable()};
  }
};

// Of 3×3 with padding 1. x is taken as `type`, float32 or bfloat16. Nothing where it wouldn't serve.
std::optional<at::Tensor> wideConvolution(
    const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b, int64_t stride,
    at::ScalarType type) {
  const bool fits = x.dim() == 4 && w.dim() == 4 && w.size(2) == 3 && w.size(3) == 3 && x.size(1) == w.size(1);
  if (!fits || x.numel() == 0 || stride < 1 || w.scalar_type() != at::kFloat) return std::nullopt;
  if (b && (b->scalar_type() != at::kFloat || b->sizes() != at::IntArrayRef{w.size(0)})) return std::nullopt;
  if (!hasConvolutionGradient(type, w.size(1), w.size(0))) return std::nullopt;
  return WideConvolution::apply(x, w, b ? std::optional(b->contiguous()) : std::nullopt, stride, type);
}

at::Tensor plainConvolution(
    const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b, int64_t stride, int64_t padding) {
  if (padding == 1 && !ctorch_follows_pytorch()) {
    const bool isMixed = at::autocast::is_autocast_enabled(at::kCPU);
    const auto type = isMixed ? at::autocast::get_autocast_dtype(at::kCPU) : x.scalar_type();
    c10::impl::ExcludeDispatchKeyGuard withoutAutocast(c10::DispatchKey::AutocastCPU);
    if (auto y = wideConvolution(x, w, b, stride, type)) return *y;
  }
  return at::conv2d(x, w, b, at::IntArrayRef{stride, stride}, at::IntArrayRef{padding, padding});
}

}  // namespace

at::Tensor ctorch::convolve(
    const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b,
    const std::optional<at::Tensor> &addend, int64_t stride, int64_t padding) {
  if (auto y = convolutionWithoutGradients(x, w, b, addend, stride, padding)) return *y;
  const auto y = plainConvolution(x, w, b, stride, padding);
  return addend ? at::add(*addend, y) : y;
}

ctorch_tensor ctorch_conv2d(
    ctorch_tensor input, ctorch_tensor weight, ctorch_tensor bias, ctorch_tensor addend, int64_t stride,
    int64_t padding, ctorch_message *error) {
  return make(error, [&] {
    return convolve(input->value, weight->value, ctorch::optional(bias), ctorch::optional(addend), stride, padding);
  });
}
