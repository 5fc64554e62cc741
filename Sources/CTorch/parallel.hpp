// Work shared among libtorch's own threads. Its parallel_for is a template over OpenMP's pragmas, which go unheeded
// where a compiler brings another OpenMP than libtorch does.
#pragma once

#include <ATen/Parallel.h>

#include <atomic>
#include <exception>
#include <mutex>

namespace ctorch {

// Runs `work(data)` on `threads` threads, and returns when all have.
void onThreads(int threads, void (*work)(void *), void *data);

// Calls `body(from, to)` for parts of begin..<end, each of at least `grain` but for the last. What a part comes to must
// not hang on where parts begin.
template <typename Body>
void parallelFor(int64_t begin, int64_t end, int64_t grain, const Body &body) {
  const int64_t count = end - begin;
  if (count <= 0) return;
  const int64_t parts = std::min<int64_t>(at::get_num_threads(), (count + grain - 1) / grain);
  if (parts <= 1) return body(begin, end);
  struct Shared {
    const Body &body;
    int64_t begin, end, size;
    std::atomic<int64_t> next{0};
    std::mutex lock;
    std::exception_ptr failure;
  } shared{body, begin, end, (count + parts - 1) / parts};
  // All of them, as libtorch itself does: a smaller team would end the threads that it leaves out.
  onThreads(
      at::get_num_threads(),
      [](void *data) {
        auto &shared = *static_cast<Shared *>(data);
        const int64_t from = shared.begin + shared.next++ * shared.size;
        if (from >= shared.end) return;
        try {
          shared.body(from, std::min(from + shared.size, shared.end));
        } catch (...) {
          std::lock_guard guard(shared.lock);
          shared.failure = std::current_exception();
        }
      },
      &shared);
  if (shared.failure) std::rethrow_exception(shared.failure);
}

}  // namespace ctorch
