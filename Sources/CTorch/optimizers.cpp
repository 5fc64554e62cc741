#include "guard.hpp"

#include <ATen/core/grad_mode.h>

bool ctorch_adam_step(
    const ctorch_tensor *parameters, const ctorch_tensor *gradients, const ctorch_tensor *first_moments,
    const ctorch_tensor *second_moments, const ctorch_tensor *steps, size_t count, double learning_rate,
    double beta1, double beta2, double weight_decay, double eps, bool decoupled, ctorch_message *error) {
  return ctorch::attempt(error, [&] {
    at::NoGradGuard withoutGradients;
    auto p = ctorch::list(parameters, count);
    auto g = ctorch::list(gradients, count);
    auto m = ctorch::list(first_moments, count);
    auto v = ctorch::list(second_moments, count);
    auto t = ctorch::list(steps, count);
    if (decoupled) {
      at::_fused_adamw_(p, g, m, v, {}, t, learning_rate, beta1, beta2, weight_decay, eps, false, false);
    } else {
      at::_fused_adam_(p, g, m, v, {}, t, learning_rate, beta1, beta2, weight_decay, eps, false, false);
    }
  });
}
