#include "guard.hpp"

#include <ATen/core/grad_mode.h>

bool ctorch_set_requires_grad(ctorch_tensor tensor, bool required, ctorch_message *error) {
  return ctorch::attempt(error, [&] { tensor->value.requires_grad_(required); });
}

bool ctorch_requires_grad(ctorch_tensor tensor) { return tensor->value.requires_grad(); }

bool ctorch_backward(ctorch_tensor loss, ctorch_message *error) {
  return ctorch::attempt(error, [&] { loss->value.backward(); });
}

ctorch_tensor ctorch_grad(ctorch_tensor tensor) {
  const auto &gradient = tensor->value.grad();
  return gradient.defined() ? new ctorch_tensor_s{gradient} : nullptr;
}

void ctorch_clear_grad(ctorch_tensor tensor) { tensor->value.mutable_grad() = at::Tensor(); }

ctorch_tensor ctorch_detach(ctorch_tensor tensor, ctorch_message *error) {
  return ctorch::make(error, [&] { return tensor->value.detach(); });
}

bool ctorch_set_grad_enabled(bool enabled) {
  bool before = at::GradMode::is_enabled();
  at::GradMode::set_enabled(enabled);
  return before;
}
