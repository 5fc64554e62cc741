#include "guard.hpp"

#include <ATen/autocast_mode.h>

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
    return at::conv2d(
        input->value, weight->value, optional(bias), at::IntArrayRef{stride, stride}, at::IntArrayRef{padding, padding});
  });
}
ctorch_tensor ctorch_layer_norm(
    ctorch_tensor input, ctorch_tensor weight, ctorch_tensor bias, double eps, ctorch_message *error) {
  return make(error, [&] {
    return at::layer_norm(input->value, {input->value.size(-1)}, optional(weight), optional(bias), eps);
  });
}
ctorch_tensor ctorch_attention(ctorch_tensor q, ctorch_tensor k, ctorch_tensor v, ctorch_message *error) {
  return make(error, [&] {
    const auto &query = q->value;
    if (ctorch_follows_pytorch() || at::autocast::is_autocast_enabled(at::kCPU) == false)
      return at::scaled_dot_product_attention(query, k->value, v->value);
    // Over few tokens its backward pass takes nine times as long in bfloat16 as in float32, which is also more exact.
    c10::impl::ExcludeDispatchKeyGuard withoutAutocast(c10::DispatchKey::AutocastCPU);
    auto exact = [](ctorch_tensor tensor) { return tensor->value.to(at::kFloat); };
    return at::scaled_dot_product_attention(exact(q), exact(k), exact(v)).to(query.scalar_type());
  });
}
ctorch_tensor ctorch_upsample_nearest(ctorch_tensor input, int64_t height, int64_t width, ctorch_message *error) {
  return make(error, [&] { return at::upsample_nearest2d(input->value, at::IntArrayRef{height, width}); });
}
