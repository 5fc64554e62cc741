// libtorch's own doors to oneDNN. They record no gradient.
#pragma once

#include "guard.hpp"

#include <ATen/core/dispatch/Dispatcher.h>

namespace ctorch {

// Whether they are there: libtorch may have been built without oneDNN.
bool hasOneDNN();

// Where the processor has no such products libtorch has others.
bool hasBFloat16Products();

// x·Wᵀ + b. Shapes: [rows, in], [out, in], [out]. The weight may be laid out.
at::Tensor innerProduct(const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b = std::nullopt);

// x * w + b, channels last. Shapes: [n, in, h, w], [out, in, kernel, kernel], [out]. The weight may be laid out.
at::Tensor convolution(
    const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b, int64_t stride, int64_t padding);

// Weights as oneDNN wants them for inputs of one shape.
at::Tensor layOutConvolution(const at::Tensor &w, at::IntArrayRef input, int64_t stride, int64_t padding);
at::Tensor layOutInnerProduct(const at::Tensor &w, int64_t rows);

// Products of matrices with fewer multiplications are over before oneDNN has begun.
constexpr int64_t manyProducts = 1 << 20;

}  // namespace ctorch
