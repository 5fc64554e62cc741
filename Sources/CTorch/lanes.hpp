// Sixteen elements at once, for kernels that are compiled for several kinds of processor.
#pragma once

#include "guard.hpp"

#if defined(__linux__) && defined(__x86_64__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif
#define INLINED inline __attribute__((always_inline))

namespace ctorch {

// Neighbouring elements, worked on at once. They go by reference: how they would be passed hangs on the processor.
constexpr int64_t lanes = 16;
typedef float Lanes __attribute__((ext_vector_type(16)));
typedef double Wide __attribute__((ext_vector_type(16)));
typedef uint32_t Bits __attribute__((ext_vector_type(16)));
typedef uint16_t Halves __attribute__((ext_vector_type(16)));

INLINED void load(Lanes &x, const float *from, int64_t count) {
  if (count < lanes) {
    x = 0;
    for (int64_t i = 0; i < count; i++) x[i] = from[i];
  } else {
    std::memcpy(&x, from, sizeof x);
  }
}
INLINED void load(Lanes &x, const at::BFloat16 *from, int64_t count) {
  Halves halves = 0;
  if (count < lanes) {
    for (int64_t i = 0; i < count; i++) halves[i] = from[i].x;
  } else {
    std::memcpy(&halves, from, sizeof halves);
  }
  Bits bits = __builtin_convertvector(halves, Bits) << 16;
  std::memcpy(&x, &bits, sizeof x);
}
INLINED void store(const Lanes &x, float *to, int64_t count) {
  if (count < lanes) {
    for (int64_t i = 0; i < count; i++) to[i] = x[i];
  } else {
    std::memcpy(to, &x, sizeof x);
  }
}
// To the nearest, and to even between two; what is no number stays none.
INLINED void store(const Lanes &x, at::BFloat16 *to, int64_t count) {
  Bits bits;
  std::memcpy(&bits, &x, sizeof x);
  const Bits rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  const auto isNumber = x == x;
  const Halves halves = __builtin_convertvector(isNumber ? rounded : Bits(0x7fc0), Halves);
  if (count < lanes) {
    for (int64_t i = 0; i < count; i++) to[i].x = halves[i];
  } else {
    std::memcpy(to, &halves, sizeof halves);
  }
}

}  // namespace ctorch
