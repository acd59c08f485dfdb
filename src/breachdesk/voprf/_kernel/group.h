/* Points of the curve behind ristretto255: -x^2 + y^2 = 1 + d x^2 y^2 (RFC 9496 section 4.1).
 *
 * Hisil, Wong, Carter, Dawson: Twisted Edwards Curves Revisited (2008): extended coordinates, and
 * an addition that holds for every two points because -1 is a square and d is none. Bounds are in
 * the units of lanes.h; coordinates of a point are tight.
 */
#ifndef BREACHDESK_GROUP_H
#define BREACHDESK_GROUP_H

#include "field.h"

/* x = X / Z, y = Y / Z, x y = T / Z. */
typedef struct {
  fe x, y, z, t;
} point;

/* x = e / f, y = g / h: a sum or a double before it is brought to one denominator. All ready. */
typedef struct {
  fe e, f, g, h;
} quotients;

/* A point as it is added: Y + X, Y - X, 2 Z, 2 d T. All ready. */
typedef struct {
  fe sum, difference, z2, t2d;
} addend;

static inline point point_of(quotients q) {
  return (point){fe_mul(q.e, q.h), fe_mul(q.g, q.f), fe_mul(q.f, q.h), fe_mul(q.e, q.g)};
}

static inline addend addend_of(point p) {
  return (addend){fe_ready(fe_add(p.y, p.x)), fe_ready(fe_sub(p.y, p.x)),
                  fe_ready(fe_add(p.z, p.z)), fe_mul(p.t, fe_constant(TWO_D))};
}

/* Section 3.1 of the article with k = 2 d. e, h: 1 + 4 U; f, g: 2 U. */
static inline quotients add(point p, addend q) {
  fe a = fe_mul(fe_ready(fe_sub(p.y, p.x)), q.difference);
  fe b = fe_mul(fe_ready(fe_add(p.y, p.x)), q.sum);
  fe c = fe_mul(p.t, q.t2d);
  fe d = fe_mul(p.z, q.z2);
  return (quotients){fe_ready(fe_sub(b, a)), fe_ready(fe_add(d, c)), fe_ready(fe_add(b, a)),
                     fe_ready(fe_sub(d, c))};
}

/* The double of x = e / f, y = g / h; with X, Y, Z of `point_of`: e = 2 X Y, f = Y^2 - X^2, g = Y^2 + X^2, h = 2 Z^2 - f.
 * By the curve's equation f = Z^2 + d T^2 and h = Z^2 - d T^2, so neither is ever zero.
 * e: 1 + 4 U, and what is subtracted there has 2 U; f: 1 + 4 U; g: 2 U; h: 3 + 4 U. */
static inline quotients twice(quotients q) {
  fe x = fe_mul(q.e, q.h), y = fe_mul(q.g, q.f), z = fe_mul(q.f, q.h);
  fe xx = fe_square(x), yy = fe_square(y), zz = fe_square(z);
  fe both = fe_square(fe_ready(fe_add(x, y)));
  fe g = fe_add(yy, xx);
  return (quotients){fe_ready(fe_sub(both, g)), fe_ready(fe_sub(yy, xx)), fe_ready(g),
                     fe_ready(fe_sub(fe_add(fe_add(zz, zz), xx), yy))};
}

/* ---- Scalars, read four bits at a time without a branch or an address that they decide. ---- */

#define DIGITS 64
#define MULTIPLES 9

/* Keeps the compiler from finding out that a value is 0 or 1, and branching on it. */
static inline uint64_t opaque(uint64_t value) {
  __asm__("" : "+r"(value));
  return value;
}

/* In each lane all ones if x == y, else 0; both are below 2^63. */
static inline mask equal(word x, uint64_t y) { return -opaque_word(((x ^ y) - 1) >> 63); }

/* Digits of -8 to 8 with scalar = sum of digit[i] * 16^i. The scalar is below 2^255, so that the
 * last digit takes the last carry. */
static inline void recode(int8_t digits[DIGITS], const uint64_t scalar[4]) {
  int carry = 0;
  for (int i = 0; i < DIGITS; i++) {
    int digit = (int)(scalar[i / 16] >> (4 * (i % 16)) & 15) + carry;
    carry = i == DIGITS - 1 ? 0 : (digit + 8) >> 4;
    digits[i] = (int8_t)(digit - carry * 16);
  }
}

/* A digit as a word has it: sign and size in 64 bits. */
static inline uint64_t widened(int8_t digit) { return (uint64_t)(int64_t)digit; }

/* The multiples 0 to 8 of a point. */
static inline void fill_multiples(addend table[MULTIPLES], point p) {
  table[0] = (addend){fe_constant(ONE), fe_constant(ONE), fe_constant(TWO), fe_constant(ZERO)};
  table[1] = addend_of(p);
  for (int i = 2; i < MULTIPLES; i++) {
    p = point_of(add(p, table[1]));
    table[i] = addend_of(p);
  }
}

#define LUMPS (sizeof(addend) / sizeof(lump))

/* digit times the point whose multiples are in the table. Every entry is read. */
static inline addend look_up(const addend table[MULTIPLES], word digit) {
  mask minus = -opaque_word(digit >> 63);
  word size = (digit ^ minus) - minus;
  lump lumps[LUMPS] = {{0}};
  for (uint64_t i = 0; i < MULTIPLES; i++) {
    const lump *from = (const lump *)&table[i];
    lump which = lump_of(equal(size, i));
    for (size_t k = 0; k < LUMPS; k++) lumps[k] |= from[k] & which;
  }
  addend found;
  memcpy(&found, lumps, sizeof found);
  fe negated = fe_ready(fe_sub(fe_constant(ZERO), found.t2d));
  return (addend){fe_select(minus, found.difference, found.sum),
                  fe_select(minus, found.sum, found.difference), found.z2,
                  fe_select(minus, negated, found.t2d)};
}

/* The double of scalar times p, one scalar in all lanes: what `encode_double` takes. */
static inline quotients multiply_twice(point p, const int8_t digits[DIGITS]) {
  addend table[MULTIPLES];
  fill_multiples(table, p);
  p = (point){fe_constant(ZERO), fe_constant(ONE), fe_constant(ONE), fe_constant(ZERO)};
  quotients q = add(p, look_up(table, word_of(widened(digits[DIGITS - 1]))));
  for (int i = DIGITS - 2; i >= 0; i--) {
    for (int k = 0; k < 4; k++) q = twice(q);
    q = add(point_of(q), look_up(table, word_of(widened(digits[i]))));
  }
  return twice(q);
}

#endif
