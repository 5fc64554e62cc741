#include "guard.hpp"

#include <ATen/Parallel.h>
#include <torch/version.h>

void ctorch_set_threads(int threads) { at::set_num_threads(threads); }

int ctorch_threads(void) { return at::get_num_threads(); }

const char *ctorch_version(void) { return TORCH_VERSION; }
