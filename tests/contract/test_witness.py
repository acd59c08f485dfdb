"""C2SP tlog-witness over real HTTP: each status of PROTOCOL 9.5, and bodies of every shape."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breachdesk.keys import create_witness
from breachdesk.release import VKey, cosigned_at
from breachdesk.wire import ADD_CHECKPOINT_LIMIT
from breachdesk.witness import LogFolder, Witness, WitnessApp
from tests.factories.proxied import listening
from tests.factories.releases import ORIGIN, FixedSigner
from tests.factories.witnessing import LOG, WITNESS, leaves_of, note_of, post, submission

TEXT = "text/plain; charset=utf-8"


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    key = create_witness(tmp_path / "w", name=WITNESS)
    with LogFolder.opened(tmp_path / "w", ORIGIN) as state:
        yield Witness(state, key, LOG.vkey)


@pytest.fixture
def url(witness: Witness) -> Iterator[str]:
    with listening(WitnessApp(witness)) as port:
        yield f"http://127.0.0.1:{port}"


def key_of(witness: Witness) -> VKey:
    return VKey.of(witness._key, 4)


def test_a_log_is_taken_from_its_first_entry_on(url: str, witness: Witness) -> None:
    assert httpx.get(f"{url}/checkpoint").status_code == 404
    first = post(url, submission(leaves_of(3), 0))
    assert (first.status_code, first.headers["content-type"]) == (200, TEXT)
    assert first.text.startswith(f"\u2014 {WITNESS} ")
    assert cosigned_at(note_of(leaves_of(3)) + first.content, key_of(witness)) is not None
    conflict = post(url, submission(leaves_of(5), 2))
    assert (conflict.status_code, conflict.text) == (409, "3\n")
    assert conflict.headers["content-type"] == "text/x.tlog.size"
    assert post(url, submission(leaves_of(5), int(conflict.text))).status_code == 200
    assert post(url, submission(leaves_of(5), 5)).status_code == 200
    kept = httpx.get(f"{url}/checkpoint")
    assert cosigned_at(kept.content, key_of(witness)) is not None
    assert kept.headers["cache-control"] == "no-store"


def test_each_refusal_has_its_status(url: str) -> None:
    assert post(url, submission(leaves_of(3), 0)).status_code == 200
    assert post(url, b"old 3\n\nnothing").status_code == 400
    assert post(url, submission(leaves_of(5), 5).replace(b"old 5", b"old 6")).status_code == 400
    other = note_of(leaves_of(5), origin="other.example.org")
    assert post(url, b"old 0\n\n" + other).status_code == 404
    unknown = note_of(leaves_of(5), FixedSigner(ORIGIN, "stranger", 1))
    assert post(url, b"old 3\n\n" + unknown).status_code == 403
    assert post(url, submission(leaves_of(5, 1), 3)).status_code == 422
    assert post(url, bytes(ADD_CHECKPOINT_LIMIT + 1)).status_code == 413
    assert httpx.get(f"{url}/healthz").status_code == 200
    fork = post(url, submission(leaves_of(3, 1), 3))
    assert (fork.status_code, fork.headers["content-type"]) == (409, TEXT)
    after = post(url, submission(leaves_of(5), 3))
    assert (after.status_code, after.headers["retry-after"]) == (503, "60")
    assert httpx.get(f"{url}/healthz").status_code == 503


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/add-checkpoint", 405, "POST"),
        ("PUT", "/add-checkpoint", 405, "POST"),
        ("POST", "/checkpoint", 405, "GET, HEAD"),
        ("DELETE", "/healthz", 405, "GET, HEAD"),
        ("GET", "/", 404, None),
        ("GET", "/../witness.key", 404, None),
        ("GET", "/logs", 404, None),
    ],
)
def test_other_addresses_and_methods(
    url: str, method: str, path: str, status: int, allow: str | None
) -> None:
    found = httpx.request(method, url + path)
    assert (found.status_code, found.headers.get("allow")) == (status, allow)


def test_a_state_that_cannot_be_stored_is_said_and_signs_nothing(
    url: str, witness: Witness
) -> None:
    (witness.folder.folder / ".state.new").mkdir()
    found = post(url, submission(leaves_of(3), 0))
    assert found.status_code == 503
    assert "\u2014" not in found.text
    (witness.folder.folder / ".state.new").rmdir()
    assert post(url, submission(leaves_of(3), 0)).status_code == 200


@st.composite
def malformed(draw: st.DrawFn) -> bytes:
    """A good submission with something cut, put in or changed, or anything at all."""
    body = submission(leaves_of(6), draw(st.integers(0, 6)))
    at = draw(st.integers(0, len(body) - 1))
    piece = draw(st.binary(min_size=1, max_size=40))
    return draw(
        st.sampled_from(
            [
                body[:at],
                body[:at] + piece + body[at:],
                body[:at] + bytes((body[at] ^ 1 << draw(st.integers(0, 7)),)) + body[at + 1 :],
                piece + body,
                body + piece,
                piece,
            ]
        )
    )


def test_no_malformed_body_is_signed_or_breaks_it(url: str, witness: Witness) -> None:
    assert post(url, submission(leaves_of(3), 0)).status_code == 200
    kept = witness.kept

    @given(malformed())
    @settings(max_examples=150)
    def try_it(body: bytes) -> None:
        found = post(url, body)
        assert found.status_code in (400, 403, 404, 409, 422)
        assert "\u2014" not in found.text

    try_it()
    assert witness.kept == kept
    assert witness.folder.alarm_kind() is None
    assert post(url, submission(leaves_of(6), 3)).status_code == 200
