"""The channel service over loopback: `python benches/bench_channel.py`.

Three things: how long asking takes for addresses that are in a leak and for those that are not
(the service has no list to look in: the two distributions are drawn from shuffled requests and
compared); how many asks a second; how many exchanges of a code a second. Proofs of work are solved
beforehand. The database is SQLite, synced at every commit; the sender is not running.
"""

import json
import random
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))
from breachdesk.synth import Leak, write_answers
from tests.factories.channel import Made
from tests.factories.work import solve

PEOPLE = 300
THREADS = 8
RATE_ASKS = 600
TRIES = 1500
ASK, TOKEN = "/v1/channel/ask", "/v1/channel/token"


def people(folder: Path) -> dict[bool, list[str]]:
    """Canonical phones by whether they are in a made leak."""
    from breachdesk.identifiers import canonical

    path = folder / "people.jsonl"
    write_answers(Leak(20_000, "kt-2014", None, "cp949", 0), path, 4 * PEOPLE)
    found: dict[bool, list[str]] = {True: [], False: []}
    for line in path.open(encoding="utf-8"):
        one = json.loads(line)
        if "phone" in one["fields"]:
            phone = canonical("phone", one["fields"]["phone"]).decode()
            if phone.startswith("+8210") and phone not in found[True] + found[False]:
                found[one["included"]].append(phone)
    return {key: phones[:PEOPLE] for key, phones in found.items()}


def solved(client: httpx.Client) -> dict[str, str]:
    """A header with a solved challenge."""
    return {"Breachdesk-Token": solve(client.get("/v1/challenge/channel/1").content).decode()}


def ask(client: httpx.Client, phone: str, header: dict[str, str]) -> float:
    """Milliseconds of one request that is answered 202."""
    begun = time.perf_counter()
    found = client.post(
        ASK, headers=header, json={"type": "phone", "address": phone, "language": "ko"}
    )
    took = time.perf_counter() - begun
    if found.status_code != 202:
        raise SystemExit(f"asking was answered {found.status_code}")
    return took * 1e3


def compare(client: httpx.Client, phones: dict[bool, list[str]]) -> None:
    """Times of both kinds, in one shuffled order."""
    order = [(included, phone) for included, kind in phones.items() for phone in kind]
    random.Random(1).shuffle(order)
    headers = [solved(client) for _ in order]
    times: dict[bool, list[float]] = {True: [], False: []}
    for (included, phone), header in zip(order, headers, strict=True):
        times[included].append(ask(client, phone, header))
    for included, name in ((True, "in the leak"), (False, "not in the leak")):
        cuts = statistics.quantiles(times[included], n=20)
        print(
            f"asking, {name:16} {len(times[included]):4} people   p5 {cuts[0]:6.2f}  "
            f"p25 {cuts[4]:6.2f}  p50 {cuts[9]:6.2f}  p75 {cuts[14]:6.2f}  p95 {cuts[18]:6.2f} ms"
        )
    print(f"  largest distance of the two distributions: {distance(times):.3f}, by chance alone up "
          f"to {1.36 * (2 / PEOPLE) ** 0.5:.3f} at 95 % (Kolmogorov-Smirnov)")  # fmt: skip


def distance(times: dict[bool, list[float]]) -> float:
    """Of Kolmogorov and Smirnov."""
    every = sorted(times[True] + times[False])
    return max(
        abs(
            sum(one <= cut for one in times[True]) / len(times[True])
            - sum(one <= cut for one in times[False]) / len(times[False])
        )
        for cut in every
    )


def asks_a_second(client: httpx.Client) -> float:
    """With several clients at once."""
    headers = [solved(client) for _ in range(RATE_ASKS)]
    phones = [f"+82105{number:07d}" for number in range(RATE_ASKS)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda pair: ask(client, *pair), zip(phones, headers, strict=True)))
    return RATE_ASKS / (time.perf_counter() - begun)


def tokens_a_second(client: httpx.Client, made: Made) -> float:
    """Right codes, each exchanged once; they are read from the sealed outbox."""
    given = codes(made)[:TRIES]
    header = [solved(client) for _ in given]
    tickets = []
    for (phone, _), one in zip(given, header, strict=True):
        found = client.post(
            ASK, headers=one, json={"type": "phone", "address": phone, "language": "ko"}
        )
        tickets.append(found.json()["ticket"])
    bodies = [
        {"type": "phone", "address": phone, "ticket": ticket, "code": code}
        for (phone, _), ticket in zip(given, tickets, strict=True)
        for code in [newest[phone]]
        for newest in [codes_by_phone(made)]
    ]
    return len(bodies)
