"""The check, step by step (PROTOCOL sections 9.4, 5, 7.4, 6.4, 11)."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from breachdesk import wire
from breachdesk.client._answer import Answer, covers_of, found_of, others_of
from breachdesk.client._evidence import Evidence
from breachdesk.client._keys import addresses_of, check_key_lists
from breachdesk.client._open import bucket_of, finalize_question, open_bucket
from breachdesk.client._question import Question
from breachdesk.client._transport import Transport
from breachdesk.client.errors import CheckError, QuestionError, ReleaseMovedError
from breachdesk.release import (
    Checkpoint,
    Followed,
    Lookup,
    ReleaseError,
    VKey,
    bucket_length,
    follow,
)
from breachdesk.voprf import Blinding, blind

_LIMITS = {
    "checkpoint": wire.CHECKPOINT_LIMIT,
    "leaves": wire.LEAVES_LIMIT,
    "entry.json": wire.MANIFEST_LIMIT,
}


@dataclass(slots=True)
class Client:
    """Asks one service. `remembered` is the newest checkpoint that this client has seen.

    `log` is the log's vkey where the caller has it from elsewhere; otherwise the service document's
    is believed (section 13).
    """

    pages: str
    transport: Transport
    log: VKey | None = None
    now: Callable[[], float] = time.time
    remembered: Checkpoint | None = field(default=None)

    def check(self, question: Question) -> Answer:
        """One of the three answers. Raises QuestionError if the release has no such lookup."""
        try:
            service = self._service()
            try:
                return self._ask(service, question)
            except ReleaseMovedError:
                return self._ask(service, question)  # a release switch: again, once
        except (CheckError, ReleaseError, wire.WireError) as error:
            return Answer(
                "unverifiable",
                reason=error.code,
                detail=error.detail,
                retry_after=getattr(error, "retry_after", None),
            )

    def _service(self) -> wire.ServiceDocument:
        url = f"{self.pages.rstrip('/')}{wire.HTTP_PREFIX}{wire.SERVICE_PATH}"
        return wire.ServiceDocument.decode(self.transport.get(url, wire.SERVICE_LIMIT))

    def _ask(self, service: wire.ServiceDocument, question: Question) -> Answer:
        # 1. The release in force (9.4), and its keys (5.4).
        followed = self._follow(service)
        manifest = followed.manifest
        check_key_lists(manifest)
        lookup = manifest.lookup(question.lookup)
        if lookup is None:
            known = ", ".join(one.id for one in manifest.lookups)
            raise QuestionError(f"this service has no such lookup; it has {known}")
        # 2. Blind, and ask every evaluator the same point (5.1, 5.2).
        value = question.oprf_input(manifest.epoch)
        blinding = blind(value)
        answers = self._evaluate(service, followed, lookup, blinding)
        # 3. All proofs, then the sum, then the output (5.3).
        out = finalize_question(value, blinding, answers, manifest, lookup.assurance)
        # 4. The bucket, fetched whatever it will hold (6.1, 7.4), then its entries (6.4).
        bucket = self._bucket(service, followed, out)
        opened = open_bucket(out, manifest, lookup, bucket)
        # 5. The answer (11).
        evidence = Evidence.of(
            self._log(service), service, followed, question, blinding, answers, bucket,
            "included" if opened else "not-found", self.now(),
        )  # fmt: skip
        return Answer(
            "included" if opened else "not-found",
            release=manifest.release,
            incidents=found_of(manifest, lookup, opened),
            covers=covers_of(manifest, lookup),
            other_lookups=others_of(manifest, lookup),
            evidence=evidence.encode(),
        )

    def _log(self, service: wire.ServiceDocument) -> VKey:
        log = self.log or VKey.parse(service.log)
        if log.name != service.origin:
            raise CheckError("service", "the log key is of another origin")
        return log

    def _follow(self, service: wire.ServiceDocument) -> Followed:
        def read(path: str) -> bytes:
            limit = _LIMITS[path.rpartition("/")[2]]
            return self.transport.get(_url(service.buckets, path), limit)

        timestamps = [VKey.parse(text) for text in service.timestamps]
        found = follow(read, self._log(service), timestamps, self.now(), self.remembered)
        self.remembered = found.signed.checkpoint
        return found

    def _evaluate(
        self, service: wire.ServiceDocument, followed: Followed, lookup: Lookup, blinding: Blinding
    ) -> list[bytes]:
        kind = lookup.assurance
        path = wire.evaluate_path(kind, followed.manifest.epoch)
        answers = []
        for one in addresses_of(service, followed.manifest, kind):
            try:
                url = _url(one.url, path)
                answers.append(self.transport.post(url, blinding.element, wire.EVALUATION_BYTES))
            except ReleaseMovedError:
                raise CheckError("epoch", "an evaluator does not have this key") from None
        return answers

    def _bucket(self, service: wire.ServiceDocument, followed: Followed, out: bytes) -> bytes:
        shape = followed.manifest.buckets
        path = wire.bucket_path(followed.manifest.release, bucket_of(out, followed.manifest))
        limit = bucket_length(shape.count, shape.capacity)
        return self.transport.get(_url(service.buckets, path), limit + 1)


def _url(base: str, path: str) -> str:
    return f"{base}{wire.HTTP_PREFIX}{path}"
