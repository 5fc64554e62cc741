#include "guard.hpp"

using ctorch::make;
using ctorch::optional;

ctorch_tensor ctorch_silu(ctorch_tensor a, ctorch_message *error) {
  return make(error, [&] { return at::silu(a->value); });
}
ctorch_tensor ctorch_gelu(ctorch_tensor a, ctorch_message *error) {
  return make(error, [&] { return at::gelu(a->value); });
}
ctorch_tensor ctorch_layer_norm(
    ctorch_tensor input, ctorch_tensor weight, ctorch_tensor bias, double eps, ctorch_message *error) {
  return make(error, [&] {
    return at::layer_norm(input->value, {input->value.size(-1)}, optional(weight), optional(bias), eps);
  });
}
