"""Which other holder has which share: everything that does not fit is refused, by address."""

from dataclasses import replace
from pathlib import Path

import pytest

from breachdesk import keys
from breachdesk.keys import PublicKeys, SplitRequest
from breachdesk.keys._public import possession_context
from breachdesk.peers import PeerError, find_present_holders, match_holders
from breachdesk.voprf import generate_key_pair, prove_possession, public_key, split_secret
from breachdesk.wire import HolderDocument, HolderKey, WireError, dumps, loads

URL = "https://holder.example.org"
ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.fixture
def publics(tmp_path: Path) -> PublicKeys:
    """What the builder's folder says."""
    keys.create(tmp_path / "whole", origin="breach.example.org")
    keys.split(SplitRequest(tmp_path / "whole", tmp_path / "a", tmp_path / "b"))
    return keys.open_folder(tmp_path / "a", only=()).public


def document(publics: PublicKeys, share: int = 2) -> HolderDocument:
    """What the holder of a share publishes."""
    found = {kind: publics.oprf[kind].shares[share - 1] for kind in ("open", "code")}
    listed = {kind: HolderKey(one.public, one.possession) for kind, one in found.items()}
    return HolderDocument(publics.epoch, listed)


def with_open(found: HolderDocument, key: HolderKey) -> HolderDocument:
    return replace(found, keys={**found.keys, "open": key})


def test_the_holder_of_the_other_share(publics: PublicKeys) -> None:
    (found,) = match_holders(publics, [(URL, document(publics))])
    assert (found.share, found.name, found.url) == (2, "holder.example.org", URL)
    assert found.publics["code"] == publics.oprf["code"].shares[1].public


def test_nobody_and_too_many(publics: PublicKeys) -> None:
    with pytest.raises(PeerError, match=r"do not sum.*name 1 more holder"):
        match_holders(publics, [])
    twice = [(URL, document(publics)), ("https://two.example.org", document(publics))]
    with pytest.raises(PeerError, match=f"two.example.org has the same share .* as {URL}"):
        match_holders(publics, twice)
    with pytest.raises(PeerError, match="same share of kind open as this folder"):
        match_holders(publics, [(URL, document(publics, share=1))])
    with pytest.raises(PeerError, match="our keys are whole"):
        match_holders(replace(publics, share=0), [(URL, document(publics))])


def test_another_epoch_and_a_missing_kind(publics: PublicKeys) -> None:
    with pytest.raises(PeerError, match="holds keys of epoch 2, ours are of epoch 1"):
        match_holders(publics, [(URL, replace(document(publics), epoch=2))])
    found = document(publics)
    half = replace(found, keys={"open": found.keys["open"]})
    with pytest.raises(PeerError, match="publishes no key of kind code"):
        match_holders(publics, [(URL, half)])


def test_keys_without_possession_the_identity_and_another_sum(publics: PublicKeys) -> None:
    found = document(publics)
    good = found.keys["open"]
    bad = [
        HolderKey(good.public, good.possession[::-1]),
        HolderKey(good.public, found.keys["code"].possession),
        HolderKey(bytes(32), good.possession),
        HolderKey(b"\xff" * 32, good.possession),
    ]
    for key in bad:
        with pytest.raises(PeerError, match="does not prove that it holds its key of kind open"):
            match_holders(publics, [(URL, with_open(found, key))])
    stranger = generate_key_pair()
    proof = prove_possession(stranger.secret, possession_context("open", publics.epoch))
    with pytest.raises(PeerError, match="do not sum to the combined key"):
        match_holders(publics, [(URL, with_open(found, HolderKey(stranger.public, proof)))])


def test_a_key_that_cancels_ours_is_refused(publics: PublicKeys, tmp_path: Path) -> None:
    own = keys.open_folder(tmp_path / "a", only=("oprf-open",)).oprf("open").secret
    opposite = (ORDER - int.from_bytes(own, "little")).to_bytes(32, "little")
    proof = prove_possession(opposite, possession_context("open", publics.epoch))
    key = HolderKey(public_key(opposite), proof)
    with pytest.raises(PeerError, match="do not sum"):
        match_holders(publics, [(URL, with_open(document(publics), key))])


def test_three_holders_whose_sum_is_right_must_be_listed(
    publics: PublicKeys, tmp_path: Path
) -> None:
    """Two strangers who share the other share anew: our list, and so the manifest, lacks them."""
    holder = keys.open_folder(tmp_path / "b", only=("oprf-open", "oprf-code"))
    found: dict[str, list[HolderKey]] = {}
    for kind in ("open", "code"):
        context = possession_context(kind, publics.epoch)
        found[kind] = [
            HolderKey(public_key(one), prove_possession(one, context))
            for one in split_secret(holder.oprf(kind).secret, 2)
        ]
    documents = [
        HolderDocument(1, {"open": found["open"][place], "code": found["code"][place]})
        for place in range(2)
    ]
    urls = (URL, "https://other.example.org")
    with pytest.raises(PeerError, match="has keys that our key list does not name"):
        match_holders(publics, list(zip(urls, documents, strict=True)))


def test_the_document_is_strict(publics: PublicKeys) -> None:
    good = document(publics).encode()
    assert HolderDocument.decode(good) == document(publics)
    value = loads(good, limit=4096, code="holder")
    changes = [
        {**value, "format": "breachdesk/holder/v2"},
        {**value, "epoch": 0},
        {**value, "more": 1},
        {**value, "keys": {}},
        {**value, "keys": {"channel": value["keys"]["open"]}},
        {**value, "keys": {"open": {"public": "00"}}},
    ]
    for change in changes:
        with pytest.raises(WireError):
            HolderDocument.decode(dumps(change))
    with pytest.raises(WireError):
        HolderDocument.decode(good + b" " * 5000)


def test_one_holder_may_be_away_and_its_share_is_the_one_left(publics: PublicKeys) -> None:
    (found,), away = find_present_holders(publics, ["http://127.0.0.1:1"])
    assert (found.share, found.name) == (2, "127.0.0.1:1")
    assert found.publics["open"] == publics.oprf["open"].shares[1].public
    assert "does not answer" in str(away)
    with pytest.raises(PeerError, match="does not answer"):
        find_present_holders(publics, ["http://127.0.0.1:1", "http://127.0.0.1:2"])
    with pytest.raises(PeerError, match="is no address"):
        find_present_holders(publics, ["holder"])
