"""Releases in the timeline: each once, however often the folder is looked at."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from breachdesk.incidents._actor import Actor
from breachdesk.incidents.models import RELEASED, Entry, Incident


def record_releases(
    actor: Actor, incident: Incident, releases: Iterable[tuple[int, datetime]]
) -> list[int]:
    """Write down numbers and moments of releases that the timeline does not have; the new numbers.

    A moment that a wrong clock put into the future counts as now.
    """
    now, new = timezone.now(), []
    with transaction.atomic():
        for number, at in releases:
            _entry, made = Entry.objects.get_or_create(
                incident=incident,
                release=number,
                defaults={
                    "kind": RELEASED,
                    "at": min(at, now),
                    "source": f"release {number}",
                    "author": actor.name,
                },
            )
            if made:
                new.append(number)
    return new
