#include "parallel.hpp"

#include <dlfcn.h>

namespace {

// The door of GNU's OpenMP, with which libtorch's builds for Linux come. It may start fewer threads than it is asked
// for.
using Parallel = void (*)(void (*)(void *), void *, unsigned threads, unsigned flags);

Parallel parallel() {
  static const auto found = reinterpret_cast<Parallel>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
  return found;
}

}  // namespace

void ctorch::onThreads(int threads, void (*work)(void *), void *data) {
  struct Counted {
    void (*work)(void *);
    void *data;
    std::atomic<int> begun{0};
  } counted{work, data};
  if (parallel())
    parallel()(
        [](void *data) {
          auto &counted = *static_cast<Counted *>(data);
          counted.begun++;
          counted.work(counted.data);
        },
        &counted, unsigned(threads), 0);
  while (counted.begun++ < threads) work(data);
}
