#include "small_pictures.hpp"
#include "without_gradients.hpp"

#include <ATen/autocast_mode.h>

using ctorch::make;
using ctorch::optional;

namespace {

at::Tensor convolution(
    const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b, int64_t stride, int64_t padding) {
  if (stride == 1 && padding == 1 && !ctorch_follows_pytorch()) {
    const bool isMixed = at::autocast::is_autocast_enabled(at::kCPU);
    const auto type = isMixed ? at::autocast::get_autocast_dtype(at::kCPU) : x.scalar_type();
    c10::impl::ExcludeDispatchKeyGuard withoutAutocast(c10::DispatchKey::AutocastCPU);
    if (auto y = ctorch::convolutionOfSmallPictures(x, w, b, type)) return *y;
  }
  return at::conv2d(x, w, b, at::IntArrayRef{stride, stride}, at::IntArrayRef{padding, padding});
}

}  // namespace

ctorch_tensor ctorch_silu(ctorch_tensor a, ctorch_message *error) {
  return make(error, [&] { return at::silu(a->value); });
}
ctorch_tensor ctorch_gelu(ctorch_tensor a, ctorch_message *error) {
  return make(error, [&] { return at::gelu(a->value); });
}
ctorch_tensor ctorch_conv2d(
    ctorch_tensor input, ctorch_tensor weight, ctorch_tensor bias, ctorch_tensor addend, int64_t stride,
    int64_t padding, ctorch_message *error) {
  return make(error, [&] {
    const auto &x = input->value, &w = weight->value;
    const auto b = optional(bias), a = optional(addend);
    if (auto y = ctorch::convolutionWithoutGradients(x, w, b, a, stride, padding)) return *y;
    const auto y = convolution(x, w, b, stride, padding);
    return a ? at::add(*a, y) : y;
  });
}
ctorch_tensor ctorch_layer_norm(
    ctorch_tensor input, ctorch_tensor weight, ctorch_tensor bias, double eps, ctorch_message *error) {
  return make(error, [&] {
    return at::layer_norm(input->value, {input->value.size(-1)}, optional(weight), optional(bias), eps);
  });
}
ctorch_tensor ctorch_upsample_nearest(ctorch_tensor input, int64_t height, int64_t width, ctorch_message *error) {
  return make(error, [&] { return at::upsample_nearest2d(input->value, at::IntArrayRef{height, width}); });
}
