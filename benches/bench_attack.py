"""The thief of 2014 against a real service on loopback: `python benches/bench_attack.py`.

A leak of 3,000 rows is built with the sample incident (open lookups say who is in it, items only
with a code) and served twice by `breachdesk serve` with its default limits, except where a row
says so. The thief comes through a configured proxy, 127.0.0.1, and so has any address. Beside each
attack a genuine person asks once a second. Every attack is bounded in count and time. Guesses that
cannot be run in a bench (10^8 phones) are computed from what was measured.
"""

import asyncio
import base64
import json
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))
from benches.attack.codes import guess_codes
from benches.attack.genuine import LOOKUP, Genuine
from benches.attack.service import EFFORT, Target, build, serve
from benches.attack.thief import Haul, Thief, many_addresses, one_address
from breachdesk.admission import (
    DEFAULT_DAY,
    DEFAULT_EFFORT,
    DEFAULT_EPOCH,
    DEFAULT_RATE,
    MOST_EFFORT,
)
from breachdesk.admission._limits import DAY_MINUTES, FREE_PART
from breachdesk.client import Client, Transport, make_question

#: The budget of a day in the run that uses it up.
SMALL_DAY = 3000
PHONES = 10**8
COLUMNS = (
    "attack",
    "answers by status",
    "guesses until stopped",
    "s",
    "items",
    "genuine askers harmed",
    "slowest of them, s",
    "thief's processor ms a guess",
)
LISTED = 40
#: Of a SHA-256 with a fixed start, on a telephone's worker in JavaScript (assumed).
PHONE_RATE = 250_000


def show(name: str, haul: Haul, genuine: Genuine, learnt: str = "0") -> None:
    """A row of the table."""
    stopped = "-" if haul.until_stopped is None else f"{haul.until_stopped} (by {haul.stopped_by})"
    statuses = ", ".join(f"{status}: {n}" for status, n in sorted(haul.statuses.items()))
    print(
        f"| {name} | {statuses} | {stopped} | {haul.seconds:.0f} | {learnt} | {genuine.harmed} "
        f"| {genuine.slowest:.1f} | {haul.work * 1e3:.1f} |",
        flush=True,
    )


async def next_minute() -> None:
    """Limits are of the clock's minutes: each attack starts with a whole one."""
    await asyncio.sleep(60.5 - time.time() % 60)


async def attack(target: Target, name: str, run: Callable[[Thief], Awaitable[Haul]]) -> Haul:
    """One attack with a person beside it, and its row."""
    thief = Thief(target.evaluator)
    with Genuine(target) as genuine:
        haul = await run(thief)
    await thief.close()
    show(name, haul, genuine)
    return haul


async def replay(thief: Thief) -> Haul:
    """One solved challenge, again and again, from ever another address."""
    haul, draw = Haul(), many_addresses(1000)
    begun = time.monotonic()
    token = await thief.token(haul)
    for _ in range(10):
        for status in await asyncio.gather(*(thief.spend(token, draw()) for _ in range(30))):
            haul.note(status)
    haul.seconds = time.monotonic() - begun
    return haul


async def hoard(thief: Thief) -> Haul:
    """Solve first, then spend all at once from one address."""
    haul = Haul()
    begun = time.monotonic()
    tokens = [await thief.token(haul) for _ in range(1500)]
    await next_minute()
    for start in range(0, len(tokens), 50):
        part = tokens[start : start + 50]
        answers = await asyncio.gather(*(thief.spend(one, "198.51.100.44") for one in part))
        for status in answers:
            haul.note(status)
    haul.seconds = time.monotonic() - begun
    return haul


async def forge(thief: Thief) -> Haul:
    """Tokens of the thief's own making: a true one with another salt, signed by nobody."""

    haul = Haul()
    begun = time.monotonic()
    found = json.loads(base64.b64decode(await thief.token()))
    for _ in range(500):
        found["challenge"]["parameters"]["salt"] = secrets.token_hex(16)
        token = base64.b64encode(json.dumps(found).encode()).decode()
        haul.note(await thief.spend(token, "198.51.100.45"))
    haul.seconds = time.monotonic() - begun
    return haul


def ask_about(target: Target) -> tuple[int, int, int]:
    """Ask the open question about people on the list: asked, confirmed, items learnt."""
    confirmed = items = 0
    with Transport() as transport:
        for person in target.people[1 : LISTED + 1]:
            answer = Client(target.pages, transport).check(make_question(LOOKUP, person))
            confirmed += answer.kind == "included"
            items += sum(len(one.items) for one in answer.incidents)
    return LISTED, confirmed, items


async def with_default_budgets(target: Target) -> Haul:
    """All attacks but the one on the budget."""
    await next_minute()
    fast = await attack(
        target, "one address, fast",
        lambda one: one.guess(one_address("198.51.100.41"), most=2500, seconds=55),
    )  # fmt: skip
    await next_minute()
    await attack(
        target, "one address, slow (one a second)",
        lambda one: one.guess(one_address("198.51.100.42"), most=45, seconds=55, every=1.0),
    )  # fmt: skip
    await attack(target, "one token replayed from 300 addresses", replay)
    await attack(target, "1,500 tokens hoarded, spent at once", hoard)
    await attack(target, "500 forged tokens", forge)
    return fast


def at_the_channel(target: Target) -> None:
    """A list of true people: without codes, and with codes to guess."""
    asked, confirmed, items = ask_about(target)
    print(f"\nA list of true names, birth dates and phones, no codes: {asked} asked, {confirmed} "
          f"confirmed to be in the leak, items learnt: {items}")  # fmt: skip
    with Genuine(target) as genuine:
        haul = guess_codes(target)
    print(f"Codes to guess: requests {dict(haul.asks)}, tries {dict(haul.tries)}, channel tokens "
          f"obtained: {haul.tokens}; genuine askers harmed: {genuine.harmed}")  # fmt: skip


def compute(fast: Haul) -> None:
    """What the whole of 10^8 phones would take, from the settings and from measured speeds."""
    a_day = DEFAULT_RATE // FREE_PART * 1440 + DEFAULT_RATE * DAY_MINUTES
    mine, native = python_rate(), native_rate()
    mean, most = DEFAULT_EFFORT / 2, MOST_EFFORT / 2
    print("\nComputed for 10^8 phones, at the default settings:")
    print(f"  one address: {a_day:,} a day, {PHONES / a_day:,.0f} days")
    print(f"  any number of addresses: {DEFAULT_DAY:,} a day, {PHONES / DEFAULT_DAY:.0f} days, and "
          f"{DEFAULT_EPOCH / PHONES:.0%} of them at most under one key")  # fmt: skip
    for name, rate in (("Python here", mine), ("OpenSSL here, a core", native)):
        if rate:
            print(f"  work, {name} ({rate / 1e6:.2f} million hashes a second): "
                  f"{mean / rate:.4f} s a guess at rest, {most / rate:.2f} s at full load; all: "
                  f"{PHONES * mean / rate / 3600:,.0f} and {PHONES * most / rate / 3600:,.0f} "
                  "core-hours")  # fmt: skip
    print(f"  an asker's telephone at {PHONE_RATE:,} hashes a second (assumed): at most "
          f"{DEFAULT_EFFORT / PHONE_RATE:.1f} s at rest, {MOST_EFFORT / PHONE_RATE:.0f} s at full "
          "load")  # fmt: skip
    tried = fast.work * DEFAULT_EFFORT / EFFORT
    print(f"  the bench's effort is {EFFORT:,}; its {fast.work * 1e3:.1f} ms a guess are "
          f"{tried * 1e3:.0f} ms at the default {DEFAULT_EFFORT:,}")  # fmt: skip


def python_rate() -> float:
    """Hashes a second as the reference client makes them."""
    start, begun = sha256(bytes(32)), time.thread_time()
    for counter in range(200_000):
        tried = start.copy()
        tried.update(counter.to_bytes(4, "big"))
        tried.digest()
    return 200_000 / (time.thread_time() - begun)


def native_rate() -> float:
    """Hashes of 16 bytes a second on a core, as `openssl speed` says; 0 where it is not there."""
    command = ["openssl", "speed", "-seconds", "2", "-bytes", "16", "-evp", "sha256"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return float(said.split()[-1].rstrip("k")) * 1000 / 16
    except (OSError, subprocess.CalledProcessError, ValueError):
        return 0.0


def main() -> None:
    """Print the table."""
    print(f"load average at the start: {psutil.getloadavg()[0]:.1f}")
    print(f"| {' | '.join(COLUMNS)} |\n|---|---|{'---:|' * (len(COLUMNS) - 2)}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder)
        with serve(folder, "default") as target:
            fast = asyncio.run(with_default_budgets(target))
            at_the_channel(target)
            print(f"alarms: {alarms(target)}\n")
        with serve(folder, "small", "--budget-day", SMALL_DAY) as target:
            asyncio.run(use_up(target))
            print(f"alarms: {alarms(target)}")
        compute(fast)


async def use_up(target: Target) -> None:
    """A thousand addresses, each below its own limits, against a small budget of the day."""
    haul = await attack(
        target, f"1,000 addresses, budget {SMALL_DAY:,} a day",
        lambda one: one.guess(many_addresses(1000), most=2 * SMALL_DAY, seconds=150),
    )  # fmt: skip
    first, last = haul.solving[:100], haul.solving[-100:]
    dear = f"{sum(first) / len(first) * 1e3:.1f} ms, the last {sum(last) / len(last) * 1e3:.0f} ms"
    print(f"\nOf a small budget: {haul.guesses:,} in {haul.seconds:.0f} s; the first hundred cost "
          f"{dear} of processor each")  # fmt: skip


def alarms(target: Target) -> str:
    """What operators were told."""
    lines = target.log.read_text("utf-8").splitlines()
    return "; ".join(line.partition("alarm ")[2] for line in lines if "alarm " in line) or "none"


if __name__ == "__main__":
    main()
