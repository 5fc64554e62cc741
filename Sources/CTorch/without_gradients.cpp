#include "without_gradients.hpp"

#include "few_pixels.hpp"
#include "onednn.hpp"

#include <ATen/autocast_mode.h>

#include <unordered_map>

using namespace ctorch;

namespace {

// What was made of a weight or a bias, and what tells that it would be made the same again.
struct Kept {
  c10::weak_intrusive_ptr<c10::TensorImpl> source;
  uint32_t version;
  at::ScalarType type;
  // Of the input that it was made for; empty where that has no say.
  std::vector<int64_t> shape;
  at::Tensor made;
};

thread_local std::unordered_map<const c10::TensorImpl *, Kept> kept;

template <typename Make>
at::Tensor keeping(const at::Tensor &w, at::ScalarType type, at::IntArrayRef shape, Make &&make) {
  const auto version = w.unsafeGetTensorImpl()->version_counter().current_version();
  const auto found = kept.find(w.unsafeGetTensorImpl());
  if (found != kept.end()) {
    const auto &entry = found->second;
    const bool isSame = !entry.source.expired() && entry.version == version && entry.type == type;
    if (isSame && shape == entry.shape) return entry.made;
    kept.erase(found);
  }
  auto made = make(w.detach().to(type));
  auto source = c10::weak_intrusive_ptr<c10::TensorImpl>(w.getIntrusivePtr());
  kept.insert({w.unsafeGetTensorImpl(), Kept{std::move(source), version, type, shape.vec(), made}});
  return made;
}

std::optional<at::Tensor> keptBias(const std::optional<at::Tensor> &b, at::ScalarType type) {
  if (!b || b->scalar_type() == type) return b;
  return keeping(*b, type, {}, [](const at::Tensor &b) { return b; });
}

// The type that a layer computes in, where its weight can be laid out for it.
std::optional<at::ScalarType> typeOf(const at::Tensor &x, const at::Tensor &w) {
  if (at::GradMode::is_enabled()) kept.clear();
  const bool isFloat = x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16;
  if (at::GradMode::is_enabled() || ctorch_follows_pytorch() || !hasOneDNN() || !isFloat) return std::nullopt;
  if (w.scalar_type() != at::kFloat) return std::nullopt;
  if (at::autocast::is_autocast_enabled(at::kCPU)) {
    const auto type = at::autocast::get_autocast_dtype(at::kCPU);
    return type == at::kBFloat16 && hasBFloat16Products() ? std::optional(type) : std::nullopt;
  }
  if (x.scalar_type() != at::kFloat) return std::nullopt;
  return at::kFloat;
}

bool isPlain(const std::optional<at::Tensor> &b, int64_t outputs) {
  return !b || (b->scalar_type() == at::kFloat && b->is_contiguous() && b->sizes() == at::IntArrayRef{outputs});
}

// `y` is written, and `addend` read, in one order of memory.
at::Tensor overFewPixels(
    const Windows &windows, const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b,
    const std::optional<at::Tensor> &addend, const at::Tensor &y, at::MemoryFormat format) {
  const bool isBeside = addend && addend->scalar_type() == y.scalar_type() && addend->sizes() == y.sizes() &&
                        addend->is_contiguous(format);
  const auto layout = keeping(w, x.scalar_type(), {}, layOutForFewPixels);
  convolveFewPixels(windows, x, layout, b ? b->const_data_ptr<float>() : nullptr, isBeside ? &*addend : nullptr, y);
  return addend && !isBeside ? at::add(y, *addend) : y;
}

at::Tensor sum(const at::Tensor &y, const std::optional<at::Tensor> &addend) {
  const bool isAlike = addend && addend->scalar_type() == y.scalar_type() && addend->sizes() == y.sizes();
  return isAlike ? y.add_(*addend) : addend ? at::add(y, *addend) : y;
}

}  // namespace

void ctorch::forgetLayouts() { kept.clear(); }

std::optional<at::Tensor> ctorch::convolutionWithoutGradients(
    const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b,
    const std::optional<at::Tensor> &addend, int64_t stride, int64_t padding) {
  const auto type = typeOf(x, w);
  const bool fits = x.dim() == 4 && w.dim() == 4 && x.numel() > 0 && x.size(1) == w.size(1) && w.size(2) == w.size(3);
  if (!type || !fits || !isPlain(b, w.size(0))) return std::nullopt;
  c10::impl::ExcludeDispatchKeyGuard withoutAutocast(c10::DispatchKey::AutocastCPU);
  constexpr auto format = at::MemoryFormat::ChannelsLast;
  const auto input = x.to(*type).contiguous(format);
  const Windows windows{x.size(0), x.size(2), x.size(3), x.size(1), w.size(0), w.size(2), stride, padding};
  if (areFewPixels(windows, *type)) {
    const auto y = at::empty(
        {x.size(0), w.size(0), windows.outHeight(), windows.outWidth()}, input.options().memory_format(format));
    return overFewPixels(windows, input, w, b, addend, y, format);
  }
  const auto weight = keeping(w, *type, input.sizes(), [&](const at::Tensor &w) {
    return layOutConvolution(w, input.sizes(), stride, padding);
  });
  return sum(convolution(input, weight, keptBias(b, *type), stride, padding), addend);
}

std::optional<at::Tensor> ctorch::linearWithoutGradients(
    const at::Tensor &x, const at::Tensor &w, const std::optional<at::Tensor> &b,
    const std::optional<at::Tensor> &addend) {
  const auto type = typeOf(x, w);
  const bool fits = x.dim() >= 2 && w.dim() == 2 && x.numel() > 0 && x.size(-1) == w.size(1);
  if (!type || !fits || !isPlain(b, w.size(0))) return std::nullopt;
  c10::impl::ExcludeDispatchKeyGuard withoutAutocast(c10::DispatchKey::AutocastCPU);
  auto shape = x.sizes().vec();
  shape.back() = w.size(0);
  const int64_t rows = x.numel() / x.size(-1);
  const Windows windows{rows, 1, 1, x.size(-1), w.size(0), 1, 1, 0};
  if (areFewPixels(windows, *type)) {
    const auto input = x.to(*type).contiguous();
    constexpr auto format = at::MemoryFormat::Contiguous;
    return overFewPixels(windows, input, w, b, addend, at::empty(shape, input.options()), format);
  }
  if (x.numel() * w.size(0) < manyProducts) return std::nullopt;
  const auto input = x.to(*type).reshape({rows, x.size(-1)});
  const auto weight = keeping(w, *type, input.sizes(), [&](const at::Tensor &w) {
    return layOutInnerProduct(w, rows);
  });
  return sum(innerProduct(input, weight, keptBias(b, *type)).view(shape), addend);
}
