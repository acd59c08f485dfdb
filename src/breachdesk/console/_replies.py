"""Replies that are there to begin with, in the language of the person."""

from typing import Final

from breachdesk.site import words

#: Each has a title and a text in both languages: `reply-<id>` and `reply-<id>-text`.
REPLIES: Final = ("received", "bank", "detail", "police", "line", "resolved")


def replies(language: str) -> list[tuple[str, str]]:
    """Id and text of each, in the order of REPLIES."""
    return [(one, words(language, f"reply-{one}-text")) for one in REPLIES]
