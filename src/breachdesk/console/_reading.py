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
from breachdesk.desk.models import FROM_PERSON, Case, Message
from breachdesk.desk.services import read_messages, read_texts, record
from breachdesk.envelope import OpenError


@dataclass(frozen=True, slots=True)
class Content:
    """What is sealed of a case, open. `texts` by kind, `messages` in order."""

    texts: dict[str, list[Any]] = field(repr=False)
    messages: list[Any] = field(repr=False)
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


def _open(case: Case) -> Content:
    """Raises OpenError."""
    key = in_use().open(case).key
    draft = Draft.objects.filter(case=case).first()
    return Content(
        texts=read_texts(key, case),
        messages=read_messages(key, case),
        draft=key.open("draft", draft.sealed).decode() if draft else "",
        draft_version=draft.version if draft else 0,
    )
