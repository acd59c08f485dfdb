"""The witness over HTTP: C2SP tlog-witness, as one bare ASGI application (9.5)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from breachdesk.wire import ADD_CHECKPOINT_LIMIT, ADD_CHECKPOINT_PATH, SIZE_CONTENT_TYPE
from breachdesk.witness._witness import Witness
from breachdesk.witness.errors import RefusedError, StateError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_TEXT: Final = "text/plain; charset=utf-8"
_BODY_SECONDS: Final = 10.0

logger = logging.getLogger(__name__)


class WitnessApp:
    """POST /add-checkpoint; GET /checkpoint is the newest one with our line; GET /healthz."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Never raises for what a client sends."""
        if scope["type"] != "http":
            raise TypeError("this application answers HTTP only")
        try:
            body, kind = await self._answer(scope, receive), _TEXT
            status, more = 200, {}
        except RefusedError as error:
            status, (body, kind), more = error.status, _refusal(error), _more(error)
        except StateError as error:
            logger.error("nothing is cosigned: %s", error)  # noqa: TRY400 (the reason is enough)
            status, body, kind, more = 503, b"the state cannot be stored\n", _TEXT, {}
        except Exception as error:  # noqa: BLE001 (answered, and told without its text)
            logger.error("internal error: %s", type(error).__name__)  # noqa: TRY400
            status, body, kind, more = 500, b"the witness failed\n", _TEXT, {}
        headers = {"content-type": kind, "content-length": str(len(body)), **more}
        fields = [(name.encode(), value.encode()) for name, value in headers.items()]
        fields += [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
        await send({"type": "http.response.start", "status": status, "headers": fields})
        head = scope["method"] == "HEAD"
        await send({"type": "http.response.body", "body": b"" if head else body})

    async def _answer(self, scope: Scope, receive: Receive) -> bytes:
        path, method = scope["path"], scope["method"]
        if path == f"/{ADD_CHECKPOINT_PATH}":
            if method != "POST":
                raise RefusedError(405, "POST")
            # fsync waits for a disk: not in the loop that serves everybody.
            return await asyncio.to_thread(self._witness.add, await _body(receive))
        if path not in ("/checkpoint", "/healthz"):
            raise RefusedError(404, "there is nothing at this address")
        if method not in ("GET", "HEAD"):
            raise RefusedError(405, "GET, HEAD")
        read = self._checkpoint if path == "/checkpoint" else self._health
        return await asyncio.to_thread(read)

    def _checkpoint(self) -> bytes:
        found = self._witness.folder.cosigned()
        if found is None:
            raise RefusedError(404, "nothing has been cosigned yet")
        return found

    def _health(self) -> bytes:
        if self._witness.folder.alarm_kind() is not None:
            raise RefusedError(503, "an alarm stands for this log")
        return b"ok\n"


async def _body(receive: Receive) -> bytes:
    """The body, refused as soon as it is too long or too slow."""
    body = b""
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise RefusedError(400, "the body did not arrive")
                body += bytes(message.get("body", b""))
                if len(body) > ADD_CHECKPOINT_LIMIT:
                    raise RefusedError(413, f"more than {ADD_CHECKPOINT_LIMIT} bytes")
                if not message.get("more_body"):
                    return body
    except TimeoutError:
        raise RefusedError(400, "the body did not arrive in time") from None


def _refusal(error: RefusedError) -> tuple[bytes, str]:
    if error.size is not None:
        return f"{error.size}\n".encode(), SIZE_CONTENT_TYPE
    return f"{error.reason}\n".encode(), _TEXT


def _more(error: RefusedError) -> dict[str, str]:
    if error.status == 405:
        return {"allow": error.reason}
    return {"retry-after": "60"} if error.status == 503 else {}
