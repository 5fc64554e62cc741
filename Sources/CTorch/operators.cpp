#include "guard.hpp"

#include <numeric>

using ctorch::array;
using ctorch::make;

ctorch_tensor ctorch_add(ctorch_tensor a, ctorch_tensor b, double alpha, ctorch_message *error) {
  return make(error, [&] { return at::add(a->value, b->value, alpha); });
}
ctorch_tensor ctorch_mul(ctorch_tensor a, ctorch_tensor b, ctorch_message *error) {
  return make(error, [&] { return at::mul(a->value, b->value); });
}
ctorch_tensor ctorch_div(ctorch_tensor a, ctorch_tensor b, ctorch_message *error) {
  return make(error, [&] { return at::div(a->value, b->value); });
}
ctorch_tensor ctorch_add_scalar(ctorch_tensor a, double b, ctorch_message *error) {
  return make(error, [&] { return at::add(a->value, b); });
}
ctorch_tensor ctorch_mul_scalar(ctorch_tensor a, double b, ctorch_message *error) {
  return make(error, [&] { return at::mul(a->value, b); });
}
ctorch_tensor ctorch_div_scalar(ctorch_tensor a, double b, ctorch_message *error) {
  return make(error, [&] { return at::div(a->value, b); });
}
ctorch_tensor ctorch_abs(ctorch_tensor a, ctorch_message *error) {
  return make(error, [&] { return at::abs(a->value); });
}
ctorch_tensor ctorch_square(ctorch_tensor a, ctorch_message *error) {
  return make(error, [&] { return at::mul(a->value, a->value); });
}
ctorch_tensor ctorch_sqrt(ctorch_tensor a, ctorch_message *error) {
  return make(error, [&] { return at::sqrt(a->value); });
}
ctorch_tensor ctorch_exp(ctorch_tensor a, ctorch_message *error) {
  return make(error, [&] { return at::exp(a->value); });
}
ctorch_tensor ctorch_sin(ctorch_tensor a, ctorch_message *error) {
  return make(error, [&] { return at::sin(a->value); });
}
ctorch_tensor ctorch_cos(ctorch_tensor a, ctorch_message *error) {
  return make(error, [&] { return at::cos(a->value); });
}
ctorch_tensor ctorch_round(ctorch_tensor a, ctorch_message *error) {
  return make(error, [&] { return at::round(a->value); });
}
ctorch_tensor ctorch_clamp(ctorch_tensor a, double low, double high, ctorch_message *error) {
  return make(error, [&] { return at::clamp(a->value, low, high); });
}
ctorch_tensor ctorch_row_quantile(ctorch_tensor a, double q, ctorch_message *error) {
  return make(error, [&] { return at::quantile(a->value, q, 1); });
}
ctorch_tensor ctorch_minimum(ctorch_tensor a, ctorch_tensor b, ctorch_message *error) {
  return make(error, [&] { return at::minimum(a->value, b->value); });
}
ctorch_tensor ctorch_maximum(ctorch_tensor a, ctorch_tensor b, ctorch_message *error) {
  return make(error, [&] { return at::maximum(a->value, b->value); });
}
ctorch_tensor ctorch_reshape(ctorch_tensor a, const int64_t *shape, size_t rank, ctorch_message *error) {
  return make(error, [&] { return at::reshape(a->value, array(shape, rank)); });
}
ctorch_tensor ctorch_permute(ctorch_tensor a, const int64_t *order, size_t rank, ctorch_message *error) {
  return make(error, [&] { return at::permute(a->value, array(order, rank)); });
}
ctorch_tensor ctorch_expand(ctorch_tensor a, const int64_t *shape, size_t rank, ctorch_message *error) {
  return make(error, [&] { return a->value.expand(array(shape, rank)); });
}
ctorch_tensor ctorch_narrow(ctorch_tensor a, int64_t dimension, int64_t start, int64_t length, ctorch_message *error) {
  return make(error, [&] { return at::narrow(a->value, dimension, start, length); });
}
ctorch_tensor ctorch_index_select(ctorch_tensor a, int64_t dimension, ctorch_tensor index, ctorch_message *error) {
  return make(error, [&] { return at::index_select(a->value, dimension, index->value); });
}
ctorch_tensor ctorch_cat(const ctorch_tensor *tensors, size_t count, int64_t dimension, ctorch_message *error) {
  return make(error, [&] { return at::cat(ctorch::list(tensors, count), dimension); });
}
ctorch_tensor ctorch_sum(ctorch_tensor a, ctorch_message *error) {
  return make(error, [&] { return at::sum(a->value); });
}
ctorch_tensor ctorch_mean(ctorch_tensor a, ctorch_message *error) {
  return make(error, [&] { return at::mean(a->value); });
}
ctorch_tensor ctorch_row_means(ctorch_tensor a, ctorch_message *error) {
  return make(error, [&] {
    std::vector<int64_t> within(a->value.dim() - 1);
    std::iota(within.begin(), within.end(), 1);
    return at::mean(a->value, within);
  });
}
bool ctorch_all_finite(ctorch_tensor a, bool *finite, ctorch_message *error) {
  return ctorch::attempt(error, [&] { *finite = at::isfinite(a->value).all().item().toBool(); });
}
