"""What an interrupted build is gone on from comes back as it was, and never runs."""

import pickle
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from breachdesk.incident import Problem
from breachdesk.ingest import BuildError, BuildReport, LookupReport, SourceReport, StageTime
from breachdesk.ingest._intake import Intake, TableRows
from breachdesk.ingest._interrupted import Work
from breachdesk.ingest._journal import (
    Journal,
    SeenFile,
    decode_journal,
    decode_report,
    encode_journal,
    encode_report,
)
from breachdesk.ingest._rejects_head import RejectedTable
from breachdesk.ingest._sealed_file import write_sealed
from breachdesk.ingest._source import Reading
from breachdesk.keys import create
from breachdesk.release import Change

TABLE = RejectedTable(
    release=0,
    number=1,
    file="/leak/\udcb0\udca1.csv",  # bytes that are no text
    member="a/b.csv",
    table="고객",
    layout="text",
    header=("이름", "전화"),
    columns=("name", None),
    reading=Reading(encoding="cp949", blank=("NULL", "")),
    read=0,
    rejected={},
)
JOURNAL = Journal(
    binding=bytes(range(32)),
    set_id="0" * 32,
    files=(SeenFile(Path("/leak/\udcb0\udca1.csv"), 10, 1_700_000_000_123_456_789, 2, b"\0\xff"),),
    intake=Intake((TableRows(3, Counter({"shape": 1})),), (b"\1" * 32,), b"\0map"),
    names=("rows-00", "rows-01"),
    tables=(TABLE,),
)
REPORT = BuildReport(
    release=2,
    release_id="ab" * 16,
    waits_for=(),
    incident="leak",
    rows_read=3,
    rows_indexed=2,
    rejected={"shape": 1},
    sources=(SourceReport(2, 1, "\udcb0.csv", "", "", 3, 2, {"shape": 1}),),
    rejects=None,
    reread=None,
    subjects=2,
    lookups=(LookupReport("phone", 2, 2, {"missing:phone": 1}),),
    evaluations=4,
    token_evaluations=0,
    token_seconds=0.0,
    buckets=1,
    capacity=16,
    release_bytes=1088,
    spill_bytes=9,
    checked=3,
    changes=(Change("leak", "added", date(2026, 11, 24), 2, 2),),
    workers=1,
    stages=(StageTime("read", 0.25),),
    seconds=1.5,
    peak_memory=7,
    warnings=(Problem(3, "message", "fix"),),
)


def test_both_come_back() -> None:
    assert decode_journal(encode_journal(JOURNAL)) == JOURNAL
    assert decode_report(encode_report(REPORT)) == REPORT


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", encode_report(REPORT), pickle.dumps(JOURNAL)]
)
def test_anything_else_is_no_journal(content: bytes) -> None:
    with pytest.raises(ValueError, match="of another version"):
        decode_journal(content)


class Runs:
    """Leaves a file if it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


def test_a_pickle_under_the_right_key_is_refused_and_does_not_run(tmp_path: Path) -> None:
    """As one of an older version, or of somebody who has the keys."""
    keys = create(tmp_path / "keys", origin="breachdesk.invalid/test")
    folder, planted = tmp_path / "building", tmp_path / "planted"
    folder.mkdir()
    (folder / ("journal-" + "00" * 16)).touch()
    work = Work(folder, keys)
    path, secret = folder / ("journal-" + "00" * 16), work.spill_key.secret
    write_sealed(path, secret, pickle.dumps(Runs(planted)))
    with pytest.raises(BuildError, match="another version") as caught:
        Work(folder, keys).journal()
    assert caught.value.kind == "interrupted"
    write_sealed(folder / "reported", secret, pickle.dumps(Runs(planted)))
    with pytest.raises(BuildError, match="another version"):
        work.reported()
    assert not planted.exists()
