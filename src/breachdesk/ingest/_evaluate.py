"""Stage 2, one partition of rows: people, their inputs, and the PRF of each (PROTOCOL 4.2, 5).

An output is set aside as one record,

    out 64 || subject id 12 || lookup u8 || items u64 || number of records u16

in the partition of its first byte. Records sort by output, then subject id: the order of slots.
"""

import heapq
import os
import struct
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from breachdesk.entry import MOST_RECORDS, subject_id
from breachdesk.identifiers import CHANNEL_TYPES
from breachdesk.ingest._encode import encode_inputs
from breachdesk.ingest._evaluators import TOKEN_KIND, Metered
from breachdesk.ingest._partition import read_partition
from breachdesk.ingest._rejected import reject_late
from breachdesk.ingest._spill import SpillKey, SpillWriter, read_spill
from breachdesk.ingest._subjects import InputPart, Subjects, fields_of, group
from breachdesk.ingest._tokens import Tokens
from breachdesk.ingest._workers import Setting, worker

OUT_PARTITIONS = 256
RECORD_BYTES = 87
#: Outputs of each lookup that the finished release is asked for.
SAMPLES = 20

_PERSON = struct.Struct(">QH")
_SAMPLES_FILE = "samples"


@dataclass(frozen=True, slots=True)
class EvaluateTask:
    """A file of rows, and how many top bits of the outputs to count by."""

    name: str
    prefix_bits: int


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
class LookupCount:
    """People and entries of one lookup, and rows that it cannot hold by reason."""

    subjects: int
    entries: int
    left_out: dict[str, int]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What became of a partition's rows. `samples` are sealed under the spill key.

    `late` are the rejected rows by the number of their table.

    `evaluations` and `seconds` of waiting for them are by kind of key; `grouping` are the other
    seconds.
    """

    indexed: int
    rejected: int
    late: dict[int, int]
    subjects: int
    lookups: list[LookupCount]
    histogram: "array[int]"
    samples: list[bytes]
    evaluations: dict[str, int]
    seconds: dict[str, float]
    grouping: float


def evaluate_partition(task: EvaluateTask) -> Evaluated:
    """Group, evaluate and set aside one partition. Runs in a worker."""
    began = time.perf_counter()
    setting = worker().setting
    chunks = read_spill(setting.spill / task.name, setting.spill_key)
    people = group(read_partition(chunks, fields_of(setting.lookups)), setting.lookups)
    subjects = [subject_of(identity, setting.subject_key) for identity in people.subjects]
    tails = _tails(people, subjects)
    evaluators = Metered(setting.evaluators)
    outputs = _Outputs(task.prefix_bits)
    samples: list[bytes] = []
    tokens = _tokens(setting, people, subjects, evaluators)
    for number, lookup in enumerate(setting.lookups):
        for part in people.inputs[number].parts:
            values = list(encode_inputs(setting.epoch, lookup, part.fields, tokens.fields(part)))
            outs = evaluators.outputs(lookup.assurance, values)
            records = _records(number, outs, part, tails)
            outputs.add(records)
            samples += _sealed_samples(records, values, part, tokens, setting.spill_key)
    outputs.write(worker().writer, worker().name)
    return Evaluated(
        indexed=people.indexed,
        rejected=people.rejected,
        late=reject_late(task.name, people, setting.lookups, worker().writer),
        subjects=len(people.subjects),
        lookups=[LookupCount(i.subjects, i.entries, i.left_out) for i in people.inputs],
        histogram=outputs.histogram,
        samples=samples,
        evaluations=evaluators.counts,
        seconds=evaluators.seconds,
        grouping=time.perf_counter() - began - sum(evaluators.seconds.values()),
    )


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


class _Outputs:
    """Records by the first byte of their output, and their number by the top bits."""

    def __init__(self, prefix_bits: int) -> None:
        self.histogram = array("I", bytes(array("I").itemsize << prefix_bits))
        self._shift = 32 - prefix_bits
        self._parts: list[list[bytes]] = [[] for _ in range(OUT_PARTITIONS)]

    def add(self, records: Sequence[bytes]) -> None:
        parts, histogram, shift = self._parts, self.histogram, self._shift
        for record in records:
            parts[record[0]].append(record)
            histogram[int.from_bytes(record[:4], "big") >> shift] += 1

    def write(self, writer: SpillWriter, name: str) -> None:
        for part, records in enumerate(self._parts):
            if records:
                writer.append(outs_name(name, part), b"".join(records))


def outs_name(writer: str, part: int) -> str:
    """The file of one worker's records whose outputs begin with the byte `part`."""
    return f"outs-{part:02x}-{writer}"


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
    end = RECORD_BYTES + 3 + int.from_bytes(data[RECORD_BYTES + 1 : RECORD_BYTES + 3], "big")
    record, value = data[:RECORD_BYTES], data[RECORD_BYTES + 3 : end]
    return Sample(data[32:40], record, data[RECORD_BYTES], value, data[end:])
