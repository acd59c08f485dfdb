"""What a witness answered comes into the checkpoint only if it holds, and throws nothing out."""

from pathlib import Path

import pytest

from breachdesk.release import (
    MOST_WITNESSES,
    TIMESTAMP_TYPE,
    Checkpoint,
    ReleaseError,
    Signature,
    Store,
    answered_cosignature,
    cosign,
    cosignature,
    cosigned_at,
    merge_cosignature,
    open_note,
    parse_note,
    sign_checkpoint,
    without_cosignatures,
)
from tests.factories.releases import ORIGIN, FixedSigner, Service, publish_release, seed

SERVICE = Service()
WITNESS = SERVICE.witness
KEY = WITNESS.vkey
NOW = 1_396_526_400
PLAIN = sign_checkpoint(Checkpoint(ORIGIN, 3, seed("root")), SERVICE.log)
NOTE = cosign(PLAIN, SERVICE.timestamp, NOW)
KEPT = (SERVICE.log.vkey, SERVICE.timestamp.vkey, KEY)
BODY = parse_note(NOTE).body


def line(time: int = NOW, signer: FixedSigner = WITNESS, body: str = BODY) -> Signature:
    return cosignature(body, signer, time)


def other(number: int) -> FixedSigner:
    return FixedSigner(f"w{number}.example.net", f"witness {number}", TIMESTAMP_TYPE)


def test_the_newest_line_of_the_witness_is_taken_and_others_are_ignored() -> None:
    answer = "".join(
        one.line for one in (line(NOW - 5, other(1)), line(NOW - 9), line(NOW), line(NOW - 3))
    )
    assert answered_cosignature(PLAIN, answer.encode(), KEY, NOW) == line(NOW)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", "checkpoint"),
        (b"ok\n", "checkpoint"),
        (line().line.encode()[:-1], "checkpoint"),
        ((line().line * 17).encode(), "checkpoint"),
        (line(signer=other(1)).line.encode(), "signature"),
        (line(body=BODY.replace("\n3\n", "\n4\n")).line.encode(), "signature"),
        (Signature(KEY.name, KEY.key_id, seed("x", 72)).line.encode(), "signature"),
        (Signature(KEY.name, KEY.key_id, seed("x", 64)).line.encode(), "signature"),
        (line(NOW + 3601).line.encode(), "clock"),
        (line(NOW - 3601).line.encode(), "clock"),
    ],
)
def test_an_answer_that_does_not_hold_is_refused(answer: bytes, code: str) -> None:
    with pytest.raises(ReleaseError) as caught:
        answered_cosignature(PLAIN, answer, KEY, NOW)
    assert caught.value.code == code


def test_a_cosignature_is_added_and_replaced_by_a_newer_one_only() -> None:
    first = merge_cosignature(NOTE, line(NOW), KEY, KEPT)
    assert first.startswith(NOTE)
    assert cosigned_at(first, KEY) == NOW
    second = merge_cosignature(first, line(NOW + 60), KEY, KEPT)
    assert cosigned_at(second, KEY) == NOW + 60
    assert len(parse_note(second).signatures) == 3
    for time in (NOW, NOW + 60):
        assert merge_cosignature(second, line(time), KEY, KEPT) == second
    signed = open_note(second, SERVICE.log.vkey, KEPT[1:], NOW)
    assert signed.time == NOW + 60
    assert signed.signers == (ORIGIN, f"{ORIGIN}/timestamp", KEY.name)


def test_a_line_of_the_witness_that_does_not_hold_gives_way() -> None:
    false = Signature(KEY.name, KEY.key_id, (2**63).to_bytes(8) + seed("x", 64))
    with_false = NOTE + false.line.encode()
    assert merge_cosignature(with_false, line(), KEY, KEPT) == NOTE + line().line.encode()
    with pytest.raises(ReleaseError, match="signature"):
        merge_cosignature(NOTE, false, KEY, KEPT)


def test_sixteen_lines_are_never_passed_and_known_keys_stay() -> None:
    strangers = [other(i) for i in range(MOST_WITNESSES)]
    full = NOTE
    for i, one in enumerate(strangers):
        full = cosign(full, one, NOW + i)
    merged = merge_cosignature(full, line(), KEY, KEPT)
    names = {one.name for one in parse_note(merged).signatures}
    assert names == {key.name for key in KEPT} | {one.name for one in strangers[1:]}
    with pytest.raises(ReleaseError, match="no room"):
        merge_cosignature(full, line(), KEY, (*KEPT, *(one.vkey for one in strangers)))


def test_a_witness_is_sent_the_logs_lines_only() -> None:
    assert without_cosignatures(cosign(NOTE, WITNESS, NOW), SERVICE.log.vkey) == PLAIN


def test_the_store_takes_a_cosignature_of_what_is_published_and_of_nothing_else(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path / "releases")
    publish_release(store, SERVICE, NOW)
    old = parse_note(store.read("checkpoint")).body
    assert store.add_cosignature(old, line(body=old), KEY, KEPT)
    assert cosigned_at(store.read("checkpoint"), KEY) == NOW
    store.freshen(SERVICE.timestamp, NOW + 60)
    assert cosigned_at(store.read("checkpoint"), KEY) == NOW
    publish_release(store, SERVICE, NOW + 120)
    before = store.read("checkpoint")
    assert not store.add_cosignature(old, line(NOW + 121, body=old), KEY, KEPT)
    assert store.read("checkpoint") == before
    with pytest.raises(ReleaseError, match="signature"):
        store.add_cosignature(parse_note(before).body, line(body=old), KEY, KEPT)
    assert store.read("checkpoint") == before
