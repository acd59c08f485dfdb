"""Many people behind one address: `python benches/bench_nat.py`. Real limits, a moved clock.

Each row is a crowd that asks behind one IPv4 address with the default limits: a carrier's NAT, a
school. Who is told to wait comes back when told, within ten seconds as people do. How many waited,
and for how long, is counted.
"""

import heapq
import random
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from breachdesk.admission import DEFAULT_RATE, ClientLimits, Limited, MemoryStore

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.factories.clocks import Clock

ADDRESS = "203.0.113.7"
#: Seconds within which a person presses again after the time that the page said.
SLACK = 10.0


@dataclass(frozen=True)
class Crowd:
    """`people` who each ask `questions`, at moments spread evenly over `seconds`."""

    name: str
    people: int
    seconds: int
    questions: int = 1


CROWDS = (
    Crowd("a carrier's NAT, an hour", 10_000, 3600),
    Crowd("the same, two questions each", 10_000, 3600, 2),
    Crowd("the same people within ten minutes", 10_000, 600),
    Crowd("the same people within one minute", 10_000, 60),
    Crowd("a school, within one minute", 1_000, 60),
    Crowd("a school, within five seconds", 1_500, 5),
    Crowd("a carrier's NAT, a whole day at that pace", 240_000, 86_400),
)


def replay(crowd: Crowd, seed: int) -> Iterator[float]:
    """Seconds that each question waited."""
    clock = Clock()
    limits = ClientLimits(DEFAULT_RATE, MemoryStore(clock), clock)
    draw = random.Random(seed)
    begun = clock.now
    due: list[tuple[float, int, float]] = []
    for number in range(crowd.people * crowd.questions):
        at = begun + draw.uniform(0, crowd.seconds)
        heapq.heappush(due, (at, number, at))
    while due:
        clock.now, number, wanted = heapq.heappop(due)
        try:
            limits.hit(ADDRESS)
        except Limited as limited:
            back = clock.now + limited.retry_after + draw.uniform(0, SLACK)
            heapq.heappush(due, (back, number, wanted))
        else:
            yield clock.now - wanted


def main() -> None:
    """Print the table."""
    print(f"one address, {DEFAULT_RATE:,} a minute\n")
    print("| behind one address | questions | waited | median wait, s | longest, s |")
    print("|---|---:|---:|---:|---:|")
    for crowd in CROWDS:
        waits = list(replay(crowd, 2014))
        waited = [one for one in waits if one > 0]
        median = f"{statistics.median(waited):.0f}" if waited else "-"
        longest = f"{max(waited):.0f}" if waited else "-"
        share = f"{len(waited):,} ({len(waited) / len(waits):.1%})"
        print(f"| {crowd.name} | {len(waits):,} | {share} | {median} | {longest} |")


if __name__ == "__main__":
    main()
