// 3×3 convolutions of pictures so small that a good part of their windows lies outside.
#pragma once

#include "guard.hpp"

namespace ctorch {

// x * w + b with padding 1. Shapes: [n, in, h, w], [out, in, 3, 3], [out]. x is taken as `type`, float32 or bfloat16; w
// and b are float32. Records its gradient. Nothing where it wouldn't serve.
std::optional<at::Tensor> convolutionOfSmallPictures(
    const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b, at::ScalarType type);

}  // namespace ctorch
