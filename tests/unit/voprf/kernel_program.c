/* The kernel as a program, for tools that watch memory: `kernel_program (uniform|encoded) ENGINE`.
 *
 * Standard input: the secret's 32 bytes, then the inputs. Standard output: the products. Compiled
 * with MEMCHECK, it tells valgrind that the secret is undefined; valgrind then reports any branch
 * and any address that the secret decides. With LEAK as well it does branch on it once, to show that
 * this would be seen.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"

#ifdef MEMCHECK
#include <valgrind/memcheck.h>
#endif

#ifndef KERNEL_IFMA
size_t breachdesk_from_uniform_ifma(const uint8_t s[32], const uint8_t *in, size_t n,
                                    uint8_t *out) {
  return s && in && out ? n : 0;
}
size_t breachdesk_from_encoded_ifma(const uint8_t s[32], const uint8_t *in, size_t n,
                                    uint8_t *out) {
  return s && in && out ? n : 0;
}
#endif

int main(int argc, char **argv) {
  uint8_t secret[32];
  if (argc != 3 || fread(secret, 1, sizeof secret, stdin) != sizeof secret) return 2;
  int uniform = strcmp(argv[1], "uniform") == 0, ifma = strcmp(argv[2], "ifma") == 0;
  size_t most = 1 << 16, size = uniform ? 64 : 32;
  uint8_t *inputs = malloc(most);
  if (!inputs) return 2;
  size_t count = fread(inputs, 1, most, stdin) / size;
  /* Exact sizes, so that a read or write outside is seen. */
  uint8_t *exact = malloc(count * size), *out = malloc(count * 32);
  if (!exact || !out) return 2;
  memcpy(exact, inputs, count * size);
#ifdef MEMCHECK
  VALGRIND_MAKE_MEM_UNDEFINED(secret, sizeof secret);
#endif
#ifdef LEAK
  if (secret[0] & 1) fputs("odd\n", stderr);
#endif
  size_t identities =
      uniform ? (ifma ? breachdesk_from_uniform_ifma : breachdesk_from_uniform_portable)(
                    secret, exact, count, out)
              : (ifma ? breachdesk_from_encoded_ifma : breachdesk_from_encoded_portable)(
                    secret, exact, count, out);
#ifdef MEMCHECK
  VALGRIND_MAKE_MEM_DEFINED(out, count * 32);
  VALGRIND_MAKE_MEM_DEFINED(&identities, sizeof identities);
#endif
  fwrite(out, 32, count, stdout);
  free(inputs);
  free(exact);
  free(out);
  return identities > count;
}
