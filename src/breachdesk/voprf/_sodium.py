"""The library handle of libsodium: the only place that knows where it comes from.

`rbcl` carries libsodium inside a Python module and unpacks it into the temporary folder at each
import, where it would stay. Once loaded, the mapping outlives the name, so the file goes at once.
(Windows keeps a loaded library locked; there the file stays.)

The functions are called without `argtypes`: ctypes then passes `bytes` and `char` arrays as bare
pointers, 0.2 us a call instead of 0.5. Lengths are therefore the caller's to check: only modules of
this package import this one, and every value from outside passes `_group.check_element` or
`_group.check_scalar` first. ctypes releases the interpreter lock during each call.
"""

import contextlib
import ctypes
from pathlib import Path

from rbcl.rbcl import _sodium  # type: ignore[import-untyped]  # rbcl has no types

with contextlib.suppress(OSError):
    Path(_sodium._name).unlink()  # noqa: SLF001 (ctypes has no public name for it)

#: 32 bytes that libsodium writes to: an encoded element or scalar.
Buffer32 = ctypes.c_char * 32

from_hash = _sodium.crypto_core_ristretto255_from_hash  # (element, 64 uniform bytes)
is_valid_point = _sodium.crypto_core_ristretto255_is_valid_point  # (element) -> 1 if decodable
point_add = _sodium.crypto_core_ristretto255_add  # (sum, p, q) -> 0 if both decodable
scalarmult = (
    _sodium.crypto_scalarmult_ristretto255
)  # (product, scalar, element) -> 0 if not identity
scalarmult_base = _sodium.crypto_scalarmult_ristretto255_base  # (product, scalar) -> 0
scalar_random = _sodium.crypto_core_ristretto255_scalar_random  # (scalar), never zero
scalar_reduce = _sodium.crypto_core_ristretto255_scalar_reduce  # (scalar, 64 bytes)
scalar_invert = _sodium.crypto_core_ristretto255_scalar_invert  # (inverse, scalar)
scalar_mul = _sodium.crypto_core_ristretto255_scalar_mul  # (product, x, y)
scalar_sub = _sodium.crypto_core_ristretto255_scalar_sub  # (difference, x, y)
