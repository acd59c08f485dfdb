"""The check service over loopback against the bare evaluation: `python benches/bench_service.py`.

The server is pinned to core 0 and the load client (wrk) to core 1, so that the client's own work
takes nothing from the server's core. The bare evaluation runs alone on core 0, right before and
right after, on libsodium whatever the service runs on; the share compares the medians of all
rounds. It is given by rate, and by processor time, which changes less when something else runs on
the machine. Without wrk or a second core it says so and measures nothing.

Without admission the service is measured on every engine that runs here; then on the one that it
chooses with tokens, limits and budgets in the memory of the process, and with those in a Redis,
which has core 1 together with the load client. A token serves once, so the tokens are fetched and
solved before.
"""

import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from breachdesk.release import MAX_ENTRIES
from breachdesk.voprf import Evaluator, blind, engine_name, generate_key_pair
from breachdesk.voprf._engines import VARIABLE

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.factories.engines import runnable
from tests.factories.redis_server import redis_server
from tests.factories.served import Made, make_service, running_check
from tests.factories.work import solve

ROUNDS = 3
SECONDS = 4
CONNECTIONS = 64
ELEMENTS = 512
BUCKET_BYTES = 64 + 64 * MAX_ENTRIES + 32 * 12

#: Seconds and rounds with tokens, of which each request needs one.
TOKEN_ROUNDS, TOKEN_SECONDS = 2, 3

_SCRIPT = """
local file = io.open("{elements}", "rb")
local all = file:read("*a")
file:close()
local tokens, skip, seen = {{}}, {skip}, 0
if "{tokens}" ~= "" then
  for line in io.lines("{tokens}") do
    seen = seen + 1
    if seen > skip then tokens[#tokens + 1] = line end
  end
end
local requests = {{}}
init = function(args)
  local elements = #all / 32
  for i = 0, math.max(elements, #tokens) - 1 do
    local at = (i % elements) * 32
    requests[#requests + 1] = wrk.format("POST", nil,
      {{["Content-Type"] = "application/octet-stream", ["Breachdesk-Token"] = tokens[i + 1]}},
      string.sub(all, at + 1, at + 32))
  end
end
local n = 0
request = function()
  n = n + 1
  return requests[(n - 1) % #requests + 1]
end
"""


@dataclass(frozen=True)
class Load:
    """What one run of wrk and the server's clocks say."""

    rate: float
    p50: str
    p99: str
    cpu_us: float


def bare(elements: list[bytes]) -> tuple[float, float]:
    """Evaluations on libsodium alone on core 0: how many a second, and processor us of one."""
    os.sched_setaffinity(0, {0})
    evaluate = Evaluator(generate_key_pair().secret).evaluate
    begun, used = time.perf_counter(), time.process_time()
    for _ in range(12):
        for element in elements:
            evaluate(element)
    took, used = time.perf_counter() - begun, time.process_time() - used
    os.sched_setaffinity(0, {1})
    count = 12 * len(elements)
    return count / took, used / count * 1e6


def load(
    server: int, url: str, script: Path | None, connections: int, seconds: int = SECONDS
) -> Load:
    """Ask as fast as `connections` clients can, each waiting for its answer."""
    process = psutil.Process(server)
    before = sum(process.cpu_times()[:2])
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    command += ["-s", str(script)] if script else []
    said = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
    used = sum(process.cpu_times()[:2]) - before
    if "Non-2xx" in said:
        raise SystemExit(f"errors under load:\n{said}")
    count = int(_find(r"(\d+) requests in", said))
    return Load(
        float(_find(r"Requests/sec:\s+([\d.]+)", said)),
        _find(r"\n +50%\s+(\S+)", said),
        _find(r"\n +99%\s+(\S+)", said),
        used / count * 1e6,
    )


def half_load(
    url: str, elements: list[bytes], rate: float, seconds: int = SECONDS, tokens: Path | None = None
) -> tuple[float, float]:
    """p50 and p99 in milliseconds of single requests that start at random moments.

    One client process on core 1, open loop: requests start when the clock says, on a free
    connection, and their time counts from when they were due.
    """
    script = Path(__file__).with_name("_paced_client.py")
    host = url.split("/")[2]
    command = ["taskset", "-c", "1", sys.executable, str(script), host, str(rate), str(seconds)]
    command += [str(tokens)] if tokens else []
    said = subprocess.run(
        command,
        input=b"".join(elements),
        check=True,
        capture_output=True,
    ).stdout.split()
    return float(said[0]), float(said[1])


def write_bucket(made: Made) -> str:
    """A file as long as the largest bucket, in place of a small one; its path."""
    path = made.releases / "releases/000001/buckets/00000000"
    path.chmod(0o644)
    path.write_bytes(os.urandom(BUCKET_BYTES))
    return "/v1/releases/000001/buckets/00000000"


def _find(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise SystemExit(f"wrk said something else:\n{text}")
    return found[1]


def fetch_tokens(url: str, path: Path, count: int) -> float:
    """Write so many solved challenges, one a line; microseconds of the service's answer to one."""
    host, _, port = url.removeprefix("http://").partition(":")
    connection = http.client.HTTPConnection(host, int(port))
    took = 0.0
    with path.open("wb") as file:
        for _ in range(count):
            begun = time.perf_counter()
            connection.request("GET", "/v1/challenge/open/1")
            challenge = connection.getresponse().read()
            took += time.perf_counter() - begun
            file.write(solve(challenge) + b"\n")
    connection.close()
    return took / count * 1e6


def main() -> None:
    """Print the table."""
    if shutil.which("wrk") is None or len(os.sched_getaffinity(0)) < 2:
        print("bench_service: not run, it needs wrk (Debian: apt-get install wrk) and two cores")
        return
    elements = [blind(i.to_bytes(4, "big")).element for i in range(ELEMENTS)]
    with tempfile.TemporaryDirectory() as folder:
        made = make_service(Path(folder))
        (Path(folder) / "elements").write_bytes(b"".join(elements))
        fastest = 0.0
        for engine in runnable():
            os.environ[VARIABLE] = engine.name
            with running_check(made, module="tests.factories.open_check") as (url, server):
                psutil.Process(server).cpu_affinity([0])
                fastest = max(fastest, report(engine.name, url, server, Path(folder), elements))
        del os.environ[VARIABLE]
        print(f"\non {engine_name()}:")
        options = {"effort": 1, "rate": 10**9}
        with running_check(made, **options) as (url, server):  # type: ignore[arg-type]  # options of the settings
            psutil.Process(server).cpu_affinity([0])
            report_buckets(made, url, server)
            report_admission("in memory", url, server, Path(folder), elements, fastest)
        if shutil.which("redis-server") is None:
            print(
                "with Redis: not run, it needs redis-server (Debian: apt-get install redis-server)"
            )
            return
        with (
            redis_server(Path(folder)) as redis,
            running_check(made, limits=redis.url, **options) as (url, server),  # type: ignore[arg-type]  # as above
        ):
            psutil.Process(server).cpu_affinity([0])
            report_admission("in Redis", url, server, Path(folder), elements, fastest)


def report(engine: str, url: str, server: int, folder: Path, elements: list[bytes]) -> float:
    """Without admission, against the bare evaluation on libsodium; how many a second."""
    target = f"{url}/v1/evaluate/open/1"
    script = write_script(folder, None, 0)
    load(server, target, script, CONNECTIONS)
    alone, loads = [], []
    for _ in range(ROUNDS):
        alone.append(bare(elements))
        loads.append(load(server, target, script, CONNECTIONS))
    alone.append(bare(elements))
    floor, rate = (
        statistics.median(one[0] for one in alone),
        statistics.median(one.rate for one in loads),
    )
    floor_cpu = statistics.median(one[1] for one in alone)
    cpu = statistics.median(one.cpu_us for one in loads)
    print(f"\nservice on {engine}, one worker, one core")
    print(f"  bare evaluation on libsodium     {floor:8.0f} /s   {floor_cpu:6.0f} us of processor")
    print(f"  service                          {rate:8.0f} /s   {cpu:6.0f} us of processor")
    print(f"  share of bare: by rate {rate / floor:6.1%}, by processor time {floor_cpu / cpu:6.1%}")
    print(f"  at full load, {CONNECTIONS} connections     p50 {loads[-1].p50}  p99 {loads[-1].p99}")
    p50, p99 = half_load(url, elements, rate / 2)
    print(f"  at half load, {rate / 2:6.0f} /s          p50 {p50:.2f} ms  p99 {p99:.2f} ms")
    single = load(server, target, script, 1, 2)
    print(f"  one client, one after the other  p50 {single.p50}  p99 {single.p99}")
    return rate


def report_buckets(made: Made, url: str, server: int) -> None:
    """The largest files of a release."""
    bucket = load(server, url + write_bucket(made), None, CONNECTIONS)
    print(f"buckets of {BUCKET_BYTES:,} bytes          {bucket.rate:8.0f} /s   p99 {bucket.p99}")


def report_admission(
    where: str, url: str, server: int, folder: Path, elements: list[bytes], most: float
) -> None:
    """With tokens, each of them new; `most` requests a second are expected at most."""
    target, tokens = f"{url}/v1/evaluate/open/1", folder / "tokens"
    each = int(most) * TOKEN_SECONDS
    challenge = fetch_tokens(url, tokens, each * (TOKEN_ROUNDS + 1))
    loads = [
        load(server, target, write_script(folder, tokens, each * n), CONNECTIONS, TOKEN_SECONDS)
        for n in range(TOKEN_ROUNDS)
    ]
    rate = statistics.median(one.rate for one in loads)
    cpu = statistics.median(one.cpu_us for one in loads)
    print(f"with admission {where:<10}          {rate:8.0f} /s   {cpu:6.0f} us of processor")
    print(f"  at full load, {CONNECTIONS} connections     p50 {loads[-1].p50}  p99 {loads[-1].p99}")
    kept = folder / "kept"
    kept.write_bytes(b"\n".join(tokens.read_bytes().split(b"\n")[each * TOKEN_ROUNDS :]))
    p50, p99 = half_load(url, elements, rate / 2, TOKEN_SECONDS, kept)
    print(f"  at half load, {rate / 2:6.0f} /s          p50 {p50:.2f} ms  p99 {p99:.2f} ms")
    print(f"  a challenge, one client after the other   {challenge:.0f} us")


def write_script(folder: Path, tokens: Path | None, skip: int) -> Path:
    """What wrk sends: every element in turn, with the tokens after so many."""
    script = folder / "wrk.lua"
    named = tokens or ""
    script.write_text(_SCRIPT.format(elements=folder / "elements", tokens=named, skip=skip))
    return script


if __name__ == "__main__":
    main()
