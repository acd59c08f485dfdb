"""HTTP as PROTOCOL section 10 wants it: no cookies, no redirects, bounded in bytes and time."""

import asyncio
import re
import threading
from collections.abc import Coroutine, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from breachdesk import wire
from breachdesk.client.errors import CheckError, RefusedError, ReleaseMovedError

Found = TypeVar("Found")

BINARY = "application/octet-stream"
_PROBLEM_LIMIT = 4096
_SECONDS = re.compile(r"[0-9]{1,9}")


class Transport:
    """Fetches from the hosts of one service, for any number of threads. Close it after use.

    `wait` is in seconds, for a whole answer: a host that sends a byte now and then gains nothing.
    """

    def __init__(self, *, wait: float = wire.WAIT_SECONDS) -> None:
        self._wait = wait
        # One loop for all threads: its connections are used again, whoever asks.
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._http = httpx.AsyncClient(
            timeout=wait,
            follow_redirects=False,
            headers={"User-Agent": "breachdesk", "Accept-Encoding": "identity"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._run(self._http.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def get(self, url: str, limit: int, reason: str) -> bytes:
        """The body. Raises CheckError: network, quota, problem, or `reason` if it is over `limit`.

        A 404 is ReleaseMovedError.
        """
        return self._run(self._fetch("GET", url, None, {}, limit, reason))

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
    ) -> bytes:
        """As get, with a body and a proof of work; `status` is the one that is wanted."""
        headers = {"Content-Type": content_type}
        if token is not None:
            headers[wire.TOKEN_HEADER] = token.decode("ascii")
        return self._run(self._fetch("POST", url, body, headers, limit, reason, status))

    def _run(self, work: Coroutine[Any, Any, Found]) -> Found:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _fetch(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        limit: int,
        reason: str,
        status: int = 200,
    ) -> bytes:
        try:
            async with (
                asyncio.timeout(self._wait),
                self._http.stream(method, url, content=body, headers=headers) as response,
            ):
                await _check_status(response, status)
                return await _read(response, limit, reason)
        except CheckError:
            raise
        except Exception as error:  # noqa: BLE001 (ports and hosts fail in many ways, all the same)
            raise CheckError("network", type(error).__name__) from None
        finally:
            self._http.cookies.clear()


async def _check_status(response: httpx.Response, wanted: int) -> None:
    """Raises CheckError for anything but the wanted status (PROTOCOL sections 10 and 12)."""
    status = response.status_code
    after = response.headers.get("Retry-After")
    if status == wanted:
        return
    if status == 404:
        raise ReleaseMovedError("problem", "status 404")
    if status == 429 or (status == 503 and after is not None):
        seconds = int(after) if after and _SECONDS.fullmatch(after) else None
        raise CheckError("quota", f"status {status}", seconds)
    raise RefusedError(f"status {status}", await _problem(response))


async def _problem(response: httpx.Response) -> str | None:
    """The name of the problem that the answer says, if it says one of ours."""
    try:
        body = await _read(response, _PROBLEM_LIMIT, "problem")
        said = wire.loads(body, limit=_PROBLEM_LIMIT, code="problem")
        types = {row.type: row.name for row in wire.PROBLEMS.values()}
        return types.get(said["type"])
    except (wire.WireError, KeyError, TypeError):
        return None


async def _read(response: httpx.Response, limit: int, reason: str) -> bytes:
    found = bytearray()
    async for chunk in response.aiter_raw():
        found += chunk
        if len(found) > limit:
            raise CheckError(reason, "an answer over its limit")
    return bytes(found)
