"""spec/vectors of PROTOCOL sections 5 and 11.1 through the real code."""

import json
from typing import Any

import pytest

from breachdesk.client import (
    CheckError,
    check_key_list,
    finalize_question,
    finalize_token,
    possession_context,
    verify_evidence,
)
from breachdesk.identifiers import token_input
from breachdesk.release import KeyList, Share, VKey
from breachdesk.voprf import Evaluator, blind, combine_public, evaluate_known, public_key
from tests.factories.questions import ONE
from tests.vectors import generate

Vector = dict[str, Any]


def cases(file: str, which: str) -> list[Any]:
    content = json.loads((generate.FOLDER / f"{file}.json").read_text("utf-8"))
    return [pytest.param(vector, id=vector["name"]) for vector in content[which]]


def key_list(vector: Vector) -> KeyList:
    shares = [
        Share(bytes.fromhex(one["public"]), bytes.fromhex(one["possession"]))
        for one in vector["shares"]
    ]
    return KeyList(bytes.fromhex(vector["public"]), tuple(shares))


def finalized(vector: Vector, publics: list[str], evaluations: list[str]) -> bytes:
    value, scalar = bytes.fromhex(vector["input"]), bytes.fromhex(vector["blind"])
    listed = KeyList(bytes(32), tuple(Share(bytes.fromhex(one), b"") for one in publics))
    answers = [bytes.fromhex(one) for one in evaluations]
    return finalize_question(value, blind(value, fixed_blind=scalar), answers, listed)


@pytest.mark.parametrize("vector", cases("evaluations", "good"))
def test_good_evaluation(vector: Vector) -> None:
    if vector["op"] == "keys":
        check_good_keys(vector)
        return
    value, scalar = bytes.fromhex(vector["input"]), bytes.fromhex(vector["blind"])
    blinding = blind(value, fixed_blind=scalar)
    assert blinding.element.hex() == vector["blinded"]
    for one in vector["shares"]:
        evaluator = Evaluator(bytes.fromhex(one["secret"]))
        nonce = bytes.fromhex(one["nonce"])
        found = evaluator.evaluate(blinding.element, fixed_nonce=nonce)
        assert evaluator.public.hex() == one["public"]
        assert (found.element + found.proof).hex() == one["evaluation"]
    publics = [one["public"] for one in vector["shares"]]
    assert combine_public([bytes.fromhex(one) for one in publics]).hex() == vector["public"]
    output = finalized(vector, publics, [one["evaluation"] for one in vector["shares"]])
    assert output.hex() == vector["output"]
    if len(vector["shares"]) == 1:
        secret = bytes.fromhex(vector["shares"][0]["secret"])
        assert evaluate_known(secret, value) == output
        assert public_key(secret).hex() == vector["public"]


def check_good_keys(vector: Vector) -> None:
    context = possession_context(vector["kind"], vector["epoch"])
    assert context.hex() == vector["context"]
    check_key_list(key_list(vector), vector["kind"], vector["epoch"])
    # Section 5.4: a possession is the evaluation of the context under blind 1.
    element = blind(context, fixed_blind=ONE).element
    for one in vector["shares"]:
        evaluator = Evaluator(bytes.fromhex(one["secret"]))
        found = evaluator.evaluate(element, fixed_nonce=bytes.fromhex(one["nonce"]))
        assert (found.element + found.proof).hex() == one["possession"]


@pytest.mark.parametrize("vector", cases("evaluations", "bad"))
def test_bad_evaluation(vector: Vector) -> None:
    with pytest.raises(CheckError) as caught:
        take(vector)
    assert caught.value.code == vector["error"]


def take(vector: Vector) -> None:
    if vector["op"] == "keys":
        check_key_list(key_list(vector), vector["kind"], vector["epoch"])
    else:
        finalized(vector, vector["shares"], vector["evaluations"])


def tokens(which: str) -> list[Any]:
    return [one for one in cases("tokens", which) if one.values[0]["op"] == "token"]


def token_of(vector: Vector) -> bytes:
    public = bytes.fromhex(vector["public"])
    return finalize_token(
        vector["epoch"],
        vector["channel"],
        bytes.fromhex(vector["address"]),
        bytes.fromhex(vector["evaluation"]),
        KeyList(public, (Share(public, b""),)),
    )


@pytest.mark.parametrize("vector", tokens("good"))
def test_good_token(vector: Vector) -> None:
    assert token_of(vector).hex() == vector["token"]
    value = token_input(vector["epoch"], vector["channel"], bytes.fromhex(vector["address"]))
    secret = bytes.fromhex(vector["secret"])
    assert evaluate_known(secret, value).hex() == vector["token"]
    nonce = bytes.fromhex(vector["nonce"])
    found = Evaluator(secret).evaluate(blind(value, fixed_blind=ONE).element, fixed_nonce=nonce)
    assert (found.element + found.proof).hex() == vector["evaluation"]


@pytest.mark.parametrize("vector", tokens("bad"))
def test_bad_token(vector: Vector) -> None:
    with pytest.raises(CheckError) as caught:
        token_of(vector)
    assert caught.value.code == vector["error"]


def verify(vector: Vector) -> Vector:
    known = vector.get("known_log")
    answer = verify_evidence(
        json.dumps(vector["transcript"]).encode(),
        VKey.parse(known) if known else None,
        [VKey.parse(one) for one in vector.get("known_timestamps", ())],
    )
    return answer.to_json()


@pytest.mark.parametrize("vector", cases("transcripts", "good"))
def test_good_transcript(vector: Vector) -> None:
    found = verify(vector)
    assert found["answer"] == vector["transcript"]["answer"]
    assert (found["release"], found["incidents"]) == (vector["release"], vector["incidents"])
    assert [
        {name: one[name] for name in ("id", "subjects", "not_findable_by_this_question")}
        for one in found["covers"]
    ] == vector["covers"]


@pytest.mark.parametrize("vector", cases("transcripts", "bad"))
def test_bad_transcript(vector: Vector) -> None:
    with pytest.raises(CheckError) as caught:
        verify(vector)
    assert caught.value.code == vector["error"]
