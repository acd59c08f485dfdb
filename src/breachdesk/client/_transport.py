"""HTTP as PROTOCOL section 10 wants it: no cookies, no redirects, bounded in bytes and time."""

import time
from types import TracebackType
from typing import Self

import httpx

from breachdesk import wire
from breachdesk.client.errors import CheckError, ReleaseMovedError

_BINARY = "application/octet-stream"
_LIMITED = (429, 503)
_MOST_RETRY_AFTER = 24 * 3600


class Transport:
    """Fetches from the hosts of one service. Not for use by several threads at once."""

    def __init__(self, http: httpx.Client | None = None) -> None:
        self._http = http or httpx.Client(
            timeout=wire.WAIT_SECONDS,
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
        self._http.close()

    def get(self, url: str, limit: int) -> bytes:
        """The body, of at most `limit` bytes. Raises CheckError: network, problem or quota."""
        return self._fetch("GET", url, None, limit)

    def post(self, url: str, body: bytes, limit: int) -> bytes:
        """As get, with a binary body."""
        return self._fetch("POST", url, body, limit)

    def _fetch(self, method: str, url: str, body: bytes | None, limit: int) -> bytes:
        headers = {} if body is None else {"Content-Type": _BINARY}
        try:
            with self._http.stream(method, url, content=body, headers=headers) as response:
                _check_status(response)
                return _read(response, limit)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise CheckError("network", type(error).__name__) from None
        finally:
            self._http.cookies.clear()


def _check_status(response: httpx.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    if status == 404:
        raise ReleaseMovedError("problem", "status 404")
    if status in _LIMITED:
        raise CheckError("quota", f"status {status}", _retry_after(response))
    raise CheckError("problem", f"status {status}")


def _read(response: httpx.Response, limit: int) -> bytes:
    deadline = time.monotonic() + wire.WAIT_SECONDS
    found = bytearray()
    for chunk in response.iter_raw():
        found += chunk
        if len(found) > limit:
            raise CheckError("problem", "an answer over its limit")
        if time.monotonic() > deadline:
            raise CheckError("network", "the answer takes too long")
    return bytes(found)


def _retry_after(response: httpx.Response) -> int | None:
    text = response.headers.get("Retry-After", "")
    return min(int(text), _MOST_RETRY_AFTER) if text.isascii() and text.isdigit() else None
