"""Every engine against published vectors, libsodium, and the corners of the field."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from breachdesk import voprf
from breachdesk.voprf import ElementError, EngineError, InputError, Mode, ScalarError
from breachdesk.voprf import _compiled as compiled
from breachdesk.voprf._batch import evaluate_with, multiply_with
from breachdesk.voprf._engine import Engine, Prepared
from breachdesk.voprf._engines import LIBSODIUM, fastest
from breachdesk.voprf._libsodium import Libsodium
from tests.factories.engines import NAMES, engine

ROOT = Path(__file__).parents[3]
RFC9496 = json.loads((ROOT / "tests/vectors/rfc9496.json").read_text())
RFC9497 = json.loads((ROOT / "spec/vectors/rfc9497.json").read_text())
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)
ONE = (1).to_bytes(32, "little")
IDENTITY = bytes(32)
SECRET = voprf.derive_key_pair(b"\xa5" * 32, b"engines").secret
SECRETS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "eight": 8,
    "order - 1": ORDER - 1,
    "order - 2": ORDER - 2,
    "(order + 1) / 2": (ORDER + 1) // 2,
    "(order - 1) / 2": (ORDER - 1) // 2,
    "digits of 8": int("8" * 62, 16),
    "digits of 7": int("7" * 62, 16),
    "digits of f": 2**252 - 1,
    "top bit": 2**252,
    "any": int.from_bytes(SECRET, "little"),
}
SIZES = (0, 1, 2, 7, 8, 9, 63, 64, 65, 255, 256, 257, 1000)


@pytest.fixture(params=NAMES)
def each(request: pytest.FixtureRequest) -> Engine:
    return engine(request.param)


def roots(square: int) -> list[int]:
    """The square roots of a field element: none, one or two."""
    root = pow(square, (P + 3) // 8, P)
    for candidate in (root, root * SQRT_M1 % P):
        if candidate * candidate % P == square % P:
            return sorted({candidate, P - candidate if candidate else 0})
    return []


def corners() -> list[int]:
    """Values of t at which the map of RFC 9496 section 4.3.4 meets a zero or an end of the field.

    With r = SQRT_M1 t^2: u = 0 at r = -1; v = 0 at r = -D and r = -1 / D; N loses a factor at 1.
    """
    special = [-1, 1, 0, D, -D, pow(D, -1, P), -pow(D, -1, P), SQRT_M1, -SQRT_M1]
    found = {0, 1, 2, P - 2, P - 1, (P - 1) // 2, (P + 1) // 2, 2**51 - 1, 2**204, 2**254}
    found.update(root for r in special for root in roots(r * pow(SQRT_M1, -1, P) % P))
    return sorted(found)


def halves() -> list[bytes]:
    """Those values as 32 bytes, p and above and with the top bit set too."""
    plain = corners()
    above = [P, P + 1, P + 18, 2**255 - 1]
    return [
        v.to_bytes(32, "little") for v in (*plain, *above, *(v + 2**255 for v in plain), 2**256 - 1)
    ]


@pytest.mark.parametrize("mode", Mode)
def test_the_vectors_of_rfc_9497(each: Engine, mode: Mode) -> None:
    (suite,) = (s for s in RFC9497["suites"] if s["mode"] == mode.value)
    for vector in suite["vectors"]:
        values, outputs, blinded, evaluated = (
            [bytes.fromhex(part) for part in vector[name].split(",")]
            for name in ("Input", "Output", "BlindedElement", "EvaluationElement")
        )
        secret = bytes.fromhex(suite["skSm"])
        assert evaluate_with(each, secret, values, mode) == outputs
        assert multiply_with(each, secret, blinded) == evaluated


def test_the_elements_of_rfc_9496_from_uniform_bytes(each: Engine) -> None:
    uniform = b"".join(bytes.fromhex(vector["input"]) for vector in RFC9496["derived"])
    wanted = b"".join(bytes.fromhex(vector["element"]) for vector in RFC9496["derived"])
    assert each.from_uniform(ONE, uniform) == (wanted, 0)


def test_the_multiples_of_rfc_9496(each: Engine) -> None:
    multiples = [bytes.fromhex(encoding) for encoding in RFC9496["multiples"]]
    assert each.from_encoded(ONE, b"".join(multiples)) == (b"".join(multiples), 1)
    for number, wanted in enumerate(multiples[1:], start=1):
        assert each.from_encoded(number.to_bytes(32, "little"), multiples[1]) == (wanted, 0)


def test_the_encodings_that_rfc_9496_refuses(each: Engine) -> None:
    encodings = [bytes.fromhex(vector["encoding"]) for vector in RFC9496["invalid"]]
    assert each.from_encoded(SECRET, b"".join(encodings)) == (
        bytes(32 * len(encodings)),
        len(encodings),
    )


def test_the_corners_of_the_map(each: Engine) -> None:
    uniform = b"".join(a + b for a in halves() for b in halves())
    wanted = LIBSODIUM.from_uniform(SECRET, uniform)
    assert wanted[1] > 0, "some of these are the identity"
    assert each.from_uniform(SECRET, uniform) == wanted


def test_encodings_that_are_nearly_right(each: Engine) -> None:
    element = LIBSODIUM.from_uniform(ONE, bytes(range(64)))[0]
    number = int.from_bytes(element, "little")
    near = [number, P - number, number + 2**255, *(number ^ 1 << bit for bit in range(256))]
    encodings = [value.to_bytes(32, "little") for value in near] + halves()
    joined = b"".join(encodings)
    assert each.from_encoded(SECRET, joined) == LIBSODIUM.from_encoded(SECRET, joined)


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_secrets(each: Engine, secret: int) -> None:
    scalar, uniform = secret.to_bytes(32, "little"), b"".join(map(bytes, [range(64), range(9, 73)]))
    assert each.from_uniform(scalar, uniform) == LIBSODIUM.from_uniform(scalar, uniform)
    encoded = LIBSODIUM.from_uniform(ONE, uniform)[0]
    assert each.from_encoded(scalar, encoded) == LIBSODIUM.from_encoded(scalar, encoded)


@pytest.mark.parametrize("size", SIZES)
def test_sizes(each: Engine, size: int) -> None:
    uniform = b"".join(voprf.OUTPUT_BYTES * bytes((i % 251,)) for i in range(size))
    assert each.from_uniform(SECRET, uniform) == LIBSODIUM.from_uniform(SECRET, uniform)
    encoded = LIBSODIUM.from_uniform(ONE, uniform)[0]
    assert each.from_encoded(SECRET, encoded) == LIBSODIUM.from_encoded(SECRET, encoded)


def test_what_stands_beside_an_element_is_nothing_to_it(each: Engine) -> None:
    zero = corners()[0].to_bytes(32, "little")
    identity = next(half for half in halves() if not any(each.from_uniform(ONE, half * 2)[0]))
    mine = os.urandom(64)
    (wanted,) = {each.from_uniform(SECRET, mine)[0]}
    for place in range(17):
        beside = [identity * 2, zero * 2, b"\xff" * 64, os.urandom(64)] * 5
        beside[place] = mine
        products, _ = each.from_uniform(SECRET, b"".join(beside))
        assert products[32 * place : 32 * place + 32] == wanted
    assert each.from_uniform(SECRET, mine * 20) == (wanted * 20, 0)


def test_one_input_gives_what_a_batch_gives(each: Engine) -> None:
    values = [b"%d" % number * (number % 7) for number in range(70)]
    single = [voprf.evaluate_known(SECRET, value) for value in values]
    assert evaluate_with(each, SECRET, iter(values)) == single


def test_an_input_that_hashes_to_the_identity_is_refused(each: Engine) -> None:
    def hashes_to_nothing(secret: bytes, uniform: bytes) -> tuple[bytes, int]:
        identity = next(half for half in halves() if not any(each.from_uniform(ONE, half * 2)[0]))
        return each.from_uniform(secret, uniform[:-64] + identity * 2)

    class Other:
        name = each.name
        from_uniform = staticmethod(hashes_to_nothing)
        from_encoded = staticmethod(each.from_encoded)
        prepared = staticmethod(each.prepared)

    with pytest.raises(InputError, match="identity"):
        evaluate_with(Other(), SECRET, [b"one", b"two"])


def test_bad_input(each: Engine) -> None:
    with pytest.raises(InputError, match="65535"):
        evaluate_with(each, SECRET, [b"x", bytes(65536)])
    with pytest.raises(ScalarError, match="secret key"):
        evaluate_with(each, IDENTITY, [b"x"])
    with pytest.raises(ScalarError, match="secret key"):
        multiply_with(each, ORDER.to_bytes(32, "little"), [])


@pytest.mark.parametrize("at", [0, 7, 8, 1023, 1024, 1030])
def test_a_bad_element_is_named_by_its_place(each: Engine, at: int) -> None:
    good = LIBSODIUM.from_uniform(ONE, bytes(range(64)))[0]
    bad = {"identity": IDENTITY, "odd": b"\x01" + bytes(31), "above p": b"\xff" * 32}
    for element in (*bad.values(), b"", good[:31], good + b"\0"):
        with pytest.raises(ElementError, match=f"element {at}:"):
            multiply_with(each, SECRET, [good] * at + [element] + [good] * 9)
    with pytest.raises(ElementError, match=f"element {at}:"):
        multiply_with(each, SECRET, [good] * at + [bytearray(good)])  # type: ignore[list-item]  # wrong types are what is tested


def test_evaluate_elements_is_the_evaluation_without_its_proof() -> None:
    elements = [voprf.blind(b"%d" % number).element for number in range(9)]
    evaluator = voprf.Evaluator(SECRET)
    wanted = [evaluator.evaluate(element).element for element in elements]
    assert voprf.evaluate_elements(SECRET, elements) == wanted
    assert voprf.evaluate_elements(SECRET, []) == []


@pytest.mark.parametrize("name", ["", "avx", "LIBSODIUM"])
def test_an_engine_that_there_is_not(name: str) -> None:
    with pytest.raises(EngineError, match="no such engine"):
        engine_named(name)


def engine_named(name: str) -> Engine:
    return compiled.load.__wrapped__(name, LIBSODIUM)


def test_without_a_library_builds_run_on_libsodium(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "_LIBRARY", tmp_path / "kernel.so")
    compiled.load.cache_clear()
    try:
        with pytest.raises(EngineError, match="not compiled"):
            engine_named("portable")
        assert fastest() is LIBSODIUM
        (tmp_path / "kernel.so").write_bytes(b"not a library")
        assert fastest() is LIBSODIUM
    finally:
        compiled.load.cache_clear()


def test_a_library_of_other_sources_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    engine("portable")
    monkeypatch.setattr(compiled, "_VERSION", 0)
    with pytest.raises(EngineError, match="other sources"):
        engine_named("portable")


def with_a_wrong_bit(found: tuple[bytes, int]) -> tuple[bytes, int]:
    products, identities = found
    return products[:-33] + bytes((products[-33] ^ 1,)) + products[-32:], identities


class WrongOwn(Libsodium):
    """Differs in one call."""

    def prepared(self, encoded: bytes) -> Prepared:
        class Wrong:
            def multiply(self, scalars: bytes, *, of_base: bytes = b"") -> tuple[bytes, int]:
                return with_a_wrong_bit(
                    LIBSODIUM.prepared(encoded).multiply(scalars, of_base=of_base)
                )

        return Wrong()


class WrongUniform(Libsodium):
    """As `WrongOwn`."""

    def from_uniform(self, secret: bytes, uniform: bytes) -> tuple[bytes, int]:
        return with_a_wrong_bit(super().from_uniform(secret, uniform))


class WrongEncoded(Libsodium):
    """As `WrongOwn`."""

    def from_encoded(self, secret: bytes, encoded: bytes) -> tuple[bytes, int]:
        return with_a_wrong_bit(super().from_encoded(secret, encoded))


@pytest.mark.parametrize("reference", [WrongOwn(), WrongUniform(), WrongEncoded()])
def test_an_engine_that_differs_from_libsodium_is_refused(
    reference: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    engine("portable")
    with pytest.raises(EngineError, match="differs from libsodium"):
        compiled.load.__wrapped__("portable", reference)
    assert "differs from libsodium" in caplog.text


@pytest.mark.parametrize("name", [*NAMES, "auto", "other"])
def test_the_variable_chooses(name: str) -> None:
    wanted = {"auto": fastest().name}.get(name, name)
    if name not in {"auto", "other"}:
        engine(name)
    code = "from breachdesk.voprf import engine_name; print(engine_name())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "BREACHDESK_KERNEL": name},
        capture_output=True,
        text=True,
        check=False,
    )
    if name == "other":
        assert "EngineError: other: no such engine" in done.stderr
    else:
        assert (done.stdout.strip(), done.stderr) == (wanted, "")
