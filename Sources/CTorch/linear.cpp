#include "guard.hpp"

#include <ATen/autocast_mode.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/custom_function.h>

// Linear layers in float32 through oneDNN, which on processors that MKL's sgemm doesn't favour is twice as fast. In
// bfloat16 libtorch asks oneDNN anyway.

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

using LinearPointwise = at::Tensor(
    const at::Tensor &, const at::Tensor &, const std::optional<at::Tensor> &, std::string_view,
    c10::List<std::optional<at::Scalar>>, std::optional<std::string_view>);

// libtorch's own door to oneDNN's inner product, without a gradient of its own. Absent where libtorch has no oneDNN.
const std::optional<c10::OperatorHandle> &innerProduct() {
  static const auto found = c10::Dispatcher::singleton().findSchema({"mkldnn::_linear_pointwise", ""});
  return found;
}

// x·Wᵀ + b. Shapes: [rows, in], [out, in], [out].
at::Tensor product(const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b = std::nullopt) {
  static const auto call = innerProduct()->typed<LinearPointwise>();
  return call.call(x, w, b, "none", c10::List<std::optional<at::Scalar>>(), "");
}

struct Linear : torch::autograd::Function<Linear> {
  static Variable forward(
      AutogradContext *context, const Variable &x, const Variable &w, const std::optional<Variable> &b) {
    const auto rows = x.reshape({-1, x.size(-1)});
    context->save_for_backward({rows, w});
    context->saved_data["shape"] = x.sizes();
    auto shape = x.sizes().vec();
    shape.back() = w.size(0);
    context->saved_data["bias"] = b.has_value();
    return product(rows, w, b).view(shape);
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &w = saved[1];
    const auto dy = gradients[0].reshape({x.size(0), w.size(0)});
    at::Tensor dx, dw, db;
    if (context->needs_input_grad(0)) dx = product(dy, w.t()).view(context->saved_data["shape"].toIntVector());
    if (context->needs_input_grad(1))
      // Fewer rows than columns is what the inner product is quicker at.
      dw = w.size(0) <= w.size(1) ? product(dy.t(), x.t()) : product(x.t(), dy.t()).t().contiguous();
    if (context->saved_data["bias"].toBool() && context->needs_input_grad(2)) db = dy.sum(0);
    return {dx, dw, db};
  }
};

}  // namespace

ctorch_tensor ctorch_linear(ctorch_tensor input, ctorch_tensor weight, ctorch_tensor bias, ctorch_message *error) {
  return ctorch::make(error, [&] {
    const auto &x = input->value, &w = weight->value;
    const auto b = ctorch::optional(bias);
    const bool fits = w.dim() == 2 && x.dim() >= 2 && x.size(-1) == w.size(1) && x.scalar_type() == at::kFloat &&
                      w.scalar_type() == at::kFloat && (!b || b->sizes() == w.sizes().slice(0, 1));
    // Smaller products are over before oneDNN has begun.
    constexpr int64_t manyProducts = 1 << 20;
    const bool isPlain = !fits || x.numel() * w.size(0) < manyProducts || !innerProduct() ||
                         at::autocast::is_autocast_enabled(at::kCPU);
    return isPlain || ctorch_follows_pytorch() ? at::linear(x, w, b) : Linear::apply(x, w, b);
  });
}
