"""Canonical bytes of what in an incident decides a release."""

from collections.abc import Sequence
from struct import pack
from typing import TYPE_CHECKING

from breachdesk.incident._catalogue import bitmap

if TYPE_CHECKING:
    from breachdesk.incident._model import Incident

_LABEL = "breachdesk/incident/2"


def release_binding(incident: "Incident") -> bytes:
    """Encode so that two incidents give the same bytes only if they decide the same release.

    Integers are big-endian; every string and every list has its u16 length in front. The order
    of lookups and of subject columns counts, that of items does not.
    """
    lookups = [(look.id, look.assurance, look.reveals, *look.channels) for look in incident.lookups]
    parts = [
        _string(_LABEL),
        _string(incident.id),
        pack(">H", incident.number),
        _string(incident.period.first.isoformat()),
        _string(incident.period.last.isoformat()),
        _string(incident.sensitivity),
        pack(">Q", bitmap(incident.items)),
        pack(">H", len(lookups)),
        *(_strings(lookup) for lookup in lookups),
        pack(">H", len(incident.subject_columns)),
        *(_strings(columns) for columns in incident.subject_columns),
    ]
    return b"".join(parts)


def _strings(values: Sequence[str]) -> bytes:
    return pack(">H", len(values)) + b"".join(_string(value) for value in values)


def _string(value: str) -> bytes:
    encoded = value.encode()
    return pack(">H", len(encoded)) + encoded
