/* Many elements under one scalar, with one inversion for all elements of a chunk in each lane.
 *
 * The scalar is halved modulo the group order, so that what is encoded is a double (ristretto.h).
 * Halving adds the odd order l where it must; l times a point is of small order, which encoding
 * does not see.
 */
#ifndef BREACHDESK_BATCH_H
#define BREACHDESK_BATCH_H

#include "kernel.h"
#include "ristretto.h"

/* Words of points that share an inversion: more save little and cost memory on the stack. */
#define CHUNK 32

/* Montgomery's trick: products before each element, the element's own, and whether it was zero. */
typedef struct {
  quotients half;
  fe eg, fh, before, own;
  mask is_zero;
} pending;

typedef struct {
  uint64_t scalar[4];
  int8_t digits[DIGITS];
  pending items[CHUNK];
} workspace;

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

static inline void begin(workspace *space, const uint8_t scalar[ENCODED_BYTES]) {
  halve(space->scalar, scalar);
  recode(space->digits, space->scalar);
}

/* Multiply, and take the element into the running product `all`. */
static inline void multiply_into(workspace *space, size_t index, point p, fe *all) {
  pending *item = &space->items[index];
  item->half = multiply_twice(p, space->digits);
  item->eg = fe_mul(item->half.e, item->half.g);
  item->fh = fe_mul(item->half.f, item->half.h);
  item->own = fe_mul(item->eg, item->fh);
  item->is_zero = fe_is_zero(item->own);
  item->own = fe_select(item->is_zero, fe_constant(ONE), item->own);
  item->before = *all;
  *all = fe_mul(*all, item->own);
}

/* Encode what `multiply_into` has set aside, last first; `count` elements are wanted in all.
 * Returns how many are the identity. */
static inline size_t encode_all(workspace *space, size_t words, fe all, size_t count,
                                uint8_t *out) {
  size_t identities = 0;
  fe inverse = fe_invert(all);
  for (size_t index = words; index-- > 0;) {
    const pending *item = &space->items[index];
    size_t present = count - index * LANES < LANES ? count - index * LANES : LANES;
    fe own = fe_mul(inverse, item->before);
    own = fe_select(item->is_zero, fe_constant(ZERO), own);
    inverse = fe_mul(inverse, item->own);
    fe_store(out + index * LANES * ENCODED_BYTES,
             encode_double(item->half, item->eg, item->fh, own), present);
    identities += count_lanes(item->is_zero, present);
  }
  return identities;
}

typedef point reader(const uint8_t *input, size_t present);

static inline __attribute__((always_inline)) size_t multiply_all(reader *read, size_t size,
                                                                 const uint8_t *scalar,
                                                                 const uint8_t *inputs,
                                                                 size_t count, uint8_t *out) {
  workspace space;
  size_t identities = 0;
  begin(&space, scalar);
  while (count > 0) {
    size_t taken = count < CHUNK * LANES ? count : CHUNK * LANES, words = 0;
    fe all = fe_constant(ONE);
    for (size_t done = 0; done < taken; done += LANES, words++) {
      size_t present = taken - done < LANES ? taken - done : LANES;
      multiply_into(&space, words, read(inputs + done * size, present), &all);
    }
    identities += encode_all(&space, words, all, taken, out);
    inputs += taken * size;
    out += taken * ENCODED_BYTES;
    count -= taken;
  }
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
  }

#endif
