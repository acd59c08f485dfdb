"""What the register keeps. Nothing here is about a person who reports.

Versions, statements and timeline entries are added and never changed. `author` and `by` say who
did it, as `Actor.name` writes it.
"""

from datetime import datetime
from typing import Final

from django.db import models
from django.db.models.functions import Now

#: What a timeline entry tells.
DISCOVERED, CONTAINED, NOTIFIED, AMENDED = "discovered", "contained", "notified", "amended"
RELEASED, KNOWN, REPORTED, UNDONE = "released", "known", "reported", "undone"
OTHER: Final = "other"
#: What everybody may read; releases, and duties that are done, are listed by themselves.
PUBLIC_KINDS: Final = (DISCOVERED, CONTAINED, NOTIFIED, AMENDED)
ENTRY_KINDS: Final = (*PUBLIC_KINDS, RELEASED, KNOWN, REPORTED, UNDONE, OTHER)

_SLUG_LENGTH: Final = 32
_NAME_LENGTH: Final = 150
#: How an entry of the timeline is known.
SOURCE_LENGTH: Final = 500


class Incident(models.Model):
    """One leak. What is true of it now stands in its last version."""

    id: "models.BigAutoField[int, int]" = models.BigAutoField(primary_key=True)
    slug: "models.CharField[str, str]" = models.CharField(max_length=_SLUG_LENGTH, unique=True)
    number: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField(unique=True)
    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(db_default=Now())

    class Meta:
        """Roles are the console's."""

        default_permissions = ()

    def __str__(self) -> str:
        return self.slug


class Version(models.Model):
    """The incident file as it was from a moment on."""

    id: "models.BigAutoField[int, int]" = models.BigAutoField(primary_key=True)
    incident: "models.ForeignKey[Incident, Incident]" = models.ForeignKey(
        Incident, models.CASCADE, related_name="versions"
    )
    incident_id: int
    number: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField()
    text: "models.TextField[str, str]" = models.TextField()
    valid_from: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    author: "models.CharField[str, str]" = models.CharField(max_length=_NAME_LENGTH)

    class Meta:
        """One of a number."""

        default_permissions = ()
        ordering = ("incident", "number")
        constraints = (
            models.UniqueConstraint(fields=("incident", "number"), name="incidents_one_version"),
        )

    def __str__(self) -> str:
        return f"{self.incident_id}/{self.number}"


class Entry(models.Model):
    """One line of the timeline: what happened, when, how that is known, who wrote it down.

    `release` is the number of the release that it tells of, which stands there once. `source` of a
    clock (KNOWN, REPORTED, UNDONE) is the id of its rule.
    """

    id: "models.BigAutoField[int, int]" = models.BigAutoField(primary_key=True)
    incident: "models.ForeignKey[Incident, Incident]" = models.ForeignKey(
        Incident, models.CASCADE, related_name="entries"
    )
    incident_id: int
    kind: "models.CharField[str, str]" = models.CharField(max_length=16)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    source: "models.CharField[str, str]" = models.CharField(max_length=SOURCE_LENGTH)
    author: "models.CharField[str, str]" = models.CharField(max_length=_NAME_LENGTH)
    release: "models.PositiveIntegerField[int | None, int | None]" = models.PositiveIntegerField(
        null=True
    )
    recorded_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(db_default=Now())

    class Meta:
        """In the order of what happened."""

        default_permissions = ()
        ordering = ("incident", "at", "id")
        constraints = (
            models.UniqueConstraint(fields=("incident", "release"), name="incidents_one_release"),
        )

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.kind}"


class Statement(models.Model):
    """What the organisation says in one language, in one version."""

    id: "models.BigAutoField[int, int]" = models.BigAutoField(primary_key=True)
    incident: "models.ForeignKey[Incident, Incident]" = models.ForeignKey(
        Incident, models.CASCADE, related_name="statements"
    )
    incident_id: int
    language: "models.CharField[str, str]" = models.CharField(max_length=2)
    version: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField()
    text: "models.TextField[str, str]" = models.TextField()
    author: "models.CharField[str, str]" = models.CharField(max_length=_NAME_LENGTH)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        """One of a version and language."""

        default_permissions = ()
        ordering = ("incident", "language", "version")
        constraints = (
            models.UniqueConstraint(
                fields=("incident", "language", "version"), name="incidents_one_statement"
            ),
        )

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.language} {self.version}"


class Clock(models.Model):
    """A duty with a time limit that runs from the moment of knowing. `rule` is an id of rules."""

    id: "models.BigAutoField[int, int]" = models.BigAutoField(primary_key=True)
    incident: "models.ForeignKey[Incident, Incident]" = models.ForeignKey(
        Incident, models.CASCADE, related_name="clocks"
    )
    incident_id: int
    rule: "models.CharField[str, str]" = models.CharField(max_length=32)
    known_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    due_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(db_index=True)
    done_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True
    )
    by: "models.CharField[str, str]" = models.CharField(max_length=_NAME_LENGTH, default="")

    class Meta:
        """One of a rule runs at a time."""

        default_permissions = ()
        ordering = ("due_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("incident", "rule"),
                condition=models.Q(done_at=None),
                name="incidents_one_clock_runs",
            ),
        )

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.rule}"


class Channel(models.Model):
    """A way by which the organisation writes to people about this leak, or never does."""

    id: "models.BigAutoField[int, int]" = models.BigAutoField(primary_key=True)
    incident: "models.ForeignKey[Incident, Incident]" = models.ForeignKey(
        Incident, models.CASCADE, related_name="channels"
    )
    incident_id: int
    code: "models.CharField[str, str]" = models.CharField(max_length=16)
    uses: "models.BooleanField[bool, bool]" = models.BooleanField()

    class Meta:
        """One of a code."""

        default_permissions = ()
        ordering = ("incident", "code")
        constraints = (
            models.UniqueConstraint(fields=("incident", "code"), name="incidents_one_channel"),
        )

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.code}"
