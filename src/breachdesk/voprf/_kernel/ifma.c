/* The engine for processors with AVX-512 IFMA: eight elements at a time.
 *
 * The instructions multiply the low 52 bits of two numbers and add the low or the high 52 bits of
 * the product to a third. Compiled with flags of its own, and called only where
 * `breachdesk_kernel_has_ifma` says so.
 */
#include <immintrin.h>
#include <stdint.h>

#define LANES 8
#define PARTS 4 /* 45 KiB a word: about what the nearest cache holds */
#ifndef WORD_REGISTER
#define WORD_REGISTER "+v"
#endif
typedef uint64_t word __attribute__((vector_size(64)));
typedef uint64_t lump __attribute__((vector_size(64), may_alias));

#include "lanes.h"

static inline lump lump_of(word value) { return value; }

#define VECTOR(x) ((__m512i)(x))

static inline word add_low(word sum, word x, word y) {
  return (word)_mm512_madd52lo_epu64(VECTOR(sum), VECTOR(x), VECTOR(y));
}

static inline word add_high(word sum, word x, word y) {
  return (word)_mm512_madd52hi_epu64(VECTOR(sum), VECTOR(x), VECTOR(y));
}

/* Limbs of at most 2^51 + 2^14 from limbs below 2^61: each carry is below 2^10, and 19 times the
 * last one below 2^15. So a limb that is ready has 52 bits, which is all that is multiplied. */
static inline fe fe_ready(fe a) {
  fe out;
  for (int i = 1; i < LIMBS; i++) out.v[i] = (a.v[i] & LIMB_MASK) + (a.v[i - 1] >> LIMB_BITS);
  out.v[0] = add_low(a.v[0] & LIMB_MASK, a.v[LIMBS - 1] >> LIMB_BITS, word_of(19));
  return out;
}

/* Bring column k + 5, worth 2^(255 + 51 k), back to column k: 2^255 = 19 modulo p. A column adds at
 * most five low halves and twice five high ones, below 15 * 2^52; with 19 times as much it stays
 * below 2^61. */
static inline __attribute__((always_inline)) fe folded(const word column[2 * LIMBS]) {
  fe out;
  /* Told the number, compilers take four shifts and additions where one product is quicker. */
  word nineteen = opaque_word(word_of(19));
  for (int k = 0; k < LIMBS; k++) out.v[k] = column[k] + column[k + LIMBS] * nineteen;
  return fe_ready(out);
}

/* Column k takes the low halves of a[i] b[j] with i + j = k. High halves are worth 2^52, so those
 * with i + j = k - 1 count twice there. */
static inline __attribute__((always_inline)) fe fe_mul(fe a, fe b) {
  word column[2 * LIMBS];
  for (int k = 0; k < 2 * LIMBS; k++) column[k] = word_of(0);
  for (int i = 0; i < LIMBS; i++)
    for (int j = 0; j < LIMBS; j++) column[i + j + 1] = add_high(column[i + j + 1], a.v[i], b.v[j]);
  for (int k = 1; k < 2 * LIMBS; k++) column[k] += column[k];
  for (int i = 0; i < LIMBS; i++)
    for (int j = 0; j < LIMBS; j++) column[i + j] = add_low(column[i + j], a.v[i], b.v[j]);
  return folded(column);
}

/* As `fe_mul`, with the products of two different limbs taken once and doubled. */
static inline __attribute__((always_inline)) fe fe_square(fe a) {
  word column[2 * LIMBS];
  for (int k = 0; k < 2 * LIMBS; k++) column[k] = word_of(0);
  for (int i = 0; i < LIMBS; i++)
    for (int j = i + 1; j < LIMBS; j++)
      column[i + j + 1] = add_high(column[i + j + 1], a.v[i], a.v[j]);
  for (int k = 1; k < 2 * LIMBS; k++) column[k] += column[k];
  for (int i = 0; i < LIMBS; i++) {
    column[2 * i + 1] = add_high(column[2 * i + 1], a.v[i], a.v[i]);
    for (int j = i + 1; j < LIMBS; j++) column[i + j] = add_low(column[i + j], a.v[i], a.v[j]);
  }
  for (int k = 1; k < 2 * LIMBS; k++) column[k] += column[k];
  for (int i = 0; i < LIMBS; i++) column[2 * i] = add_low(column[2 * i], a.v[i], a.v[i]);
  return folded(column);
}

#include "batch.h"

DEFINE_KERNEL_CALLS(ifma)
