// Convolutions as the shim offers them.
#pragma once

#include "guard.hpp"

namespace ctorch {

// x * w + b + addend, by whatever is quickest at it. Shapes: [n, in, h, w], [out, in, kernel, kernel], [out].
at::Tensor convolve(
    const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b,
    const std::optional<at::Tensor> &addend, int64_t stride, int64_t padding);

}  // namespace ctorch
