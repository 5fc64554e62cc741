// Convolutions over few pixels, where laying out a call of oneDNN's takes longer than its arithmetic.
#pragma once

#include "guard.hpp"

namespace ctorch {

// Square windows over channels-last pictures. A linear layer is one of 1×1 over rows of pixels.
struct Windows {
  int64_t pictures, height, width, channels, outputs, kernel, stride, padding;
  int64_t outHeight() const { return (height + 2 * padding - kernel) / stride + 1; }
  int64_t outWidth() const { return (width + 2 * padding - kernel) / stride + 1; }
  int64_t pixels() const { return pictures * outHeight() * outWidth(); }
};

// Whether this processor and these extents are ones for which it was made.
bool areFewPixels(const Windows &windows, at::ScalarType type);

// A weight [out, in, kernel, kernel], float32 or bfloat16, in the order in which it is read.
at::Tensor layOutForFewPixels(const at::Tensor &weight);

// x * w + b + addend. Memory: x [pictures, height, width, channels], y and `addend` [pixels, outputs], all of one type;
// the bias is float32. `bias` and `addend` may be missing.
void convolveFewPixels(
    const Windows &windows, const at::Tensor &x, const at::Tensor &layout, const float *bias, const at::Tensor *addend,
    const at::Tensor &y);

}  // namespace ctorch
