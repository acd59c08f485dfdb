"""Stage 2, one partition of rows: people, their inputs, and the PRF of each (PROTOCOL 4.2, 5).

A partition becomes one part (`_parts`), which later releases may be made of too, and beside it a
sealed `done` file with its counts and samples, which lasts no longer than the build. A partition
that has one is not evaluated again.
"""

import heapq
import json
import os
import struct
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from breachdesk.entry import MOST_RECORDS, subject_id
from breachdesk.identifiers import CHANNEL_TYPES
from breachdesk.ingest._encode import encode_inputs
from breachdesk.ingest._evaluators import TOKEN_KIND, Metered
from breachdesk.ingest._part_set import LookupCount
from breachdesk.ingest._partition import read_partition
from breachdesk.ingest._parts import OUTPUT_BYTES, SEGMENTS, write_part
from breachdesk.ingest._rejected import reject_late
from breachdesk.ingest._sealed_file import read_sealed, write_sealed
from breachdesk.ingest._spill import SpillKey, read_spill
from breachdesk.ingest._subjects import InputPart, Subjects, fields_of, group
from breachdesk.ingest._tokens import Tokens
from breachdesk.ingest._workers import Setting, setting

#: Outputs of each lookup that the finished release is asked for.
SAMPLES = 20

_PERSON = struct.Struct(">QH")
_HELD = struct.Struct(">H")
_NOTHING = _PERSON.pack(0, 0)
_SAMPLES_FILE = "samples"


@dataclass(frozen=True, slots=True)
class EvaluateTask:
    """A file of rows."""

    name: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One input that is in the leak, and its record. `rank` is a fair draw.

    Under a code lookup `channel` is the type of its channel and `token_input` what its token is
    the evaluation of; else 0 and nothing.
    """

    rank: bytes
    record: bytes = field(repr=False)
    channel: int
    value: bytes = field(repr=False)
    token_input: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What became of a partition's rows. `samples` are sealed under the spill key.

    `late` are the rejected rows by the number of their table. `evaluations` and `seconds` of
    waiting for them are by kind of key; `grouping` are the other seconds.
    """

    indexed: int
    rejected: int
    late: dict[int, int]
    subjects: int
    lookups: list[LookupCount]
    samples: list[bytes]
    evaluations: dict[str, int]
    seconds: dict[str, float]
    grouping: float


def evaluate_partition(task: EvaluateTask) -> tuple[str, Evaluated]:
    """Group, evaluate and set aside one partition, whose name comes back. Runs in a worker."""
    began = time.perf_counter()
    having = setting()
    chunks = read_spill(having.spill / task.name, having.spill_key)
    people = group(read_partition(chunks, fields_of(having.lookups)), having.lookups)
    subjects = [subject_of(identity, having.subject_key) for identity in people.subjects]
    tails = _tails(people, subjects)
    evaluators = Metered(having.evaluators)
    outputs: list[list[bytes]] = [[] for _ in range(SEGMENTS)]
    samples: list[bytes] = []
    tokens = _tokens(having, people, subjects, evaluators)
    for number, lookup in enumerate(having.lookups):
        for part in people.inputs[number].parts:
            values = list(encode_inputs(having.epoch, lookup, part.fields, tokens.fields(part)))
            outs = evaluators.outputs(lookup.assurance, values)
            records = _records(number, outs, part, tails)
            _spread(records, outputs)
            samples += _sealed_samples(records, values, part, tokens, having.spill_key)
    path = having.parts / part_name(task.name)
    write_part(path, having.parts_secret, outputs, _people(people, tails))
    late = reject_late(task.name, people, having.lookups, having.spill, having.spill_key)
    found = Evaluated(
        indexed=people.indexed,
        rejected=people.rejected,
        late=late,
        subjects=len(people.subjects),
        lookups=[LookupCount(i.subjects, i.entries, i.left_out) for i in people.inputs],
        samples=samples,
        evaluations=evaluators.counts,
        seconds=evaluators.seconds,
        grouping=time.perf_counter() - began - sum(evaluators.seconds.values()),
    )
    write_done(having.spill / done_name(task.name), having.spill_key.secret, found)
    return task.name, found


def part_name(rows: str) -> str:
    """The part of a file of rows."""
    return rows.replace("rows-", "part-")


def done_name(rows: str) -> str:
    """The file that says that the part of a file of rows is there."""
    return rows.replace("rows-", "done-")


def write_done(path: Path, secret: bytes, found: Evaluated) -> None:
    """Say what became of a partition. Raises `OSError`."""
    content = asdict(found) | {"samples": [one.hex() for one in found.samples]}
    write_sealed(path, secret, json.dumps(content).encode())


def read_done(path: Path, secret: bytes) -> Evaluated:
    """What `write_done` wrote. Raises `BuildError` or `OSError`."""
    found = json.loads(read_sealed(path, secret))
    lookups = [LookupCount(**one) for one in found["lookups"]]
    samples = [bytes.fromhex(one) for one in found["samples"]]
    late = {int(table): count for table, count in found["late"].items()}
    return Evaluated(**found | {"lookups": lookups, "samples": samples, "late": late})


def _tokens(
    setting: Setting, people: Subjects, subjects: Sequence[bytes], evaluators: Metered
) -> Tokens:
    """The channel tokens of the partition, each distinct address evaluated once."""
    tokens = Tokens(setting.epoch, setting.incident, setting.letter_key, subjects)
    parts = [part for inputs in people.inputs for part in inputs.parts]
    tokens.evaluate(parts, lambda values: evaluators.outputs(TOKEN_KIND, values))
    return tokens


def subject_of(identity: bytes, key: bytes) -> bytes:
    """The subject id of a cleaned row's `subject`, `u8(alternative) || lp16(column) …` (6.6)."""
    columns, start = [], 1
    while start < len(identity):
        end = start + 2 + int.from_bytes(identity[start : start + 2], "big")
        columns.append(identity[start + 2 : end])
        start = end
    return subject_id(key, identity[0], columns)


def _tails(people: Subjects, subjects: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
    """For each person the two parts of a record on both sides of the lookup."""
    return [
        (subject, _PERSON.pack(items, min(records, MOST_RECORDS)))
        for subject, items, records in zip(subjects, people.items, people.records, strict=True)
    ]


def _records(
    number: int, outs: Sequence[bytes], part: InputPart, tails: Sequence[tuple[bytes, bytes]]
) -> list[bytes]:
    lookup = bytes((number,))
    joined = [subject + lookup + rest for subject, rest in tails]
    return [out + joined[owner] for out, owner in zip(outs, part.owners, strict=True)]


def _spread(records: Iterable[bytes], segments: Sequence[list[bytes]]) -> None:
    """Add each record to the segment of its first byte."""
    for record in records:
        segments[record[0]].append(record)


def _people(people: Subjects, tails: Sequence[tuple[bytes, bytes]]) -> list[list[bytes]]:
    """A record for each person, with the lookups that hold the person, by first byte.

    Of a person that none holds, all rows were rejected: their items and number do not count.
    """
    held = [0] * len(tails)
    for number, inputs in enumerate(people.inputs):
        for part in inputs.parts:
            for owner in part.owners:
                held[owner] |= 1 << number
    segments: list[list[bytes]] = [[] for _ in range(SEGMENTS)]
    _spread(
        (
            subject + (rest if lookups else _NOTHING) + _HELD.pack(lookups)
            for (subject, rest), lookups in zip(tails, held, strict=True)
        ),
        segments,
    )
    return segments


def _sealed_samples(
    records: Sequence[bytes],
    values: Sequence[bytes],
    part: InputPart,
    tokens: Tokens,
    key: SpillKey,
) -> list[bytes]:
    """The records whose outputs rank lowest, by bytes that decide no bucket."""
    chosen = heapq.nsmallest(
        SAMPLES, range(len(records)), key=lambda number: records[number][32:40]
    )
    cipher = key.cipher(_SAMPLES_FILE)
    channel = bytes((CHANNEL_TYPES[part.channel] if part.channel else 0,))
    sealed = []
    for number in chosen:
        nonce, value = os.urandom(12), values[number]
        length = len(value).to_bytes(2, "big")
        plain = records[number] + channel + length + value + tokens.input_of(part, number)
        sealed.append(nonce + cipher.encrypt(nonce, plain, None))
    return sealed


def open_sample(sealed: bytes, key: SpillKey) -> Sample:
    """A sample that a worker sealed."""
    data = key.cipher(_SAMPLES_FILE).decrypt(sealed[:12], sealed[12:], None)
    end = OUTPUT_BYTES + 3 + int.from_bytes(data[OUTPUT_BYTES + 1 : OUTPUT_BYTES + 3], "big")
    record, value = data[:OUTPUT_BYTES], data[OUTPUT_BYTES + 3 : end]
    return Sample(data[32:40], record, data[OUTPUT_BYTES], value, data[end:])
