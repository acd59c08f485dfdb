/* The two instructions that ifma.c uses, in plain C, so that its text can be tested and watched on
 * processors and by tools that lack them. In place of the compiler's header of this name. */
#ifndef EMULATED_IMMINTRIN_H
#define EMULATED_IMMINTRIN_H

typedef long long __m512i __attribute__((vector_size(64)));

#define EMULATE(name, half)                                                                    \
  static inline __m512i name(__m512i sum, __m512i x, __m512i y) {                              \
    for (int lane = 0; lane < 8; lane++) {                                                     \
      unsigned long long mask52 = (1ULL << 52) - 1, a = x[lane] & mask52, b = y[lane] & mask52; \
      sum[lane] += (long long)((unsigned long long)((__extension__(unsigned __int128)a * b) half)); \
    }                                                                                          \
    return sum;                                                                                \
  }

EMULATE(_mm512_madd52lo_epu64, & mask52)
EMULATE(_mm512_madd52hi_epu64, >> 52)

#endif
