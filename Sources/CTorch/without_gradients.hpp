// Layers where no gradient is recorded: weights are laid out once as the products want them, and kept until a layer
// records gradients again. Nothing where that doesn't serve.
#pragma once

#include "guard.hpp"

namespace ctorch {

// Drops what was laid out on this thread.
void forgetLayouts();

// x * w + b + addend, as ctorch_conv2d has it.
std::optional<at::Tensor> convolutionWithoutGradients(
    const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b,
    const std::optional<at::Tensor> &addend, int64_t stride, int64_t padding);

// x·Wᵀ + b + addend, as ctorch_linear has it.
std::optional<at::Tensor> linearWithoutGradients(
    const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b,
    const std::optional<at::Tensor> &addend);

}  // namespace ctorch
