"""A client whose user names witnesses wants one of them, and evidence carries it (9.5)."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from breachdesk.client import Answer, CheckError, Client, Transport, make_question, verify_evidence
from breachdesk.release import TIMESTAMP_TYPE, VKey, cosign
from tests.factories.proxied import Served, serve
from tests.factories.questions import BY_PERSON, people
from tests.factories.releases import FixedSigner, Service

PERSON = people()[5]
WITNESS = Service().witness
OTHER = FixedSigner("other.example.org", "other", TIMESTAMP_TYPE)
DAY = 86_400


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serve(tmp_path) as running:
        yield running


def ask(served: Served, *witnesses: VKey) -> Answer:
    with Transport() as transport:
        client = Client(served.url, transport, require_witness=witnesses)
        return client.check(make_question(BY_PERSON.id, PERSON.asks(BY_PERSON)))


def witness(served: Served, at: float) -> None:
    store = served.store
    with store.changing_checkpoint():
        store.replace_checkpoint(cosign(store.read("checkpoint"), WITNESS, int(at)))


def test_a_missing_witness_stops_nobody_who_did_not_ask_for_one(served: Served) -> None:
    assert ask(served).kind == "included"
    found = ask(served, WITNESS.vkey)
    assert (found.kind, found.reason) == ("unverifiable", "signature")
    assert len(served.requests) > 0
    assert not [one for one in served.requests[-2:] if one.method == "POST"]


def test_one_of_those_named_is_enough_and_its_time_counts(served: Served) -> None:
    now = time.time()
    witness(served, now - 6 * DAY)
    assert ask(served, OTHER.vkey, WITNESS.vkey).kind == "included"
    assert ask(served, OTHER.vkey).reason == "signature"
    witness(served, now - 8 * DAY)
    assert ask(served).kind == "included"
    assert ask(served, WITNESS.vkey).reason == "stale"


def test_evidence_shows_the_witness_to_whoever_knows_its_key(served: Served) -> None:
    witness(served, time.time())
    evidence = ask(served, WITNESS.vkey).evidence
    assert evidence is not None
    assert WITNESS.vkey.text in json.loads(evidence)["timestamps"]
    assert verify_evidence(evidence, witnesses=(WITNESS.vkey,)).kind == "included"
    with pytest.raises(CheckError, match="signature"):
        verify_evidence(evidence, witnesses=(OTHER.vkey,))
