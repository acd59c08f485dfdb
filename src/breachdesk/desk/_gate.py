"""Who may send, and how much: quotas for each network, proof of work above the calm rate.

Nobody is shut out: over the calm rate a script solves a puzzle by itself, and who has no script
is told in how many seconds to press again, with all that was typed still there. While the Redis
that several processes count in is away, each counts by itself: a limit is then at most as many
times higher as there are processes, and whoever was harmed still gets through.
"""

import hmac
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Final, TypeVar

from django.conf import settings
from django.http import HttpRequest

from breachdesk.admission import (
    ClientLimits,
    CountStore,
    Limited,
    Load,
    OneAtATime,
    StoreError,
    TokenRefused,
    Tokens,
    client_address,
    memory_store,
    redis_store,
)
from breachdesk.bounded import LOAD
from breachdesk.desk import _data

KIND: Final = "desk"
#: Forms that one address sends a minute with no proof of work, and with it.
CALM_RATE: Final = 20
MOST_RATE: Final = 120
#: Counters of a puzzle at full load, two seconds of a telephone: in a wave it is people who were
#: harmed that wait.
MOST_EFFORT: Final = 2**19
#: The field in which a solved puzzle comes.
WORK_FIELD: Final = "work"
#: Requests in work or waiting for each thread, from which on the short form is given.
SHORT_FROM: Final = 2.0
_Found = TypeVar("_Found")
logger = logging.getLogger("breachdesk.desk")

_EPOCH: Final = 1
_NO_RELEASE: Final = 0
_ALONE: Final = "the shared store is away, this process counts alone"
_SHARED: Final = "counted with the other processes again"


@dataclass(frozen=True, slots=True)
class Gate:
    """The limits over one store."""

    calm: ClientLimits = field(repr=False)
    most: ClientLimits = field(repr=False)
    tokens: Tokens = field(repr=False)
    load: Load = field(repr=False)

    def admit(self, request: HttpRequest) -> None:
        """Count a form that was sent. Raises `admission.Limited`, `admission.StoreError`."""
        address = _client(request)
        self.most.hit(address)
        try:
            self.calm.hit(address)
        except Limited as limited:
            self._work(request, limited)

    def challenge(self) -> bytes:
        """A puzzle as JSON (PROTOCOL 10.1). Raises `admission.StoreError`."""
        return self.tokens.challenge(KIND, _EPOCH, _NO_RELEASE, self.load.share())

    def _work(self, request: HttpRequest, limited: Limited) -> None:
        """Over the calm rate a solved puzzle admits; without one, `limited` says when to come."""
        given = request.POST.get(WORK_FIELD, "").encode("ascii", "replace")
        try:
            self.tokens.spend(given or None, KIND, _EPOCH, _NO_RELEASE)
        except TokenRefused:
            raise limited from None


def make_gate(store: CountStore) -> Gate:
    """A gate over a store. The puzzles' key comes from the data folder's salt."""
    key = hmac.digest(_data.salt(), b"breachdesk/desk-puzzles/v1", "sha256")
    return Gate(
        ClientLimits(CALM_RATE, store, time.time, name="desk-calm/"),
        ClientLimits(MOST_RATE, store, time.time, name="desk/"),
        Tokens(key, store, most=MOST_EFFORT),
        Load(),
    )


class Gates:
    """The limits that all processes share and, while their store is away, this process's own.

    What was solved for one is nothing for the other, so no puzzle counts twice.
    """

    def __init__(self, shared: Gate, own: Gate) -> None:
        self._shared = shared
        self._own = own
        self._alone = False

    def admit(self, request: HttpRequest) -> None:
        """As `Gate.admit`."""
        self._first(lambda gate: gate.admit(request))

    def challenge(self) -> bytes:
        """As `Gate.challenge`, by whichever counted last: the shared one would make puzzles, from
        what it remembers, that nothing takes while its store is away."""
        return self._own.challenge() if self._alone else self._first(Gate.challenge)

    def _first(self, ask: Callable[[Gate], _Found]) -> _Found:
        """What the shared one says; what the own one says where that cannot count."""
        alone = False
        try:
            return ask(self._shared)
        except StoreError:
            alone = True
            return ask(self._own)
        finally:
            self._tell(alone=alone)

    def _tell(self, *, alone: bool) -> None:
        if alone is not self._alone:
            self._alone = alone
            logger.warning("limits: %s", _ALONE if alone else _SHARED)


@cache
def gate() -> Gate | Gates:
    """This process's."""
    own = make_gate(OneAtATime(memory_store()))
    url = os.environ.get("BREACHDESK_LIMITS", "")
    return Gates(make_gate(redis_store(url)), own) if url else own


def is_busy(request: HttpRequest) -> bool:
    """Whether so many wait that the short form is given. An operator may also switch it on."""
    return bool(settings.SHORT_FORM) or request.META.get(LOAD, 0.0) >= SHORT_FROM


def _client(request: HttpRequest) -> str:
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").encode("latin-1")
    return client_address(request.META.get("REMOTE_ADDR", ""), [forwarded], settings.PROXIES)
