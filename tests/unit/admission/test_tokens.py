"""Challenges and tokens (PROTOCOL section 10.1)."""

import base64
import json
import time
from typing import Any

import altcha
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breachdesk.admission import (
    DEFAULT_EFFORT,
    MOST_EFFORT,
    CountStore,
    MemoryStore,
    StoreError,
    TokenRefused,
    Tokens,
)
from breachdesk.wire import CHALLENGE_LIMIT
from tests.factories.clocks import Clock
from tests.factories.work import decode_token, encode_token, solve

KEY = bytes(range(32))
OPEN = ("open", 1, 3)


@pytest.fixture
def tokens(store: CountStore, clock: Clock) -> Tokens:
    return Tokens(KEY, store, effort=8, clock=clock)


def refused(tokens: Tokens, header: bytes | None, *what: Any) -> str | None:
    try:
        tokens.spend(header, *(what or OPEN))
    except TokenRefused as error:
        return error.reason
    return None


def test_a_challenge_is_as_the_protocol_says(tokens: Tokens, clock: Clock) -> None:
    challenge = tokens.challenge(*OPEN, 0.0)
    assert len(challenge) < CHALLENGE_LIMIT
    found = json.loads(challenge)
    assert found.keys() == {"parameters", "signature"}
    own = found["parameters"]
    assert own.keys() == {
        "algorithm", "nonce", "salt", "cost", "keyLength", "keyPrefix", "expiresAt", "data"
    }  # fmt: skip
    assert (own["algorithm"], own["cost"], own["keyLength"]) == ("SHA-256", 1, 32)
    assert {len(own[name]) for name in ("nonce", "salt", "keyPrefix")} == {32}
    assert own["expiresAt"] == int(clock.now) + 600
    assert own["data"] == {"kind": "open", "epoch": 1, "release": 3}
    assert len(found["signature"]) == 64


def test_a_token_admits_once(tokens: Tokens) -> None:
    header = solve(tokens.challenge(*OPEN, 0.0))
    assert refused(tokens, header) is None
    assert refused(tokens, header) == "spent"
    respelt = base64.b64encode(json.dumps(decode_token(header), indent=1).encode())
    assert refused(tokens, respelt) == "spent"


@pytest.mark.parametrize(
    "what", [("code", 1, 3), ("open", 2, 3), ("open", 1, 4), ("channel", 1, 3), ("open", 1, 0)]
)
def test_a_token_is_for_one_thing(tokens: Tokens, what: tuple[str, int, int]) -> None:
    header = solve(tokens.challenge(*OPEN, 0.0))
    assert refused(tokens, header, *what) == "elsewhere"
    assert refused(tokens, header) is None


def test_a_token_is_good_for_ten_minutes(tokens: Tokens, clock: Clock) -> None:
    first, second = (solve(tokens.challenge(*OPEN, 0.0)) for _ in range(2))
    clock.now += 599
    assert refused(tokens, first) is None
    clock.now += 2
    assert refused(tokens, second) == "expired"


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (("challenge", "signature"), "0" * 64, "forged"),
        (("challenge", "signature"), "é", "malformed"),
        (("challenge", "signature"), None, "malformed"),
        (("challenge", "parameters", "expiresAt"), 2**40, "forged"),
        (("challenge", "parameters", "expiresAt"), "9", "malformed"),
        (("challenge", "parameters", "keyPrefix"), "", "malformed"),
        (("challenge", "parameters", "keyPrefix"), "0" * 32, "forged"),
        (("challenge", "parameters", "salt"), "A" * 32, "malformed"),
        (("challenge", "parameters", "algorithm"), "SCRYPT", "malformed"),
        (("challenge", "parameters", "cost"), 0, "malformed"),
        (("challenge", "parameters", "more"), 1, "malformed"),
        (("challenge", "parameters", "data"), [], "malformed"),
        (("challenge", "parameters", "data", "kind"), 'x"', "malformed"),
        (("challenge", "parameters", "data", "release"), 3.0, "malformed"),
        (("challenge", "parameters", "data", "release"), 4, "forged"),
        (("challenge", "parameters"), [], "malformed"),
        (("challenge",), "x", "malformed"),
        (("solution", "counter"), 2**31, "malformed"),
        (("solution", "counter"), -1, "malformed"),
        (("solution", "counter"), True, "malformed"),
        (("solution", "counter"), "1", "malformed"),
        (("solution", "counter"), 77, "forged"),
        (("solution", "derivedKey"), "0" * 64, "forged"),
        (("solution", "derivedKey"), 7, "malformed"),
        (("solution",), None, "malformed"),
    ],
)
def test_what_is_changed_is_refused(
    tokens: Tokens, path: tuple[str, ...], value: object, reason: str
) -> None:
    header = solve(tokens.challenge(*OPEN, 0.0))
    token = decode_token(header)
    place = token
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    assert refused(tokens, encode_token(token)) == reason
    assert refused(tokens, header) is None


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (None, "missing"),
        (b"", "missing"),
        (b"!", "malformed"),
        (b"e30=", "malformed"),
        (b"W10=", "malformed"),
        (base64.b64encode(b"[" * 3000), "malformed"),
        (base64.b64encode(b"9" * 5000), "malformed"),
        (b"A" * 100_000, "malformed"),
        (base64.b64encode(b"\xff\xfe"), "malformed"),
    ],
)
def test_what_is_no_token_is_refused(tokens: Tokens, header: bytes | None, reason: str) -> None:
    assert refused(tokens, header) == reason


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda one: (
            st.lists(one)
            | st.dictionaries(
                st.sampled_from(["challenge", "solution", "parameters", "signature", "data"]), one
            )
        ),
    )
)
def test_no_json_gets_through(value: object) -> None:
    tokens = Tokens(KEY, MemoryStore(), effort=1)
    assert refused(tokens, encode_token(value)) == "malformed"


def test_another_key_or_another_store_does_not_know_it(clock: Clock) -> None:
    store = MemoryStore(clock)
    header = solve(Tokens(KEY, store, effort=8, clock=clock).challenge(*OPEN, 0.0))
    assert refused(Tokens(b"other", store, clock=clock), header) == "forged"
    assert refused(Tokens(KEY, MemoryStore(clock), clock=clock), header) == "forged"


@settings(max_examples=40)
@given(
    change=st.sampled_from(["", "signature", "counter", "prefix", "data", "derived"]),
    counter=st.integers(0, 40),
)
def test_the_library_says_the_same(change: str, counter: int) -> None:
    """Our shorter verification against `altcha.verify_solution`."""
    store = MemoryStore()
    tokens = Tokens(KEY, store, effort=8)
    token = decode_token(solve(tokens.challenge(*OPEN, 0.0)))
    parameters = token["challenge"]["parameters"]
    if change == "signature":
        token["challenge"]["signature"] = "1" * 64
    elif change == "counter":
        token["solution"]["counter"] = counter
    elif change == "prefix":
        parameters["keyPrefix"] = parameters["nonce"]
    elif change == "data":
        parameters["data"]["epoch"] = 1 + counter
    elif change == "derived":
        token["solution"]["derivedKey"] = parameters["salt"] * 2
    header = encode_token(token)
    theirs = altcha.verify_solution(header.decode(), tokens._secret())
    assert (refused(tokens, header) is None) == theirs.verified


def test_the_effort_rises_with_the_load(clock: Clock) -> None:
    tokens = Tokens(KEY, MemoryStore(clock), effort=50_000, clock=clock)
    efforts = [tokens.effort(load) for load in (0.0, 0.5, 0.6, 0.75, 0.9, 1.0, 7.0)]
    assert efforts[:2] == [50_000, 50_000]
    assert efforts == sorted(efforts)
    assert efforts[-2:] == [MOST_EFFORT, MOST_EFFORT]
    assert Tokens(KEY, MemoryStore(), effort=2**30).effort(0.0) == MOST_EFFORT
    desk = Tokens(KEY, MemoryStore(), most=2**19)
    assert (desk.effort(0.5), desk.effort(1.0)) == (DEFAULT_EFFORT, 2**19)


def test_the_counter_lies_within_the_effort(clock: Clock) -> None:
    tokens = Tokens(KEY, MemoryStore(clock), effort=5, clock=clock)
    counters = {
        decode_token(solve(tokens.challenge(*OPEN, 0.0)))["solution"]["counter"] for _ in range(80)
    }
    assert counters == set(range(5))


class Gone(MemoryStore):
    """A store that is out of reach."""

    def once(self, key: str, seconds: int) -> bool:  # noqa: ARG002
        raise StoreError("out of reach")


def test_a_failing_store_admits_nobody() -> None:
    tokens = Tokens(KEY, Gone(time.time), effort=8)
    with pytest.raises(StoreError):
        tokens.spend(solve(tokens.challenge(*OPEN, 0.0)), *OPEN)
