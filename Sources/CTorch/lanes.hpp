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

INLINED float widened(float x) { return x; }
INLINED float widened(const at::BFloat16 &x) {
  const uint32_t bits = uint32_t(x.x) << 16;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// Calls `body` with a zero of x's type, float32 or bfloat16.
template <typename Body>
void withType(const at::Tensor &x, Body &&body) {
  x.scalar_type() == at::kFloat ? body(float()) : body(at::BFloat16());
}

// eˣ, held to |x| ≤ 87: 2ⁿ·eʳ, |r| ≤ ln 2/2, with Cephes' polynomial (Moshier 1989). NaN stays NaN.
INLINED void exponential(const Lanes &given, Lanes &result) {
  Lanes x = given;
  x = x > Lanes(87.0f) ? Lanes(87.0f) : x;
  x = x < Lanes(-87.0f) ? Lanes(-87.0f) : x;
  // Adding 1.5·2²³ leaves the nearest integer in the lowest bits.
  const Lanes shifted = x * 1.44269504f + 12582912.0f;
  const Lanes n = shifted - 12582912.0f;
  Lanes r = x - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  Lanes p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  Bits bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 127) << 23;
  Lanes power;
  std::memcpy(&power, &bits, sizeof bits);
  result = p * power;
}

}  // namespace ctorch
