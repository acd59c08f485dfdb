/* What this library is, and which of its engines run here. */
#include "kernel.h"

uint32_t breachdesk_kernel_version(void) { return KERNEL_VERSION; }

int breachdesk_kernel_has_ifma(void) {
#ifdef KERNEL_IFMA
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512ifma");
#else
  return 0;
#endif
}
