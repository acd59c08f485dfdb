"""Reading what a person wrote: each time an audited act, by whom and of which case."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from breachdesk.console import _ledger
from breachdesk.console._parts import in_use
from breachdesk.console._policy import Actor, permit
from breachdesk.console.errors import Refused
from breachdesk.console.models import Draft
from breachdesk.desk.models import FROM_PERSON, Attachment, Case, Message
from breachdesk.desk.services import (
    file_name,
    read_file,
    read_messages,
    read_texts,
    record,
    reseal_receipt,
)
from breachdesk.envelope import OpenError


@dataclass(frozen=True, slots=True)
class File:
    """A file of a case: its random name, kind, size in bytes, and what the scanner said."""

    name: str
    shown: str = field(repr=False)
    media_type: str
    size: int
    verdict: str


@dataclass(frozen=True, slots=True)
class Content:
    """What is sealed of a case, open. `texts` by kind, `messages` in order."""

    texts: dict[str, list[Any]] = field(repr=False)
    messages: list[Any] = field(repr=False)
    files: list[File] = field(default_factory=list, repr=False)
    draft: str = field(default="", repr=False)
    draft_version: int = 0


def read(actor: Actor, number: str) -> tuple[Case, Content]:
    """Open a case. Messages of the person count as read. Raises Refused: `gone`, `not-open`."""
    permit(actor, "case.read")
    with transaction.atomic():
        case = Case.objects.filter(number=number).select_related("assigned_to").first()
        if case is None or case.shredded_at is not None:
            raise Refused("gone")
        try:
            content = _open(case)
        except OpenError:
            raise Refused("not-open") from None
        unread = Message.objects.filter(case=case, direction=FROM_PERSON, read_at=None)
        unread.update(read_at=timezone.now())
        record(actor.at_desk, case, "read")
        _ledger.record(actor, "case.read", case=number)
    return case, content


def read_one_file(actor: Actor, number: str, name: str) -> tuple[str, bytes]:
    """Media type and content of a file: an audited act of its own. Raises Refused: `gone`,
    `not-open`."""
    permit(actor, "case.read")
    with transaction.atomic():
        row = (
            Attachment.objects.select_related("case")
            .filter(case__number=number, case__shredded_at=None, name=name)
            .first()
        )
        if row is None:
            raise Refused("gone")
        try:
            content = read_file(in_use().open(row.case).key, row)
        except (OpenError, OSError):
            raise Refused("not-open") from None
        _ledger.record(actor, "case.file-read", case=number, file=row.pk, verdict=row.verdict)
    return row.media_type, content


def new_receipt(actor: Actor, number: str) -> str:
    """Another receipt for who lost his, once reached at the contact of the case; told this once.

    Raises Refused: `gone`, `not-open`.
    """
    permit(actor, "case.work")
    with transaction.atomic():
        case = Case.objects.select_for_update().filter(number=number, shredded_at=None).first()
        if case is None:
            raise Refused("gone")
        try:
            receipt = reseal_receipt(actor.at_desk, in_use().open(case))
        except OpenError:
            raise Refused("not-open") from None
        _ledger.record(actor, "case.new-receipt", case=number)
    return receipt.grouped


def _open(case: Case) -> Content:
    """Raises OpenError."""
    key = in_use().open(case).key
    draft = Draft.objects.filter(case=case).first()
    return Content(
        texts=read_texts(key, case),
        messages=read_messages(key, case),
        files=[
            File(one.name, file_name(key, one), one.media_type, one.size, one.verdict)
            for one in Attachment.objects.filter(case=case)
        ],
        draft=key.open("draft", draft.sealed).decode() if draft else "",
        draft_version=draft.version if draft else 0,
    )
