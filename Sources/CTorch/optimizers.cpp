#include "guard.hpp"
#include "parallel.hpp"

#include <ATen/core/grad_mode.h>

#include <numeric>

using ctorch::attempt;
using ctorch::list;
using ctorch::parallelFor;

namespace {

// In double precision, block by block: the blocks don't depend on the threads, so neither does the last digit.
double sumOfSquares(const at::Tensor &tensor) {
  TORCH_CHECK(tensor.scalar_type() == at::kFloat, "float32 is needed, and this is ", tensor.scalar_type());
  const auto dense = tensor.is_non_overlapping_and_dense() ? tensor : tensor.contiguous();
  const float *values = dense.const_data_ptr<float>();
  constexpr int64_t block = 1 << 14, lanes = 8;
  const int64_t count = dense.numel(), blocks = (count + block - 1) / block;
  std::vector<double> sums(blocks);
  parallelFor(0, blocks, 8, [&](int64_t from, int64_t to) {
    for (int64_t b = from; b < to; b++) {
      const int64_t end = std::min(count, (b + 1) * block);
      double sum[lanes] = {};
      int64_t i = b * block;
      for (; i + lanes <= end; i += lanes)
        for (int64_t lane = 0; lane < lanes; lane++) sum[lane] += double(values[i + lane]) * double(values[i + lane]);
      for (; i < end; i++) sum[0] += double(values[i]) * double(values[i]);
      sums[b] = std::accumulate(sum, sum + lanes, 0.0);
    }
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

}  // namespace

bool ctorch_sgd_step(
    const ctorch_tensor *parameters, const ctorch_tensor *gradients, const ctorch_tensor *buffers, size_t count,
    double learning_rate, double momentum, bool nesterov, double weight_decay, ctorch_message *error) {
  return attempt(error, [&] {
    if (!count) return;
    at::NoGradGuard withoutGradients;
    auto b = momentum == 0 ? std::vector<at::Tensor>() : list(buffers, count);
    at::_fused_sgd_(
        list(parameters, count), list(gradients, count), b, weight_decay, momentum, learning_rate, 0, nesterov, false,
        false);
  });
}

bool ctorch_norm(const ctorch_tensor *tensors, size_t count, double *norm, ctorch_message *error) {
  return attempt(error, [&] {
    double sum = 0;
    for (const auto &tensor : list(tensors, count)) sum += sumOfSquares(tensor);
    *norm = std::sqrt(sum);
  });
}

bool ctorch_scale(const ctorch_tensor *tensors, size_t count, double factor, ctorch_message *error) {
  return attempt(error, [&] {
    if (!count) return;
    at::NoGradGuard withoutGradients;
    at::_foreach_mul_(list(tensors, count), factor);
  });
}

bool ctorch_lerp(
    const ctorch_tensor *tensors, const ctorch_tensor *ends, size_t count, double weight, ctorch_message *error) {
  return attempt(error, [&] {
    if (!count) return;
    at::NoGradGuard withoutGradients;
    at::_foreach_lerp_(list(tensors, count), list(ends, count), weight);
  });
}
