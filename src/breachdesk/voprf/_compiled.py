"""The compiled kernel: loaded by ctypes, and believed only after it has agreed with libsodium.

ctypes releases the interpreter lock during a call. The library keeps no state.
"""

import ctypes
import logging
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from breachdesk.voprf._group import ELEMENT_BYTES, random_scalar
from breachdesk.voprf.errors import EngineError

logger = logging.getLogger(__name__)

Call = Callable[[bytes, bytes], tuple[bytes, int]]

#: Fastest first.
COMPILED: Final = ("ifma", "portable")
#: `KERNEL_VERSION` of kernel.h.
_VERSION: Final = 1
_LIBRARY: Final = Path(__file__).with_name("_kernel") / "kernel.so"
#: Elements of the self-test: one more than there are lanes.
_PROBES: Final = 9


class Compiled:
    """One engine of the library; see `_engines.Engine`."""

    def __init__(self, library: ctypes.CDLL, name: str) -> None:
        """Take the two calls of an engine. Raises `AttributeError` if it was not compiled."""
        self.name: Final = name
        self._from_uniform = _declared(library, f"breachdesk_from_uniform_{name}")
        self._from_encoded = _declared(library, f"breachdesk_from_encoded_{name}")

    def from_uniform(self, secret: bytes, uniform: bytes) -> tuple[bytes, int]:
        """As `_engines.Engine`."""
        return _run(self._from_uniform, secret, uniform, len(uniform) // (2 * ELEMENT_BYTES))

    def from_encoded(self, secret: bytes, encoded: bytes) -> tuple[bytes, int]:
        """As `_engines.Engine`."""
        return _run(self._from_encoded, secret, encoded, len(encoded) // ELEMENT_BYTES)


@cache
def load(name: str, from_uniform: Call, from_encoded: Call) -> Compiled:
    """The engine of this name, held to two calls of another one. Raises `EngineError`."""
    if name not in COMPILED:
        raise EngineError(f"{name}: no such engine; there are libsodium, {', '.join(COMPILED)}")
    try:
        library = ctypes.CDLL(str(_LIBRARY))
        version = library.breachdesk_kernel_version()
        runs_here = name != "ifma" or bool(library.breachdesk_kernel_has_ifma())
        engine = Compiled(library, name) if runs_here else None
    except (OSError, AttributeError):
        raise EngineError(f"{name}: the kernel was not compiled on this machine") from None
    if version != _VERSION:
        raise EngineError(f"{name}: the kernel was compiled from other sources; install again")
    if engine is None:
        raise EngineError(f"{name}: this processor lacks its instructions")
    if not _agree(engine, from_uniform, from_encoded):
        logger.error("the kernel's engine %s differs from libsodium and is not used", name)
        raise EngineError(f"{name}: it differs from libsodium on this machine")
    return engine


def _agree(engine: Compiled, from_uniform: Call, from_encoded: Call) -> bool:
    """The self-test: random elements, a refused encoding and the identity, all at once."""
    secret, uniform = random_scalar(), os.urandom(2 * ELEMENT_BYTES * _PROBES)
    wanted = from_uniform(secret, uniform)
    encoded = wanted[0] + b"\xff" * ELEMENT_BYTES + bytes(ELEMENT_BYTES)
    return engine.from_uniform(secret, uniform) == wanted and engine.from_encoded(
        secret, encoded
    ) == from_encoded(secret, encoded)


def _declared(library: ctypes.CDLL, name: str) -> "ctypes._NamedFuncPointer":
    call = library[name]
    call.restype = ctypes.c_size_t
    call.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p)
    return call


def _run(
    call: "ctypes._NamedFuncPointer", secret: bytes, inputs: bytes, count: int
) -> tuple[bytes, int]:
    if len(secret) != ELEMENT_BYTES:
        raise ValueError("a secret has 32 bytes")
    out = ctypes.create_string_buffer(ELEMENT_BYTES * count)
    identities = int(call(secret, inputs, count, out))
    return out.raw, identities
