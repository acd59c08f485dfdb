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
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import httpx
import psutil

from breachdesk.identifiers import canonical
from breachdesk.synth import Leak, write_answers

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.factories.channel import Made, make_channel, running_channel, running_sender
from tests.factories.sent_codes import code_in
from tests.factories.work import encode_token

PEOPLE = 300
THREADS = 8
RATE_ASKS = 600
EXCHANGES = 400
ASK, TOKEN = "/v1/channel/ask", "/v1/channel/token"


def people(folder: Path) -> dict[bool, list[str]]:
    """Canonical phones by whether they are in a made leak."""
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
    """A header with a solved challenge (PROTOCOL section 10.1)."""
    challenge = client.get("/v1/challenge/channel/1").json()
    of = challenge["parameters"]
    start = sha256(bytes.fromhex(of["salt"] + of["nonce"]))
    prefix = bytes.fromhex(of["keyPrefix"])
    for counter in range(2**22):
        state = start.copy()
        state.update(counter.to_bytes(4, "big"))
        if state.digest().startswith(prefix):
            found = {"counter": counter, "derivedKey": state.hexdigest()}
            token = encode_token({"challenge": challenge, "solution": found})
            return {"Breachdesk-Token": token.decode()}
    raise SystemExit("a challenge without a solution")


def ask(client: httpx.Client, phone: str, header: dict[str, str]) -> tuple[float, str]:
    """Milliseconds of one request that is answered 202, and its ticket."""
    begun = time.perf_counter()
    found = client.post(
        ASK, headers=header, json={"type": "phone", "address": phone, "language": "ko"}
    )
    took = time.perf_counter() - begun
    if found.status_code != 202:
        raise SystemExit(f"asking was answered {found.status_code}")
    return took * 1e3, found.json()["ticket"]


def compare(client: httpx.Client, phones: dict[bool, list[str]]) -> None:
    """Times of both kinds, in one shuffled order."""
    order = [(included, phone) for included, kind in phones.items() for phone in kind]
    random.Random(1).shuffle(order)
    headers = [solved(client) for _ in order]
    times: dict[bool, list[float]] = {True: [], False: []}
    for (included, phone), header in zip(order, headers, strict=True):
        times[included].append(ask(client, phone, header)[0])
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
    """Right codes, each exchanged once, with several clients at once."""
    phones = [f"+82106{number:07d}" for number in range(EXCHANGES)]
    bodies = {
        phone: {"type": "phone", "address": phone, "ticket": ask(client, phone, solved(client))[1]}
        for phone in phones
    }
    with running_sender(made):
        while len(list(made.spool.glob("*.json"))) < len(phones):
            time.sleep(0.2)
    for file in made.spool.glob("*.json"):
        message = json.loads(file.read_bytes())
        bodies[message["to"]]["code"] = code_in(message["text"])

    def exchange(body: dict[str, str]) -> None:
        if client.post(TOKEN, json=body).status_code != 200:
            raise SystemExit("a right code was refused")

    begun = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(exchange, bodies.values()))
    return len(bodies) / (time.perf_counter() - begun)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        phones = people(folder)
        for part in ("compare", "asks", "tokens"):
            (folder / part).mkdir()
            made = make_channel(folder / part)
            with running_channel(made) as (url, server), httpx.Client(base_url=url) as client:
                psutil.Process(server).cpu_affinity([0])
                psutil.Process().cpu_affinity([1])
                if part == "compare":
                    compare(client, phones)
                elif part == "asks":
                    print(f"asks, {THREADS} clients            {asks_a_second(client):6.0f} /s")
                else:
                    rate = tokens_a_second(client, made)
                    print(f"codes exchanged, {THREADS} clients {rate:6.0f} /s")


if __name__ == "__main__":
    main()
