"""Prepared replies: words in both languages that a lead writes and agents begin with."""

from dataclasses import asdict, astuple, dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from breachdesk.console import _ledger
from breachdesk.console._policy import Actor, permit
from breachdesk.console.errors import Refused
from breachdesk.console.models import PreparedReply

#: More are no list to choose from.
MOST: Final = 100
MOST_TITLE: Final = 60
MOST_TEXT: Final = 4000


@dataclass(frozen=True, slots=True)
class ReplyWords:
    """Name and text of a prepared reply, in both languages."""

    title_ko: str
    title_en: str
    text_ko: str
    text_en: str


def prepared(shown: str, spoken: str) -> list[tuple[str, str]]:
    """Name in the language of the reader, and text in that of the case, of each; in order."""
    return list(PreparedReply.objects.values_list(f"title_{shown}", f"text_{spoken}"))


def add_reply(actor: Actor, words: ReplyWords) -> PreparedReply:
    """A new one. Raises Refused: `empty`, `too-long`, `too-many-replies`."""
    permit(actor, "reply.prepare")
    checked = _checked(words)
    with transaction.atomic():
        if PreparedReply.objects.count() >= MOST:
            raise Refused("too-many-replies")
        made = PreparedReply.objects.create(**asdict(checked), **_now_by(actor))
        _ledger.record(actor, "reply.added", reply=made.pk)
    return made


def change_reply(actor: Actor, reply_id: int, words: ReplyWords, version: int) -> PreparedReply:
    """Other words. Raises Refused: `empty`, `too-long`, `gone`; `reply-changed` where it is no
    longer the version that was read: nothing is overwritten unseen."""
    permit(actor, "reply.prepare")
    checked = _checked(words)
    with transaction.atomic():
        found = _locked(reply_id, version)
        for name, value in {**asdict(checked), **_now_by(actor)}.items():
            setattr(found, name, value)
        found.version += 1
        found.save()
        _ledger.record(actor, "reply.changed", reply=reply_id, version=found.version)
    return found


def remove_reply(actor: Actor, reply_id: int, version: int) -> None:
    """No longer there to begin with. Raises Refused: `gone`, `reply-changed`."""
    permit(actor, "reply.prepare")
    with transaction.atomic():
        _locked(reply_id, version).delete()
        _ledger.record(actor, "reply.removed", reply=reply_id, version=version)


def _locked(reply_id: int, version: int) -> PreparedReply:
    found = PreparedReply.objects.select_for_update().filter(pk=reply_id).first()
    if found is None:
        raise Refused("gone")
    if found.version != version:
        raise Refused("reply-changed")
    return found


def _checked(words: ReplyWords) -> ReplyWords:
    found = ReplyWords(*(value.strip().replace("\r\n", "\n") for value in astuple(words)))
    if not all(astuple(found)):
        raise Refused("empty")
    if any(len(title) > MOST_TITLE for title in (found.title_ko, found.title_en)):
        raise Refused("too-long")
    if any(len(text) > MOST_TEXT for text in (found.text_ko, found.text_en)):
        raise Refused("too-long")
    return found


def _now_by(actor: Actor) -> dict[str, Any]:
    return {"by_id": actor.user, "saved_at": timezone.now()}
