"""From press to answer in a real browser, with a bucket as full as buckets get.

Issue "First light", section 5: at most one second on a phone-class CPU. Chromium's throttling
leaves workers alone, so what counts is the main thread's time at 4x plus four times the worker's.
Each check is the first one of a new page: it loads, compiles and starts the worker too. The time
for which the network is waited for is not in it.

Prints rows of a Markdown table.
"""

import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))  # for tests/, when run as a script

from breachdesk.release import Manifest, Store, decode_entry
from breachdesk.wire import entry_path
from tests.conftest import find_chromium
from tests.e2e.check_page import BY_PHONE, CheckPage
from tests.e2e.conftest import BROWSER_OPTIONS
from tests.e2e.running_service import CANARY, CANARY_ABSENT, Person, Service

#: So many rows make two buckets of nearly 2,032 entries, the most that a bucket holds.
RECORDS = 2300
ROUNDS = 7
SLOWER = 4
_TASK = "ThreadControllerImpl::RunTask"
_COLUMNS = (
    "answer",
    "entries a bucket",
    "main thread at 4x, ms",
    "worker x 4, ms",
    "sum, ms",
    "by the clock, main thread at 4x, ms",
)
_CATEGORIES = ["toplevel", "__metadata", "blink.user_timing"]
_MARKS = ("pressed", "answered")
#: Press, and be told of the answer when it has been painted; nobody else asks the page meanwhile.
_PRESS = """() => new Promise((resolve) => {
  const shown = () => document.body.dataset.now;
  new MutationObserver(() => {
    if (shown() === "working" || shown() === "asking") return;
    requestAnimationFrame(() => setTimeout(() => {
      performance.mark("answered");
      resolve(shown());
    }));
  }).observe(document.body, { attributes: true });
  performance.mark("pressed");
  document.querySelector("#form button[type=submit]").click();
})"""
_MAIN, _WORKER = "CrRendererMain", "DedicatedWorker thread"


def measure(
    browser: Browser, service: Service, person: Person, folder: Path
) -> tuple[float, float, float]:
    """Milliseconds of the throttled main thread, of the worker, and of the clock."""
    context = browser.new_context()
    page = context.new_page()
    check_page = CheckPage(page, service.pages.url, "ko").open()
    page.wait_for_load_state("networkidle")
    check_page.fill(BY_PHONE, person.fields)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    trace = folder / "trace.json"
    browser.start_tracing(page=page, path=trace, categories=_CATEGORIES)
    kind = page.evaluate(_PRESS)
    browser.stop_tracing()
    context.close()
    assert kind == ("included" if person.included else "not-found")
    events: list[dict[str, Any]] = json.loads(trace.read_bytes())["traceEvents"]
    first, last = (next(e["ts"] for e in events if e["name"] == name) for name in _MARKS)
    busy = [_busy(events, thread, first, last) for thread in (_MAIN, _WORKER)]
    return busy[0], busy[1], (last - first) / 1000


def _busy(events: Sequence[dict[str, Any]], thread: str, first: float, last: float) -> float:
    """Milliseconds between two moments of the busiest thread of that name: others sleep."""
    named = {
        (one["pid"], one["tid"])
        for one in events
        if one["name"] == "thread_name" and one["args"]["name"].startswith(thread)
    }
    totals = dict.fromkeys(named, 0.0)
    for one in events:
        place = (one["pid"], one["tid"])
        if one["name"] == _TASK and place in totals:
            begin, end = one["ts"], one["ts"] + one.get("dur", 0)
            totals[place] += max(0, min(end, last) - max(begin, first)) / 1000
    return max(totals.values())


def fullest(service: Service) -> int:
    """Entries that a bucket of the release holds."""
    store = Store(service.releases)
    manifest = decode_entry(store.read(entry_path(1)))
    assert isinstance(manifest, Manifest)
    return manifest.buckets.capacity


def main() -> None:
    chromium = find_chromium()
    assert chromium is not None, "no Chromium on this machine"
    with tempfile.TemporaryDirectory() as name:
        service = Service(Path(name))
        service.build(RECORDS)
        service.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=chromium, args=list(BROWSER_OPTIONS), headless=True
                )
                capacity = fullest(service)
                print(f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}")
                for person in (CANARY, CANARY_ABSENT):
                    rounds = [measure(browser, service, person, Path(name)) for _ in range(ROUNDS)]
                    main_ms, worker, clock = map(statistics.median, zip(*rounds, strict=True))
                    worker_ms = SLOWER * worker
                    answer = "included" if person.included else "not found"
                    row = (answer, f"{capacity:,}", main_ms, worker_ms, main_ms + worker_ms, clock)
                    texts = (one if isinstance(one, str) else f"{one:,.0f}" for one in row)
                    print(f"| {' | '.join(texts)} |")
                browser.close()
        finally:
            service.stop()


if __name__ == "__main__":
    main()
