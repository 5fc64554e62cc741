#include "guard.hpp"

#include <ATen/autocast_mode.h>

#include <utility>

namespace autocast = at::autocast;

static thread_local ctorch_dtype present = CTORCH_FLOAT32;

ctorch_dtype ctorch_enter_autocast(ctorch_dtype dtype) {
  if (dtype == CTORCH_BFLOAT16) autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
  autocast::set_autocast_enabled(at::kCPU, dtype == CTORCH_BFLOAT16);
  autocast::increment_nesting();
  return std::exchange(present, dtype);
}

void ctorch_leave_autocast(ctorch_dtype before) {
  if (autocast::decrement_nesting() == 0) autocast::clear_cache();
  autocast::set_autocast_enabled(at::kCPU, before == CTORCH_BFLOAT16);
  present = before;
}
