/* The batch evaluation kernel: secret scalars times many elements of ristretto255 (RFC 9496), one
 * for all elements or each with its own.
 *
 * What it is for, why it exists beside libsodium, and how it is held: docs/adr/0006-batch-kernel.md.
 *
 * Time and memory addresses depend on the number of elements only: never on a scalar, and not on
 * the elements either. The calls keep no state and allocate nothing; threads may call at once.
 */
#ifndef BREACHDESK_KERNEL_H
#define BREACHDESK_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#define KERNEL_API __attribute__((visibility("default")))

/* Changes with the meaning of any call, so that a loader never trusts a library of another time. */
#define KERNEL_VERSION 2
KERNEL_API uint32_t breachdesk_kernel_version(void);

/* Whether this processor, and the system on it, can run the calls that end in _ifma. */
KERNEL_API int breachdesk_kernel_has_ifma(void);

/* For each of `count` inputs the encoding of scalar times element, 32 bytes each at `out`.
 *
 * `scalar` is 32 bytes, little-endian and below the group order; the caller has checked that.
 *
 * from_uniform: inputs are 64 uniform bytes each, made elements as RFC 9496 section 4.3.4 says.
 * from_encoded: inputs are encodings of 32 bytes each. One that section 4.3.1 refuses gives the
 *   identity.
 *
 * Returns how many of the products are the identity (32 zero bytes).
 *
 * For scalars of their own, elements are prepared once and multiplied as often as wanted:
 *
 * table_bytes: the memory that `count` prepared elements take, of any alignment. It must not move.
 * prepare: decodes as from_encoded does, and writes there. It holds no secret.
 * multiply: `groups` times `count` scalars, group by group, as above; product i of a group is of
 *   scalar i and element i. With a `base`, which is one element prepared as many times as there are
 *   lanes, the first group's scalars multiply that one instead. `count` is that of prepare, and
 *   `out` has the order of the scalars. Returns as above.
 */
#define KERNEL_CALLS(engine)                                                                       \
  KERNEL_API size_t breachdesk_from_uniform_##engine(const uint8_t scalar[32],                     \
                                                     const uint8_t *uniform, size_t count,         \
                                                     uint8_t *out);                                \
  KERNEL_API size_t breachdesk_from_encoded_##engine(const uint8_t scalar[32],                     \
                                                     const uint8_t *encoded, size_t count,         \
                                                     uint8_t *out);                                \
  KERNEL_API size_t breachdesk_table_bytes_##engine(size_t count);                                 \
  KERNEL_API void breachdesk_prepare_##engine(const uint8_t *encoded, size_t count,                \
                                              uint8_t *tables);                                    \
  KERNEL_API size_t breachdesk_multiply_##engine(const uint8_t *tables, const uint8_t *base,       \
                                                 const uint8_t *scalars, size_t count,             \
                                                 size_t groups, uint8_t *out)

KERNEL_CALLS(portable);
KERNEL_CALLS(ifma);

#endif
