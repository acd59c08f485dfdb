"""Warnings of the same scam in many reports, published after a lead's approval."""

from django.utils import timezone

from breachdesk.desk.errors import NotAllowedError
from breachdesk.desk.models import PublicWarning
from breachdesk.incidents import Actor


def publish_warning(
    actor: Actor, source: int, words: tuple[str, str], reports: int
) -> PublicWarning:
    """Warn in Korean and English. Raises `NotAllowedError` for anybody but staff."""
    _staff(actor)
    values = {
        "words_ko": words[0],
        "words_en": words[1],
        "reports": reports,
        "published_at": timezone.now(),
    }
    return PublicWarning.objects.update_or_create(source=source, defaults=values)[0]


def take_back_warning(actor: Actor, source: int) -> None:
    """Warn no more. Raises `NotAllowedError` for anybody but staff."""
    _staff(actor)
    PublicWarning.objects.filter(source=source).delete()


def _staff(actor: Actor) -> None:
    if actor.role != "staff":
        raise NotAllowedError("only staff warn the public")
