// 3×3 convolutions with padding 1 of pictures so small that a good part of their windows lies outside, or of small ones
// made twice as large.
#pragma once

#include "guard.hpp"

namespace ctorch {

// Whether this processor and these extents are ones for which it was made. Shapes: [n, in, h, w], [out, in, …].
bool areSmallPictures(const at::Tensor &x, const at::Tensor &w, at::ScalarType type, int64_t scale = 1);

// y = x * w + b, or with `isForward` false the gradient of its input for that of its result. Where the result is twice
// as large as the input, it is the input with each pixel repeated that is convolved, and w is [out, in, 4, 4], one for
// each of `Taps`. All are channels-last and of one type, float32 or bfloat16; the bias is float32, and may be missing.
void convolveSmallPictures(
    bool isForward, const at::Tensor &x, const at::Tensor &w, const float *bias, const at::Tensor &y);

}  // namespace ctorch
