"""Saved evidence (PROTOCOL section 11.1): written by a check, verified with no network."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from breachdesk import wire
from breachdesk.client._answer import Answer, conclude
from breachdesk.client._keys import check_key_lists
from breachdesk.client._open import finalize_question, open_bucket
from breachdesk.client._question import Question, make_question
from breachdesk.client._token import ChannelProof
from breachdesk.client.errors import CheckError, QuestionError
from breachdesk.identifiers import CHANNEL_TYPES, InvalidField, channel_address
from breachdesk.incident import TOKEN_FIELD
from breachdesk.release import LOG_TYPE, TIMESTAMP_TYPE, Followed, ReleaseError, VKey, follow
from breachdesk.release import Lookup as ReleaseLookup
from breachdesk.voprf import Blinding, VoprfError, blind

EVIDENCE_FORMAT = "breachdesk/evidence/v1"
EVIDENCE_LIMIT = 4 * 1024 * 1024
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_KEYS = (
    "format", "log", "timestamps", "checkpoint", "leaves", "entry", "tombstones", "lookup",
    "fields", "channel", "blind", "evaluations", "bucket", "answer", "asked_at",
)  # fmt: skip
_STRICT = wire.Strict("evidence")
_MOST_KEYS = 16


@dataclass(frozen=True, slots=True, repr=False)
class Evidence:
    """The transcript of one check. It holds what was typed: it has no repr of its own.

    Files are as they were served, `evaluations` 96 bytes each in the manifest's order of shares,
    `tombstones` newest first, `asked_at` Unix seconds.
    """

    log: VKey
    timestamps: tuple[VKey, ...]
    checkpoint: bytes
    leaves: bytes
    entry: bytes
    tombstones: tuple[bytes, ...]
    question: Question
    blind: bytes
    evaluations: tuple[bytes, ...]
    bucket: bytes
    answer: Literal["included", "not-found"]
    asked_at: int

    def encode(self) -> bytes:
        """The JSON object of section 11.1."""
        return wire.dumps(
            {
                "format": EVIDENCE_FORMAT,
                "log": self.log.text,
                "timestamps": [one.text for one in self.timestamps],
                "checkpoint": self.checkpoint.decode(),
                "leaves": _b64(self.leaves),
                "entry": _b64(self.entry),
                "tombstones": [_b64(one) for one in self.tombstones],
                "lookup": self.question.lookup,
                "fields": {name: value.decode() for name, value in self.question.fields},
                "channel": _channel(self.question.proof),
                "blind": self.blind.hex(),
                "evaluations": [one.hex() for one in self.evaluations],
                "bucket": _b64(self.bucket),
                "answer": self.answer,
                "asked_at": datetime.fromtimestamp(self.asked_at, UTC).strftime(_TIME),
            }
        )


def verify_evidence(
    data: bytes,
    log: VKey | None = None,
    timestamps: Sequence[VKey] = (),
    witnesses: Sequence[VKey] = (),
) -> Answer:
    """Repeat the check from the transcript, and give its answer.

    `log` and `timestamps` are the keys as known from elsewhere; without them the transcript's own
    are believed. With `witnesses`, one of these keys must have cosigned (9.5). Raises CheckError
    with the name of what does not hold: `evidence` for the transcript itself.
    """
    try:
        return _verify(_decode(data), log, timestamps, witnesses)
    except (ReleaseError, wire.WireError) as error:
        raise CheckError(error.code, error.detail) from None


def _verify(
    evidence: Evidence, log: VKey | None, timestamps: Sequence[VKey], witnesses: Sequence[VKey]
) -> Answer:
    # 1. Section 9.4, at the time of asking, and 5.4.
    followed, lookup = _follow(evidence, log, timestamps or evidence.timestamps, witnesses)
    manifest = followed.manifest
    # 2. Section 5: the same point, the proofs, the output.
    value = evidence.question.oprf_input(manifest)
    blinding = _blinding(value, evidence.blind)
    keys = manifest.keys[lookup.assurance]
    if len(evidence.evaluations) != len(keys.shares):
        raise CheckError("evidence", "not one evaluation for each share")
    out = finalize_question(value, blinding, evidence.evaluations, keys)
    # 3. Sections 7.4 and 6.4.
    answer = conclude(manifest, lookup, open_bucket(out, manifest, lookup, evidence.bucket))
    if answer.kind != evidence.answer:
        raise CheckError("evidence", "it says another answer than it proves")
    return answer


def _follow(
    evidence: Evidence, log: VKey | None, timestamps: Sequence[VKey], witnesses: Sequence[VKey]
) -> tuple[Followed, ReleaseLookup]:
    if log is not None and log != evidence.log:
        raise CheckError("evidence", "it is of another log than the key given")
    files = _Files(evidence)
    asked_at = evidence.asked_at
    found = follow(files.read, evidence.log, timestamps, asked_at, witnesses=witnesses)
    if found.tombstones != evidence.tombstones:  # then the manifest is not `entry` either
        raise CheckError("evidence", "entries of the log that it does not need")
    check_key_lists(found.manifest)
    lookup = found.manifest.lookup(evidence.question.lookup)
    if lookup is None:
        raise CheckError("evidence", "the release has no such lookup")
    try:
        evidence.question.check_channel(lookup)
    except QuestionError:
        raise CheckError("evidence", "a token of a channel that the lookup does not take") from None
    return found, lookup


class _Files:
    """The transcript's files, in the order in which section 9.4 asks for them."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._entries = iter((*evidence.tombstones, evidence.entry))

    def read(self, path: str) -> bytes:
        if path == wire.CHECKPOINT_PATH:
            return self._evidence.checkpoint
        if path.endswith("/leaves"):
            return self._evidence.leaves
        entry = next(self._entries, None)
        if entry is None:
            raise CheckError("evidence", "an entry of the log is missing")
        return entry


def _blinding(value: bytes, scalar: bytes) -> Blinding:
    try:
        return blind(value, fixed_blind=scalar)
    except VoprfError:
        raise CheckError("evidence", "blind: not a scalar that is allowed") from None


def _decode(data: bytes) -> Evidence:
    top = _STRICT.object(wire.loads(data, limit=EVIDENCE_LIMIT, code="evidence"), "evidence", _KEYS)
    if top["format"] != EVIDENCE_FORMAT:
        _STRICT.fail("format", "not a version that this program knows")
    stamps = _STRICT.array(top["timestamps"], "timestamps", 1, _MOST_KEYS)
    passed = _STRICT.array(top["tombstones"], "tombstones", 0, wire.LOG_SIZE_LIMIT)
    evaluations = _STRICT.array(top["evaluations"], "evaluations", 1, _MOST_KEYS)
    note = _STRICT.text(top["checkpoint"], "checkpoint", most=wire.CHECKPOINT_LIMIT)
    return Evidence(
        log=_vkey(top["log"], "log", LOG_TYPE),
        timestamps=tuple(_vkey(one, "timestamps", TIMESTAMP_TYPE) for one in stamps),
        checkpoint=note.encode(),
        leaves=_STRICT.base64(top["leaves"], "leaves"),
        entry=_STRICT.base64(top["entry"], "entry"),
        tombstones=tuple(_STRICT.base64(one, "tombstones") for one in passed),
        question=_question(top["lookup"], top["fields"], _proof(top["channel"])),
        blind=_STRICT.hex(top["blind"], "blind", 32),
        evaluations=tuple(
            _STRICT.hex(one, "evaluations", wire.EVALUATION_BYTES) for one in evaluations
        ),
        bucket=_STRICT.base64(top["bucket"], "bucket"),
        answer=_answer(top["answer"]),
        asked_at=_asked_at(top["asked_at"]),
    )


def _vkey(value: Any, where: str, kind: int) -> VKey:
    try:
        found = VKey.parse(_STRICT.text(value, where, most=512))
    except ReleaseError:
        _STRICT.fail(where, "not a verifier key")
    if found.kind != kind:
        _STRICT.fail(where, "a key of the wrong type")
    return found


def _channel(proof: ChannelProof | None) -> dict[str, str] | None:
    if proof is None:
        return None
    return {
        "type": proof.channel,
        "address": proof.address.decode(),
        "evaluation": proof.evaluation.hex(),
    }


def _proof(value: Any) -> ChannelProof | None:
    if value is None:
        return None
    found = _STRICT.object(value, "channel", ("type", "address", "evaluation"))
    channel = _STRICT.choice(found["type"], "channel.type", CHANNEL_TYPES)
    text = _STRICT.text(found["address"], "channel.address", most=256)
    try:
        address = channel_address(channel, text)
    except InvalidField as error:
        raise CheckError("evidence", f"channel.address: {error.reason}") from None
    if address.decode() != text:
        _STRICT.fail("channel.address", "not canonical")
    evaluation = _STRICT.hex(found["evaluation"], "channel.evaluation", wire.EVALUATION_BYTES)
    return ChannelProof(channel, address, evaluation)


def _question(lookup: Any, fields: Any, proof: ChannelProof | None) -> Question:
    """Fields are canonical already, and a canonical form is a spelling of itself."""
    lookup_id = _STRICT.text(lookup, "lookup", most=64)
    names = [name for name in lookup_id.split("+") if name != TOKEN_FIELD]
    found = _STRICT.object(fields, "fields", names)
    texts = {name: _STRICT.text(found[name], f"fields.{name}", most=512) for name in found}
    try:
        question = make_question(lookup_id, texts, proof)
    except QuestionError as error:
        raise CheckError("evidence", f"fields: {error}") from None
    if any(value.decode() != texts[name] for name, value in question.fields):
        _STRICT.fail("fields", "not canonical")
    return question


def _answer(value: Any) -> Literal["included", "not-found"]:
    chosen = _STRICT.choice(value, "answer", ("included", "not-found"))
    return "included" if chosen == "included" else "not-found"


def _asked_at(value: Any) -> int:
    text = _STRICT.text(value, "asked_at", most=20)
    try:
        found = datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        _STRICT.fail("asked_at", "not a time")
    if found.strftime(_TIME) != text:
        _STRICT.fail("asked_at", "not YYYY-MM-DDThh:mm:ssZ")
    return int(found.timestamp())


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
