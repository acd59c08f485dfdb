"""What the desk keeps. Columns named `sealed` or `wrapped_…` hold nothing that the database opens.

Texts, contacts and files of people are sealed under the key of their case (`envelope`). In the
clear are kind, state, dates, the address of a scam page, and what agents wrote as a summary.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce

from breachdesk.desk._case_indexes import CASE_INDEXES
from breachdesk.incidents.models import Incident

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

KINDS: Final = (
    "phishing_voice",
    "smishing",
    "account_misuse",
    "card_misuse",
    "line_opened",
    "small_payment",
    "identity_misuse",
    "telemarketing",
    "other",
)
NEW, OPEN, WAITING_PERSON, RESOLVED = "new", "open", "waiting_person", "resolved"
CLOSED, WITHDRAWN, MERGED = "closed", "withdrawn", "merged"
STATES: Final = (NEW, OPEN, WAITING_PERSON, RESOLVED, CLOSED, WITHDRAWN, MERGED)
#: States in which nobody works on a case any more.
ENDED: Final = (RESOLVED, CLOSED, WITHDRAWN, MERGED)
WEB, PHONE, DESK = "web", "phone", "desk"
CHANNELS: Final = (WEB, PHONE, DESK)
#: How the person wants to hear from us. `receipt`: only where he looks with his receipt.
CONTACT_WISHES: Final = ("receipt", "phone", "email")
#: What a sealed text is.
NARRATIVE, CONTACT, CALLER_NUMBER = "narrative", "contact", "caller_number"
CALLER_TEXT, CALLER_ACCOUNT, SAFE_TIMES, NOTE = (
    "caller_text",
    "caller_account",
    "safe_times",
    "note",
)
SEALED_KINDS: Final = (
    NARRATIVE,
    CONTACT,
    CALLER_NUMBER,
    CALLER_TEXT,
    CALLER_ACCOUNT,
    SAFE_TIMES,
    NOTE,
)
TO_PERSON, FROM_PERSON = "to_person", "from_person"
#: What the scanner said of a file. `none`: no scanner is configured. `waiting`: it was down.
CLEAN, INFECTED, WAITING, NO_SCANNER = "clean", "infected", "waiting", "none"
VERDICTS: Final = (CLEAN, INFECTED, WAITING, NO_SCANNER)
FINGERPRINT_KINDS: Final = ("phone", "account", "url", "text")

NUMBER_LENGTH: Final = 16
_ACTOR_LENGTH: Final = 32
#: Characters of a 32-byte hash in hex.
_HASH_LENGTH: Final = 64


class Counter(models.Model):
    """The last case number of a year."""

    year: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField(primary_key=True)
    last: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField(default=0)

    class Meta:
        """Nobody edits it."""

        default_permissions = ()


class Case(models.Model):
    """One report. `number` is public; `receipt_id` is what its receipt is looked up by.

    `wrapped_for_desk` and `wrapped_for_receipt` are the case key, wrapped twice; emptied when the
    case was shredded, and then nothing of it opens.
    """

    id: "models.BigAutoField[int, int]" = models.BigAutoField(primary_key=True)
    number: "models.CharField[str, str]" = models.CharField(max_length=NUMBER_LENGTH, unique=True)
    incident: "models.ForeignKey[Incident | None, Incident | None]" = models.ForeignKey(
        Incident, models.PROTECT, null=True, related_name="cases"
    )
    incident_id: int | None
    kind: "models.CharField[str, str]" = models.CharField(max_length=16)
    state: "models.CharField[str, str]" = models.CharField(max_length=16, default=NEW)
    channel: "models.CharField[str, str]" = models.CharField(max_length=8, default=WEB)
    language: "models.CharField[str, str]" = models.CharField(max_length=2)
    #: ISO 3166-2:KR without `KR-`, empty when not told.
    region: "models.CharField[str, str]" = models.CharField(max_length=8, default="", blank=True)
    happened_on: "models.DateField[date | None, date | None]" = models.DateField(null=True)
    loss_won: "models.BigIntegerField[int | None, int | None]" = models.BigIntegerField(null=True)
    bank_told: "models.BooleanField[bool, bool]" = models.BooleanField(default=False)
    police_told: "models.BooleanField[bool, bool]" = models.BooleanField(default=False)
    scam_url: "models.CharField[str, str]" = models.CharField(
        max_length=500, default="", blank=True
    )
    #: Codes of the leaked items that the check showed, in catalogue order.
    items: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    claim_token: "models.BinaryField[bytes | None, bytes | None]" = models.BinaryField(null=True)
    urgent: "models.BooleanField[bool, bool]" = models.BooleanField(default=False)
    short_form: "models.BooleanField[bool, bool]" = models.BooleanField(default=False)
    contact_wanted: "models.CharField[str, str]" = models.CharField(max_length=8, default="receipt")
    received_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(db_index=True)
    first_response_due: "models.DateTimeField[datetime | None, datetime | None]" = (
        models.DateTimeField(null=True)
    )
    resolution_due: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True
    )
    first_response_at: "models.DateTimeField[datetime | None, datetime | None]" = (
        models.DateTimeField(null=True)
    )
    ended_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True
    )
    paused_since: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True
    )
    paused_seconds: "models.BigIntegerField[int, int]" = models.BigIntegerField(default=0)
    assigned_to: "models.ForeignKey[AbstractUser | None, AbstractUser | None]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="cases"
    )
    assigned_to_id: int | None
    merged_into: "models.ForeignKey[Case | None, Case | None]" = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="duplicates"
    )
    merged_into_id: int | None
    summary: "models.TextField[str, str]" = models.TextField(default="", blank=True)
    #: Whether the console's worker has opened it and made its fingerprints.
    indexed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, db_index=True
    )
    wrapped_for_desk: "models.BinaryField[bytes, bytes]" = models.BinaryField()
    wrapped_for_receipt: "models.BinaryField[bytes, bytes]" = models.BinaryField()
    receipt_id: "models.CharField[str, str]" = models.CharField(
        max_length=_HASH_LENGTH, unique=True
    )
    #: The person lost his receipt and asks to be called back at the contact of the case.
    recovery_asked_at: "models.DateTimeField[datetime | None, datetime | None]" = (
        models.DateTimeField(null=True)
    )
    retain_until: "models.DateField[date, date]" = models.DateField(db_index=True)
    shredded_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True
    )
    #: 1 where the desk has to act, else 0: by the database, as the next one, so that an index holds
    #: them. A number, as SQLite uses no index for a column that is a condition by itself.
    going = models.GeneratedField(
        expression=models.Case(
            models.When(state__in=(NEW, OPEN), then=1),
            default=0,
            output_field=models.SmallIntegerField(),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    #: The promise that comes next, the first answer or the end; arrival where none was made yet.
    next_promise = models.GeneratedField(
        expression=Coalesce(
            models.Case(
                models.When(first_response_at=None, then="first_response_due"),
                default="resolution_due",
            ),
            "received_at",
        ),
        output_field=models.DateTimeField(),
        db_persist=True,
    )

    class Meta:
        """Each index holds all that its readers need of a case, so that no row is looked at."""

        default_permissions = ()
        indexes = CASE_INDEXES

    def __str__(self) -> str:
        return self.number


class Sealed(models.Model):
    """A sealed text of a case, JSON in UTF-8 inside; purpose of the seal is `text/<kind>`."""

    id: "models.BigAutoField[int, int]" = models.BigAutoField(primary_key=True)
    case: "models.ForeignKey[Case, Case]" = models.ForeignKey(
        Case, models.CASCADE, related_name="sealed"
    )
    case_id: int
    kind: "models.CharField[str, str]" = models.CharField(max_length=16)
    sealed: "models.BinaryField[bytes, bytes]" = models.BinaryField()
    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    #: As `Actor.name` writes it: `person`, `staff:7`.
    by: "models.CharField[str, str]" = models.CharField(max_length=_ACTOR_LENGTH)

    class Meta:
        """Read by case and kind."""

        default_permissions = ()
        ordering = ("id",)
        indexes = (models.Index(fields=("case", "kind"), name="desk_sealed_case"),)


class Message(models.Model):
    """One message between the person and the desk; purpose of the seal is `message/<direction>`."""

    id: "models.BigAutoField[int, int]" = models.BigAutoField(primary_key=True)
    case: "models.ForeignKey[Case, Case]" = models.ForeignKey(
        Case, models.CASCADE, related_name="messages"
    )
    case_id: int
    direction: "models.CharField[str, str]" = models.CharField(max_length=16)
    sealed: "models.BinaryField[bytes, bytes]" = models.BinaryField()
    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    read_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True
    )
    author: "models.CharField[str, str]" = models.CharField(max_length=_ACTOR_LENGTH)

    class Meta:
        """In the order of writing."""

        default_permissions = ()
        ordering = ("id",)


class Attachment(models.Model):
    """A file of a case, sealed in the data folder as `name`; purpose is `file/<name>`.

    What is kept is the cleaned file: an image written anew, or a PDF rebuilt. `width` and `height`
    are pixels of an image, `pages` those of a PDF. The original name is sealed (`file-name`).
    """

    id: "models.BigAutoField[int, int]" = models.BigAutoField(primary_key=True)
    case: "models.ForeignKey[Case, Case]" = models.ForeignKey(
        Case, models.CASCADE, related_name="attachments"
    )
    case_id: int
    name: "models.CharField[str, str]" = models.CharField(max_length=32, unique=True)
    sealed_name: "models.BinaryField[bytes, bytes]" = models.BinaryField()
    media_type: "models.CharField[str, str]" = models.CharField(max_length=64)
    size: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField()
    width: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField(default=0)
    height: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField(default=0)
    pages: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField(default=0)
    verdict: "models.CharField[str, str]" = models.CharField(max_length=8)
    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    by: "models.CharField[str, str]" = models.CharField(max_length=_ACTOR_LENGTH)

    class Meta:
        """In the order of arrival."""

        default_permissions = ()
        ordering = ("id",)


class Fingerprint(models.Model):
    """What cases are linked by: a keyed hash (`envelope.Fingerprinter`), or a page's host and path.

    Made by the console's worker, which alone has the key.
    """

    id: "models.BigAutoField[int, int]" = models.BigAutoField(primary_key=True)
    case: "models.ForeignKey[Case, Case]" = models.ForeignKey(
        Case, models.CASCADE, related_name="fingerprints"
    )
    case_id: int
    kind: "models.CharField[str, str]" = models.CharField(max_length=8)
    #: The hash in hex; of a `url`, host and path in the clear, cut to 200 characters.
    digest: "models.CharField[str, str]" = models.CharField(max_length=200)

    class Meta:
        """Found by what it is."""

        default_permissions = ()
        # For equality and for beginnings: in most of PostgreSQL's locales the usual order of texts
        # does not serve LIKE. SQLite knows no such classes and needs none.
        indexes = (
            models.Index(
                fields=("kind", "digest"),
                opclasses=("varchar_ops", "varchar_pattern_ops"),
                name="desk_fingerprint_begins",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("case", "kind", "digest"), name="desk_fingerprint_once"
            ),
        )


class Event(models.Model):
    """One thing that happened to a case. `data` holds names, counts and ids, never content."""

    id: "models.BigAutoField[int, int]" = models.BigAutoField(primary_key=True)
    case: "models.ForeignKey[Case, Case]" = models.ForeignKey(
        Case, models.CASCADE, related_name="events"
    )
    case_id: int
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    actor: "models.CharField[str, str]" = models.CharField(max_length=_ACTOR_LENGTH)
    verb: "models.CharField[str, str]" = models.CharField(max_length=32)
    data: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)

    class Meta:
        """In the order of happening."""

        default_permissions = ()
        ordering = ("id",)


class Submission(models.Model):
    """A form that was received. The same form sent again is answered alike and does nothing.

    `key` is the hash of the form's random key, `content` a keyed hash of what was sent with it.
    """

    key: "models.CharField[str, str]" = models.CharField(max_length=_HASH_LENGTH, primary_key=True)
    content: "models.CharField[str, str]" = models.CharField(max_length=_HASH_LENGTH)
    case: "models.ForeignKey[Case, Case]" = models.ForeignKey(
        Case, models.CASCADE, related_name="submissions"
    )
    case_id: int
    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(db_index=True)

    class Meta:
        """Nobody edits it."""

        default_permissions = ()


class CallProof(models.Model):
    """A code that an agent reads out and the caller types: "this is really us". Once, 10 minutes.

    `phone_end` is the end of the number that the agent speaks with, as the page shows it.
    """

    id: "models.BigAutoField[int, int]" = models.BigAutoField(primary_key=True)
    digest: "models.CharField[str, str]" = models.CharField(max_length=_HASH_LENGTH, unique=True)
    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    expires_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(db_index=True)
    used_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True
    )
    staff: "models.ForeignKey[AbstractUser, AbstractUser]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+"
    )
    staff_id: int
    phone_end: "models.CharField[str, str]" = models.CharField(max_length=4, default="", blank=True)

    class Meta:
        """Nobody edits it."""

        default_permissions = ()


class PublicWarning(models.Model):
    """What a lead warns the public of: the same scam in many reports. Words in both languages.

    `source` is the id of what it was made from at the console, so that it is changed, not doubled.
    """

    source: "models.BigIntegerField[int, int]" = models.BigIntegerField(primary_key=True)
    words_ko: "models.TextField[str, str]" = models.TextField()
    words_en: "models.TextField[str, str]" = models.TextField()
    reports: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField()
    published_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        """The latest first."""

        default_permissions = ()
        ordering = ("-published_at",)

    def words(self, language: str) -> str:
        """Those of a language."""
        return self.words_en if language == "en" else self.words_ko
