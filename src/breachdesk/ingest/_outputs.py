"""The outputs of all part sets of a release, read by their first byte, one record each entry.

    out 64 || incident u16 || subject id 12 || lookup u8 || items u64 || number of records u16

`lookup` counts the release's lookups. Records sort by output, incident and subject id: the order of
slots (PROTOCOL 6.2). Of an incident with several part sets, a person who is in more than one has in
every record the union of the items and the sum of the records (`_join`), so equal entries are equal
records and are taken once.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from breachdesk.ingest._join import Joined, joined_people
from breachdesk.ingest._parts import OUTPUT_BYTES, read_outputs
from breachdesk.ingest._record_rows import Rows

RECORD_BYTES: Final = 89
INCIDENT: Final = slice(64, 66)
SUBJECT: Final = slice(66, 78)
LOOKUP: Final = 78
#: Items and number of records.
TAIL: Final = slice(79, 89)


@dataclass(frozen=True, slots=True)
class SetParts:
    """Where the parts of one part set are. `lookups[n]` is the release's number of its lookup n."""

    paths: tuple[Path, ...]
    lookups: bytes
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class IncidentParts:
    """The part sets of one incident, and the people that are in several of them, if any are."""

    number: int
    sets: tuple[SetParts, ...]
    joined: Joined | None = None


def outputs_of(incident: IncidentParts, byte: int) -> Rows:
    """The distinct records of an incident whose outputs begin with a byte; of one set unsorted.

    Raises `BuildError` or `OSError`.
    """
    found = np.concatenate([_of_set(one, incident.number, byte) for one in incident.sets])
    if len(incident.sets) == 1:
        return found
    if incident.joined is not None:
        people = joined_people(incident.joined)
        people.correct(found[:, SUBJECT], found[:, TAIL])
    return distinct(found)


def distinct(rows: Rows) -> Rows:
    """Different rows, sorted."""
    if not len(rows):
        return rows
    width = rows.shape[1]
    whole = np.ascontiguousarray(rows).view(f"V{width}").ravel()
    return np.unique(whole).view(np.uint8).reshape(-1, width)


def record_of(output: bytes, incident: int, lookups: bytes) -> bytes:
    """A part's record of an output as a record of the release."""
    lookup = lookups[output[76] : output[76] + 1]
    return output[:64] + incident.to_bytes(2, "big") + output[64:76] + lookup + output[77:]


def _of_set(one: SetParts, number: int, byte: int) -> Rows:
    data = b"".join(read_outputs(path, one.secret, byte) for path in one.paths)
    outputs = np.frombuffer(data, np.uint8).reshape(-1, OUTPUT_BYTES)
    rows = np.empty((len(outputs), RECORD_BYTES), np.uint8)
    rows[:, :64] = outputs[:, :64]
    rows[:, INCIDENT] = number >> 8, number & 255
    rows[:, SUBJECT] = outputs[:, 64:76]
    rows[:, LOOKUP] = np.frombuffer(one.lookups, np.uint8)[outputs[:, 76]]
    rows[:, TAIL] = outputs[:, 77:]
    return rows
