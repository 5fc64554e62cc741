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
ctorch_tensor ctorch_linear(ctorch_tensor input, ctorch_tensor weight, ctorch_tensor bias, ctorch_message *error) {
  return make(error, [&] {
    const auto &x = input->value;
    const auto &w = weight->value;
    const int64_t inputs = w.size(-1);
    const bool fits = w.dim() == 2 && x.dim() >= 2 && x.size(-1) == inputs && x.scalar_type() == at::kFloat;
    // Over many rows the product is taken as a 1×1 convolution, for which libtorch asks oneDNN: on processors that
    // MKL's sgemm doesn't favour it is about twice as fast. For bfloat16 it asks oneDNN anyway.
    constexpr int64_t manyRows = 512;
    const bool isPlain = !fits || x.numel() / inputs < manyRows || at::autocast::is_autocast_enabled(at::kCPU);
    if (isPlain || ctorch_follows_pytorch()) return at::linear(x, w, optional(bias));
    auto shape = x.sizes().vec();
    shape.back() = w.size(0);
    auto pixels = x.reshape({1, -1, 1, inputs}).permute({0, 3, 1, 2});
    auto y = at::conv2d(pixels, w.view({w.size(0), inputs, 1, 1}), optional(bias));
    return y.permute({0, 2, 3, 1}).reshape(shape);
  });
}
ctorch_tensor ctorch_conv2d(
    ctorch_tensor input, ctorch_tensor weight, ctorch_tensor bias, int64_t stride, int64_t padding,
    ctorch_message *error) {
  return make(error, [&] {
    return at::conv2d(
        input->value, weight->value, optional(bias), at::IntArrayRef{stride, stride}, at::IntArrayRef{padding, padding});
  });
}
ctorch_tensor ctorch_group_norm(
    ctorch_tensor input, int64_t groups, ctorch_tensor weight, ctorch_tensor bias, double eps, ctorch_message *error) {
  return make(error, [&] {
    const auto &x = input->value;
    auto normalized = [&](const at::Tensor &x) {
      return at::group_norm(x, groups, optional(weight), optional(bias), eps);
    };
    // Over channels-last bfloat16 libtorch takes several times as long as over float32, in which it computes anyway.
    const bool isSlow = x.scalar_type() == at::kBFloat16 && x.dim() == 4 &&
                        x.suggest_memory_format() == at::MemoryFormat::ChannelsLast && !ctorch_follows_pytorch();
    return isSlow ? normalized(x.to(at::kFloat)).to(at::kBFloat16) : normalized(x);
  });
}
ctorch_tensor ctorch_layer_norm(
    ctorch_tensor input, ctorch_tensor weight, ctorch_tensor bias, double eps, ctorch_message *error) {
  return make(error, [&] {
    return at::layer_norm(input->value, {input->value.size(-1)}, optional(weight), optional(bias), eps);
  });
}
ctorch_tensor ctorch_attention(ctorch_tensor q, ctorch_tensor k, ctorch_tensor v, ctorch_message *error) {
  return make(error, [&] { return at::scaled_dot_product_attention(q->value, k->value, v->value); });
}
ctorch_tensor ctorch_upsample_nearest(ctorch_tensor input, int64_t height, int64_t width, ctorch_message *error) {
  return make(error, [&] { return at::upsample_nearest2d(input->value, at::IntArrayRef{height, width}); });
}
