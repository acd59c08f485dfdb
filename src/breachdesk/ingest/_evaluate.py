"""Stage 2, one partition of rows: people, their inputs, and the PRF of each (PROTOCOL 4.2, 5).

A partition becomes one part (`_parts`), which later releases may be made of too, and beside it a
sealed `done` file with its counts and samples, which lasts no longer than the build. A partition
that has one is not evaluated again.
"""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from breachdesk.entry import ID_BYTES, subject_id_of
from breachdesk.identifiers import CHANNEL_TYPES
from breachdesk.ingest._encode import encode_inputs
from breachdesk.ingest._evaluators import TOKEN_KIND, Metered
from breachdesk.ingest._part_set import LookupCount
from breachdesk.ingest._partition import read_partition
from breachdesk.ingest._parts import OUTPUT_BYTES, write_part
from breachdesk.ingest._record_rows import (
    Rows,
    byte_rows,
    lowest,
    output_rows,
    person_rows,
    spread,
    tail_rows,
)
from breachdesk.ingest._rejected import reject_late
from breachdesk.ingest._sealed_file import read_sealed, write_sealed
from breachdesk.ingest._spill import SpillKey, read_spill
from breachdesk.ingest._subjects import InputPart, Subjects, fields_of, group
from breachdesk.ingest._tokens import Tokens
from breachdesk.ingest._workers import Setting, setting

#: Outputs of each lookup that the finished release is asked for.
SAMPLES = 20

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
    evaluators = Metered(having.evaluators)
    samples = _write_part(having, task.name, people, evaluators)
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


def _write_part(having: Setting, name: str, people: Subjects, evaluators: Metered) -> list[bytes]:
    """Evaluate what people are asked for by, and write the part; sealed samples of it."""
    ids = [subject_id_of(having.subject_key, identity) for identity in people.subjects]
    subjects, tails = byte_rows(ids, ID_BYTES), tail_rows(people.items, people.records)
    held = np.zeros(len(ids), np.uint16)
    outputs: list[Rows] = []
    samples: list[bytes] = []
    tokens = _tokens(having, people, ids, evaluators)
    for number, lookup in enumerate(having.lookups):
        for part in people.inputs[number].parts:
            owners = np.array(part.owners, np.intp)
            held[owners] |= 1 << number
            values = list(encode_inputs(having.epoch, lookup, part.fields, tokens.fields(part)))
            outs = evaluators.outputs(lookup.assurance, values)
            outputs.append(output_rows(outs, number, owners, subjects, tails))
            samples += _sealed_samples(outputs[-1], values, part, tokens, having.spill_key)
    of_people = spread(person_rows(subjects, tails, held))
    path = having.parts / part_name(name)
    write_part(path, having.parts_secret, spread(np.concatenate(outputs)), of_people)
    return samples


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


def _sealed_samples(
    records: Rows,
    values: Sequence[bytes],
    part: InputPart,
    tokens: Tokens,
    key: SpillKey,
) -> list[bytes]:
    """The records whose outputs rank lowest, by bytes that decide no bucket."""
    cipher = key.cipher(_SAMPLES_FILE)
    channel = bytes((CHANNEL_TYPES[part.channel] if part.channel else 0,))
    sealed = []
    for number in lowest(records, SAMPLES):
        nonce, value = os.urandom(12), values[number]
        length = len(value).to_bytes(2, "big")
        plain = records[number].tobytes() + channel + length + value + tokens.input_of(part, number)
        sealed.append(nonce + cipher.encrypt(nonce, plain, None))
    return sealed


def open_sample(sealed: bytes, key: SpillKey) -> Sample:
    """A sample that a worker sealed."""
    data = key.cipher(_SAMPLES_FILE).decrypt(sealed[:12], sealed[12:], None)
    end = OUTPUT_BYTES + 3 + int.from_bytes(data[OUTPUT_BYTES + 1 : OUTPUT_BYTES + 3], "big")
    record, value = data[:OUTPUT_BYTES], data[OUTPUT_BYTES + 3 : end]
    return Sample(data[32:40], record, data[OUTPUT_BYTES], value, data[end:])
