"""Many at once: words always find room, files wait their turn, nothing stays held."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest

from breachdesk.bounded import BoundedDjango, Bounds
from breachdesk.desk.asgi import DeskApp

pytestmark = pytest.mark.usefixtures("on_sqlite")

FILES = bytes(200 * 1024)
HELD = 160 * 1024


def small_room() -> BoundedDjango:
    def said(status: int) -> Callable[[], Any]:
        return lambda: ((status, []), b"")

    return BoundedDjango(
        "desk", Bounds(1024 * 1024, 5, 2, HELD), late=said(408), failed=said(500), full=said(503)
    )


async def ask(
    app: BoundedDjango, parts: list[bytes], ready: asyncio.Event | None = None
) -> tuple[int, dict[bytes, bytes]]:
    """Status and headers of a request to `/healthz`; with `ready` the last part waits for it."""
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": "/healthz",
        "headers": [(b"host", b"testserver")],
        "query_string": b"",
        "scheme": "http",
    }
    left, sent = list(parts), []

    async def receive() -> MutableMapping[str, Any]:
        if ready is not None and len(left) == 1:
            await ready.wait()
        part = left.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(left)}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    call: Callable[..., Awaitable[None]] = app
    await call(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"])


def test_files_wait_while_there_is_no_room_and_words_do_not() -> None:
    async def crowd() -> None:
        app, ready = small_room(), asyncio.Event()
        first = asyncio.create_task(ask(app, [FILES, b"end"], ready))
        await asyncio.sleep(0)
        assert (await ask(app, [FILES]))[0] == 503
        assert [(await ask(app, [b"words" * 1000]))[0] for _ in range(5)] == [200] * 5
        ready.set()
        assert (await first)[0] == 200
        assert (await ask(app, [FILES]))[0] == 200

    asyncio.run(crowd())


def test_the_desk_says_in_both_languages_to_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("breachdesk.desk.asgi.HELD_BYTES", HELD)

    async def crowd() -> tuple[int, dict[bytes, bytes]]:
        return await ask(DeskApp(), [FILES, FILES])

    status, headers = asyncio.run(crowd())
    assert (status, headers[b"retry-after"]) == (503, b"30")
