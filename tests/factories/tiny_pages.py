"""A small WSGI application in the pages' place.

/healthz asks the check service, / tells its own environment.
"""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

import httpx


def application(
    environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    """Answer as the site does, as far as the supervisor can tell."""
    status, body = "200 OK", json.dumps(dict(os.environ))
    if environ["PATH_INFO"] == "/healthz" and not _checks():
        status, body = "503 Service Unavailable", ""
    start_response(status, [("Content-Type", "application/json")])
    return [body.encode()]


def _checks() -> bool:
    try:
        return httpx.get(os.environ["BREACHDESK_CHECK_HEALTH"], trust_env=False).is_success
    except httpx.HTTPError:
        return False
