#include "onednn.hpp"
#include "without_gradients.hpp"

#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/custom_function.h>

// Linear layers in float32 through oneDNN, which on processors that MKL's sgemm doesn't favour is twice as fast. In
// bfloat16 libtorch asks oneDNN anyway.

using namespace ctorch;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

struct Linear : torch::autograd::Function<Linear> {
  static Variable forward(
      AutogradContext *context, const Variable &x, const Variable &w, const std::optional<Variable> &b) {
    const auto rows = x.reshape({-1, x.size(-1)});
    context->save_for_backward({rows, w});
    context->saved_data["shape"] = x.sizes();
    auto shape = x.sizes().vec();
    shape.back() = w.size(0);
    context->saved_data["bias"] = b.has_value();
    return innerProduct(rows, w, b).view(shape);
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &w = saved[1];
    const auto dy = gradients[0].reshape({x.size(0), w.size(0)});
    at::Tensor dx, dw, db;
    if (context->needs_input_grad(0)) dx = innerProduct(dy, w.t()).view(context->saved_data["shape"].toIntVector());
    if (context->needs_input_grad(1))
      // Fewer rows than columns is what the inner product is quicker at.
      dw = w.size(0) <= w.size(1) ? innerProduct(dy.t(), x.t()) : innerProduct(x.t(), dy.t()).t().contiguous();
    if (context->saved_data["bias"].toBool() && context->needs_input_grad(2)) db = dy.sum(0);
    return {dx, dw, db};
  }
};

}  // namespace

ctorch_tensor ctorch_linear(
    ctorch_tensor input, ctorch_tensor weight, ctorch_tensor bias, ctorch_tensor addend, ctorch_message *error) {
  return make(error, [&] {
    const auto &x = input->value, &w = weight->value;
    const auto b = optional(bias), a = optional(addend);
    if (auto y = linearWithoutGradients(x, w, b, a)) return *y;
    const bool fits = w.dim() == 2 && x.dim() >= 2 && x.size(-1) == w.size(1) && x.scalar_type() == at::kFloat &&
                      w.scalar_type() == at::kFloat && (!b || b->sizes() == w.sizes().slice(0, 1));
    const bool isPlain = !fits || x.numel() * w.size(0) < manyProducts || !hasOneDNN() ||
                         at::autocast::is_autocast_enabled(at::kCPU);
    const auto y = isPlain || ctorch_follows_pytorch() ? at::linear(x, w, b) : Linear::apply(x, w, b);
    return a ? at::add(*a, y) : y;
  });
}
