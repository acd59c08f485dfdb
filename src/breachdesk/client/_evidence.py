"""Saved evidence (PROTOCOL section 11.1): written by a check, verified with no network."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Self

from breachdesk import wire
from breachdesk.client._answer import Answer, covers_of, found_of, others_of
from breachdesk.client._keys import check_key_lists
from breachdesk.client._open import finalize_question, open_bucket
from breachdesk.client._question import Question, make_question
from breachdesk.client.errors import CheckError, QuestionError
from breachdesk.release import Followed, ReleaseError, VKey, follow
from breachdesk.voprf import Blinding, VoprfError, blind

EVIDENCE_FORMAT = "breachdesk/evidence/v1"
EVIDENCE_LIMIT = 4 * 1024 * 1024
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_KEYS = (
    "format", "log", "timestamps", "checkpoint", "leaves", "entry", "tombstones", "lookup",
    "fields", "blind", "evaluations", "bucket", "answer", "asked_at",
)  # fmt: skip
_STRICT = wire.Strict("evidence")
_MOST_TEXT = 3 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Evidence:
    """The transcript of one check. It holds what was typed: no repr."""

    log: VKey
    timestamps: tuple[VKey, ...]
    files: tuple[bytes, bytes, bytes, tuple[bytes, ...]]
    question: Question
    blind: bytes
    evaluations: tuple[bytes, ...]
    bucket: bytes
    answer: Literal["included", "not-found"]
    asked_at: float

    def __repr__(self) -> str:
        return f"Evidence({self.question.lookup})"

    @classmethod
    def of(  # noqa: PLR0913, PLR0917 - a transcript is all of these
        cls,
        log: VKey,
        service: wire.ServiceDocument,
        followed: Followed,
        question: Question,
        blinding: Blinding,
        evaluations: Sequence[bytes],
        bucket: bytes,
        answer: Literal["included", "not-found"],
        asked_at: float,
    ) -> Self:
        files = (followed.note, b"".join(followed.leaves), followed.entry, followed.tombstones)
        timestamps = tuple(VKey.parse(text) for text in service.timestamps)
        return cls(
            log, timestamps, files, question, blinding.blind, tuple(evaluations), bucket, answer,
            asked_at,
        )  # fmt: skip

    def encode(self) -> bytes:
        note, leaves, entry, tombstones = self.files
        return wire.dumps(
            {
                "format": EVIDENCE_FORMAT,
                "log": self.log.text,
                "timestamps": [one.text for one in self.timestamps],
                "checkpoint": note.decode(),
                "leaves": _b64(leaves),
                "entry": _b64(entry),
                "tombstones": [_b64(one) for one in tombstones],
                "lookup": self.question.lookup,
                "fields": {name: value.decode() for name, value in self.question.fields},
                "blind": self.blind.hex(),
                "evaluations": [one.hex() for one in self.evaluations],
                "bucket": _b64(self.bucket),
                "answer": self.answer,
                "asked_at": datetime.fromtimestamp(int(self.asked_at), UTC).strftime(_TIME),
            }
        )


def verify_evidence(data: bytes, log: VKey | None = None) -> Answer:
    """Repeat the check from the transcript. `log` is the log's key if known from elsewhere.

    Raises CheckError with the name of what does not hold: `evidence` for the transcript itself.
    """
    try:
        return _verify(_decode(data), log)
    except (ReleaseError, wire.WireError) as error:
        raise CheckError(error.code, error.detail) from None


def _verify(evidence: Evidence, log: VKey | None) -> Answer:
    if log is not None and log != evidence.log:
        raise CheckError("evidence", "it is of another log than the key given")
    # 1. Section 9.4, at the time of asking, and 5.4.
    followed = follow(_reader(evidence), evidence.log, evidence.timestamps, evidence.asked_at)
    manifest = followed.manifest
    check_key_lists(manifest)
    lookup = manifest.lookup(evidence.question.lookup)
    if lookup is None:
        raise CheckError("evidence", "the release has no such lookup")
    # 2. Section 5: the same point, the proofs, the output.
    value = evidence.question.oprf_input(manifest.epoch)
    blinding = _blinding(value, evidence.blind)
    if len(evidence.evaluations) != len(manifest.keys[lookup.assurance].shares):
        raise CheckError("evidence", "not one evaluation for each share")
    out = finalize_question(value, blinding, evidence.evaluations, manifest, lookup.assurance)
    # 3. Sections 7.4 and 6.4.
    opened = open_bucket(out, manifest, lookup, evidence.bucket)
    kind: Literal["included", "not-found"] = "included" if opened else "not-found"
    if kind != evidence.answer:
        raise CheckError("evidence", "it says another answer than it proves")
    return Answer(
        kind,
        release=manifest.release,
        incidents=found_of(manifest, lookup, opened),
        covers=covers_of(manifest, lookup),
        other_lookups=others_of(manifest, lookup),
        evidence=evidence.encode(),
    )


def _reader(evidence: Evidence) -> Any:
    """Serves the transcript's files in the order in which section 9.4 asks for them."""
    note, leaves, entry, tombstones = evidence.files
    entries = iter((*tombstones, entry))

    def read(path: str) -> bytes:
        if path == wire.CHECKPOINT_PATH:
            return note
        if path.endswith("/leaves"):
            return leaves
        try:
            return next(entries)
        except StopIteration:
            raise CheckError("evidence", "an entry of the log is missing") from None

    return read


def _blinding(value: bytes, scalar: bytes) -> Blinding:
    try:
        return blind(value, fixed_blind=scalar)
    except VoprfError:
        raise CheckError("evidence", "blind: not a scalar that is allowed") from None


def _decode(data: bytes) -> Evidence:
    top = _STRICT.object(wire.loads(data, limit=EVIDENCE_LIMIT, code="evidence"), "evidence", _KEYS)
    if top["format"] != EVIDENCE_FORMAT:
        _STRICT.fail("format", "not a version that this program knows")
    stamps = _STRICT.array(top["timestamps"], "timestamps", 1, 16)
    passed = _STRICT.array(top["tombstones"], "tombstones", 0, wire.LOG_SIZE_LIMIT)
    evaluations = _STRICT.array(top["evaluations"], "evaluations", 1, 16)
    note = _STRICT.text(top["checkpoint"], "checkpoint", most=wire.CHECKPOINT_LIMIT)
    return Evidence(
        log=VKey.parse(_STRICT.text(top["log"], "log")),
        timestamps=tuple(VKey.parse(_STRICT.text(one, "timestamps")) for one in stamps),
        files=(
            note.encode(),
            _STRICT.base64(top["leaves"], "leaves"),
            _STRICT.base64(top["entry"], "entry"),
            tuple(_STRICT.base64(one, "tombstones") for one in passed),
        ),
        question=_question(top["lookup"], top["fields"]),
        blind=_STRICT.hex(top["blind"], "blind", 32),
        evaluations=tuple(_STRICT.hex(one, "evaluations", 96) for one in evaluations),
        bucket=_STRICT.base64(top["bucket"], "bucket"),
        answer=_answer(top["answer"]),
        asked_at=_asked_at(top["asked_at"]),
    )


def _question(lookup: Any, fields: Any) -> Question:
    """Fields are canonical already: a canonical form is a spelling of itself, for typed fields."""
    names = _STRICT.text(lookup, "lookup", most=64).split("+")
    found = _STRICT.object(fields, "fields", names)
    texts = {name: _STRICT.text(found[name], f"fields.{name}", most=512) for name in names}
    try:
        question = make_question("+".join(names), texts)
    except QuestionError as error:
        raise CheckError("evidence", f"fields: {error}") from None
    if any(value.decode() != texts[name] for name, value in question.fields):
        _STRICT.fail("fields", "not canonical")
    return question


def _answer(value: Any) -> Literal["included", "not-found"]:
    return (
        "included"
        if _STRICT.choice(value, "answer", ("included", "not-found")) == "included"
        else "not-found"
    )


def _asked_at(value: Any) -> float:
    try:
        return (
            datetime.strptime(_STRICT.text(value, "asked_at", most=20), _TIME)
            .replace(tzinfo=UTC)
            .timestamp()
        )
    except ValueError:
        _STRICT.fail("asked_at", "not YYYY-MM-DDThh:mm:ssZ")


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
