"""The history of a case."""

from typing import Any

from django.utils import timezone

from breachdesk.desk.models import Case, Event
from breachdesk.incidents import Actor


def record(actor: Actor, case: Case, verb: str, **data: Any) -> Event:
    """Write one line. `data` holds names, numbers and ids, never content. Inside a transaction."""
    return Event.objects.create(
        case=case, at=timezone.now(), actor=actor.name, verb=verb, data=data
    )
