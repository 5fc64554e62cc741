// How every call of the shim is made: exceptions become messages, tensors become handles.
#pragma once

#if !__has_include(<ATen/ATen.h>)
#error "libtorch is missing: run scripts/setup, or set LIBTORCH to a folder that holds its include and lib."
#else

#include <ATen/ATen.h>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

#include "include/CTorch.h"

struct ctorch_tensor_s {
  at::Tensor value;
};

namespace ctorch {

inline void report(ctorch_message *error, const char *text) {
  if (error) *error = strdup(text);
}

template <typename Body>
bool attempt(ctorch_message *error, Body &&body) {
  try {
    body();
    return true;
  } catch (const c10::Error &caught) {
    report(error, caught.what_without_backtrace());
  } catch (const std::exception &caught) {
    report(error, caught.what());
  } catch (...) {
    report(error, "unknown C++ exception");
  }
  return false;
}

template <typename Body>
ctorch_tensor make(ctorch_message *error, Body &&body) {
  ctorch_tensor result = nullptr;
  attempt(error, [&] { result = new ctorch_tensor_s{body()}; });
  return result;
}

inline std::optional<at::Tensor> optional(ctorch_tensor tensor) {
  if (!tensor) return std::nullopt;
  return tensor->value;
}

inline std::vector<at::Tensor> list(const ctorch_tensor *tensors, size_t count) {
  std::vector<at::Tensor> values;
  values.reserve(count);
  for (size_t i = 0; i < count; i++) values.push_back(tensors[i]->value);
  return values;
}

inline at::IntArrayRef array(const int64_t *values, size_t count) { return at::IntArrayRef(values, count); }

}  // namespace ctorch

#endif
