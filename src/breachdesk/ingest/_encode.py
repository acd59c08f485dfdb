"""OPRF inputs of many rows at once (PROTOCOL 4.2); equal to `identifiers.oprf_input`."""

from collections.abc import Iterator, Sequence

from breachdesk.identifiers import FIELDS, TOKEN_BYTES, oprf_input
from breachdesk.incident import TOKEN_FIELD, Lookup

TOKEN_HEAD = bytes((FIELDS[TOKEN_FIELD].type_id,)) + TOKEN_BYTES.to_bytes(2, "big")
"""What stands before the value of a channel token."""


def encode_inputs(
    epoch: int,
    lookup: Lookup,
    columns: Sequence[Sequence[bytes]],
    tokens: Sequence[bytes] | None = None,
) -> Iterator[bytes]:
    """The OPRF input of each row of canonical values of typed fields.

    `tokens` are of code lookups, each with TOKEN_HEAD before it. What is the same in all rows is
    made by `oprf_input`, once: a call for each row would cost a twentieth of the evaluation.
    """
    head = _head(epoch, lookup)
    types = [bytes((FIELDS[name].type_id,)) for name in lookup.typed]
    encoded: list[Sequence[bytes]] = [
        [kind + len(value).to_bytes(2, "big") + value for value in column]
        for kind, column in zip(types, columns, strict=True)
    ]
    if tokens is not None:
        encoded.append(tokens)
    for row in zip(*encoded, strict=True):
        yield head + b"".join(row)


def _head(epoch: int, lookup: Lookup) -> bytes:
    """What an input of this lookup begins with, before its fields."""
    probe = {name: bytes(TOKEN_BYTES) if name == TOKEN_FIELD else b"0" for name in lookup.fields}
    fields = sum(3 + len(value) for value in probe.values())
    return oprf_input(epoch, lookup.id, list(probe.items()))[:-fields]
