"""Asks the evaluator at a given rate: arguments HOST:PORT, requests a second, seconds, tokens.

The last is a file of tokens, one a line, of which each serves once; without it none is sent.

Elements come on standard input, 32 bytes each. Open loop with exponential gaps: a request's time
counts from the moment when it was due, so that a slow server cannot slow its own measurement.
Prints p50 and p99 in milliseconds.
"""

import asyncio
import random
import sys
import time
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import uvloop

_CONNECTIONS = 32


async def ask(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    host: str,
    element: bytes,
    token: str,
) -> None:
    """One request on a connection that is kept."""
    writer.write(
        f"POST /v1/evaluate/open/1 HTTP/1.1\r\nHost: {host}\r\nContent-Length: 32\r\n"
        f"Content-Type: application/octet-stream\r\n{token}\r\n".encode()
        + element
    )
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        sys.exit("the service refused")
    await reader.readexactly(96)


async def run(
    host: str, rate: float, seconds: float, elements: list[bytes], tokens: Iterator[str]
) -> list[float]:
    """Times of all requests, in seconds."""
    name, _, port = host.partition(":")
    free = [await asyncio.open_connection(name, int(port)) for _ in range(_CONNECTIONS)]
    idle: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for connection in free:
        idle.put_nowait(connection)
    times: list[float] = []
    draw = random.Random(1)

    async def one(due: float, element: bytes) -> None:
        connection = await idle.get()
        await ask(*connection, host, element, next(tokens))
        times.append(time.perf_counter() - due)
        idle.put_nowait(connection)

    begun = due = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        while due - begun < seconds:
            due += draw.expovariate(rate)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.create_task(one(due, draw.choice(elements)))
    return sorted(times)


def main() -> None:
    """Read the elements, ask, print."""
    data = sys.stdin.buffer.read()
    elements = [data[i : i + 32] for i in range(0, len(data), 32)]
    host, rate, seconds = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
    lines = Path(sys.argv[4]).read_text().split() if len(sys.argv) > 4 else []
    tokens = iter([f"Breachdesk-Token: {one}\r\n" for one in lines]) if lines else repeat("")
    times = uvloop.run(run(host, rate, seconds, elements, tokens))
    for share in (0.50, 0.99):
        print(f"{times[int(share * len(times))] * 1000:.3f}")


if __name__ == "__main__":
    main()
