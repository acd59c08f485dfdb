"""Which paths name a file, and which files are public."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.check._files import ReleaseFiles, parse_release_path
from breachdesk.check.errors import Refusal
from tests.factories.served import Made, make_service

PIECES = st.sampled_from(
    [
        "/v1/releases/",
        "000001",
        "000000",
        "/",
        "..",
        ".",
        "%2e%2e",
        "%2f",
        "\\",
        "buckets/",
        "00000000",
        "0000000A",
        "entry.json",
        "leaves",
        "checkpoint",
        "\0",
        "\n",
        "/etc/passwd",
        "٠٠٠٠٠١",
        ".staging",
        "?",
        "#",
        "1",
    ]
)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return make_service(tmp_path)


def wanted(made: Made, path: str) -> bytes:
    found = parse_release_path(path)
    assert found is not None
    return ReleaseFiles(made.releases).release_file(found).data


@given(st.lists(PIECES, max_size=8).map("".join))
def test_whatever_is_asked_names_a_file_of_the_grammar(path: str) -> None:
    found = parse_release_path(path)
    if found is not None:
        assert path == f"/v1/{found.path}"
        assert ".." not in found.path
        assert found.path.startswith(f"releases/{found.number:06d}/")


@given(st.text(max_size=60))
def test_no_text_escapes(text: str) -> None:
    for path in (text, f"/v1/releases/000001/{text}", f"/v1/releases/{text}/leaves"):
        found = parse_release_path(path)
        assert found is None or path == f"/v1/{found.path}"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/releases/000001/buckets/../../../keys/log.key",
        "/v1/releases/1/leaves",
        "/v1/releases/0000001/leaves",
        "/v1/releases/000001/buckets/0",
        "/v1/releases/000001/buckets/0000000A",
        "/v1/releases/000001/leaves/",
        "/v1/releases/000001/leaves\n",
        "/v1/releases/000001/",
        "/v1//releases/000001/leaves",
    ],
)
def test_other_names_are_none(path: str) -> None:
    assert parse_release_path(path) is None


def test_what_the_checkpoint_does_not_publish_is_not_there(made: Made) -> None:
    folder = made.releases / "releases"
    (folder / "000002").mkdir()
    (folder / "000002" / "leaves").write_bytes(b"x" * 64)
    (folder / "000000").mkdir()
    (folder / "000000" / "leaves").write_bytes(b"x" * 64)
    for number in ("000002", "000000"):
        with pytest.raises(Refusal, match="not-found"):
            wanted(made, f"/v1/releases/{number}/leaves")


def test_a_release_is_there_once_published(made: Made) -> None:
    files = ReleaseFiles(made.releases)
    assert files.published().size == 1
    made.publish()
    found = parse_release_path("/v1/releases/000002/leaves")
    assert found is not None
    assert len(files.release_file(found).data) == 64
    assert files.published().size == 2


def test_a_damaged_or_missing_checkpoint_publishes_nothing(made: Made) -> None:
    files = ReleaseFiles(made.releases)
    checkpoint = made.releases / "checkpoint"
    kept = checkpoint.read_bytes()
    checkpoint.unlink()
    checkpoint.write_bytes(b"not a note")
    assert files.published().size == 0
    checkpoint.unlink()
    assert files.published().size == 0
    with pytest.raises(Refusal, match="unavailable"):
        files.checkpoint()
    checkpoint.write_bytes(kept)
    assert files.published().size == 1


@pytest.mark.parametrize("kind", ["link", "fifo", "folder", "huge"])
def test_only_regular_files_of_a_possible_length_are_read(made: Made, kind: str) -> None:
    path = made.releases / "releases/000001/buckets/00000001"
    path.unlink()
    if kind == "link":
        path.symlink_to(made.keys / "log.key")
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        with path.open("wb") as handle:
            handle.truncate(10**7)
    with pytest.raises(Refusal):
        wanted(made, "/v1/releases/000001/buckets/00000001")


def test_another_content_has_another_tag(made: Made) -> None:
    files = ReleaseFiles(made.releases)
    before = files.checkpoint()
    made.publish()
    assert files.checkpoint().etag != before.etag
