"""A release folder that was edited by hand is found out, place by place."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from breachdesk.release import (
    Checkpoint,
    Report,
    Store,
    cosign,
    entry_hash,
    log_root,
    sign_checkpoint,
    verify_store,
)
from tests.factories.releases import PUBLISHED, FixedSigner, Service, bury, publish_release

R1, R2 = "releases/000001", "releases/000002"


@pytest.fixture
def folder(store: Store, service: Service) -> Path:
    """Two releases."""
    publish_release(store, service)
    return store.folder


def audit(folder: Path, service: Service) -> Report:
    return verify_store(folder, service.log.vkey, timestamps=[service.timestamp.vkey])


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def swap(one: Path, other: Path) -> None:
    a, b = one.read_bytes(), other.read_bytes()
    one.write_bytes(b)
    other.write_bytes(a)


EDITS: list[tuple[str, Callable[[Path], object], set[tuple[str, str]]]] = [
    (
        "changed entry of a bucket",
        lambda f: flip(f / R1 / "buckets/00000002", 100),
        {("bucket-path", f"{R1}/buckets/00000002")},
    ),
    (
        "changed path of a bucket",
        lambda f: flip(f / R2 / "buckets/00000001", -1),
        {("bucket-path", f"{R2}/buckets/00000001")},
    ),
    (
        "truncated bucket",
        lambda f: (f / R2 / "buckets/00000003").write_bytes(b"BDBUCKET"),
        {("bucket-length", f"{R2}/buckets/00000003")},
    ),
    (
        "bytes after a bucket",
        lambda f: (f / R2 / "buckets/00000003").open("ab").write(b"\0"),
        {("bucket-length", f"{R2}/buckets/00000003")},
    ),
    (
        "swapped buckets",
        lambda f: swap(f / R1 / "buckets/00000000", f / R1 / "buckets/00000001"),
        {("bucket-header", f"{R1}/buckets/0000000{i}") for i in (0, 1)},
    ),
    (
        "missing bucket",
        lambda f: (f / R1 / "buckets/00000000").unlink(),
        {("missing", f"{R1}/buckets/00000000")},
    ),
    (
        "stray files",
        lambda f: [
            (f / at).write_bytes(b"") for at in ("x", "releases/x", f"{R1}/x", f"{R1}/buckets/x")
        ],
        {("stray", at) for at in ("x", "releases/x", f"{R1}/x", f"{R1}/buckets/x")},
    ),
    (
        "changed entry.json",
        lambda f: (f / R1 / "entry.json").write_bytes(
            (f / R1 / "entry.json").read_bytes().replace(b'"epoch":1', b'"epoch":2')
        ),
        {("leaves", f"{R1}/entry.json")},
    ),
    (
        "manifest of a future version",
        lambda f: (f / R1 / "entry.json").write_bytes(
            (f / R1 / "entry.json").read_bytes().replace(b"manifest/v1", b"manifest/v2")
        ),
        {
            ("leaves", f"{R1}/entry.json"),
            ("manifest-version", f"{R1}/entry.json"),
            ("stray", f"{R1}/buckets"),
        },
    ),
    ("changed older leaves", lambda f: flip(f / R1 / "leaves", 3), {("leaves", f"{R1}/leaves")}),
    ("changed leaves", lambda f: flip(f / R2 / "leaves", 3), {("leaves", f"{R2}/leaves")}),
    ("missing leaves", lambda f: (f / R1 / "leaves").unlink(), {("missing", f"{R1}/leaves")}),
    (
        "an older checkpoint put back",
        lambda f: (f / "checkpoint").write_bytes((f / R1 / "checkpoint").read_bytes()),
        {("unpublished", R2)},
    ),
    (
        "a release's checkpoint of another release",
        lambda f: (f / R1 / "checkpoint").write_bytes((f / R2 / "checkpoint").read_bytes()),
        {("checkpoint", f"{R1}/checkpoint")},
    ),
    (
        "a checkpoint that is no note",
        lambda f: (f / R1 / "checkpoint").write_bytes(b"hello\n"),
        {("checkpoint", f"{R1}/checkpoint")},
    ),
    (
        "a newer release without its buckets",
        lambda f: shutil.rmtree(f / R2 / "buckets"),
        {("missing", f"{R2}/buckets")},
    ),
]


@pytest.mark.parametrize(
    ("edit", "expected"), [row[1:] for row in EDITS], ids=[r[0] for r in EDITS]
)
def test_an_edit_is_named(
    folder: Path,
    service: Service,
    edit: Callable[[Path], object],
    expected: set[tuple[str, str]],
) -> None:
    edit(folder)
    assert {(one.code, one.where) for one in audit(folder, service).findings} == expected


def test_a_whole_folder_is_found_good(folder: Path, service: Service) -> None:
    told: list[tuple[int, int]] = []
    report = verify_store(
        folder,
        service.log.vkey,
        now=PUBLISHED + 60,
        timestamps=[service.timestamp.vkey],
        progress=lambda done, total: told.append((done, total)),
    )
    assert report.ok
    assert report.trusted
    assert (report.entries, report.releases, report.buckets) == (2, 2, 8)
    assert report.time == PUBLISHED
    assert told[-1] == (8, 8)


def test_without_a_key_it_only_agrees_with_itself(folder: Path) -> None:
    report = verify_store(folder, None)
    assert report.ok
    assert not report.trusted


@pytest.mark.parametrize(("seconds", "code"), [(8 * 86_400, "stale"), (-2 * 86_400, "clock")])
def test_freshness(folder: Path, service: Service, seconds: int, code: str) -> None:
    report = verify_store(
        folder,
        service.log.vkey,
        now=PUBLISHED + seconds,
        timestamps=[service.timestamp.vkey],
    )
    assert [one.code for one in report.findings] == [code]


def test_another_log_key_is_no_signature(folder: Path, service: Service) -> None:
    stranger = FixedSigner(service.log.name, "stranger", service.log.kind)
    codes = {one.code for one in verify_store(folder, stranger.vkey).findings}
    assert codes == {"signature"}


def test_a_past_signed_anew_is_a_fork(folder: Path, service: Service) -> None:
    root = log_root([entry_hash(b"another past")])
    note = sign_checkpoint(Checkpoint(service.log.name, 1, root), service.log)
    (folder / R1 / "checkpoint").write_bytes(cosign(note, service.timestamp, PUBLISHED))
    found = audit(folder, service).findings
    assert [(one.code, one.where) for one in found] == [("fork", f"{R1}/checkpoint")]


def test_deleted_buckets_of_an_older_release_are_listed(folder: Path, service: Service) -> None:
    shutil.rmtree(folder / R1 / "buckets")
    report = audit(folder, service)
    assert report.ok
    assert report.without_buckets == [1]


def test_the_last_buckets_may_go_once_every_incident_is_retired(
    folder: Path, service: Service
) -> None:
    shutil.rmtree(folder / R2 / "buckets")
    assert [one.code for one in audit(folder, service).findings] == ["missing"]
    bury(Store(folder), service, "kt-2014")
    report = audit(folder, service)
    assert (report.findings, report.without_buckets) == ([], [2])


def test_an_empty_folder_is_no_release_folder(tmp_path: Path, service: Service) -> None:
    codes = {one.code for one in audit(tmp_path, service).findings}
    assert codes == {"missing"}
