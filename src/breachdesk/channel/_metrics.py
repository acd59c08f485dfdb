"""Counts for Prometheus. Labels come from closed lists: no address, path or number of a request."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from breachdesk.channel import _outbox
from breachdesk.wire import PROBLEMS

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
ROUTES: Final = ("ask", "token", "letter", "desk", "challenge", "service", "other")
OUTCOMES: Final = ("ok", *PROBLEMS)


class _Outbox(Collector):
    """Rows of the outbox at the time of a scrape."""

    def collect(self) -> list[GaugeMetricFamily]:
        """By channel, state, and why a row is dead."""
        rows = GaugeMetricFamily(
            "breachdesk_channel_messages",
            "Messages of the last day by state; of the dead ones the reason",
            labels=("channel", "state", "reason"),
        )
        for labels, count in sorted(_outbox.counts().items()):
            rows.add_metric(labels, count)
        return [rows]


class Metrics:
    """The counters of one process."""

    def __init__(self, epoch: int) -> None:
        self._registry = CollectorRegistry()
        requests = Counter(
            "breachdesk_channel_requests",
            "Requests by part of the service and outcome",
            ("route", "outcome"),
            registry=self._registry,
        )
        self.requests = {
            (route, outcome): requests.labels(route, outcome)
            for route in ROUTES
            for outcome in OUTCOMES
        }
        evaluations = Counter(
            "breachdesk_evaluations",
            "Evaluations under a key (RFC 9497 section 7.2.3)",
            ("kind", "epoch"),
            registry=self._registry,
        )
        self.evaluations = evaluations.labels("channel", str(epoch))

    def render(self) -> bytes:
        """The exposition. Raises a database's errors."""
        outbox = CollectorRegistry()
        outbox.register(_Outbox())
        return generate_latest(self._registry) + generate_latest(outbox)
