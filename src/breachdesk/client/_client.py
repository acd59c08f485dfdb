"""The check, step by step (PROTOCOL sections 9.4, 5, 7.4, 6.4, 11)."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from breachdesk import wire
from breachdesk.client._answer import Answer, conclude
from breachdesk.client._channel import ChannelService, Ticket
from breachdesk.client._evidence import Evidence
from breachdesk.client._keys import addresses_of, check_evaluators, check_key_lists
from breachdesk.client._open import bucket_of, finalize_question, open_bucket
from breachdesk.client._question import Question
from breachdesk.client._token import ChannelProof
from breachdesk.client._transport import BINARY
from breachdesk.client._work import WorkHost
from breachdesk.client.errors import CheckError, QuestionError, ReleaseMovedError
from breachdesk.release import (
    Checkpoint,
    Followed,
    Lookup,
    Manifest,
    ReleaseError,
    VKey,
    bucket_length,
    follow,
)
from breachdesk.voprf import Blinding, blind

_MOST_KEYS = 16
_FILES = {
    "checkpoint": (wire.CHECKPOINT_LIMIT, "checkpoint"),
    "leaves": (wire.LEAVES_LIMIT, "leaves"),
    "entry.json": (wire.MANIFEST_LIMIT, "manifest-format"),
}
"""By the last part of its name: the most bytes of a file, and the error for more."""


class Fetch(Protocol):
    """What a client asks with; `Transport` is the one for HTTP. Several threads call it at once."""

    def get(self, url: str, limit: int, reason: str) -> bytes: ...
    def post(
        self,
        url: str,
        body: bytes,
        limit: int,
        reason: str,
        *,
        token: bytes | None = None,
        content_type: str = BINARY,
        status: int = 200,
    ) -> bytes: ...


@dataclass(slots=True)
class Client:
    """Asks one service. `remembered` is the newest checkpoint that this client has seen.

    `log` and `timestamps` are the log's key and those of its time where the caller has them from
    elsewhere; otherwise the service document's are believed (section 13). With `require_witness`,
    one of these keys must have cosigned lately (9.5).
    """

    pages: str
    transport: Fetch
    log: VKey | None = None
    timestamps: tuple[VKey, ...] = ()
    now: Callable[[], float] = time.time
    remembered: Checkpoint | None = None
    require_witness: tuple[VKey, ...] = ()

    def check(self, question: Question) -> Answer:
        """One of the three answers.

        Raises QuestionError if the release has no such lookup, before anything of it is sent.
        """
        try:
            return _Check(self, self._service(), question).run()
        except (CheckError, ReleaseError, wire.WireError) as error:
            return Answer(
                "unverifiable",
                reason=error.code,
                detail=error.detail,
                retry_after=error.retry_after if isinstance(error, CheckError) else None,
                evaluator=error.evaluator if isinstance(error, CheckError) else None,
            )

    def ask_code(self, channel: str, address: str, language: str = "ko") -> Ticket:
        """Have a one-time code sent to an address (4.4); the sender learns that it asked.

        Raises QuestionError for an address that is none, before anything is sent; CheckError.
        """
        return self._channel().ask(channel, address, language)

    def token(self, ticket: Ticket, code: str) -> ChannelProof:
        """What the address's question takes, for the code that came. It is checked with `check`.

        Raises QuestionError for what is no code, CheckError: `code` for a wrong or old one.
        """
        return self._channel().token(ticket, code)

    def letter_token(self, code: str) -> ChannelProof:
        """The same for a code from a letter."""
        return self._channel().letter(code)

    def desk_token(self, channel: str, address: str, code: str) -> ChannelProof:
        """The same for a code from the desk and an address of then."""
        return self._channel().desk(channel, address, code)

    def _channel(self) -> ChannelService:
        try:
            service = self._service()
        except wire.WireError as error:
            raise CheckError(error.code, error.detail) from None
        session = _Session(self, service)
        # Its challenges are for the epoch in force (10.1).
        return ChannelService(
            service.channel, self.transport, lambda: session.follow().manifest.epoch
        )

    def _service(self) -> wire.ServiceDocument:
        url = _url(self.pages.rstrip("/"), wire.SERVICE_PATH)
        data = self.transport.get(url, wire.SERVICE_LIMIT, "service")
        return wire.ServiceDocument.decode(data)


class _Session:
    """One service, and the release that it has in force."""

    def __init__(self, client: Client, service: wire.ServiceDocument) -> None:
        stated = VKey.parse(service.log)
        if stated.name != service.origin:
            raise CheckError("service", "the log key is of another origin")
        self._client = client
        self._service = service
        self._log = client.log or stated
        stamps = client.timestamps or tuple(map(VKey.parse, service.timestamps))
        self._timestamps = _with_witnesses(stamps, client.require_witness)
        self._asked_at = int(client.now())

    def follow(self) -> Followed:
        """The release in force (9.4), its keys (5.4), and the evaluators for them (10)."""
        client = self._client
        found = follow(
            self._read,
            self._log,
            self._timestamps,
            self._asked_at,
            client.remembered,
            client.require_witness,
        )
        client.remembered = found.signed.checkpoint
        check_key_lists(found.manifest)
        check_evaluators(self._service, found.manifest)
        return found

    def _read(self, path: str) -> bytes:
        limit, reason = _FILES[path.rpartition("/")[2]]
        return self._client.transport.get(_url(self._service.buckets, path), limit, reason)


class _Check(_Session):
    """One question to one service."""

    def __init__(self, client: Client, service: wire.ServiceDocument, question: Question) -> None:
        super().__init__(client, service)
        self._question = question

    def run(self) -> Answer:
        """A bucket that is not there, when the log has grown, starts the check again, once."""
        first = self.follow()
        lookup = first.manifest.lookup(self._question.lookup)
        if lookup is None:
            known = ", ".join(one.id for one in first.manifest.lookups)
            raise QuestionError(f"this service has no such lookup; it has {known}")
        try:
            return self._ask(first, lookup)
        except ReleaseMovedError:
            second = self.follow()
            lookup = second.manifest.lookup(self._question.lookup)
            if lookup is None or second.signed.checkpoint.size == first.signed.checkpoint.size:
                raise
            return self._ask(second, lookup)

    def _ask(self, followed: Followed, lookup: Lookup) -> Answer:
        manifest = followed.manifest
        self._question.check_channel(lookup)
        # 1. Check and compute T where the lookup takes one (4.4), then blind, and ask every
        #    evaluator the same point (5.1, 5.2).
        value = self._question.oprf_input(manifest)
        blinding = blind(value)
        evaluators = addresses_of(self._service, manifest, lookup.assurance)
        answers = self._evaluate(manifest, lookup, blinding, evaluators)
        # 2. All proofs, then the sum, then the output (5.3).
        keys, names = manifest.keys[lookup.assurance], [one.name for one in evaluators]
        out = finalize_question(value, blinding, answers, keys, names)
        # 3. The bucket, fetched whatever it will hold (6.1, 7.4), then its entries (6.4).
        bucket = self._bucket(manifest, out)
        opened = open_bucket(out, manifest, lookup, bucket)
        # 4. The answer (11), with its evidence (11.1).
        evidence = Evidence(
            log=self._log,
            timestamps=self._timestamps,
            checkpoint=followed.note,
            leaves=b"".join(followed.leaves),
            entry=followed.entry,
            tombstones=followed.tombstones,
            question=self._question,
            blind=blinding.blind,
            evaluations=tuple(answers),
            bucket=bucket,
            answer="included" if opened else "not-found",
            asked_at=self._asked_at,
        )
        return conclude(manifest, lookup, opened, evidence.encode())

    def _evaluate(
        self,
        manifest: Manifest,
        lookup: Lookup,
        blinding: Blinding,
        evaluators: Sequence[wire.EvaluatorAddress],
    ) -> list[bytes]:
        """All at once, so that one that is slow or down costs its own time only."""

        def ask(one: wire.EvaluatorAddress) -> bytes:
            with _named(one):
                return self._evaluate_at(
                    one.url, lookup.assurance, manifest.epoch, blinding.element
                )

        with ThreadPoolExecutor(len(evaluators)) as threads:
            return list(threads.map(ask, evaluators))

    def _evaluate_at(self, base: str, kind: str, epoch: int, element: bytes) -> bytes:
        url = _url(base, wire.evaluate_path(kind, epoch))
        host = WorkHost(self._client.transport, base, kind, epoch)
        return host.post(url, element, wire.EVALUATION_BYTES, "element")

    def _bucket(self, manifest: Manifest, out: bytes) -> bytes:
        shape = manifest.buckets
        path = wire.bucket_path(manifest.release, bucket_of(out, manifest))
        limit = bucket_length(shape.count, shape.capacity)
        return self._client.transport.get(_url(self._service.buckets, path), limit, "bucket-length")


def _with_witnesses(stamps: tuple[VKey, ...], witnesses: tuple[VKey, ...]) -> tuple[VKey, ...]:
    """The keys that evidence names: those asked for must be among the 16 that it may hold."""
    return tuple(dict.fromkeys((*witnesses, *stamps)))[:_MOST_KEYS]


@contextlib.contextmanager
def _named(one: wire.EvaluatorAddress) -> Iterator[None]:
    """What fails at an evaluator says at which: the name that the service document gives it."""
    try:
        yield
    except ReleaseMovedError:
        missing = CheckError("epoch", "an evaluator does not have this key")
        missing.evaluator = one.name
        raise missing from None
    except CheckError as error:
        error.evaluator = one.name
        raise


def _url(base: str, path: str) -> str:
    return f"{base}{wire.HTTP_PREFIX}{path}"
