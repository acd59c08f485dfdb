"""Damage to a file, at random but reproducible, and what must hold whatever it is."""

import contextlib
import io
import json
import logging
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from breachdesk.incident import Incident
from breachdesk.ingest import silent
from breachdesk.ingest._accounts import accounts, described
from breachdesk.ingest._clean import Cleaner
from breachdesk.ingest._intake import Prepared, take_in
from breachdesk.ingest._mapping import Mapping, column_names
from breachdesk.ingest._names import certain
from breachdesk.ingest._open import open_path
from breachdesk.ingest._partition import Partitioner, read_partition
from breachdesk.ingest._passwords import Passwords
from breachdesk.ingest._rejected import RejectedRows, reject_late, spilled_lines
from breachdesk.ingest._source import Place, Reading
from breachdesk.ingest._spill import SpillKey, SpillWriter, read_spill
from breachdesk.ingest._stream import facts_of
from breachdesk.ingest._subjects import fields_of, group
from breachdesk.ingest.errors import SourceError
from tests.messy.packed import PASSWORD
from tests.messy.people import people

REASONS = {"encoding", "shape"}
_KEY = SpillKey(bytes(32), bytes(16))
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


def check_accounts(paths: Sequence[Path], incident: Incident) -> Counter[str]:
    """Read files, damaged or not, as a build does: every row is indexed or rejected, by table.

    What cannot be read to its end, or has not the columns, is left out whole; so is a copy.
    Returns the reasons.
    """
    prepared: list[Prepared] = []
    for path in {path.read_bytes(): path for path in paths}.values():
        with contextlib.suppress(SourceError):
            prepared += _prepared(path, incident)
    reasons: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        writer = SpillWriter(Path(name), _KEY)
        partitioner = Partitioner(writer, 8, 7, fields_of(incident.lookups))
        rejects = RejectedRows(partitioner, incident.lookups)
        intake = take_in(prepared, partitioner, silent, rejects)
        rejects.finish()
        indexed, late = _grouped(partitioner, incident)
        pieces = spilled_lines(Path(name), _KEY)
        kept = [json.loads(line) for piece in pieces for line in piece.splitlines()]
    for number, (account, one) in enumerate(
        zip(accounts(1, described(prepared), intake, late), prepared, strict=True)
    ):
        mine = Counter(line["reason"] for line in kept if line["table"] == number)
        assert mine == account.rejected
        assert account.read == one.source.rows_read
        assert account.indexed >= 0
        indexed -= account.indexed
        reasons.update(account.rejected)
    assert indexed == 0
    return reasons


def _prepared(path: Path, incident: Incident) -> list[Prepared]:
    """The tables of a file that can be read to their end, each column what its header says."""
    passwords = Passwords([PASSWORD])
    found = []
    for source in open_path(path, lambda _: Reading(), passwords):
        for _ in source.batches():
            pass
        codes = [certain(name) if name else None for name in source.header]
        codes = [code if code not in codes[:n] else None for n, code in enumerate(codes)]
        mapping = Mapping(column_names(source.header), tuple(codes))
        cleaner = Cleaner(mapping, incident)
        found.append(Prepared(source, mapping, cleaner, Reading(), path, facts_of(Place(path))))
    return found


def _grouped(partitioner: Partitioner, incident: Incident) -> tuple[int, Counter[int]]:
    """Rows indexed, and those that no lookup can hold by table, as the workers of a build find."""
    writer, indexed, late = partitioner.writer, 0, Counter[int]()
    for name in partitioner.names:
        chunks = read_spill(writer.folder / name, writer.key)
        people = group(read_partition(chunks, fields_of(incident.lookups)), incident.lookups)
        indexed += people.indexed
        late.update(reject_late(name, people, incident.lookups, writer.folder, writer.key))
    return indexed, late


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
