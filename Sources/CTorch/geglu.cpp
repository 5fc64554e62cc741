#include "lanes.hpp"
#include "parallel.hpp"

#include <torch/csrc/autograd/custom_function.h>

// GEGLU (Shazeer 2020, equation 6): the first half of a row times GELU of its second half, in one pass.

using namespace ctorch;

namespace {

// 2·Φ(x)−1 as a quotient of polynomials in x, within 5e-7 of it; beyond ±4√2 it is ±1 in float32.
INLINED void symmetricNormal(const Lanes &given, Lanes &result) {
  Lanes x = given * 0.70710678f;
  x = x > Lanes(4.0f) ? Lanes(4.0f) : x;
  x = x < Lanes(-4.0f) ? Lanes(-4.0f) : x;
  const Lanes square = x * x;
  Lanes p = square * -2.72614225801306e-10f + 2.77068142495902e-08f;
  p = p * square + -2.10102402082508e-06f;
  p = p * square + -5.69250639462346e-05f;
  p = p * square + -7.34990630326855e-04f;
  p = p * square + -2.95459980854025e-03f;
  p = p * square + -1.60960333262415e-02f;
  Lanes q = square * -1.45660718464996e-05f + -2.13374055278905e-04f;
  q = q * square + -1.68282697438203e-03f;
  q = q * square + -7.37332916720468e-03f;
  q = q * square + -1.42647390514189e-02f;
  result = x * p / q;
}

// y = a·b·Φ(b).
template <typename Value>
INLINED void forwardRow(const Value *x, Value *y, int64_t half) {
  for (int64_t i = 0; i < half; i += lanes) {
    const int64_t count = std::min(lanes, half - i);
    Lanes a, b, normal;
    load(a, x + i, count);
    load(b, x + half + i, count);
    symmetricNormal(b, normal);
    store(a * b * (0.5f + 0.5f * normal), y + i, count);
  }
}

// ∂a = ∂y·b·Φ(b), ∂b = ∂y·a·(Φ(b) + b·φ(b)).
template <typename Value>
INLINED void backwardRow(const Value *x, const Value *dy, Value *dx, int64_t half) {
  for (int64_t i = 0; i < half; i += lanes) {
    const int64_t count = std::min(lanes, half - i);
    Lanes a, b, gradient, normal, density;
    load(a, x + i, count);
    load(b, x + half + i, count);
    load(gradient, dy + i, count);
    symmetricNormal(b, normal);
    normal = 0.5f + 0.5f * normal;
    exponential(b * b * -0.5f, density);
    store(gradient * b * normal, dx + i, count);
    store(gradient * a * (normal + b * density * 0.39894228f), dx + half + i, count);
  }
}

#define DEFINE_FOR(Value)                                                                         \
  FOR_EACH_PROCESSOR void forward(const Value *x, Value *y, int64_t half, int64_t rows) {         \
    for (int64_t row = 0; row < rows; row++) forwardRow(x + 2 * half * row, y + half * row, half); \
  }                                                                                               \
  FOR_EACH_PROCESSOR void backward(const Value *x, const Value *dy, Value *dx, int64_t half, int64_t rows) { \
    for (int64_t row = 0; row < rows; row++)                                                      \
      backwardRow(x + 2 * half * row, dy + half * row, dx + 2 * half * row, half);                \
  }
DEFINE_FOR(float)
DEFINE_FOR(at::BFloat16)
#undef DEFINE_FOR

template <typename Body>
void overRows(int64_t rows, int64_t half, Body &&body) {
  parallelFor(0, rows, std::max<int64_t>(1, 8192 / half), body);
}

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

struct GEGLU : torch::autograd::Function<GEGLU> {
  static Variable forward(AutogradContext *context, const Variable &given) {
    const auto x = given.contiguous();
    auto shape = x.sizes().vec();
    const int64_t half = shape.back() / 2, rows = x.numel() / shape.back();
    shape.back() = half;
    auto y = at::empty(shape, x.options());
    withType(x, [&](auto zero) {
      using Value = decltype(zero);
      const auto *from = x.template const_data_ptr<Value>();
      auto *to = y.template mutable_data_ptr<Value>();
      overRows(rows, half, [&](int64_t first, int64_t end) {
        ::forward(from + 2 * half * first, to + half * first, half, end - first);
      });
    });
    context->save_for_backward({x});
    return y;
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const auto x = context->get_saved_variables()[0], dy = gradients[0].to(x.scalar_type()).contiguous();
    const int64_t half = x.size(-1) / 2, rows = x.numel() / x.size(-1);
    auto dx = at::empty_like(x);
    withType(x, [&](auto zero) {
      using Value = decltype(zero);
      const auto *from = x.template const_data_ptr<Value>(), *slope = dy.template const_data_ptr<Value>();
      auto *to = dx.template mutable_data_ptr<Value>();
      overRows(rows, half, [&](int64_t first, int64_t end) {
        ::backward(from + 2 * half * first, slope + half * first, to + 2 * half * first, half, end - first);
      });
    });
    return {dx};
  }
};

}  // namespace

ctorch_tensor ctorch_geglu(ctorch_tensor input, ctorch_message *error) {
  return ctorch::make(error, [&] {
    const auto &x = input->value;
    TORCH_CHECK(x.dim() >= 1 && x.size(-1) % 2 == 0, "a row has two halves: ", x.sizes());
    const bool isKnown = x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16;
    if (isKnown && x.numel() > 0 && !ctorch_follows_pytorch()) return GEGLU::apply(x);
    const auto halves = x.chunk(2, -1);
    return halves[0] * at::gelu(halves[1]);
  });
}
