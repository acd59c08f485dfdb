"""evaluations.json: blind, evaluate, finalise, and key lists (PROTOCOL section 5).

Secrets, blinds and nonces are fixed: for vectors only. `op`: `evaluate`, from an input to the
output, each share with the nonce of its proof; `keys`, a list of 5.4, whose possessions have the
nonces beside them. Bad ones: `finalize`, evaluations (of any length) against share keys, in order;
`keys`.
"""

from dataclasses import dataclass
from typing import Any

from breachdesk.client import finalize_question, possession_context
from breachdesk.release import KeyList, Share
from breachdesk.voprf import Blinding, Evaluator, blind, derive_key_pair, public_key
from tests.factories.questions import (
    BY_CUSTOMER,
    BY_PERSON,
    EPOCH,
    ORDER,
    fixed_keys,
    fixed_nonce,
    fixed_possession,
    people,
    value_of,
)
from tests.factories.releases import seed

IDENTITY = bytes(32)
NOT_CANONICAL = b"\xff" * 32
NEGATIVE = b"\x01" + bytes(31)
"""RFC 9496 A.3: an odd field element is no encoding."""
OTHER = derive_key_pair(seed("other"), b"").secret
PERSON = people()[5]


def vectors() -> dict[str, Any]:
    return {"section": "5", "good": _good(), "bad": [*_bad_evaluations(), *_bad_keys()]}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answers under some shares."""

    value: bytes
    blinding: Blinding
    shares: tuple[bytes, ...]
    answers: tuple[bytes, ...]

    @property
    def publics(self) -> list[bytes]:
        return [public_key(one) for one in self.shares]


def asked(value: bytes, shares: tuple[bytes, ...], label: str = "blind") -> Asked:
    blinding = blind(value, fixed_blind=fixed_nonce(label))
    return Asked(value, blinding, shares, tuple(_answers(blinding, shares)))


def _answers(blinding: Blinding, shares: tuple[bytes, ...]) -> list[bytes]:
    found = []
    for number, share in enumerate(shares):
        one = Evaluator(share).evaluate(
            blinding.element, fixed_nonce=fixed_nonce(f"nonce {number}")
        )
        found.append(one.element + one.proof)
    return found


def _good() -> list[dict[str, Any]]:
    person, customer = value_of(BY_PERSON, PERSON.typed), value_of(BY_CUSTOMER, PERSON.typed)
    single, split = fixed_keys(1), fixed_keys(2)
    return [
        _evaluate("one evaluator", asked(person, single.shares)),
        _evaluate("two evaluators", asked(person, split.shares)),
        _evaluate("two evaluators, another blind", asked(person, split.shares, "another")),
        _evaluate("another lookup", asked(customer, single.shares)),
        _evaluate("an empty input", asked(b"", single.shares)),
        _evaluate("a long input", asked(seed("long", 300), split.shares)),
        _keys("one holder", single.shares),
        _keys("two holders", split.shares),
        _keys("of kind code", single.shares, kind="code"),
        _keys("of a late epoch", split.shares, epoch=2**32 - 1),
    ]


def _evaluate(name: str, one: Asked) -> dict[str, Any]:
    output = finalize_question(one.value, one.blinding, one.answers, _list(one.publics))
    return {
        "name": name,
        "op": "evaluate",
        "input": one.value.hex(),
        "blind": one.blinding.blind.hex(),
        "blinded": one.blinding.element.hex(),
        "public": public_key(_sum(one.shares)).hex(),
        "shares": [
            {
                "secret": secret.hex(),
                "public": public_key(secret).hex(),
                "nonce": fixed_nonce(f"nonce {number}").hex(),
                "evaluation": one.answers[number].hex(),
            }
            for number, secret in enumerate(one.shares)
        ],
        "output": output.hex(),
    }


def _sum(secrets: tuple[bytes, ...]) -> bytes:
    total = sum(int.from_bytes(one, "little") for one in secrets) % ORDER
    return total.to_bytes(32, "little")


def _list(publics: list[bytes]) -> KeyList:
    """Share keys as a manifest lists them; their proofs are not looked at here."""
    return KeyList(bytes(32), tuple(Share(one, bytes(96)) for one in publics))


def _bad_evaluations() -> list[dict[str, Any]]:
    value = value_of(BY_PERSON, PERSON.typed)
    one, two = asked(value, fixed_keys(1).shares), asked(value, fixed_keys(2).shares)
    (answer,), (first, second) = one.answers, two.answers
    (key,) = one.publics
    other = _answers(one.blinding, (OTHER,))[0]
    cancelling = (OTHER, (ORDER - int.from_bytes(OTHER, "little")).to_bytes(32, "little"))
    element, proof = answer[:32], answer[32:]
    rows: list[tuple[str, Asked, list[bytes], list[bytes], str]] = [
        ("a wrong proof", one, [element + _flip(proof, 0)], [key], "proof"),
        ("a wrong response", one, [element + _flip(proof, 32)], [key], "proof"),
        ("a proof of zeros", one, [element + bytes(64)], [key], "proof"),
        ("a proof that is not reduced", one, [element + b"\xff" * 64], [key], "proof"),
        ("another evaluated element", one, [other[:32] + proof], [key], "proof"),
        ("the blinded element as evaluated", one, [one.blinding.element + proof], [key], "proof"),
        ("another evaluator", one, [other], [key], "proof"),
        ("another share key", one, [answer], [public_key(OTHER)], "proof"),
        ("evaluators swapped", two, [second, first], two.publics, "proof"),
        ("the second proof wrong", two, [first, _flip(second, 95)], two.publics, "proof"),
        ("one evaluator twice", two, [first, first], two.publics, "proof"),
        ("an answer to another question", one, list(_other_question()), [key], "proof"),
        ("the identity", one, [IDENTITY + proof], [key], "element"),
        ("not canonical", one, [NOT_CANONICAL + proof], [key], "element"),
        ("a negative encoding", one, [NEGATIVE + proof], [key], "element"),
        ("the identity from the second", two, [first, IDENTITY + proof], two.publics, "element"),
        ("too short", one, [answer[:95]], [key], "element"),
        ("too long", one, [answer + b"\0"], [key], "element"),
        ("the element only", one, [element], [key], "element"),
        ("nothing", one, [b""], [key], "element"),
        (
            "evaluations that sum to the identity",
            one,
            _answers(one.blinding, cancelling),
            [public_key(share) for share in cancelling],
            "element",
        ),
    ]
    return [_finalize(name, who, answers, keys, error) for name, who, answers, keys, error in rows]


def _other_question() -> tuple[bytes, ...]:
    return asked(value_of(BY_CUSTOMER, PERSON.typed), fixed_keys(1).shares).answers


def _finalize(
    name: str, one: Asked, answers: list[bytes], publics: list[bytes], error: str
) -> dict[str, Any]:
    return {
        "name": name,
        "op": "finalize",
        "input": one.value.hex(),
        "blind": one.blinding.blind.hex(),
        "shares": [public.hex() for public in publics],
        "evaluations": [answer.hex() for answer in answers],
        "error": error,
    }


def _keys(
    name: str, secrets: tuple[bytes, ...], *, kind: str = "open", epoch: int = EPOCH
) -> dict[str, Any]:
    context = possession_context(kind, epoch)
    return {
        "name": f"keys: {name}",
        "op": "keys",
        "kind": kind,
        "epoch": epoch,
        "context": context.hex(),
        "public": public_key(_sum(secrets)).hex(),
        "shares": [
            {
                "secret": one.hex(),
                "public": public_key(one).hex(),
                "possession": fixed_possession(one, context).hex(),
                "nonce": fixed_nonce("possession").hex(),
            }
            for one in secrets
        ],
    }


def _bad_keys() -> list[dict[str, Any]]:
    good = _keys("", fixed_keys(2).shares)
    single = _keys("", fixed_keys(1).shares)
    first, second = good["shares"]
    stranger = _keys("", (OTHER,))["shares"][0]
    element, proof = first["possession"][:64], first["possession"][64:]
    opposite = (ORDER - int.from_bytes(OTHER, "little")).to_bytes(32, "little")
    pair = [stranger, _keys("", (opposite,))["shares"][0]]
    code = _keys("", fixed_keys(2).shares, kind="code")["shares"]
    rows: list[tuple[str, dict[str, Any], str]] = [
        ("no sum", good | {"public": public_key(OTHER).hex()}, "key"),
        ("a share less", good | {"shares": [first]}, "key"),
        ("a share more", good | {"shares": [first, second, stranger]}, "key"),
        ("another's share", good | {"shares": [first, stranger]}, "key"),
        ("a share twice", good | {"shares": [first, first]}, "key"),
        ("the only share twice", single | {"shares": single["shares"] * 2}, "key"),
        ("the identity", good | _shares(first, second | {"public": IDENTITY.hex()}), "key"),
        ("not canonical", good | _shares(first, second | {"public": NOT_CANONICAL.hex()}), "key"),
        ("shares that cancel", good | {"shares": pair, "public": IDENTITY.hex()}, "key"),
        (
            "wrong possession",
            good | _shares(first | {"possession": element + _flip_hex(proof)}, second),
            "possession",
        ),
        (
            "the second's possession wrong",
            good | _shares(first, second | {"possession": first["possession"]}),
            "possession",
        ),
        ("possession of another kind", good | {"shares": code}, "possession"),
        ("possession of another epoch", good | {"epoch": 2}, "possession"),
        (
            "possession of the identity",
            good | _shares(first | {"possession": IDENTITY.hex() + proof}, second),
            "possession",
        ),
    ]
    return [
        {key: value for key, value in row.items() if key != "context"}
        | {"name": f"keys: {name}", "error": error}
        for name, row, error in rows
    ]


def _shares(*shares: dict[str, str]) -> dict[str, Any]:
    return {"shares": list(shares)}


def _flip(data: bytes, place: int) -> bytes:
    return data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :]


def _flip_hex(text: str) -> str:
    return _flip(bytes.fromhex(text), 0).hex()
