#include "without_gradients.hpp"

#include <ATen/Parallel.h>
#include <torch/version.h>

#include <utility>

#ifdef __GLIBC__
#include <climits>
#include <malloc.h>
#endif

void ctorch_keep_freed_memory(void) {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
  mallopt(M_TOP_PAD, 64 << 20);
#endif
}

void ctorch_release_memory(void) {
  ctorch::forgetLayouts();
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

static thread_local bool followsPyTorch = false;

bool ctorch_set_follows_pytorch(bool follows) { return std::exchange(followsPyTorch, follows); }

bool ctorch_follows_pytorch(void) { return followsPyTorch; }

void ctorch_set_threads(int threads) { at::set_num_threads(threads); }

int ctorch_threads(void) { return at::get_num_threads(); }

const char *ctorch_version(void) { return TORCH_VERSION; }
