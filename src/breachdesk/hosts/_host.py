"""Reading a log from a bucket host (PROTOCOL section 10): bounded in bytes and in time."""

import asyncio
import re
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

import httpx

from breachdesk import wire
from breachdesk.hosts.errors import HostAddressError, HostError, MissingFile

_BASE_URL: Final = re.compile(r"https?://[^\s/?#@\\]+(/[^\s?#@\\]*)?")
_LIMITS: Final = {
    "checkpoint": wire.CHECKPOINT_LIMIT,
    "leaves": wire.LEAVES_LIMIT,
    "entry.json": wire.MANIFEST_LIMIT,
}
"""Bytes of a file, by the last part of its name; a bucket's are said by its manifest."""
_CONNECTIONS: Final = 16


class BucketHost:
    """The host at a base URL. No cookies, no redirects; close it after use.

    `wait` is in seconds, for a whole file: a host that sends a byte now and then holds nobody. Not
    for several threads at once, nor inside a running event loop. Raises HostAddressError.
    """

    def __init__(self, url: str, *, wait: float = wire.WAIT_SECONDS) -> None:
        if _BASE_URL.fullmatch(url) is None:
            raise HostAddressError("give the address of the buckets, as in https://b.example.org")
        self._base = url.rstrip("/") + wire.HTTP_PREFIX
        self._wait = wait
        self._runner = asyncio.Runner()
        self._http = httpx.AsyncClient(
            timeout=wait,
            follow_redirects=False,
            headers={"User-Agent": "breachdesk", "Accept-Encoding": "identity"},
            limits=httpx.Limits(max_connections=_CONNECTIONS),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        with self._runner:
            self._runner.run(self._http.aclose())

    def read(self, path: str, limit: int | None = None) -> bytes:
        """A file by its name in section 8.4. Raises HostError; MissingFile for 404."""
        return self._runner.run(self._fetch(path, limit))

    def read_all(self, paths: Sequence[str], limit: int) -> list[bytes | HostError]:
        """Several files at once, each or why not, in the order asked for."""
        return self._runner.run(self._fetch_all(paths, limit))

    async def _fetch_all(self, paths: Sequence[str], limit: int) -> list[bytes | HostError]:
        free = asyncio.Semaphore(_CONNECTIONS)

        async def one(path: str) -> bytes | HostError:
            async with free:
                try:
                    return await self._fetch(path, limit)
                except HostError as error:
                    return error

        return await asyncio.gather(*map(one, paths))

    async def _fetch(self, path: str, limit: int | None) -> bytes:
        most = _LIMITS[path.rpartition("/")[2]] if limit is None else limit
        try:
            async with (
                asyncio.timeout(self._wait),
                self._http.stream("GET", self._base + path) as response,
            ):
                _check_status(response.status_code, path)
                return await _body(response, most, path)
        except HostError:
            raise
        except Exception as error:  # noqa: BLE001 (ports and hosts fail in many ways, all the same)
            raise HostError(path, f"no answer ({type(error).__name__})") from None
        finally:
            self._http.cookies.clear()


def _check_status(status: int, path: str) -> None:
    if status == httpx.codes.NOT_FOUND:
        raise MissingFile(path, "the host does not have it")
    if status != httpx.codes.OK:
        raise HostError(path, f"status {status}")


async def _body(response: httpx.Response, limit: int, path: str) -> bytes:
    found = bytearray()
    async for chunk in response.aiter_raw():
        found += chunk
        if len(found) > limit:
            raise HostError(path, f"more than {limit} bytes")
    return bytes(found)
