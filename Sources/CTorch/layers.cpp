#include "onednn.hpp"

using ctorch::make;
using ctorch::optional;

ctorch_tensor ctorch_silu(ctorch_tensor a, ctorch_message *error) {
  return make(error, [&] { return at::silu(a->value); });
}
ctorch_tensor ctorch_gelu(ctorch_tensor a, ctorch_message *error) {
  return make(error, [&] { return at::gelu(a->value); });
}
ctorch_tensor ctorch_conv2d(
    ctorch_tensor input, ctorch_tensor weight, ctorch_tensor bias, int64_t stride, int64_t padding,
    ctorch_message *error) {
  return make(error, [&] {
    const auto &x = input->value, &w = weight->value;
    const auto b = optional(bias);
    if (auto y = ctorch::convolutionWithPackedWeight(x, w, b, stride, padding)) return *y;
    return at::conv2d(x, w, b, at::IntArrayRef{stride, stride}, at::IntArrayRef{padding, padding});
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
