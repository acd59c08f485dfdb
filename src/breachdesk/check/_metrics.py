"""Counts for Prometheus. Labels come from closed lists: no path, address or number of a request.

With PROMETHEUS_MULTIPROC_DIR set before this module is imported, each process writes its counts to
a file of its own there, and whichever answers a scrape sums all of them.
"""

import os
from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from breachdesk.admission import REASONS
from breachdesk.check._files import ReleaseFiles
from breachdesk.wire import PROBLEMS

CONTENT_TYPE: Final = b"text/plain; version=0.0.4; charset=utf-8"

_SHARED: Final = "PROMETHEUS_MULTIPROC_DIR" in os.environ
if _SHARED:
    # The library asks the system for the process id at every count. A process of this service is
    # started anew and never forks, so that once is enough.
    _PROCESS: Final = os.getpid()
    values.ValueClass = values.MultiProcessValue(lambda: _PROCESS)  # type: ignore[no-untyped-call]  # the library has no types

ROUTES: Final = ("evaluate", "challenge", "checkpoint", "release", "bucket", "service", "other")
OUTCOMES: Final = ("ok", *PROBLEMS, "disconnected")

BudgetsLeft = Callable[[], dict[tuple[str, int, str], int]]


class _Published(Collector):
    """What the files say at the time of a scrape."""

    def __init__(self, files: ReleaseFiles, budgets_left: BudgetsLeft) -> None:
        self._files = files
        self._budgets_left = budgets_left

    def collect(self) -> list[GaugeMetricFamily]:
        """The newest log entry, the time of the newest cosignature, and what budgets are left."""
        published = self._files.published()
        left = GaugeMetricFamily(
            "breachdesk_budget_left",
            "Evaluations that a key may still give, on all hosts as far as this one knows",
            labels=("kind", "epoch", "period"),
        )
        for (kind, epoch, period), number in self._budgets_left().items():
            left.add_metric((kind, str(epoch), period), number)
        return [
            left,
            GaugeMetricFamily(
                "breachdesk_log_size", "Entries of the log that are published", published.size
            ),
            GaugeMetricFamily(
                "breachdesk_checkpoint_time_seconds",
                "Newest time of a cosignature, unverified; alarm at 36 hours (PROTOCOL 9.3)",
                published.time,
            ),
        ]


class Metrics:
    """The counters of one application."""

    def __init__(self, files: ReleaseFiles) -> None:
        self._own = CollectorRegistry()
        self._files = files
        #: By kind, epoch and period; set by who knows.
        self.budgets_left: BudgetsLeft = dict
        requests = Counter(
            "breachdesk_requests",
            "Requests by part of the service and outcome (answered evaluations apart)",
            ("route", "outcome"),
            registry=self._own,
        )
        self.requests = {
            (route, outcome): requests.labels(route, outcome)
            for route in ROUTES
            for outcome in OUTCOMES
        }
        self._evaluations = Counter(
            "breachdesk_evaluations",
            "Evaluations under a key (RFC 9497 section 7.2.3)",
            ("kind", "epoch"),
            registry=self._own,
        )

        refused = Counter(
            "breachdesk_refused",
            "Requests turned away before an evaluation, by reason",
            ("reason",),
            registry=self._own,
        )
        self.refused = {reason: refused.labels(reason).inc for reason in REASONS}

    def evaluations(self, kind: str, epoch: int) -> Counter:
        """The counter of one key."""
        return self._evaluations.labels(kind, str(epoch))

    def render(self) -> bytes:
        """The exposition, over all processes."""
        registry = CollectorRegistry()
        if _SHARED:
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types
        files = CollectorRegistry()
        files.register(_Published(self._files, self.budgets_left))
        counts = generate_latest(registry if _SHARED else self._own)
        return counts + generate_latest(files)
