"""From evaluations and a bucket to what opened: PROTOCOL sections 5.3, 7.4 and 6.4, in this order.

A live check and the verification of saved evidence both go through here.
"""

from collections.abc import Sequence

from breachdesk.client.errors import CheckError
from breachdesk.entry import EntryError, Opened, bucket_index, find_entries
from breachdesk.entry import Question as EntryQuestion
from breachdesk.release import KeyList, Lookup, Manifest, check_bucket
from breachdesk.voprf import (
    ELEMENT_BYTES,
    Blinding,
    Evaluation,
    ProofError,
    VoprfError,
    finalize_shares,
)
from breachdesk.wire import EVALUATION_BYTES


def finalize_question(
    value: bytes,
    blinding: Blinding,
    answers: Sequence[bytes],
    keys: KeyList,
    names: Sequence[str] = (),
) -> bytes:
    """Section 5.3: the 64-byte output. `answers` are 96 bytes each, in the order of the shares.

    Raises CheckError: proof, or element (also for an answer of another length). It says at which
    evaluator, if their `names` are known.
    """
    for share, answer in enumerate(answers):
        if len(answer) != EVALUATION_BYTES:
            raise _blaming("element", "an evaluation that is not 96 bytes", share, names)
    evaluations = [Evaluation(one[:ELEMENT_BYTES], one[ELEMENT_BYTES:]) for one in answers]
    publics = [share.public for share in keys.shares]
    try:
        return finalize_shares(value, blinding, evaluations, publics)
    except ProofError as error:
        said = "an evaluator's proof does not hold"
        raise _blaming("proof", said, error.share, names) from None
    except VoprfError as error:
        said = "an evaluated element is not allowed"
        raise _blaming("element", said, error.share, names) from None


def _blaming(code: str, detail: str, share: int | None, names: Sequence[str]) -> CheckError:
    error = CheckError(code, detail)
    error.evaluator = names[share] if share is not None and names else None
    return error


def bucket_of(out: bytes, manifest: Manifest) -> int:
    return bucket_index(out, manifest.buckets.count)


def open_bucket(out: bytes, manifest: Manifest, lookup: Lookup, data: bytes) -> tuple[Opened, ...]:
    """Sections 7.4 and 6.4. Raises ReleaseError for the bucket, CheckError("entry")."""
    body = check_bucket(data, manifest, bucket_of(out, manifest))
    question = EntryQuestion(out, manifest.release_id, lookup.id, lookup.assurance, lookup.reveals)
    incidents = [(one.number, one.item_mask) for one in manifest.incidents]
    try:
        return find_entries(question, incidents, manifest.buckets.max_slots, body)
    except EntryError as error:
        raise CheckError("entry", str(error)) from None
