"""The check service as one bare ASGI application: evaluations, release files, and its own state.

Kept lean on purpose: everything that does not depend on the request is made before the first one.
"""

import logging
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import Final

from breachdesk.admission import Admission, Gate
from breachdesk.check._builder import Batches
from breachdesk.check._evaluate import EVALUATION_HEADERS, Evaluations
from breachdesk.check._files import Content, ReleaseFiles, parse_release_path
from breachdesk.check._holder import KEYS_PATH, Holder
from breachdesk.check._metrics import CONTENT_TYPE, Metrics
from breachdesk.check._responses import (
    CHECKPOINT_CACHE,
    IMMUTABLE,
    JSON,
    NO_STORE,
    OCTETS,
    TEXT,
    Browsers,
    Receive,
    Response,
    Scope,
    Send,
    headers,
    preflight,
    problem,
    send_response,
)
from breachdesk.check._settings import CheckSettings
from breachdesk.check.errors import Disconnected, Refusal, SettingsError
from breachdesk.keys import open_folder
from breachdesk.voprf import EngineError, Evaluator, engine_name
from breachdesk.wire import HTTP_PREFIX, KINDS, challenge_path, evaluate_path

logger = logging.getLogger(__name__)

#: The only keys that this service ever opens.
KEY_NAMES: Final = tuple(f"oprf-{kind}" for kind in KINDS)

_GET: Final = b"GET, HEAD, OPTIONS"
_POST: Final = b"POST, OPTIONS"


@dataclass(frozen=True, slots=True)
class _Page:
    """A path that is read: the metrics' name of its route, and what makes the answer."""

    route: str
    answer: Callable[[], Response | Awaitable[Response]]


@lru_cache(maxsize=1)
def openapi() -> bytes:
    """The OpenAPI 3.1 description of the service."""
    return (package_files("breachdesk.check") / "openapi.json").read_bytes()


def create_app(settings: CheckSettings, *, gate: Gate | None = None) -> "CheckApp":
    """The application of one process. Opens the two OPRF keys and the state folder.

    `gate` takes the place of what the settings say about who is let in: for tests and benches.
    Raises `keys.KeysError`, `admission.OptionError`, `SettingsError`.
    """
    _check_engine()
    folder = open_folder(settings.keys, only=KEY_NAMES)
    evaluators = {kind: Evaluator(folder.oprf(kind).secret) for kind in KINDS}
    return CheckApp(settings, evaluators, Holder.of(settings, folder), gate)


def _check_engine() -> None:
    """Load and test what multiplies now, and not at the first request."""
    try:
        engine_name()
    except EngineError as error:
        raise SettingsError("BREACHDESK_KERNEL", str(error)) from None


def create_buckets_app(releases: Path, page_origins: tuple[str, ...] = ()) -> "CheckApp":
    """The files of releases and nothing else: no key is opened, and nothing is evaluated.

    Raises `SettingsError`.
    """
    settings = CheckSettings(releases, keys=Path(os.devnull), page_origins=page_origins)
    return CheckApp(settings, {}, None, None)


class CheckApp:
    """The ASGI callable."""

    def __init__(
        self,
        settings: CheckSettings,
        evaluators: dict[str, Evaluator],
        holder: Holder | None,
        gate: Gate | None,
    ) -> None:
        """Without a holder, the files of releases are all that is served."""
        epoch = 0 if holder is None else holder.folder.epoch
        self._files = ReleaseFiles(settings.releases)
        self._browsers = Browsers(settings.page_origins)
        self._metrics = Metrics(self._files)
        self._requests = self._metrics.requests
        self._evaluation_start = {
            "type": "http.response.start",
            "status": 200,
            "headers": [*EVALUATION_HEADERS, *self._browsers.headers()],
        }
        self._admission = None if gate or holder is None else self._admit_by(settings)
        self._evaluations: dict[str, Evaluations] = {}
        self._challenges: dict[str, Evaluations] = {}
        for kind, evaluator in evaluators.items():
            found = Evaluations(
                evaluator,
                gate or self._gate(kind, epoch, evaluator.public),
                self._metrics.evaluations(kind, epoch).inc,
                settings.proxies,
                settings.body_seconds,
            )
            self._evaluations[HTTP_PREFIX + evaluate_path(kind, epoch)] = found
            self._challenges[HTTP_PREFIX + challenge_path(kind, epoch)] = found
        self._batches = (
            {}
            if self._admission is None or holder is None
            else holder.batches(
                self._admission, lambda kind: self._metrics.evaluations(kind, epoch).inc
            )
        )
        self._published_keys = b"" if holder is None else holder.document()
        self._pages = {
            **({} if holder is None else {KEYS_PATH: _Page("service", self._keys)}),
            "/v1/checkpoint": _Page("checkpoint", self._checkpoint),
            "/v1/openapi.json": _Page("service", self._openapi),
            "/healthz": _Page("service", self._health),
            "/metrics": _Page("service", self._render_metrics),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Never raises for what a client sends."""
        if scope["type"] != "http":
            raise TypeError("this application answers HTTP only")
        evaluations = self._evaluations.get(scope["path"]) or self._batches.get(scope["path"])
        if evaluations is None:
            if self._admission is not None:
                self._admission.tick()
            await self._read(scope, send)
        elif scope["method"] == "POST":
            await self._evaluate(evaluations, scope, receive, send)
        else:
            await self._other_method(scope, send, "evaluate", _POST)

    async def _evaluate(
        self, evaluations: Evaluations | Batches, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """The hot path."""
        try:
            body = await evaluations.answer(scope, receive)
        except Refusal as refusal:
            await self._refuse(scope, send, "evaluate", refusal)
            return
        except Disconnected:
            self._requests["evaluate", "disconnected"].inc()
            return
        except Exception as error:  # noqa: BLE001 (answered as `internal`, told without its text)
            await self._fail(scope, send, "evaluate", error)
            return
        if isinstance(evaluations, Batches):
            await send_response(send, Response(200, headers(OCTETS, NO_STORE), body), [])
            return
        if self._browsers.varies:
            cors = self._browsers.headers(scope["headers"])
            await send({**self._evaluation_start, "headers": [*EVALUATION_HEADERS, *cors]})
        else:
            await send(self._evaluation_start)
        await send({"type": "http.response.body", "body": body})

    async def _read(self, scope: Scope, send: Send) -> None:
        """Everything that is read: pages of fixed paths, and files of releases."""
        path = scope["path"]
        page = self._pages.get(path) or self._challenge_page(path) or self._release_page(path)
        if page is None:
            await self._refuse(scope, send, "other", Refusal("not-found"))
            return
        method = scope["method"]
        if method not in ("GET", "HEAD"):
            await self._other_method(scope, send, page.route, _GET)
            return
        try:
            answer = page.answer()
            found = _conditional(answer if isinstance(answer, Response) else await answer, scope)
        except Refusal as refusal:
            await self._refuse(scope, send, page.route, refusal)
            return
        except Exception as error:  # noqa: BLE001 (answered as `internal`, told without its text)
            await self._fail(scope, send, page.route, error)
            return
        self._requests[page.route, "ok"].inc()
        cors = self._browsers.headers(scope["headers"])
        await send_response(send, found, cors, head=method == "HEAD")

    async def _other_method(self, scope: Scope, send: Send, route: str, allow: bytes) -> None:
        if scope["method"] == "OPTIONS":
            self._requests[route, "ok"].inc()
            cors = self._browsers.headers(scope["headers"])
            await send_response(send, preflight(allow), cors)
        else:
            await self._refuse(scope, send, route, Refusal("method-not-allowed"), allow)

    async def _refuse(
        self, scope: Scope, send: Send, route: str, refusal: Refusal, allow: bytes = b""
    ) -> None:
        self._requests[route, refusal.problem].inc()
        cors = self._browsers.headers(scope["headers"])
        head = scope["method"] == "HEAD"
        await send_response(send, problem(refusal, allow), cors, head=head)

    async def _fail(self, scope: Scope, send: Send, route: str, error: Exception) -> None:
        """A fault of ours: its kind is logged, never its text, which might quote a request."""
        logger.error("internal error on route %s: %s", route, type(error).__name__)
        await self._refuse(scope, send, route, Refusal("internal"))

    def _admit_by(self, settings: CheckSettings) -> Admission:
        files, refused = self._files, self._metrics.refused
        found = Admission(
            settings.admission,
            lambda: files.published().release,
            observe=lambda reason: refused[reason](),
            cosigned=(lambda: files.published().time) if files.folder is not None else None,
        )
        self._metrics.budgets_left = found.budgets_left
        return found

    def _gate(self, kind: str, epoch: int, public: bytes) -> Gate:
        if self._admission is None:
            raise TypeError("no settings say who is let in")
        return self._admission.gate(kind, epoch, public)

    def _challenge_page(self, path: str) -> _Page | None:
        found = self._challenges.get(path)
        if found is None:
            return None

        async def answer() -> Response:
            return Response(200, headers(JSON, NO_STORE), await found.challenge())

        return _Page("challenge", answer)

    def _release_page(self, path: str) -> _Page | None:
        wanted = parse_release_path(path)
        if wanted is None:
            return None
        kind = JSON if path.endswith(".json") else TEXT if path.endswith("checkpoint") else OCTETS
        return _Page(
            "bucket" if wanted.bucket else "release",
            lambda: _file(self._files.release_file(wanted), kind, IMMUTABLE),
        )

    def _checkpoint(self) -> Response:
        return _file(self._files.checkpoint(), TEXT, CHECKPOINT_CACHE)

    def _keys(self) -> Response:
        """What this holder publishes of its share keys (PROTOCOL section 10.2)."""
        return Response(200, headers(JSON, NO_STORE), self._published_keys)

    def _openapi(self) -> Response:
        return Response(200, headers(JSON, b"public, max-age=3600"), openapi())

    def _health(self) -> Response:
        """Keys are open (else there is no process); a release must be published too."""
        if self._files.folder is not None and self._files.published().size == 0:
            raise Refusal("unavailable", retry_after=5)
        return Response(200, headers(JSON, NO_STORE), b'{"status":"ok"}')

    def _render_metrics(self) -> Response:
        return Response(200, headers(CONTENT_TYPE, NO_STORE), self._metrics.render())


def _file(content: Content, kind: bytes, cache: bytes) -> Response:
    return Response(200, headers(kind, cache, (b"etag", content.etag)), content.data)


def _conditional(found: Response, scope: Scope) -> Response:
    """The answer, or 304 where the client has it already (RFC 9110 section 13.1.2)."""
    etag = next((value for name, value in found.headers if name == b"etag"), None)
    if etag is None:
        return found
    for name, value in scope["headers"]:
        if name == b"if-none-match" and _names(value, etag):
            return Response(304, found.headers, b"")
    return found


def _names(value: bytes, etag: bytes) -> bool:
    tags = [tag.strip().removeprefix(b"W/") for tag in value.split(b",")]
    return etag in tags or tags == [b"*"]
