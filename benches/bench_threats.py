"""What an attack costs, computed from what one guess costs on this machine (docs/THREAT-MODEL.md).

    python benches/bench_threats.py [--size N] [--json]

Measured, on one core: a guess for whoever holds the keys and the index (hash, multiply, look for a
tag in every incident and slot), with an open lookup and with a code lookup, whose token the thief
computes under the channel key; and the counters that a proof of work takes. Computed from these:
core-hours for whole populations. The number of incidents and slots is that of the sample.
"""

import argparse
import hashlib
import json
import time
from collections.abc import Callable, Iterator

from breachdesk.entry import tag_and_key
from breachdesk.identifiers import oprf_input, token_input
from breachdesk.voprf import evaluate_batch, generate_key_pair

PHONES = 100_000_000
CUSTOMERS = 30_000_000
MAX_SLOTS = 8
OPEN = "name+birth_date+phone"
CODE = "name+birth_date+channel_token"
RELEASE_ID = bytes(32)


def phones(size: int) -> Iterator[bytes]:
    return (b"+8210%08d" % number for number in range(size))


def open_inputs(size: int) -> list[bytes]:
    return [
        oprf_input(1, OPEN, [("name", b"name"), ("birth_date", b"19890102"), ("phone", phone)])
        for phone in phones(size)
    ]


def code_inputs(tokens: list[bytes]) -> list[bytes]:
    person = [("name", b"name"), ("birth_date", b"19890102")]
    return [oprf_input(1, CODE, [*person, ("channel_token", token)]) for token in tokens]


def look(outs: list[bytes]) -> int:
    """Try every slot of one incident against a set, as a thief would against the index."""
    index = frozenset[bytes]()
    return sum(
        tag_and_key(out, RELEASE_ID, 1, slot)[0] in index
        for out in outs
        for slot in range(MAX_SLOTS)
    )


def guess_open(size: int) -> None:
    look(evaluate_batch(SECRET, open_inputs(size)))


def guess_code(size: int) -> None:
    tokens = evaluate_batch(CHANNEL, [token_input(1, "phone", phone) for phone in phones(size)])
    look(evaluate_batch(SECRET, code_inputs(tokens)))


def solve(size: int) -> None:
    """Counters of a proof of work (PROTOCOL 10.1), as fast as hashlib is."""
    head = bytes(32)
    for counter in range(size):
        hashlib.sha256(head + counter.to_bytes(4, "big")).digest()


SECRET = generate_key_pair().secret
CHANNEL = generate_key_pair().secret


def microseconds(work: Callable[[int], None], size: int) -> float:
    """The best of three, for one of `size`."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        work(size)
        times.append(time.perf_counter() - began)
    return min(times) / size * 1e6


def hours(count: float, each: float) -> float:
    """Core-hours for `count` guesses of `each` microseconds."""
    return count * each / 3.6e9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    measured = {
        "guess_open_us": microseconds(guess_open, options.size),
        "guess_code_us": microseconds(guess_code, options.size),
        "counter_us": microseconds(solve, 10 * options.size),
    }
    computed = {
        "phones_open_core_hours": hours(PHONES, measured["guess_open_us"]),
        "customers_open_core_hours": hours(CUSTOMERS, measured["guess_open_us"]),
        "customers_code_core_hours": hours(CUSTOMERS, measured["guess_code_us"]),
    }
    if options.json:
        print(json.dumps(measured | computed))
        return
    for name, value in (measured | computed).items():
        print(f"{name:28} {value:10.2f}")


if __name__ == "__main__":
    main()
