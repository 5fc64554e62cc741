// libtorch's own doors to oneDNN. They record no gradient.
#pragma once

#include "guard.hpp"

#include <ATen/core/dispatch/Dispatcher.h>

namespace ctorch {

// Whether they are there: libtorch may have been built without oneDNN.
bool hasOneDNN();

// x·Wᵀ + b. Shapes: [rows, in], [out, in], [out]. The weight may be packed.
at::Tensor innerProduct(const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b = std::nullopt);

// Products of matrices with fewer multiplications are over before oneDNN has begun.
constexpr int64_t manyProducts = 1 << 20;

// Where no gradient is recorded, weights are laid out once as oneDNN wants them, and kept until a layer records gradients
// again. Nothing where that doesn't serve.
std::optional<at::Tensor> convolutionWithPackedWeight(
    const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b, int64_t stride, int64_t padding);
std::optional<at::Tensor> linearWithPackedWeight(
    const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b);

}  // namespace ctorch
