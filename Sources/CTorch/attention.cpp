#include "lanes.hpp"
#include "parallel.hpp"

#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/custom_function.h>

// Softmax(q·kᵀ/√d)·v (Vaswani et al. 2017, equation 1) over few tokens, where calling a matrix product for each head
// costs more than its arithmetic. Sixteen queries lie beside each other, so neither the softmax nor the products need a
// sum across lanes; for the gradients of k and v the sixteen are keys. A head is one thread's, in one order.

using namespace ctorch;

namespace {

// Rows are tokens, in memory `stride` elements apart.
template <typename Value>
struct Matrix {
  Value *values;
  int64_t stride;
};

struct Extents {
  int64_t queries, keys, depth;
  float scale;
};

// Tokens `start`… turned, so that lanes are tokens: to[d] has element d of each. What is beyond the end is zero.
template <typename Value>
INLINED void turn(const Matrix<const Value> &from, int64_t start, int64_t tokens, int64_t depth, Lanes *to) {
  const int64_t count = std::min(lanes, tokens - start);
  for (int64_t d = 0; d < depth; d++) to[d] = 0;
  for (int64_t i = 0; i < count; i++)
    for (int64_t d = 0; d < depth; d++) to[d][i] = widened(from.values[(start + i) * from.stride + d]);
}

template <typename Value>
INLINED void turnBack(const Lanes *from, int64_t start, int64_t tokens, int64_t depth, const Matrix<Value> &to) {
  const int64_t count = std::min(lanes, tokens - start);
  for (int64_t i = 0; i < count; i++)
    for (int64_t d = 0; d < depth; d += lanes) {
      const int64_t width = std::min(lanes, depth - d);
      Lanes token = 0;
      for (int64_t k = 0; k < width; k++) token[k] = from[d + k][i];
      store(token, to.values + (start + i) * to.stride + d, width);
    }
}

// to[i] = Σ_d rows[i][d]·columns[d].
INLINED void products(const float *rows, int64_t count, int64_t depth, const Lanes *columns, Lanes *to) {
  int64_t i = 0;
  for (; i + 4 <= count; i += 4) {
    Lanes sum[4] = {};
    for (int64_t d = 0; d < depth; d++)
      for (int k = 0; k < 4; k++) sum[k] += rows[(i + k) * depth + d] * columns[d];
    for (int k = 0; k < 4; k++) to[i + k] = sum[k];
  }
  for (; i < count; i++) {
    Lanes sum = 0;
    for (int64_t d = 0; d < depth; d++) sum += rows[i * depth + d] * columns[d];
    to[i] = sum;
  }
}

// to[d] += Σ_i rows[i][d]·weights[i].
INLINED void weightedSums(const float *rows, int64_t count, int64_t depth, const Lanes *weights, Lanes *to) {
  int64_t d = 0;
  for (; d + 4 <= depth; d += 4) {
    Lanes sum[4] = {to[d], to[d + 1], to[d + 2], to[d + 3]};
    for (int64_t i = 0; i < count; i++)
      for (int k = 0; k < 4; k++) sum[k] += rows[i * depth + d + k] * weights[i];
    for (int k = 0; k < 4; k++) to[d + k] = sum[k];
  }
  for (; d < depth; d++)
    for (int64_t i = 0; i < count; i++) to[d] += rows[i * depth + d] * weights[i];
}

template <typename Value>
INLINED void copyRows(const Matrix<const Value> &from, int64_t tokens, int64_t depth, float *to) {
  for (int64_t i = 0; i < tokens; i++)
    for (int64_t d = 0; d < depth; d++) to[i * depth + d] = widened(from.values[i * from.stride + d]);
}

// `logSums` holds for each query the logarithm of the sum of its exponentials.
template <typename Value>
INLINED void forwardHead(
    const Extents &e, Matrix<const Value> q, Matrix<const Value> k, Matrix<const Value> v, Matrix<Value> y,
    float *logSums, std::vector<Lanes> &scratch) {
  const int64_t rowLanes = (e.keys * e.depth + lanes - 1) / lanes;
  scratch.resize(size_t(2 * rowLanes + 2 * e.depth + e.keys));
  float *keys = reinterpret_cast<float *>(scratch.data()), *values = keys + rowLanes * lanes;
  Lanes *query = scratch.data() + 2 * rowLanes, *result = query + e.depth, *weights = result + e.depth;
  copyRows(k, e.keys, e.depth, keys);
  copyRows(v, e.keys, e.depth, values);
  for (int64_t start = 0; start < e.queries; start += lanes) {
    turn(q, start, e.queries, e.depth, query);
    for (int64_t d = 0; d < e.depth; d++) query[d] *= e.scale;
    products(keys, e.keys, e.depth, query, weights);
    Lanes greatest = weights[0];
    for (int64_t j = 1; j < e.keys; j++) greatest = weights[j] > greatest ? weights[j] : greatest;
    Lanes sum = 0;
    for (int64_t j = 0; j < e.keys; j++) {
      exponential(weights[j] - greatest, weights[j]);
      sum += weights[j];
    }
    for (int64_t d = 0; d < e.depth; d++) result[d] = 0;
    weightedSums(values, e.keys, e.depth, weights, result);
    for (int64_t d = 0; d < e.depth; d++) result[d] /= sum;
    turnBack(result, start, e.queries, e.depth, y);
    for (int64_t i = 0; i < std::min(lanes, e.queries - start); i++)
      logSums[start + i] = greatest[i] + std::log(sum[i]);
  }
}

// With P the softmax: ∂v = Pᵀ·∂y, ∂P = ∂y·vᵀ, ∂S = P∘(∂P − Σ y∘∂y), ∂q = ∂S·k/√d, ∂k = ∂Sᵀ·q/√d.
template <typename Value>
INLINED void backwardHead(
    const Extents &e, Matrix<const Value> q, Matrix<const Value> k, Matrix<const Value> v, Matrix<const Value> y,
    Matrix<const Value> dy, const float *logSums, Matrix<Value> dq, Matrix<Value> dk, Matrix<Value> dv,
    std::vector<Lanes> &scratch) {
  const int64_t most = std::max(e.queries, e.keys), rowLanes = (most * e.depth + lanes - 1) / lanes;
  scratch.resize(size_t(4 * rowLanes + 4 * e.depth + 2 * most + (most + lanes - 1) / lanes));
  float *rows[4];
  for (int r = 0; r < 4; r++) rows[r] = reinterpret_cast<float *>(scratch.data() + r * rowLanes);
  Lanes *turned = scratch.data() + 4 * rowLanes, *other = turned + e.depth, *sum = other + e.depth,
        *otherSum = sum + e.depth, *weights = otherSum + e.depth, *slopes = weights + most;
  float *dots = reinterpret_cast<float *>(slopes + most);
  copyRows(q, e.queries, e.depth, rows[0]);
  copyRows(k, e.keys, e.depth, rows[1]);
  copyRows(v, e.keys, e.depth, rows[2]);
  copyRows(dy, e.queries, e.depth, rows[3]);
  for (int64_t i = 0; i < e.queries; i++) {
    dots[i] = 0;
    for (int64_t d = 0; d < e.depth; d++) dots[i] += widened(y.values[i * y.stride + d]) * rows[3][i * e.depth + d];
  }
  for (int64_t start = 0; start < e.queries; start += lanes) {
    Lanes logSum, dot;
    load(logSum, logSums + start, std::min(lanes, e.queries - start));
    load(dot, dots + start, std::min(lanes, e.queries - start));
    turn(q, start, e.queries, e.depth, turned);
    turn(dy, start, e.queries, e.depth, other);
    products(rows[1], e.keys, e.depth, turned, weights);
    products(rows[2], e.keys, e.depth, other, slopes);
    for (int64_t j = 0; j < e.keys; j++) {
      exponential(weights[j] * e.scale - logSum, weights[j]);
      slopes[j] = weights[j] * (slopes[j] - dot) * e.scale;
    }
    for (int64_t d = 0; d < e.depth; d++) sum[d] = 0;
    weightedSums(rows[1], e.keys, e.depth, slopes, sum);
    turnBack(sum, start, e.queries, e.depth, dq);
  }
  for (int64_t start = 0; start < e.keys; start += lanes) {
    turn(k, start, e.keys, e.depth, turned);
    turn(v, start, e.keys, e.depth, other);
    products(rows[0], e.queries, e.depth, turned, weights);
    products(rows[3], e.queries, e.depth, other, slopes);
    for (int64_t i = 0; i < e.queries; i++) {
      exponential(weights[i] * e.scale - logSums[i], weights[i]);
      slopes[i] = weights[i] * (slopes[i] - dots[i]) * e.scale;
    }
    for (int64_t d = 0; d < e.depth; d++) sum[d] = otherSum[d] = 0;
    weightedSums(rows[0], e.queries, e.depth, slopes, sum);
    weightedSums(rows[3], e.queries, e.depth, weights, otherSum);
    turnBack(sum, start, e.keys, e.depth, dk);
    turnBack(otherSum, start, e.keys, e.depth, dv);
  }
}

#define DEFINE_FOR(Value)                                                                                          \
  FOR_EACH_PROCESSOR void forward(                                                                                 \
      const Extents &e, Matrix<const Value> q, Matrix<const Value> k, Matrix<const Value> v, Matrix<Value> y,      \
      float *logSums, std::vector<Lanes> &scratch) {                                                               \
    forwardHead(e, q, k, v, y, logSums, scratch);                                                                  \
  }                                                                                                                \
  FOR_EACH_PROCESSOR void backward(                                                                                \
      const Extents &e, Matrix<const Value> q, Matrix<const Value> k, Matrix<const Value> v, Matrix<const Value> y, \
      Matrix<const Value> dy, const float *logSums, Matrix<Value> dq, Matrix<Value> dk, Matrix<Value> dv,          \
      std::vector<Lanes> &scratch) {                                                                               \
    backwardHead(e, q, k, v, y, dy, logSums, dq, dk, dv, scratch);                                                 \
  }
DEFINE_FOR(float)
DEFINE_FOR(at::BFloat16)
#undef DEFINE_FOR

// A head of [batch, heads, tokens, depth].
template <typename Value>
Matrix<Value> head(const at::Tensor &x, int64_t number) {
  using Plain = std::remove_const_t<Value>;
  Value *values;
  if constexpr (std::is_const_v<Value>) {
    values = x.const_data_ptr<Plain>();
  } else {
    values = x.mutable_data_ptr<Plain>();
  }
  return {values + number / x.size(1) * x.stride(0) + number % x.size(1) * x.stride(1), x.stride(2)};
}

template <typename Body>
void overHeads(const at::Tensor &q, const at::Tensor &k, Body &&body) {
  const Extents extents{q.size(2), k.size(2), q.size(3), float(1 / std::sqrt(double(q.size(3))))};
  const int64_t work = extents.queries * extents.keys * extents.depth;
  parallelFor(0, q.size(0) * q.size(1), std::max<int64_t>(1, (1 << 17) / work), [&](int64_t from, int64_t to) {
    std::vector<Lanes> scratch;
    for (int64_t number = from; number < to; number++) body(extents, number, scratch);
  });
}

// As they come out of a linear layer: a token's heads beside each other.
at::Tensor alike(const at::Tensor &x) {
  return at::empty({x.size(0), x.size(2), x.size(1), x.size(3)}, x.options()).permute({0, 2, 1, 3});
}

at::Tensor withAdjacentDepth(const at::Tensor &x) { return x.stride(-1) == 1 ? x : x.contiguous(); }

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

struct Attention : torch::autograd::Function<Attention> {
  static Variable forward(
      AutogradContext *context, const Variable &givenQ, const Variable &givenK, const Variable &givenV) {
    const auto q = withAdjacentDepth(givenQ), k = withAdjacentDepth(givenK), v = withAdjacentDepth(givenV);
    const auto y = alike(q);
    const auto logSums = at::empty({q.size(0) * q.size(1), q.size(2)}, at::kFloat);
    withType(q, [&](auto zero) {
      using Value = decltype(zero);
      overHeads(q, k, [&](const Extents &extents, int64_t number, std::vector<Lanes> &scratch) {
        ::forward(
            extents, head<const Value>(q, number), head<const Value>(k, number), head<const Value>(v, number),
            head<Value>(y, number), logSums.mutable_data_ptr<float>() + number * extents.queries, scratch);
      });
    });
    context->save_for_backward({q, k, v, y, logSums});
    return y;
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const auto saved = context->get_saved_variables();
    const auto &q = saved[0], &k = saved[1], &v = saved[2], &y = saved[3], &logSums = saved[4];
    const auto dy = withAdjacentDepth(gradients[0]);
    const auto dq = alike(q), dk = alike(k), dv = alike(v);
    withType(q, [&](auto zero) {
      using Value = decltype(zero);
      overHeads(q, k, [&](const Extents &extents, int64_t number, std::vector<Lanes> &scratch) {
        ::backward(
            extents, head<const Value>(q, number), head<const Value>(k, number), head<const Value>(v, number),
            head<const Value>(y, number), head<const Value>(dy, number),
            logSums.const_data_ptr<float>() + number * extents.queries, head<Value>(dq, number),
            head<Value>(dk, number), head<Value>(dv, number), scratch);
      });
    });
    return {dq, dk, dv};
  }
};

}  // namespace

ctorch_tensor ctorch_attention(ctorch_tensor query, ctorch_tensor key, ctorch_tensor value, ctorch_message *error) {
  return make(error, [&] {
    const auto &q = query->value, &k = key->value, &v = value->value;
    const auto type = q.scalar_type();
    const bool isKnown = (type == at::kFloat || type == at::kBFloat16) && k.scalar_type() == type &&
                         v.scalar_type() == type;
    const bool fits = q.dim() == 4 && k.sizes() == v.sizes() && k.dim() == 4 && q.size(0) == k.size(0) &&
                      q.size(1) == k.size(1) && q.size(3) == k.size(3) && q.numel() > 0 && k.numel() > 0;
    // Beyond, libtorch's own is as quick.
    constexpr int64_t fewTokens = 512;
    if (!isKnown || !fits || k.size(2) > fewTokens || ctorch_follows_pytorch())
      return at::scaled_dot_product_attention(q, k, v);
    return Attention::apply(q, k, v);
  });
}
