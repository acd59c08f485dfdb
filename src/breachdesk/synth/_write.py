"""Write a made leak to disk, chunk by chunk, and the people to ask about it."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl

from breachdesk.synth._answers import answers
from breachdesk.synth._cells import spell
from breachdesk.synth._layout import Layout
from breachdesk.synth._people import People
from breachdesk.synth._profile import profile_named
from breachdesk.synth._rows import RowMaker
from breachdesk.synth.errors import SynthError

ENCODINGS = ("utf-8", "cp949")
_CHUNK = 1 << 16

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Leak:
    """A leak to make; `people` None takes the profile's own ratio. Same leak, same bytes."""

    records: int
    profile: str = "kt-2014"
    people: int | None = None
    encoding: str = "utf-8"
    seed: int = 0

    def maker(self) -> RowMaker:
        """Return what makes its rows. SynthError if there can be no such leak."""
        profile = profile_named(self.profile)
        if self.encoding not in ENCODINGS:
            raise SynthError(f"The encoding must be one of: {', '.join(ENCODINGS)}.")
        if self.records < 1:
            raise SynthError("Ask for one record at least.")
        count = profile.people_for(self.records) if self.people is None else self.people
        people = People(self.seed, count)
        return RowMaker(profile, people, Layout(self.seed, self.records, count))


@dataclass(frozen=True, slots=True)
class Written:
    """What was written; `size` is in bytes."""

    records: int
    people: int
    size: int


def write_leak(leak: Leak, path: Path, progress: Progress) -> Written:
    """Write the source file; `progress` is told the rows of each chunk.

    The file appears under its name only when it is whole. SynthError if there can be no such
    leak, OSError if the disk does not take it.
    """
    maker = leak.maker()
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            for start in range(0, leak.records, _CHUNK):
                rows = min(_CHUNK, leak.records - start)
                file.write(_chunk(maker, leak.encoding, start, rows))
                progress(rows)
            size = file.tell()
        part.replace(path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return Written(leak.records, maker.people.count, size)


def write_answers(leak: Leak, path: Path, count: int) -> int:
    """Write people to ask about as JSON lines; return how many there were to be had."""
    if count < 1:
        raise SynthError("Ask for one answer at least.")
    lines = [
        json.dumps(asdict(answer), ensure_ascii=False)
        for answer in answers(leak.maker(), leak.seed, count)
    ]
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return len(lines)


def _chunk(maker: RowMaker, encoding: str, start: int, count: int) -> bytes:
    """Return these rows as CSV, after the header if they are the first."""
    place = np.arange(start, start + count, dtype=np.uint64)
    frame = spell(maker.people.dice, maker.rows(*maker.layout.at(place)))
    headers = maker.profile.headers
    frame = frame.select(pl.col(item).alias(header) for item, header in headers.items())
    buffer = BytesIO()
    end = "\r\n" if encoding == "cp949" else "\n"
    frame.write_csv(buffer, include_header=start == 0, line_terminator=end)
    data = buffer.getvalue()
    return data if encoding == "utf-8" else data.decode().encode(encoding)
