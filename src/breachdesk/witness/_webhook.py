"""Telling people of an alarm: a JSON POST, tried a few times, and again at the next looks."""

import logging
import re
import threading
from pathlib import Path
from typing import Final

import httpx

from breachdesk.witness._state import LogFolder

_URL: Final = re.compile(r"https?://[^\s/?#@\\]+[^\s#]*")
_TOLD: Final = "told"
_WAITS: Final = (1.0, 5.0)
"""Seconds between the three tries of one look."""
_ANSWER_SECONDS: Final = 10.0

logger = logging.getLogger(__name__)


def is_webhook(url: str) -> bool:
    """Whether it is an address that can be posted to."""
    return _URL.fullmatch(url) is not None


def tell_alarm(folder: LogFolder, url: str, stop: threading.Event) -> bool:
    """Post the alarm that stands, once in its life. Whether somebody has been told now or before.

    The address is in no log line: it may hold a secret.
    """
    told = folder.alarm / _TOLD
    if told.exists():
        return True
    for wait in (0.0, *_WAITS):
        if stop.wait(wait):
            return False
        if _post(folder.alarm / "alarm.json", url):
            told.touch()
            return True
    logger.error("the webhook did not take the alarm: it is told again at the next look")
    return False


def _post(path: Path, url: str) -> bool:
    try:
        found = httpx.post(
            url,
            content=path.read_bytes(),
            headers={"Content-Type": "application/json", "User-Agent": "breachdesk"},
            timeout=_ANSWER_SECONDS,
            follow_redirects=False,
        )
    except (httpx.HTTPError, OSError, httpx.InvalidURL) as error:
        logger.warning("the webhook did not answer (%s)", type(error).__name__)
        return False
    if not found.is_success:
        logger.warning("the webhook answered with status %s", found.status_code)
    return found.is_success
