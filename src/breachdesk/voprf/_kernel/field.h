/* The field of p = 2^255 - 19 as RFC 9496 uses it. lanes.h says what a lane and a unit U is.
 *
 * The engine defines, before it includes this file,
 *   fe fe_ready(fe a)        what a product takes, from limbs of at most 7 U;
 *   fe fe_mul(fe a, fe b)    tight, from two values that are ready;
 *   fe fe_square(fe a)       tight, from one.
 * A tight value is ready as it is. Where an engine multiplies loose limbs, `fe_ready` does nothing,
 * and a value that is ready still counts with the units that it had.
 */
#ifndef BREACHDESK_FIELD_H
#define BREACHDESK_FIELD_H

#include "lanes.h"

static inline fe fe_add(fe a, fe b) {
  for (int i = 0; i < LIMBS; i++) a.v[i] += b.v[i];
  return a;
}

/* a - b + 4 p: `b` has at most 3 U, and the result 4 U more than `a`. Each limb of 4 p, as written
 * here, is at least 2^53 - 76 > 3 U, so that nothing wraps, and below 2^53 < 4 U. */
static inline fe fe_sub(fe a, fe b) {
  a.v[0] = a.v[0] + ((UINT64_C(1) << 53) - 76) - b.v[0];
  for (int i = 1; i < LIMBS; i++) a.v[i] = a.v[i] + ((UINT64_C(1) << 53) - 4) - b.v[i];
  return a;
}

/* The same value with limbs of at most 1 U, from limbs below 2^60: each carry is below 2^9, and 19
 * times the last one below 2^14. */
static inline fe fe_tight(fe a) {
  fe out;
  out.v[0] = (a.v[0] & LIMB_MASK) + 19 * (a.v[LIMBS - 1] >> LIMB_BITS);
  for (int i = 1; i < LIMBS; i++) out.v[i] = (a.v[i] & LIMB_MASK) + (a.v[i - 1] >> LIMB_BITS);
  return out;
}

/* The representation below p, from limbs below 2^54.
 *
 * The first pass leaves limbs 1 to 4 below 2^51 and limb 0 below 2^51 + 19 * 2^4, so the value is
 * below p + 19 + 2^9; `over` is then 1 if it is p or more, else 0, and adding 19 * over without
 * bit 255 is subtracting p. */
static inline fe fe_canonical(fe a) {
  word carry = word_of(0);
  for (int i = 0; i < LIMBS; i++) {
    a.v[i] += carry;
    carry = a.v[i] >> LIMB_BITS;
    a.v[i] &= LIMB_MASK;
  }
  a.v[0] += 19 * carry;
  word over = (a.v[0] + 19) >> LIMB_BITS;
  for (int i = 1; i < LIMBS; i++) over = (a.v[i] + over) >> LIMB_BITS;
  carry = 19 * over;
  for (int i = 0; i < LIMBS; i++) {
    a.v[i] += carry;
    carry = a.v[i] >> LIMB_BITS;
    a.v[i] &= LIMB_MASK;
  }
  return a;
}

/* From limbs below 2^54, as the next one. */
static inline mask fe_is_zero(fe a) {
  a = fe_canonical(a);
  word bits = a.v[0] | a.v[1] | a.v[2] | a.v[3] | a.v[4];
  return ((bits | -bits) >> 63) - 1;
}

/* RFC 9496 section 3.1, IS_NEGATIVE. */
static inline mask fe_is_negative(fe a) { return -(fe_canonical(a).v[0] & 1); }

/* `a` in the lanes that `which` names, else `b`. */
static inline fe fe_select(mask which, fe a, fe b) {
  for (int i = 0; i < LIMBS; i++) b.v[i] = (a.v[i] & which) | (b.v[i] & ~which);
  return b;
}

/* -a in the lanes that `which` names, else `a`: `a` has at most 3 U, the result 4 U. */
static inline fe fe_negate_if(mask which, fe a) {
  return fe_select(which, fe_sub(fe_constant(ZERO), a), a);
}

/* RFC 9496 section 3.1, CT_ABS, as `fe_negate_if`. */
static inline fe fe_abs(fe a) { return fe_negate_if(fe_is_negative(a), a); }

#define STREAMS_MOST 2

/* Each of `n` independent values, squared `times` times. Side by side, because one squaring waits
 * for the one before it; `n` is known when this is compiled. */
static inline __attribute__((always_inline)) void squares(fe *a, int n, int times) {
  while (times--)
    for (int k = 0; k < n; k++) a[k] = fe_square(a[k]);
}

static inline __attribute__((always_inline)) void products(fe *out, const fe *a, const fe *b,
                                                           int n) {
  for (int k = 0; k < n; k++) out[k] = fe_mul(a[k], b[k]);
}

/* out = a^(2^times) b. */
static inline __attribute__((always_inline)) void shift_and_multiply(fe *out, const fe *a,
                                                                     int times, const fe *b,
                                                                     int n) {
  fe t[STREAMS_MOST];
  for (int k = 0; k < n; k++) t[k] = a[k];
  squares(t, n, times);
  products(out, t, b, n);
}

/* a^(2^250 - 1) and a^11 of each of `n` tight values: what both powers below begin with. */
static inline __attribute__((always_inline)) void powers(fe *a250, fe *a11, const fe *a, int n) {
  fe a2[STREAMS_MOST], a9[STREAMS_MOST], a5[STREAMS_MOST], a10[STREAMS_MOST], a20[STREAMS_MOST];
  for (int k = 0; k < n; k++) a2[k] = fe_square(a[k]);
  shift_and_multiply(a9, a2, 2, a, n); /* 8 + 1 */
  products(a11, a9, a2, n);
  shift_and_multiply(a5, a11, 1, a9, n); /* a5 is a^(2^5 - 1), and so on */
  shift_and_multiply(a10, a5, 5, a5, n);
  shift_and_multiply(a20, a10, 10, a10, n);
  shift_and_multiply(a20, a20, 20, a20, n);  /* 40 */
  shift_and_multiply(a5, a20, 10, a10, n);   /* 50 */
  shift_and_multiply(a10, a5, 50, a5, n);    /* 100 */
  shift_and_multiply(a20, a10, 100, a10, n); /* 200 */
  shift_and_multiply(a250, a20, 50, a5, n);
}

/* 1 / a = a^(p - 2) = a^(2^255 - 21), and 0 of 0. `a` is tight. */
static inline fe fe_invert(fe a) {
  fe power, a11;
  powers(&power, &a11, &a, 1);
  squares(&power, 1, 5);
  return fe_mul(power, a11);
}

/* RFC 9496 section 4.2, SQRT_RATIO_M1, of `n` pairs: the root, at most 4 U, and whether u / v is a
 * square. `u` and `v` are tight. */
static inline __attribute__((always_inline)) void sqrt_ratio_m1(mask *was_square, fe *root,
                                                                const fe *u, const fe *v, int n) {
  fe u_v3[STREAMS_MOST], base[STREAMS_MOST], unused[STREAMS_MOST];
  for (int k = 0; k < n; k++) {
    fe v3 = fe_mul(fe_square(v[k]), v[k]);
    u_v3[k] = fe_mul(u[k], v3);
    base[k] = fe_mul(u_v3[k], fe_mul(v3, v[k])); /* u v^7 */
  }
  powers(root, unused, base, n); /* (p - 5) / 8 = 2^252 - 3 = 4 (2^250 - 1) + 1 */
  squares(root, n, 2);
  for (int k = 0; k < n; k++) {
    fe i = fe_constant(SQRT_M1);
    fe r = fe_mul(fe_mul(root[k], base[k]), u_v3[k]);
    fe check = fe_mul(v[k], fe_square(r));
    mask correct = fe_is_zero(fe_sub(check, u[k]));
    mask flipped = fe_is_zero(fe_add(check, u[k]));
    mask flipped_i = fe_is_zero(fe_add(check, fe_mul(u[k], i)));
    r = fe_select(flipped | flipped_i, fe_mul(r, i), r);
    root[k] = fe_abs(r);
    was_square[k] = correct | flipped;
  }
}

#endif
