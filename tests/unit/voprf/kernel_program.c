/* The kernel as a program, for tools that watch memory: `kernel_program (uniform|encoded|own) ENGINE`.
 *
 * Standard input: the secret's 32 bytes, then the inputs; for `own`, a scalar and an element in
 * turn. Standard output: the products; for `own`, of the scalars and the generator, whose 32 bytes
 * take the place of the secret, then of scalars and elements. Compiled with MEMCHECK, it tells
 * valgrind that secret and scalars are undefined; valgrind then reports any branch and any address
 * that they decide. With LEAK as well it does branch on one once, to show that this would be seen.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"

#ifdef MEMCHECK
#include <valgrind/memcheck.h>
#define SECRET(memory, length) VALGRIND_MAKE_MEM_UNDEFINED(memory, length)
#define PUBLIC(memory, length) VALGRIND_MAKE_MEM_DEFINED(memory, length)
#else
#define SECRET(memory, length) (void)(memory)
#define PUBLIC(memory, length) (void)(memory)
#endif

#define LANES_MOST 8

typedef struct {
  size_t (*from_uniform)(const uint8_t *, const uint8_t *, size_t, uint8_t *);
  size_t (*from_encoded)(const uint8_t *, const uint8_t *, size_t, uint8_t *);
  size_t (*table_bytes)(size_t);
  void (*prepare)(const uint8_t *, size_t, uint8_t *);
  size_t (*multiply)(const uint8_t *, const uint8_t *, const uint8_t *, size_t, size_t, uint8_t *);
} calls;

#define CALLS(engine)                                                          \
  {breachdesk_from_uniform_##engine, breachdesk_from_encoded_##engine,         \
   breachdesk_table_bytes_##engine, breachdesk_prepare_##engine,               \
   breachdesk_multiply_##engine}

static const calls portable = CALLS(portable);
#ifdef KERNEL_IFMA
static const calls ifma = CALLS(ifma);
#endif

/* Exact sizes, so that a read or write outside is seen. */
static uint8_t *taken(size_t size) {
  uint8_t *memory = malloc(size ? size : 1);
  if (!memory) exit(2);
  return memory;
}

static uint8_t *prepared(const calls *engine, const uint8_t *encoded, size_t count) {
  uint8_t *tables = taken(engine->table_bytes(count));
  engine->prepare(encoded, count, tables);
  return tables;
}

static size_t own(const calls *engine, const uint8_t *generator, const uint8_t *pairs, size_t count,
                  uint8_t *out) {
  uint8_t copies[32 * LANES_MOST], *scalars = taken(count * 64), *elements = taken(count * 32);
  for (size_t i = 0; i < LANES_MOST; i++) memcpy(copies + 32 * i, generator, 32);
  for (size_t i = 0; i < count; i++) {
    memcpy(scalars + 32 * i, pairs + 64 * i, 32);
    memcpy(scalars + 32 * (count + i), pairs + 64 * i, 32);
    memcpy(elements + 32 * i, pairs + 64 * i + 32, 32);
  }
  SECRET(scalars, count * 64);
  uint8_t *base = prepared(engine, copies, LANES_MOST);
  uint8_t *tables = prepared(engine, elements, count);
  size_t identities = engine->multiply(tables, base, scalars, count, 2, out);
  free(scalars);
  free(elements);
  free(base);
  free(tables);
  return identities;
}

int main(int argc, char **argv) {
  uint8_t secret[32];
  if (argc != 3 || fread(secret, 1, sizeof secret, stdin) != sizeof secret) return 2;
  const calls *engine = &portable;
  if (strcmp(argv[2], "ifma") == 0) {
#ifdef KERNEL_IFMA
    engine = &ifma;
#else
    return 2;
#endif
  }
  int of_own = strcmp(argv[1], "own") == 0, encoded = strcmp(argv[1], "encoded") == 0;
  size_t most = 1 << 16, size = encoded ? 32 : 64;
  uint8_t *inputs = taken(most);
  size_t count = fread(inputs, 1, most, stdin) / size, wanted = of_own ? 2 * count : count;
  uint8_t *exact = taken(count * size), *out = taken(wanted * 32);
  memcpy(exact, inputs, count * size);
  if (!of_own) SECRET(secret, sizeof secret);
#ifdef LEAK
  if (secret[0] & 1) fputs("odd\n", stderr);
#endif
  size_t identities = of_own    ? own(engine, secret, exact, count, out)
                      : encoded ? engine->from_encoded(secret, exact, count, out)
                                : engine->from_uniform(secret, exact, count, out);
  PUBLIC(out, wanted * 32);
  PUBLIC(&identities, sizeof identities);
  fwrite(out, 32, wanted, stdout);
  free(inputs);
  free(exact);
  free(out);
  return identities > wanted;
}
