"""Text messages through an HTTP gateway that keeps to the contract in OPERATIONS.

POST, JSON {"id", "to", "text"}, bearer token, `Idempotency-Key` = id: a gateway that has taken an
id once answers 2xx and does not send again. So a timeout may be tried again, unlike with mail.
"""

from typing import Final

import httpx

from breachdesk.channel._messages import Message
from breachdesk.channel.errors import RefusedForGood, RefusedForNow

SMS_SECONDS: Final = 20.0
_FOR_NOW: Final = (408, 425, 429)


class SmsSender:
    """One gateway. Threads may share it."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._client = httpx.Client(timeout=SMS_SECONDS, trust_env=False, follow_redirects=False)

    def send(self, message: Message) -> None:
        """Hand it over. The gateway's answer is not read."""
        body = {"id": message.id, "to": message.to, "text": message.text}
        headers = {**self._headers, "Idempotency-Key": message.id}
        try:
            status = self._client.post(self._url, json=body, headers=headers).status_code
        except httpx.HTTPError:
            raise RefusedForNow("refused") from None
        if 200 <= status < 300:
            return
        if status >= 500 or status in _FOR_NOW:
            raise RefusedForNow("refused")
        raise RefusedForGood("refused")
