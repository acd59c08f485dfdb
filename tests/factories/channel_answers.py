"""A channel service in the test's process: real evaluations, and one code that is always right.

A test factory: the product's is `breachdesk.channel`. It answers as PROTOCOL 10 says, keeps no
quota, sends nothing, and takes CODE for every address.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from breachdesk.admission import TokenRefused, Tokens, memory_store
from breachdesk.identifiers import channel_address, letter_code_of
from breachdesk.wire import CHANNEL_TOKEN_PATH, PROBLEMS, challenge_path, problem_body
from tests.factories.questions import EPOCH, CodeKeys

CODE = "12345678"
DESK_CODE = "0123456789ABCDE8"
TICKET = "ab" * 16
REFUSED = b"+821999999999"
"""A phone that the operator does not send to."""


@dataclass(slots=True)
class Channel:
    """Answers the service's paths; `asked` has every address that a code was asked for."""

    keys: CodeKeys
    epoch: int = EPOCH
    asked: list[tuple[str, str]] = field(default_factory=list)
    tokens: Tokens = field(default_factory=lambda: Tokens(bytes(32), memory_store(), effort=16))

    def answer(self, path: str, body: bytes, token: bytes | None) -> tuple[int, bytes]:
        """Status and body."""
        if path == challenge_path("channel", self.epoch):
            return 200, self.tokens.challenge("channel", self.epoch, 0, 0.0)
        if path != CHANNEL_TOKEN_PATH:
            try:
                self.tokens.spend(token, "channel", self.epoch, 0)
            except TokenRefused:
                return refusal("proof-of-work")
        return self._answer(path.removeprefix("channel/"), json.loads(body))

    def _answer(self, path: str, request: dict[str, Any]) -> tuple[int, bytes]:
        match path:
            case "ask":
                return self._ask(request)
            case "token" if request["code"] == CODE and request["ticket"] == TICKET:
                return self._evaluate(request["type"], request["address"])
            case "desk" if request["code"] == DESK_CODE:
                return self._evaluate(request["type"], request["address"])
            case "letter":
                return self._letter(request["code"])
        return refusal("wrong-code")

    def _ask(self, request: dict[str, Any]) -> tuple[int, bytes]:
        channel, address = request["type"], request["address"]
        if channel_address(channel, address) == REFUSED:
            return refusal("not-served")
        self.asked.append((channel, address))
        return 202, json.dumps({"ticket": TICKET, "expires_in": 600}).encode()

    def _letter(self, code: str) -> tuple[int, bytes]:
        if letter_code_of(self.keys.letter, self.epoch, code[:8]) != code:
            return refusal("wrong-code")
        return self._evaluate("letter", code[:8])

    def _evaluate(self, channel: str, address: str) -> tuple[int, bytes]:
        canonical = channel_address(channel, address)
        return 200, self.keys.evaluation(channel, canonical, self.epoch)


def refusal(name: str) -> tuple[int, bytes]:
    """A problem of section 10."""
    return PROBLEMS[name].status, problem_body(name)
