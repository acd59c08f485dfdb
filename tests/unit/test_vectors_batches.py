"""spec/vectors/batches.json (PROTOCOL section 10.3) through the real code."""

import json
from typing import Any

import pytest

from breachdesk.keys import BuilderVerifier
from breachdesk.voprf import (
    BatchEvaluation,
    BatchEvaluator,
    BlindedBatch,
    ElementError,
    InputError,
    ProofError,
    combine_public,
    evaluate_batch,
    public_key,
)
from breachdesk.wire import (
    BATCH_CLOCK_SECONDS,
    BuilderStamp,
    WireError,
    batch_message,
)
from tests.vectors import generate

Vector = dict[str, Any]


def cases(which: str, *ops: str) -> list[Any]:
    content = json.loads((generate.FOLDER / "batches.json").read_text("utf-8"))
    return [
        pytest.param(vector, id=vector["name"]) for vector in content[which] if vector["op"] in ops
    ]


def batch_of(vector: Vector) -> BlindedBatch:
    values = [bytes.fromhex(one) for one in vector["inputs"]]
    return BlindedBatch.of(values, fixed_blinds=[bytes.fromhex(one) for one in vector["blinds"]])


def finalized(vector: Vector) -> list[bytes]:
    answer, public = bytes.fromhex(vector["answer"]), bytes.fromhex(vector["public"])
    found = BatchEvaluation.decode(answer, len(vector["inputs"]))
    return batch_of(vector).finalize(bytes.fromhex(vector["own"]), [found], [public])


@pytest.mark.parametrize("vector", cases("good", "batch"))
def test_good_batch(vector: Vector) -> None:
    batch = batch_of(vector)
    assert b"".join(batch.elements).hex() == vector["request"]
    secret = bytes.fromhex(vector["secret"])
    found = BatchEvaluator(secret).evaluate(
        batch.elements, fixed_nonce=bytes.fromhex(vector["nonce"])
    )
    assert (b"".join(found.elements) + found.proof).hex() == vector["answer"]
    assert [one.hex() for one in finalized(vector)] == vector["outputs"]
    own = bytes.fromhex(vector["own"])
    order = 2**252 + 27742317777372353535851937790883648493
    whole = (int.from_bytes(own, "little") + int.from_bytes(secret, "little")) % order
    whole_key = whole.to_bytes(32, "little")
    assert combine_public([public_key(own), public_key(secret)]) == public_key(whole_key)
    values = [bytes.fromhex(one) for one in vector["inputs"]]
    assert [one.hex() for one in evaluate_batch(whole_key, values)] == vector["outputs"]


@pytest.mark.parametrize("vector", cases("bad", "finalize"))
def test_bad_batch(vector: Vector) -> None:
    wanted = {"proof": (ProofError,), "element": (ElementError, InputError)}[vector["error"]]
    with pytest.raises(wanted):
        finalized(vector)


def holds(vector: Vector) -> bool:
    """What a holder looks at, in its order."""
    try:
        stamp = BuilderStamp.decode(vector["header"].encode())
    except WireError:
        return False
    if abs(stamp.time - vector["now"]) > BATCH_CLOCK_SECONDS:
        return False
    message = batch_message(
        vector["path"],
        bytes.fromhex(vector["holder"]),
        stamp.time,
        stamp.nonce,
        bytes.fromhex(vector["body"]),
    )
    assert message.hex() == vector.get("message", message.hex())
    return BuilderVerifier(vector["builder"]).holds(stamp.signature, message)


@pytest.mark.parametrize("vector", [*cases("good", "stamp"), *cases("bad", "stamp")])
def test_stamps(vector: Vector) -> None:
    assert holds(vector) == ("error" not in vector)
