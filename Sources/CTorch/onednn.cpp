#include "onednn.hpp"

#include <ATen/autocast_mode.h>

#include <unordered_map>

using namespace ctorch;

namespace {

using Scalars = c10::List<std::optional<at::Scalar>>;
using Bias = std::optional<at::Tensor>;
using InnerProduct =
    at::Tensor(const at::Tensor &, const at::Tensor &, const Bias &, std::string_view, Scalars, std::optional<std::string_view>);
using Convolution = at::Tensor(
    const at::Tensor &, const at::Tensor &, const Bias &, at::IntArrayRef, at::IntArrayRef, at::IntArrayRef, int64_t,
    std::string_view, Scalars, std::optional<std::string_view>);
using PackConvolution = at::Tensor(
    const at::Tensor &, at::IntArrayRef, at::IntArrayRef, at::IntArrayRef, int64_t, at::OptionalIntArrayRef);
using PackLinear = at::Tensor(const at::Tensor &, std::optional<int64_t>);

template <typename Signature>
auto door(const char *name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

// A weight as oneDNN wants it for inputs of one shape, and what tells that it is still that weight.
struct Packed {
  c10::weak_intrusive_ptr<c10::TensorImpl> source;
  uint32_t version;
  at::ScalarType type;
  std::vector<int64_t> shape;
  at::Tensor weight;
};

thread_local std::unordered_map<const c10::TensorImpl *, Packed> kept;

template <typename Pack>
at::Tensor packed(const at::Tensor &w, const at::Tensor &x, Pack &&pack) {
  const auto version = w.unsafeGetTensorImpl()->version_counter().current_version();
  const auto found = kept.find(w.unsafeGetTensorImpl());
  if (found != kept.end()) {
    const auto &entry = found->second;
    const bool isSame = !entry.source.expired() && entry.version == version && entry.type == x.scalar_type();
    if (isSame && x.sizes() == entry.shape) return entry.weight;
    kept.erase(found);
  }
  auto weight = pack(w.detach().to(x.scalar_type()));
  kept.insert(
      {w.unsafeGetTensorImpl(),
       Packed{c10::weak_intrusive_ptr<c10::TensorImpl>(w.getIntrusivePtr()), version, x.scalar_type(), x.sizes().vec(), weight}});
  return weight;
}

// The type that a layer computes in, where its weight can be packed for it.
std::optional<at::ScalarType> typeOf(const at::Tensor &x, const at::Tensor &w) {
  if (at::GradMode::is_enabled()) kept.clear();
  const bool isFloat = x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16;
  if (at::GradMode::is_enabled() || ctorch_follows_pytorch() || !hasOneDNN() || !isFloat) return std::nullopt;
  if (w.scalar_type() != at::kFloat) return std::nullopt;
  if (at::autocast::is_autocast_enabled(at::kCPU)) {
    // Where the processor has no such products libtorch has others.
    static const bool hasBFloat16 = door<bool()>("mkldnn::_is_mkldnn_bf16_supported").call();
    const auto type = at::autocast::get_autocast_dtype(at::kCPU);
    return type == at::kBFloat16 && hasBFloat16 ? std::optional(type) : std::nullopt;
  }
  if (x.scalar_type() != at::kFloat) return std::nullopt;
  return at::kFloat;
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

std::optional<at::Tensor> ctorch::convolutionWithPackedWeight(
    const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b, int64_t stride, int64_t padding) {
  const auto type = typeOf(x, w);
  const bool fits = x.dim() == 4 && w.dim() == 4 && x.numel() > 0 && x.size(1) == w.size(1);
  if (!type || !fits) return std::nullopt;
  static const auto pack = door<PackConvolution>("mkldnn::_reorder_convolution_weight");
  static const auto convolution = door<Convolution>("mkldnn::_convolution_pointwise");
  c10::impl::ExcludeDispatchKeyGuard withoutAutocast(c10::DispatchKey::AutocastCPU);
  const auto input = x.to(*type).contiguous(at::MemoryFormat::ChannelsLast);
  const int64_t strides[] = {stride, stride}, paddings[] = {padding, padding}, ones[] = {1, 1};
  const auto weight = packed(w, input, [&](const at::Tensor &w) {
    return pack.call(w, paddings, strides, ones, 1, input.sizes());
  });
  const auto bias = b ? std::optional(b->to(*type)) : std::nullopt;
  return convolution.call(input, weight, bias, paddings, strides, ones, 1, "none", Scalars(), "");
}

std::optional<at::Tensor> ctorch::linearWithPackedWeight(
    const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b) {
  const auto type = typeOf(x, w);
  const bool fits = x.dim() >= 2 && w.dim() == 2 && x.size(-1) == w.size(1) && x.numel() * w.size(0) >= manyProducts;
  if (!type || !fits) return std::nullopt;
  static const auto pack = door<PackLinear>("mkldnn::_reorder_linear_weight");
  c10::impl::ExcludeDispatchKeyGuard withoutAutocast(c10::DispatchKey::AutocastCPU);
  const auto rows = x.to(*type).reshape({-1, x.size(-1)});
  const auto weight = packed(w, rows, [&](const at::Tensor &w) { return pack.call(w, rows.size(0)); });
  auto shape = x.sizes().vec();
  shape.back() = w.size(0);
  return innerProduct(rows, weight, b ? std::optional(b->to(*type)) : std::nullopt).view(shape);
}
