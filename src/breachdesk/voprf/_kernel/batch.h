/* Many elements, under one scalar or under scalars of their own, with one inversion for all elements
 * of a chunk in each lane.
 *
 * A scalar is halved modulo the group order, so that what is encoded is a double (ristretto.h).
 * Halving adds the odd order l where it must; l times a point is of small order, which encoding
 * does not see.
 */
#ifndef BREACHDESK_BATCH_H
#define BREACHDESK_BATCH_H

#include "kernel.h"
#include "ristretto.h"
#include "tables.h"

/* Words of points that share an inversion: more save little and cost memory on the stack. */
#define CHUNK 32

/* Montgomery's trick: products before each element, the element's own, and whether it was zero. */
typedef struct {
  quotients half;
  fe eg, fh, before, own;
  mask is_zero;
  uint8_t *out;
  size_t present;
} pending;

/* What is multiplied and not yet encoded, and how many identities were encoded. */
typedef struct {
  fe all;
  size_t words, identities;
  pending items[CHUNK];
} encoder;

/* Forget what a secret has touched; the compiler must not drop it as useless. */
static inline void wipe(void *memory, size_t length) {
  memset(memory, 0, length);
  __asm__ volatile("" : : "r"(memory) : "memory");
}

/* scalar / 2 modulo l = 2^252 + 27742317777372353535851937790883648493, from one below l. */
static inline void halve(uint64_t out[4], const uint8_t scalar[ENCODED_BYTES]) {
  static const uint64_t order[4] = {0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000};
  uint64_t sum[5] = {0}, carry = 0;
  uint64_t odd = 0 - opaque(scalar[0] & 1);
  for (int i = 0; i < 4; i++) {
    uint64_t limb = read_64(scalar + 8 * i), addition = order[i] & odd;
    uint64_t partial = limb + addition;
    sum[i] = partial + carry;
    carry = (uint64_t)(partial < limb) | (uint64_t)(sum[i] < partial);
  }
  for (int i = 0; i < 4; i++) out[i] = sum[i] >> 1 | sum[i + 1] << 63; /* the sum is below 2^254 */
}

/* Encode what has been put, last first. */
static inline void encode_all(encoder *from) {
  fe inverse = fe_invert(from->all);
  while (from->words > 0) {
    const pending *item = &from->items[--from->words];
    fe own = fe_mul(inverse, item->before);
    own = fe_select(item->is_zero, fe_constant(ZERO), own);
    inverse = fe_mul(inverse, item->own);
    fe_store(item->out, encode_double(item->half, item->eg, item->fh, own), item->present);
    from->identities += count_lanes(item->is_zero, item->present);
  }
  from->all = fe_constant(ONE);
}

static inline void begin(encoder *space) {
  space->all = fe_constant(ONE);
  space->words = space->identities = 0;
}

/* Take a double, of which `present` lanes are wanted at `out`, into the running product `all`. */
static inline void put(encoder *space, quotients half, uint8_t *out, size_t present) {
  pending *item = &space->items[space->words++];
  item->half = half;
  item->eg = fe_mul(half.e, half.g);
  item->fh = fe_mul(half.f, half.h);
  item->own = fe_mul(item->eg, item->fh);
  item->is_zero = fe_is_zero(item->own);
  item->own = fe_select(item->is_zero, fe_constant(ONE), item->own);
  item->before = space->all;
  space->all = fe_mul(space->all, item->own);
  item->out = out;
  item->present = present;
  if (space->words == CHUNK) encode_all(space);
}

static inline size_t lanes_of(size_t left) { return left < LANES ? left : LANES; }

/* ---- One scalar for all elements ---- */

typedef struct {
  uint64_t scalar[4];
  int8_t digits[DIGITS];
  encoder encoder;
} workspace;

typedef point reader(const uint8_t *input, size_t present);

static inline __attribute__((always_inline)) size_t multiply_all(reader *read, size_t size,
                                                                 const uint8_t *scalar,
                                                                 const uint8_t *inputs,
                                                                 size_t count, uint8_t *out) {
  workspace space;
  halve(space.scalar, scalar);
  recode(space.digits, space.scalar);
  begin(&space.encoder);
  for (size_t done = 0; done < count; done += LANES) {
    size_t present = lanes_of(count - done);
    point p = read(inputs + done * size, present);
    put(&space.encoder, multiply_twice(p, space.digits), out + done * ENCODED_BYTES, present);
  }
  encode_all(&space.encoder);
  size_t identities = space.encoder.identities;
  wipe(&space, sizeof space);
  return identities;
}

/* ---- Scalars of their own ---- */

typedef struct {
  uint64_t scalar[4];
  int8_t one[DIGITS];
  uint64_t lanes[DIGITS][LANES];
  word digits[DIGITS];
  encoder encoder;
} own_workspace;

/* The digits of `present` scalars; of none, zeros, in the lanes after them. */
static inline void read_scalars(own_workspace *space, const uint8_t *scalars, size_t present) {
  memset(space->lanes, 0, sizeof space->lanes);
  for (size_t lane = 0; lane < present; lane++) {
    halve(space->scalar, scalars + lane * ENCODED_BYTES);
    recode(space->one, space->scalar);
    for (int i = 0; i < DIGITS; i++) space->lanes[i][lane] = widened(space->one[i]);
  }
  memcpy(space->digits, space->lanes, sizeof space->digits);
}

/* Where the tables begin in memory of any alignment. */
static inline uintptr_t aligned(const uint8_t *memory) {
  return ((uintptr_t)memory + _Alignof(table) - 1) & ~(uintptr_t)(_Alignof(table) - 1);
}

static inline size_t table_bytes(size_t count) {
  return (count + LANES - 1) / LANES * sizeof(table) + _Alignof(table) - 1;
}

static inline void prepare(const uint8_t *encoded, size_t count, uint8_t *memory) {
  table *to = (table *)aligned(memory);
  for (size_t done = 0; done < count; done += LANES)
    fill_table(to++, from_encoded(encoded + done * ENCODED_BYTES, lanes_of(count - done)));
}

static inline size_t multiply_own(const uint8_t *memory, const uint8_t *base,
                                  const uint8_t *scalars, size_t count, size_t groups,
                                  uint8_t *out) {
  own_workspace space;
  begin(&space.encoder);
  for (size_t group = 0; group < groups; group++) {
    int of_base = base && group == 0;
    const table *from = (const table *)aligned(of_base ? base : memory);
    for (size_t done = 0; done < count; done += LANES) {
      size_t present = lanes_of(count - done), at = (group * count + done) * ENCODED_BYTES;
      read_scalars(&space, scalars + at, present);
      put(&space.encoder, multiply_table_twice(from, space.digits), out + at, present);
      if (!of_base) from++;
    }
  }
  encode_all(&space.encoder);
  size_t identities = space.encoder.identities;
  wipe(&space, sizeof space);
  return identities;
}

#define DEFINE_KERNEL_CALLS(engine)                                                                \
  size_t breachdesk_from_uniform_##engine(const uint8_t scalar[32], const uint8_t *uniform,        \
                                          size_t count, uint8_t *out) {                            \
    return multiply_all(from_uniform, UNIFORM_BYTES, scalar, uniform, count, out);                 \
  }                                                                                                \
  size_t breachdesk_from_encoded_##engine(const uint8_t scalar[32], const uint8_t *encoded,        \
                                          size_t count, uint8_t *out) {                            \
    return multiply_all(from_encoded, ENCODED_BYTES, scalar, encoded, count, out);                 \
  }                                                                                                \
  size_t breachdesk_table_bytes_##engine(size_t count) { return table_bytes(count); }              \
  void breachdesk_prepare_##engine(const uint8_t *encoded, size_t count, uint8_t *tables) {        \
    prepare(encoded, count, tables);                                                               \
  }                                                                                                \
  size_t breachdesk_multiply_##engine(const uint8_t *tables, const uint8_t *base,                  \
                                      const uint8_t *scalars, size_t count, size_t groups,         \
                                      uint8_t *out) {                                              \
    return multiply_own(tables, base, scalars, count, groups, out);                                \
  }

#endif
