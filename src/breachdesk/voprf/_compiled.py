"""The compiled kernel: loaded by ctypes, and believed only after it has agreed with libsodium.

ctypes releases the interpreter lock during a call. The library keeps no state.
"""

import ctypes
import logging
import os
from functools import cache
from pathlib import Path
from typing import Final

from breachdesk.voprf._engine import Engine, Prepared, Products
from breachdesk.voprf._group import ELEMENT_BYTES, ONE, SCALAR_BYTES, multiply_base, random_scalar
from breachdesk.voprf.errors import EngineError

logger = logging.getLogger(__name__)

#: Fastest first.
COMPILED: Final = ("ifma", "portable")
#: `KERNEL_VERSION` of kernel.h.
_VERSION: Final = 2
_LIBRARY: Final = Path(__file__).with_name("_kernel") / "kernel.so"
#: The most elements that an engine works on side by side.
MOST_LANES: Final = 8
#: Elements of the self-test.
_PROBES: Final = MOST_LANES + 1

_Memory = ctypes.Array[ctypes.c_char]


class Compiled:
    """One engine of the library; see `_engine.Engine`."""

    def __init__(self, library: ctypes.CDLL, name: str) -> None:
        """Take the calls of an engine. Raises `AttributeError` if it was not compiled."""
        self.name: Final = name
        text, size = ctypes.c_char_p, ctypes.c_size_t
        named = f"breachdesk_{{}}_{name}".format
        self._from_uniform = _declared(library, named("from_uniform"), size, text, text, size, text)
        self._from_encoded = _declared(library, named("from_encoded"), size, text, text, size, text)
        self._table_bytes = _declared(library, named("table_bytes"), size, size)
        self._prepare = _declared(library, named("prepare"), None, text, size, text)
        self._multiply = _declared(
            library, named("multiply"), size, text, text, text, size, size, text
        )
        self._base = self._tables(multiply_base(ONE) * MOST_LANES, MOST_LANES)

    def from_uniform(self, secret: bytes, uniform: bytes) -> Products:
        """As `_engine.Engine`."""
        return _run(self._from_uniform, secret, uniform, len(uniform) // (2 * ELEMENT_BYTES))

    def from_encoded(self, secret: bytes, encoded: bytes) -> Products:
        """As `_engine.Engine`."""
        return _run(self._from_encoded, secret, encoded, len(encoded) // ELEMENT_BYTES)

    def prepared(self, encoded: bytes) -> Prepared:
        """As `_engine.Engine`."""
        count = _count(encoded, 1)
        return _Tables(self._multiply, self._tables(encoded, count), self._base, count)

    def _tables(self, encoded: bytes, count: int) -> _Memory:
        memory = ctypes.create_string_buffer(self._table_bytes(count))
        self._prepare(encoded, count, memory)
        return memory


class _Tables:
    """Elements in the kernel's form. They hold no secret."""

    __slots__ = ("_base", "_count", "_multiply", "_tables")

    def __init__(
        self, multiply: "ctypes._NamedFuncPointer", tables: _Memory, base: _Memory, count: int
    ) -> None:
        self._multiply = multiply
        self._tables = tables
        self._base = base
        self._count = count

    def multiply(self, scalars: bytes, *, of_base: bytes = b"") -> Products:
        """As `_engine.Prepared`."""
        every = of_base + scalars
        groups = _count(every, self._count)
        if of_base and len(of_base) != SCALAR_BYTES * self._count:
            raise ValueError("of_base: one scalar for each element")
        out = ctypes.create_string_buffer(len(every))
        base = self._base if of_base else None
        identities = self._multiply(self._tables, base, every, self._count, groups, out)
        return out.raw, int(identities)


@cache
def load(name: str, reference: Engine) -> Compiled:
    """The engine of this name, held to another one. Raises `EngineError`."""
    if name not in COMPILED:
        raise EngineError(f"{name}: no such engine; there are libsodium, {', '.join(COMPILED)}")
    try:
        library = ctypes.CDLL(str(_LIBRARY))
        version = library.breachdesk_kernel_version()
        runs_here = name != "ifma" or bool(library.breachdesk_kernel_has_ifma())
    except (OSError, AttributeError):
        raise EngineError(f"{name}: the kernel was not compiled on this machine") from None
    if version != _VERSION:
        raise EngineError(f"{name}: the kernel was compiled from other sources; install again")
    if not runs_here:
        raise EngineError(f"{name}: this processor lacks its instructions")
    try:
        engine = Compiled(library, name)
    except AttributeError:
        raise EngineError(f"{name}: the kernel was not compiled on this machine") from None
    if not _agree(engine, reference):
        logger.error("the kernel's engine %s differs from libsodium and is not used", name)
        raise EngineError(f"{name}: it differs from libsodium on this machine")
    return engine


def _agree(engine: Engine, reference: Engine) -> bool:
    """The self-test: random elements, a refused encoding and the identity, all at once."""
    secret, uniform = random_scalar(), os.urandom(2 * ELEMENT_BYTES * _PROBES)
    wanted = reference.from_uniform(secret, uniform)
    encoded = wanted[0] + b"\xff" * ELEMENT_BYTES + bytes(ELEMENT_BYTES)
    of_base, scalars = (
        b"".join(random_scalar() for _ in range(groups * (_PROBES + 2))) for groups in (1, 3)
    )
    return (
        engine.from_uniform(secret, uniform) == wanted
        and engine.from_encoded(secret, encoded) == reference.from_encoded(secret, encoded)
        and engine.prepared(encoded).multiply(scalars, of_base=of_base)
        == reference.prepared(encoded).multiply(scalars, of_base=of_base)
    )


def _declared(
    library: ctypes.CDLL, name: str, result: type | None, *arguments: type
) -> "ctypes._NamedFuncPointer":
    call = library[name]
    call.restype = result
    call.argtypes = arguments
    return call


def _count(joined: bytes, size: int) -> int:
    """How many groups of `size` times 32 bytes there are: one or more, and nothing left over."""
    groups, over = divmod(len(joined), size * ELEMENT_BYTES)
    if over or not groups:
        raise ValueError("expected one or more groups of 32 bytes for each element")
    return groups


def _run(call: "ctypes._NamedFuncPointer", secret: bytes, inputs: bytes, count: int) -> Products:
    if len(secret) != SCALAR_BYTES:
        raise ValueError("a secret has 32 bytes")
    out = ctypes.create_string_buffer(ELEMENT_BYTES * count)
    identities = int(call(secret, inputs, count, out))
    return out.raw, identities
