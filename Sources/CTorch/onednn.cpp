#include "onednn.hpp"

using namespace ctorch;

namespace {

using Scalars = c10::List<std::optional<at::Scalar>>;
using Bias = std::optional<at::Tensor>;
using InnerProduct = at::Tensor(
    const at::Tensor &, const at::Tensor &, const Bias &, std::string_view, Scalars, std::optional<std::string_view>);
using Convolve = at::Tensor(
    const at::Tensor &, const at::Tensor &, const Bias &, at::IntArrayRef, at::IntArrayRef, at::IntArrayRef, int64_t,
    std::string_view, Scalars, std::optional<std::string_view>);
using PackConvolution = at::Tensor(
    const at::Tensor &, at::IntArrayRef, at::IntArrayRef, at::IntArrayRef, int64_t, at::OptionalIntArrayRef);
using PackLinear = at::Tensor(const at::Tensor &, std::optional<int64_t>);

template <typename Signature>
auto door(const char *name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

}  // namespace

bool ctorch::hasOneDNN() {
  static const bool found = c10::Dispatcher::singleton().findSchema({"mkldnn::_linear_pointwise", ""}).has_value();
  return found && at::globalContext().userEnabledMkldnn();
}

at::Tensor ctorch::innerProduct(const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b) {
  static const auto call = door<InnerProduct>("mkldnn::_linear_pointwise");
  return call.call(x, w, b, "none", Scalars(), "");
}

bool ctorch::hasBFloat16Products() {
  static const bool found = hasOneDNN() && door<bool()>("mkldnn::_is_mkldnn_bf16_supported").call();
  return found;
}

at::Tensor ctorch::layOutConvolution(const at::Tensor &w, at::IntArrayRef input, int64_t stride, int64_t padding) {
  static const auto call = door<PackConvolution>("mkldnn::_reorder_convolution_weight");
  const int64_t strides[] = {stride, stride}, paddings[] = {padding, padding}, ones[] = {1, 1};
  return call.call(w, paddings, strides, ones, 1, input);
}

at::Tensor ctorch::layOutInnerProduct(const at::Tensor &w, int64_t rows) {
  static const auto call = door<PackLinear>("mkldnn::_reorder_linear_weight");
  return call.call(w, rows);
}

at::Tensor ctorch::convolution(
    const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b, int64_t stride, int64_t padding) {
  static const auto call = door<Convolve>("mkldnn::_convolution_pointwise");
  const int64_t strides[] = {stride, stride}, paddings[] = {padding, padding}, ones[] = {1, 1};
  return call.call(x, w, b, paddings, strides, ones, 1, "none", Scalars(), "");
}
