"""Answers: headers made once, problems (RFC 9457), and what browsers of other origins may read."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from breachdesk.check.errors import Refusal
from breachdesk.wire import PROBLEM_CONTENT_TYPE, PROBLEMS, TOKEN_HEADER, problem_body

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

OCTETS: Final = b"application/octet-stream"
JSON: Final = b"application/json"
TEXT: Final = b"text/plain; charset=utf-8"

#: A year, the most that caches keep to (RFC 9111 has no limit; RFC 8246 defines immutable).
IMMUTABLE: Final = b"public, max-age=31536000, immutable, no-transform"
#: PROTOCOL section 10: not longer than five seconds.
CHECKPOINT_CACHE: Final = b"public, max-age=5, must-revalidate"
NO_STORE: Final = b"no-store"
_PREFLIGHT_SECONDS: Final = b"86400"
_ALLOWED_HEADERS: Final = b"Content-Type, " + TOKEN_HEADER.encode()

_EVERY: Final = [
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"cross-origin"),
]


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer. `headers` lack only the length."""

    status: int
    headers: Headers
    body: bytes


class Browsers:
    """Which pages' scripts may read answers (the Fetch standard's CORS protocol)."""

    def __init__(self, origins: Sequence[str]) -> None:
        """`origins` empty: any page, since requests carry no credentials."""
        self._origins = frozenset(one.encode() for one in origins)
        exposed = (b"access-control-expose-headers", b"Retry-After")
        if len(origins) > 1:
            self._fixed = [(b"vary", b"Origin")]
        else:
            allowed = origins[0].encode() if origins else b"*"
            self._fixed = [(b"access-control-allow-origin", allowed), exposed]
        self._exposed = exposed
        #: Whether an answer's headers depend on the request's.
        self.varies = len(origins) > 1

    def headers(self, request: Iterable[tuple[bytes, bytes]] = ()) -> Headers:
        """What any answer carries. `request` matters only when `varies`."""
        if not self.varies:
            return self._fixed
        for name, value in request:
            if name == b"origin" and value in self._origins:
                return [*self._fixed, (b"access-control-allow-origin", value), self._exposed]
        return self._fixed


def headers(content_type: bytes, cache: bytes, *more: tuple[bytes, bytes]) -> Headers:
    """Headers of a kind of answer."""
    return [(b"content-type", content_type), (b"cache-control", cache), *_EVERY, *more]


def problem(refusal: Refusal, allow: bytes = b"") -> Response:
    """The answer to a refused request. It says nothing of the body, and is kept by no cache."""
    row = PROBLEMS[refusal.problem]
    more = []
    if refusal.retry_after is not None:
        more.append((b"retry-after", b"%d" % refusal.retry_after))
    if allow:
        more.append((b"allow", allow))
    found = headers(PROBLEM_CONTENT_TYPE.encode(), NO_STORE, *more)
    return Response(row.status, found, problem_body(row.name))


def preflight(allow: bytes) -> Response:
    """The answer to OPTIONS: what a browser asks before it sends another origin's request."""
    more = [
        (b"allow", allow),
        (b"access-control-allow-methods", allow),
        (b"access-control-allow-headers", _ALLOWED_HEADERS),
        (b"access-control-max-age", _PREFLIGHT_SECONDS),
        *_EVERY,
    ]
    return Response(204, more, b"")


async def send_response(send: Send, found: Response, cors: Headers, *, head: bool = False) -> None:
    """Send a whole answer; with `head`, its headers only (RFC 9110 section 9.3.2)."""
    sized = [*found.headers, *cors]
    if found.status not in (204, 304):
        sized.append((b"content-length", b"%d" % len(found.body)))
    await send({"type": "http.response.start", "status": found.status, "headers": sized})
    await send({"type": "http.response.body", "body": b"" if head else found.body})
