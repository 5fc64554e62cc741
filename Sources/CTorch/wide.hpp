// Products of sixteen elements at once, where the processor has AVX-512: other libraries are quicker elsewhere.
#pragma once

#include "lanes.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

#define WIDE __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define WIDE_BFLOAT16 __attribute__((target("arch=x86-64-v4,avx512bf16"), min_vector_width(512)))

namespace ctorch {

inline bool hasWide(at::ScalarType type) {
  static const bool hasFloat = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  static const bool hasBFloat16 = hasFloat && __builtin_cpu_supports("avx512bf16");
  return type == at::kFloat ? hasFloat : type == at::kBFloat16 && hasBFloat16;
}

// Two neighbours, in every lane.
WIDE_BFLOAT16 INLINED __m512bh pair(const at::BFloat16 *x) {
  int32_t bits;
  std::memcpy(&bits, x, sizeof bits);
  return (__m512bh)_mm512_set1_epi32(bits);
}

// sum[i] += x[2i]·y[2i] + x[2i+1]·y[2i+1].
WIDE_BFLOAT16 INLINED void multiplyAdd(const __m512bh &x, const __m512bh &y, Lanes &sum) {
  sum = (Lanes)_mm512_dpbf16_ps((__m512)sum, x, y);
}

// a[0], b[0], a[1], b[1]…
WIDE INLINED void interleave(const at::BFloat16 *a, const at::BFloat16 *b, int64_t count, at::BFloat16 *to) {
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    Halves first, second;
    std::memcpy(&first, a + i, sizeof first);
    std::memcpy(&second, b + i, sizeof second);
    const Bits both = __builtin_convertvector(first, Bits) | __builtin_convertvector(second, Bits) << 16;
    std::memcpy(to + 2 * i, &both, sizeof both);
  }
  for (; i < count; i++) to[2 * i] = a[i], to[2 * i + 1] = b[i];
}

// Rows become columns: squares of 1, 2, 4 and 8 change places across the diagonal.
WIDE INLINED void transpose(Bits (&rows)[lanes]) {
#define EXCHANGE(step, FIRST, SECOND)                                      \
  for (int i = 0; i < lanes; i++)                                          \
    if (!(i & step)) {                                                     \
      const Bits a = rows[i], b = rows[i + step];                          \
      rows[i] = __builtin_shufflevector(a, b, FIRST);                      \
      rows[i + step] = __builtin_shufflevector(a, b, SECOND);              \
    }
#define LIST(...) __VA_ARGS__
  EXCHANGE(
      1, LIST(0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),
      LIST(1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
  EXCHANGE(
      2, LIST(0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
      LIST(2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
  EXCHANGE(
      4, LIST(0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),
      LIST(4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))
  EXCHANGE(
      8, LIST(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
      LIST(8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
#undef LIST
#undef EXCHANGE
}

}  // namespace ctorch
#endif
