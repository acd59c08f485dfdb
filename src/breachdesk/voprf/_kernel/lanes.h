/* Field elements of p = 2^255 - 19, one in each lane, and moving them in and out.
 *
 * An engine defines, before it includes this file,
 *   LANES  how many field elements are worked on side by side,
 *   word   an unsigned integer of 64 bits in each lane: plain, or a vector of the compiler's;
 *   PARTS  of tables.h.
 *   WORD_REGISTER  the constraint by which inline assembly keeps a word where it is.
 * Operators and constants then read the same for one lane and for eight.
 *
 * A value is the sum of v[i] * 2^(51 i). How large a limb may be is written in units of
 *   U = 2^51 + 2^15:
 * a product, a square and what is loaded has limbs of at most 1 U ("tight"); sums add up their
 * units. p itself needs 255 bits, so that most values have several representations; only
 * `fe_canonical` gives the one below p.
 */
#ifndef BREACHDESK_LANES_H
#define BREACHDESK_LANES_H

#include <string.h>

#include "constants.h"

#define ENCODED_BYTES 32
#define UNIFORM_BYTES 64

typedef struct {
  word v[LIMBS];
} fe;

/* All bits of a lane are set, or none: what a comparison gives and a selection takes. */
typedef word mask;

/* Keeps the compiler from finding out what a word holds, and using it. */
static inline word opaque_word(word value) {
  __asm__("" : WORD_REGISTER(value));
  return value;
}

static inline word word_of(uint64_t value) { return (word){0} + value; }

static inline fe fe_constant(const uint64_t limbs[LIMBS]) {
  fe out;
  for (int i = 0; i < LIMBS; i++) out.v[i] = word_of(limbs[i]);
  return out;
}

static inline uint64_t read_64(const uint8_t bytes[8]) {
  uint64_t out = 0;
  for (int i = 7; i >= 0; i--) out = out << 8 | bytes[i];
  return out;
}

static inline void write_64(uint8_t bytes[8], uint64_t value) {
  for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)(value >> (8 * i));
}

/* One field element of each lane, from 32 bytes at `bytes`, `stride` further on in the next lane.
 * Only `present` lanes are read; the others hold zero. The top bit is ignored, as RFC 9496 section
 * 4.3.4 asks; limbs are below 2^51, the value may be p or above. */
static inline fe fe_load(const uint8_t *bytes, size_t stride, size_t present) {
  uint64_t limbs[LIMBS][LANES] = {{0}};
  for (size_t lane = 0; lane < present; lane++) {
    const uint8_t *from = bytes + lane * stride;
    uint64_t a = read_64(from), b = read_64(from + 8);
    uint64_t c = read_64(from + 16), d = read_64(from + 24);
    limbs[0][lane] = a & LIMB_MASK;
    limbs[1][lane] = (a >> 51 | b << 13) & LIMB_MASK;
    limbs[2][lane] = (b >> 38 | c << 26) & LIMB_MASK;
    limbs[3][lane] = (c >> 25 | d << 39) & LIMB_MASK;
    limbs[4][lane] = d >> 12 & LIMB_MASK;
  }
  fe out;
  memcpy(&out, limbs, sizeof out);
  return out;
}

/* The 32 bytes of each of `present` lanes, one lane after the other. The value is canonical. */
static inline void fe_store(uint8_t *bytes, fe value, size_t present) {
  uint64_t limbs[LIMBS][LANES];
  memcpy(limbs, &value, sizeof value);
  for (size_t lane = 0; lane < present; lane++) {
    uint8_t *to = bytes + lane * ENCODED_BYTES;
    write_64(to, limbs[0][lane] | limbs[1][lane] << 51);
    write_64(to + 8, limbs[1][lane] >> 13 | limbs[2][lane] << 38);
    write_64(to + 16, limbs[2][lane] >> 26 | limbs[3][lane] << 25);
    write_64(to + 24, limbs[3][lane] >> 39 | limbs[4][lane] << 12);
  }
}

/* In how many of the first `present` lanes a mask is set. */
static inline size_t count_lanes(mask which, size_t present) {
  uint64_t lanes[LANES];
  size_t count = 0;
  memcpy(lanes, &which, sizeof which);
  for (size_t lane = 0; lane < present; lane++) count += lanes[lane] & 1;
  return count;
}

#endif
