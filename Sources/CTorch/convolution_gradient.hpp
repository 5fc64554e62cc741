// The gradients of a 3×3 convolution's weight and bias, where the processor has AVX-512.
#pragma once

#include "guard.hpp"

namespace ctorch {

// Whether this processor and these channels are ones for which it was made.
bool hasConvolutionGradient(at::ScalarType type, int64_t inputs, int64_t outputs);

// ∂w and ∂b of x * w + b with padding 1, for the gradient of its result. Shapes: x [n, in, h, w], dy [n, out, h', w'] →
// [out, in, 3, 3], [out]. With scale 2 and stride 1 it is x with each pixel repeated that was convolved, and ∂w is
// [out, in, 4, 4], one for each of `Taps`. x and dy are channels-last and of one type, float32 or bfloat16; the results
// are float32, ∂w channels-last. `isAcross`, with scale and stride 1, is for small pictures.
std::pair<at::Tensor, at::Tensor> convolutionGradient(
    const at::Tensor &x, const at::Tensor &dy, int64_t stride, int64_t scale = 1,
    bool isAcross = false);

}  // namespace ctorch
