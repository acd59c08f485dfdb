"""Consistency proofs against those of certificate-transparency-go's tests, and their mutations."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.release import (
    EMPTY_ROOT,
    Checkpoint,
    ReleaseError,
    check_consistency,
    consistency_proof,
    entry_hash,
    log_root,
)
from tests.vectors._paths import RFC6962_ENTRIES

LEAVES = [entry_hash(entry) for entry in RFC6962_ENTRIES]
#: The proofs that certificate-transparency-go's Merkle tests expect (Apache-2.0).
PUBLISHED = {
    (1, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}


def checkpoint(leaves: list[bytes]) -> Checkpoint:
    return Checkpoint("log.example.org", len(leaves), log_root(leaves))


def leaves_of(count: int, branch: str = "") -> list[bytes]:
    return [hashlib.sha256(f"{branch}{i}".encode()).digest() for i in range(count)]


@pytest.mark.parametrize("sizes", PUBLISHED)
def test_proofs_are_those_that_others_make(sizes: tuple[int, int]) -> None:
    old, new = sizes
    found = consistency_proof(LEAVES[:new], old)
    assert tuple(one.hex() for one in found) == PUBLISHED[sizes]
    check_consistency(checkpoint(LEAVES[:old]), checkpoint(LEAVES[:new]), found)


@pytest.mark.parametrize("new", range(34))
def test_every_proof_of_every_size_holds(new: int) -> None:
    leaves = leaves_of(new)
    for old in range(new + 1):
        proof = consistency_proof(leaves, old)
        check_consistency(checkpoint(leaves[:old]), checkpoint(leaves), proof)
    assert log_root([]) == EMPTY_ROOT


@pytest.mark.parametrize("old", [-1, 4])
def test_a_size_that_the_log_never_had_has_no_proof(old: int) -> None:
    with pytest.raises(ValueError, match="old size"):
        consistency_proof(leaves_of(3), old)


def test_two_logs_are_never_consistent() -> None:
    one, other = checkpoint(leaves_of(3)), Checkpoint("other", 3, log_root(leaves_of(3)))
    with pytest.raises(ReleaseError, match="consistency"):
        check_consistency(one, other, ())


@st.composite
def two_sizes(draw: st.DrawFn) -> tuple[int, int]:
    new = draw(st.integers(2, 300))
    return draw(st.integers(1, new - 1)), new


@given(two_sizes(), st.data())
def test_a_proof_changed_anywhere_fails(sizes: tuple[int, int], data: st.DataObject) -> None:
    old, new = sizes
    leaves = leaves_of(new)
    proof = list(consistency_proof(leaves, old))
    before, after = checkpoint(leaves[:old]), checkpoint(leaves)
    check_consistency(before, after, proof)
    at = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    flipped = (int.from_bytes(proof[at]) ^ 1 << bit).to_bytes(32)
    mutated = data.draw(
        st.sampled_from(
            [
                [*proof[:at], flipped, *proof[at + 1 :]],
                [*proof[:at], *proof[at + 1 :]],
                [*proof[:at], flipped, *proof[at:]],
                [*proof, flipped],
                [],
            ]
        )
    )
    with pytest.raises(ReleaseError, match="consistency"):
        check_consistency(before, after, mutated)


@given(two_sizes(), st.data())
def test_no_proof_joins_two_branches(sizes: tuple[int, int], data: st.DataObject) -> None:
    old, new = sizes
    leaves = leaves_of(new)
    at = data.draw(st.integers(0, old - 1))
    forked = [*leaves[:at], *leaves_of(new - at, "other")]
    for proof in (consistency_proof(leaves, old), consistency_proof(forked, old)):
        with pytest.raises(ReleaseError, match="consistency"):
            check_consistency(checkpoint(leaves[:old]), checkpoint(forked), proof)
