"""Deleting what is past its date, and proving it: a shredded case has no key left anywhere."""

import os
import secrets
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from breachdesk.database import checkpoint
from breachdesk.desk import _data
from breachdesk.desk._history import record
from breachdesk.desk._retention import periods
from breachdesk.desk.errors import PurgeError
from breachdesk.desk.models import (
    CONTACT,
    SAFE_TIMES,
    Attachment,
    CallProof,
    Case,
    Fingerprint,
    Message,
    Sealed,
    Submission,
)
from breachdesk.incidents import Actor

#: A sealed file that no row names is of a form that was cut off, once it is this old.
_ORPHAN_SECONDS = 86_400
_WRAP_SAMPLE = 32
_REWRITTEN = ("desk_case", "desk_sealed", "desk_message", "desk_attachment")


@dataclass(slots=True)
class Purged:
    """How many of each kind were deleted, and what was looked at afterwards."""

    cases: int = 0
    contacts: int = 0
    files: int = 0
    submissions: int = 0
    call_proofs: int = 0
    orphans: int = 0
    keys_looked_for: int = 0


def purge(actor: Actor, *, now: datetime | None = None) -> Purged:
    """Delete all that is past its date by `retention.toml`.

    Each case goes in a transaction of its own: its key is overwritten in both wraps, its sealed
    rows are deleted, then its files are unlinked; a kill leaves some for the next run. Afterwards
    the database is looked through for the old keys. Raises `PurgeError` if one is still there.
    """
    moment = now or timezone.now()
    today = timezone.localdate(moment)
    done, shredded = Purged(), []
    for case in Case.objects.filter(retain_until__lt=today, shredded_at=None):
        shredded.append(bytes(case.wrapped_for_desk))
        _shred(actor, case, moment)
        done.cases += 1
    done.contacts = _delete_contacts(actor, today)
    done.files = _delete_files(today)
    done.submissions = Submission.objects.filter(
        created_at__lt=_ago(moment, "submission")
    ).delete()[0]
    done.call_proofs = CallProof.objects.filter(expires_at__lt=_ago(moment, "call_proof")).delete()[
        0
    ]
    done.orphans = _delete_orphans()
    _overwrite()
    done.keys_looked_for = _prove(shredded)
    return done


def _shred(actor: Actor, case: Case, now: datetime) -> None:
    names = list(Attachment.objects.filter(case=case).values_list("name", flat=True))
    with transaction.atomic():
        for model in (Sealed, Message, Attachment, Fingerprint, Submission):
            model.objects.filter(case=case).delete()
        Case.objects.filter(pk=case.pk).update(
            wrapped_for_desk=b"",
            wrapped_for_receipt=b"",
            receipt_id=secrets.token_hex(32),
            claim_token=None,
            scam_url="",
            summary="",
            items=[],
            shredded_at=now,
        )
        record(actor, case, "shredded", files=len(names))
    for name in names:
        _data.file_path(name).unlink(missing_ok=True)


def _delete_contacts(actor: Actor, today: date) -> int:
    ended = today - timedelta(days=periods()["contact"])
    old = Sealed.objects.filter(kind__in=(CONTACT, SAFE_TIMES), case__ended_at__date__lt=ended)
    with transaction.atomic():
        for case in Case.objects.filter(sealed__in=old).distinct():
            record(actor, case, "contact-deleted")
        return old.delete()[0]


def _delete_files(today: date) -> int:
    ended = today - timedelta(days=periods()["file"])
    old = Attachment.objects.filter(case__ended_at__date__lt=ended)
    names = list(old.values_list("name", flat=True))
    old.delete()
    for name in names:
        _data.file_path(name).unlink(missing_ok=True)
    return len(names)


def _delete_orphans() -> int:
    """Sealed files without a row, a day old or more."""
    known = set(Attachment.objects.values_list("name", flat=True))
    before = time.time() - _ORPHAN_SECONDS
    orphans = [
        path
        for path in _data.file_path("").iterdir()
        if path.name not in known and path.stat().st_mtime < before
    ]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _overwrite() -> None:
    """Deleted content goes from the database's own files: SQLite overwrites it as it deletes, and
    its log is emptied; PostgreSQL writes the tables anew."""
    checkpoint()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in _REWRITTEN:
                cursor.execute(f"VACUUM (FULL) {table}")


def _prove(shredded: list[bytes]) -> int:
    """Look for the old wraps: in the rows, and on SQLite in every byte of its files."""
    left = Case.objects.exclude(shredded_at=None).exclude(
        wrapped_for_desk=b"", wrapped_for_receipt=b""
    )
    if left.exists():
        raise PurgeError("a shredded case has a key still: run the purge again")
    if connection.vendor == "sqlite":
        database = Path(str(connection.settings_dict["NAME"]))
        for path in database.parent.glob(f"{database.name}*"):
            content = path.read_bytes() if os.access(path, os.R_OK) else b""
            if any(wrap[:_WRAP_SAMPLE] in content for wrap in shredded):
                raise PurgeError(
                    "a deleted key is still in the database's files: end the processes that read "
                    "it, and run the purge again"
                )
    return len(shredded)


def _ago(now: datetime, kind: str) -> datetime:
    return now - timedelta(days=periods()[kind])
