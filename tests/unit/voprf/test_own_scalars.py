"""Every engine with scalars of their own for each element, against vectors and libsodium."""

import hashlib
import json
from pathlib import Path

import pytest

from breachdesk.voprf import _engines as engines
from breachdesk.voprf._compiled import MOST_LANES
from breachdesk.voprf._engine import Engine
from breachdesk.voprf._engines import LIBSODIUM, break_even, chosen_for
from breachdesk.voprf._group import multiply_base
from tests.factories.engines import NAMES, engine

ROOT = Path(__file__).parents[3]
RFC9496 = json.loads((ROOT / "tests/vectors/rfc9496.json").read_text())
ORDER = 2**252 + 27742317777372353535851937790883648493
ONE = (1).to_bytes(32, "little")
IDENTITY = bytes(32)
GENERATOR = multiply_base(ONE)
EDGES = (
    *range(1, 18),
    *(ORDER - n for n in range(1, 10)),
    (ORDER + 1) // 2,
    (ORDER - 1) // 2,
    2**252 - 1,
    2**252,
    *(int(digit * 62, 16) for digit in "178f"),
    *(1 << bit for bit in range(0, 253, 31)),
)
SIZES = (1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 257)


@pytest.fixture(params=NAMES)
def each(request: pytest.FixtureRequest) -> Engine:
    return engine(request.param)


def scalars(count: int, name: bytes = b"") -> list[bytes]:
    """Any ones, always the same."""
    numbers = [
        int.from_bytes(hashlib.sha512(name + i.to_bytes(2, "big")).digest(), "little")
        for i in range(count)
    ]
    return [(number % ORDER).to_bytes(32, "little") for number in numbers]


def elements(count: int) -> list[bytes]:
    return [multiply_base(one) for one in scalars(count, b"elements")]


def split(products: bytes) -> list[bytes]:
    return [products[at : at + 32] for at in range(0, len(products), 32)]


def test_the_multiples_of_rfc_9496(each: Engine) -> None:
    multiples = [bytes.fromhex(encoding) for encoding in RFC9496["multiples"]]
    numbers = [number.to_bytes(32, "little") for number in range(len(multiples))]
    prepared = each.prepared(multiples[1] * len(multiples))
    joined = b"".join(numbers)
    assert prepared.multiply(joined) == (b"".join(multiples), 1)
    assert prepared.multiply(joined, of_base=joined) == (b"".join(multiples) * 2, 2)


def test_the_encodings_that_rfc_9496_refuses_are_the_identity(each: Engine) -> None:
    bad = [bytes.fromhex(vector["encoding"]) for vector in RFC9496["invalid"]]
    of_each = b"".join(scalars(len(bad)))
    assert each.prepared(b"".join(bad)).multiply(of_each) == (bytes(32 * len(bad)), len(bad))


def test_the_ends_of_a_scalar_s_range(each: Engine) -> None:
    joined = b"".join(number.to_bytes(32, "little") for number in EDGES)
    given = b"".join(elements(len(EDGES)))
    wanted = LIBSODIUM.prepared(given).multiply(joined, of_base=joined)
    assert wanted[1] == 0
    assert each.prepared(given).multiply(joined, of_base=joined) == wanted


@pytest.mark.parametrize("size", SIZES)
def test_sizes(each: Engine, size: int) -> None:
    given = b"".join(elements(size))
    of_base, rest = b"".join(scalars(size)), b"".join(scalars(3 * size, b"rest"))
    prepared, reference = each.prepared(given), LIBSODIUM.prepared(given)
    assert prepared.multiply(rest) == reference.multiply(rest)
    assert prepared.multiply(rest, of_base=of_base) == reference.multiply(rest, of_base=of_base)
    assert prepared.multiply(rest[: 32 * size]) == reference.multiply(rest[: 32 * size])


def test_what_stands_beside_an_element_is_nothing_to_it(each: Engine) -> None:
    mine, scalar = elements(1)[0], scalars(1)[0]
    wanted = LIBSODIUM.from_encoded(scalar, mine)[0]
    beside = [IDENTITY, b"\xff" * 32, GENERATOR, mine]
    for place in range(17):
        given, of_each = (beside * 5)[:17], scalars(17, b"beside")
        given[place], of_each[place] = mine, scalar
        products, identities = each.prepared(b"".join(given)).multiply(b"".join(of_each))
        found = split(products)
        assert found[place] == wanted
        assert identities == found.count(IDENTITY)


def test_an_element_that_is_prepared_serves_again(each: Engine) -> None:
    prepared = each.prepared(b"".join(elements(9)))
    of_each = b"".join(scalars(9))
    assert prepared.multiply(of_each) == prepared.multiply(of_each)


@pytest.mark.parametrize(
    ("scalars", "of_base"), [(0, 0), (1, 0), (3, 0), (2, 1), (2, 4), (1, 1), (3, 3)]
)
def test_scalars_for_other_elements_than_there_are(scalars: int, of_base: int) -> None:
    prepared = engine("portable").prepared(GENERATOR * 2)
    with pytest.raises(ValueError, match=r"for each element"):
        prepared.multiply(ONE * scalars, of_base=ONE * of_base)


@pytest.mark.parametrize("encoded", [b"", bytes(31), bytes(33)])
def test_what_cannot_be_prepared(encoded: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        engine("portable").prepared(encoded)


class Timed:
    """An engine that takes a time for each word of lanes, and has the name of another."""

    def __init__(self, name: str, lanes: int, word: float) -> None:
        self.name = name
        self.now = 0.0
        self._lanes = lanes
        self._word = word

    def prepared(self, encoded: bytes) -> "Timed":
        self.now += self._word * -(-len(encoded) // 32 // self._lanes)
        return self

    def multiply(self, scalars: bytes, *, of_base: bytes = b"") -> tuple[bytes, int]:
        return scalars, len(of_base)


@pytest.mark.parametrize(("word", "wanted"), [(0.5, 1), (1.0, 2), (2.5, 3), (7.9, 8), (20.0, 21)])
def test_from_how_many_on_lanes_are_worth_it(word: float, wanted: int) -> None:
    single, wide = Timed("portable", 1, 1.0), Timed("ifma", MOST_LANES, word)
    found = break_even(single, wide, lambda: single.now + wide.now)  # type: ignore[arg-type]  # the calls that are timed
    assert found == wanted


@pytest.mark.parametrize(("name", "few"), [("ifma", "portable"), ("portable", "portable")])
def test_few_elements_go_where_they_are_quicker(
    name: str, few: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = Timed(name, MOST_LANES, 1.0)
    monkeypatch.setattr(engines, "chosen", lambda: wide)
    monkeypatch.setattr(engines, "named", lambda name: Timed(name, 1, 1.0))
    monkeypatch.setattr(engines, "_worth_filling", lambda: 3)
    assert [chosen_for(count).name for count in (0, 1, 2)] == [few] * 3
    assert [chosen_for(count).name for count in (3, 8, 100)] == [name] * 3
