"""What the console keeps beside the cases: staff, audit log, calls, drafts, clusters."""

from datetime import datetime
from typing import Any, Final

from django.contrib.auth.models import User
from django.db import models
from django_otp import devices_for_user

from breachdesk.console._policy import ROLES, Actor
from breachdesk.desk.models import Case

#: What a call was about.
REPORT, QUESTION, CHECK, PROOF = "report", "question", "check", "proof"
CALL_KINDS: Final = (REPORT, QUESTION, CHECK, PROOF)
#: A cluster waits for a lead, is warned of in public, or was looked at and left.
FOUND, WARNED, DISMISSED = "found", "warned", "dismissed"
CLUSTER_STATES: Final = (FOUND, WARNED, DISMISSED)


class StaffMember(models.Model):
    """A person who may sign in, and the one role that he has."""

    user: "models.OneToOneField[User, User]" = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="staff_member"
    )
    user_id: int
    role: "models.CharField[str, str]" = models.CharField(
        max_length=16, choices=[(role, role) for role in ROLES]
    )

    class Meta:
        """Roles are the policy's, not Django's permissions."""

        default_permissions = ()

    def __str__(self) -> str:
        return self.user.username

    @classmethod
    def of(cls, user: Any) -> "StaffMember | None":
        """The member who is this user and still active."""
        return cls.objects.select_related("user").filter(pk=user.pk, user__is_active=True).first()

    @property
    def actor(self) -> Actor:
        """Who acts, as services take it."""
        return Actor(self.user.username, self.role, self.user_id)

    @property
    def has_factor(self) -> bool:
        """Whether a second factor is set up. Recovery codes alone are none."""
        names = {type(device).__name__ for device in devices_for_user(self.user)}
        return bool(names - {"StaticDevice"})


class SignInTry(models.Model):
    """A refused name and password, by a keyed hash of the name: what was typed is not kept."""

    id: "models.BigAutoField[int, int]" = models.BigAutoField(primary_key=True)
    name: "models.CharField[str, str]" = models.CharField(max_length=64)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        """Counted by name and time."""

        default_permissions = ()
        indexes = (models.Index(fields=("name", "at"), name="console_try"),)


class AuditLine(models.Model):
    """One record of the audit log, the exact bytes of its line. A trigger refuses every change."""

    number: "models.BigIntegerField[int, int]" = models.BigIntegerField(primary_key=True)
    line: "models.TextField[str, str]" = models.TextField()

    class Meta:
        """Added, and nothing else."""

        default_permissions = ()


class AuditHead(models.Model):
    """The one row that remembers the last record, and that writers lock."""

    id: "models.PositiveSmallIntegerField[int, int]" = models.PositiveSmallIntegerField(
        primary_key=True
    )
    count: "models.BigIntegerField[int, int]" = models.BigIntegerField()
    head: "models.CharField[str, str]" = models.CharField(max_length=64)

    class Meta:
        """Nobody edits it."""

        default_permissions = ()


class Call(models.Model):
    """One telephone call. Never what was said, and never a number."""

    id: "models.BigAutoField[int, int]" = models.BigAutoField(primary_key=True)
    staff: "models.ForeignKey[User, User]" = models.ForeignKey(
        User, models.PROTECT, related_name="+"
    )
    staff_id: int
    started_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(db_index=True)
    ended_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True
    )
    kind: "models.CharField[str, str]" = models.CharField(max_length=16, default="")
    language: "models.CharField[str, str]" = models.CharField(max_length=2, default="ko")
    case: "models.ForeignKey[Case | None, Case | None]" = models.ForeignKey(
        Case, models.SET_NULL, null=True, related_name="calls"
    )
    case_id: int | None

    class Meta:
        """The latest first."""

        default_permissions = ()
        ordering = ("-id",)


class Pause(models.Model):
    """A promise that stands still since the person was asked. The row goes once the time that it
    lasted was added to the promise, whoever ended it."""

    case: "models.OneToOneField[Case, Case]" = models.OneToOneField(
        Case, models.CASCADE, primary_key=True, related_name="pause"
    )
    case_id: int
    since: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        """Nobody edits it."""

        default_permissions = ()


class Draft(models.Model):
    """A reply that several may write on, sealed under the key of its case (`draft`).

    `version` counts savings: who saves on top of another version than he read is told so.
    """

    case: "models.OneToOneField[Case, Case]" = models.OneToOneField(
        Case, models.CASCADE, primary_key=True, related_name="draft"
    )
    case_id: int
    sealed: "models.BinaryField[bytes, bytes]" = models.BinaryField()
    version: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField(default=1)
    by: "models.ForeignKey[User, User]" = models.ForeignKey(User, models.PROTECT, related_name="+")
    by_id: int
    saved_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        """Nobody edits it."""

        default_permissions = ()


class PreparedReply(models.Model):
    """A reply that a lead wrote in both languages, and that agents begin with.

    `version` counts savings, as that of a draft. The first ones come with the migration.
    """

    id: "models.BigAutoField[int, int]" = models.BigAutoField(primary_key=True)
    title_ko: "models.CharField[str, str]" = models.CharField(max_length=60)
    title_en: "models.CharField[str, str]" = models.CharField(max_length=60)
    text_ko: "models.TextField[str, str]" = models.TextField()
    text_en: "models.TextField[str, str]" = models.TextField()
    version: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField(default=1)
    by: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+"
    )
    by_id: int | None
    saved_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True
    )

    class Meta:
        """In the order of writing."""

        default_permissions = ()
        ordering = ("id",)


class Cluster(models.Model):
    """Cases that share a fingerprint: the same number, page, account or text of a scam.

    `cases` is as of the last look of the worker. The words of a warning are there once it is
    WARNED, and public from then on.
    """

    id: "models.BigAutoField[int, int]" = models.BigAutoField(primary_key=True)
    kind: "models.CharField[str, str]" = models.CharField(max_length=8)
    digest: "models.CharField[str, str]" = models.CharField(max_length=200)
    cases: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField()
    first_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    last_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(db_index=True)
    state: "models.CharField[str, str]" = models.CharField(max_length=16, default=FOUND)
    words_ko: "models.TextField[str, str]" = models.TextField(default="", blank=True)
    words_en: "models.TextField[str, str]" = models.TextField(default="", blank=True)
    decided_by: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+"
    )
    decided_by_id: int | None
    decided_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True
    )

    class Meta:
        """One of a fingerprint."""

        default_permissions = ()
        ordering = ("-cases", "-last_at")
        constraints = (
            models.UniqueConstraint(fields=("kind", "digest"), name="console_cluster_once"),
        )
