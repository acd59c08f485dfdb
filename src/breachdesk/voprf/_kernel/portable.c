/* The engine for every processor: one element at a time, products of 64 by 64 bits. */
#include <stdint.h>

#define LANES 1
#define PARTS 8
#define WORD_REGISTER "+r"
typedef uint64_t word;
typedef uint64_t lump __attribute__((vector_size(16), aligned(8), may_alias));

#include "lanes.h"

static inline lump lump_of(word value) { return (lump){value, value}; }

__extension__ typedef unsigned __int128 wide;

/* Limbs of at most 7 U < 2^54 are multiplied as they are. */
static inline fe fe_ready(fe a) { return a; }

/* From the five sums of a product of limbs of at most 7 U, below: limbs of at most 1 U.
 *
 * A sum is below 49 U^2 times the products in it. sum[0] counts 1 + 4 * 19 of them and is below
 * 2^114, so that its carry has 63 bits, and the next ones have fewer. sum[4] counts five and is
 * below 2^110; its carry is below 2^59, and 19 times that plus a limb below 2^64. */
static inline __attribute__((always_inline)) fe carried(wide sum[LIMBS]) {
  fe out;
  uint64_t carry = 0;
  for (int i = 0; i < LIMBS; i++) {
    sum[i] += carry;
    out.v[i] = (uint64_t)sum[i] & LIMB_MASK;
    carry = (uint64_t)(sum[i] >> LIMB_BITS);
  }
  out.v[0] += carry * 19;
  out.v[1] += out.v[0] >> LIMB_BITS;
  out.v[0] &= LIMB_MASK;
  return out;
}

/* Products worth 2^255 and more count 19 times as much 2^255 lower. 19 times a limb is below
 * 2^59. */
static inline __attribute__((always_inline)) fe fe_mul(fe a, fe b) {
  const uint64_t *x = a.v, *y = b.v;
  uint64_t y1 = 19 * y[1], y2 = 19 * y[2], y3 = 19 * y[3], y4 = 19 * y[4];
  wide sum[LIMBS] = {
      (wide)x[0] * y[0] + (wide)x[1] * y4 + (wide)x[2] * y3 + (wide)x[3] * y2 + (wide)x[4] * y1,
      (wide)x[0] * y[1] + (wide)x[1] * y[0] + (wide)x[2] * y4 + (wide)x[3] * y3 + (wide)x[4] * y2,
      (wide)x[0] * y[2] + (wide)x[1] * y[1] + (wide)x[2] * y[0] + (wide)x[3] * y4 + (wide)x[4] * y3,
      (wide)x[0] * y[3] + (wide)x[1] * y[2] + (wide)x[2] * y[1] + (wide)x[3] * y[0] + (wide)x[4] * y4,
      (wide)x[0] * y[4] + (wide)x[1] * y[3] + (wide)x[2] * y[2] + (wide)x[3] * y[1] + (wide)x[4] * y[0],
  };
  return carried(sum);
}

/* As `fe_mul`, with equal products taken once and doubled. */
static inline __attribute__((always_inline)) fe fe_square(fe a) {
  const uint64_t *x = a.v;
  uint64_t x0 = 2 * x[0], x1 = 2 * x[1], x3 = 19 * x[3], x4 = 19 * x[4];
  wide sum[LIMBS] = {
      (wide)x[0] * x[0] + (wide)x1 * x4 + (wide)(2 * x[2]) * x3,
      (wide)x0 * x[1] + (wide)(2 * x[2]) * x4 + (wide)x[3] * x3,
      (wide)x0 * x[2] + (wide)x[1] * x[1] + (wide)(2 * x[3]) * x4,
      (wide)x0 * x[3] + (wide)x1 * x[2] + (wide)x[4] * x4,
      (wide)x0 * x[4] + (wide)x1 * x[3] + (wide)x[2] * x[2],
  };
  return carried(sum);
}

#include "batch.h"

DEFINE_KERNEL_CALLS(portable)
