"""Damage to a file, at random but reproducible, and what must hold whatever it is."""

import contextlib
import io
import logging
from collections.abc import Iterator
from pathlib import Path
from random import Random

from breachdesk.ingest._open import open_path
from breachdesk.ingest._passwords import Passwords
from breachdesk.ingest._source import Reading
from breachdesk.ingest.errors import SourceError
from tests.messy.packed import PASSWORD
from tests.messy.people import people

REASONS = {"encoding", "shape"}
CANARIES = (*(cell for row in people() for cell in row[:3]), PASSWORD)
"""Names, phones and addresses that stand in nearly all messy files."""


def damaged(data: bytes, random: Random) -> bytes:
    """The same bytes with one to four accidents."""
    for _ in range(random.randint(1, 4)):
        place = random.randrange(len(data) + 1)
        length = random.choice((1, 1, 2, 7, 64, 600))
        piece = data[place : place + length]
        accident = random.randrange(7)
        if accident == 0:
            data = data[:place] + random.randbytes(length) + data[place + length :]
        elif accident == 1:
            data = data[:place] + data[place + length :]
        elif accident == 2:
            data = data[:place] + piece * random.randint(2, 5) + data[place + length :]
        elif accident == 3:
            data = data[:place] + b"\0" * length + data[place + length :]
        elif accident == 4:
            data = data[:place]
        elif accident == 5:
            hurt = random.choice((b'"', b"'", b"\n", b"\r", b"\\", b",", b"\xff", b"(", b"{", b";"))
            data = data[:place] + hurt + data[place:]
        elif piece:
            flipped = bytes([piece[0] ^ (1 << random.randrange(8))])
            data = data[:place] + flipped + data[place + 1 :]
    return data


def check(path: Path, rows: int = 65_536) -> str:
    """Read a file that may be damaged. Its counts add up, or there is one clear error.

    No text of a row is in the error, in a log or on a standard stream. Returns what became of it.
    """
    with _listening() as heard:
        try:
            outcome = _read(path, rows)
        except SourceError as error:
            clear, said, outcome = bool(error.message and error.fix), str(error), error.kind
        else:
            clear, said = True, ""
    assert clear
    for canary in CANARIES:
        assert canary not in said + heard.getvalue()
    return outcome


def _read(path: Path, rows: int) -> str:
    sources = open_path(path, lambda _: Reading(), Passwords([PASSWORD]))
    for source in sources:
        good = bad = 0
        seen: set[int] = set()
        for batch in source.batches(rows):
            assert batch.frame.height == len(batch.row_numbers)
            assert batch.frame.width == len(source.header)
            assert {reason for _, reason in batch.rejected} <= REASONS
            assert len(batch.raw) == len(batch.rejected)
            numbers = [*batch.row_numbers.to_list(), *(number for number, _ in batch.rejected)]
            assert len(numbers) == len(set(numbers))
            assert not seen & set(numbers)
            seen.update(numbers)
            assert not any(batch.frame.null_count().row(0))
            good += batch.frame.height
            bad += len(batch.rejected)
        assert good + bad == source.rows_read
        assert len(source.digest) == 32
    return "read"


@contextlib.contextmanager
def _listening() -> Iterator[io.StringIO]:
    """All that is logged or printed meanwhile."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    logging.getLogger().addHandler(handler)
    try:
        with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
            yield heard
    finally:
        logging.getLogger().removeHandler(handler)
