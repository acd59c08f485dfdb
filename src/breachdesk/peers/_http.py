"""Bounded requests to another holder: no redirects, no cookies, an error that names the address."""

from typing import Final

import httpx

from breachdesk.peers.errors import PeerAwayError, PeerError

_ONLINE: Final = "look whether it runs and can be reached from here, then try again"


def get(http: httpx.Client, url: str, path: str, limit: int) -> bytes:
    """The body of an answer of at most `limit` bytes. Raises `PeerError`."""
    status, body = send(http, http.build_request("GET", url + path), url, limit)
    if status != httpx.codes.OK:
        raise PeerError(url, f"answers with status {status}", _ONLINE)
    return body


def send(http: httpx.Client, request: httpx.Request, url: str, limit: int) -> tuple[int, bytes]:
    """Status and body. Raises `PeerError` without an answer, or for one over its limit."""
    try:
        response = http.send(request, stream=True)
        try:
            body = bytearray()
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > limit:
                    raise PeerError(url, "answers more than it may", _ONLINE)
            return response.status_code, bytes(body)
        finally:
            response.close()
    except httpx.HTTPError as error:
        raise PeerAwayError(url, f"does not answer ({type(error).__name__})", _ONLINE) from None
