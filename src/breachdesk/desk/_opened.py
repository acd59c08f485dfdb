"""Opening a case with its receipt, and reading what is sealed with an open key."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from breachdesk.desk import _data
from breachdesk.desk.errors import UnknownReceiptError
from breachdesk.desk.models import Case, Message, Sealed
from breachdesk.envelope import (
    CaseKey,
    OpenError,
    ReceiptError,
    normalise,
    open_for_receipt,
    stretch,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A case and its key."""

    case: Case
    key: CaseKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenMessage:
    """A message that has been opened."""

    id: int
    direction: str
    author: str
    created_at: datetime
    read_at: datetime | None
    text: str = field(repr=False)


def open_by_receipt(typed: str) -> Opened:
    """The case of a receipt number as a person types it. Slow on purpose (scrypt).

    Raises `envelope.ReceiptError` for what is no receipt number, `UnknownReceiptError` for one that
    opens nothing.
    """
    keys = stretch(normalise(typed), _data.salt())
    case = Case.objects.filter(receipt_id=keys.lookup_id.hex()).first()
    if case is None:
        raise UnknownReceiptError("no case has this receipt number")
    try:
        key = open_for_receipt(keys.wrap_key, case.wrapped_for_receipt, case.number)
    except OpenError:
        raise UnknownReceiptError("this case is no longer kept") from None
    return Opened(case, key)


def seal_text(key: CaseKey, kind: str, value: Any) -> bytes:
    """A text, or a table of texts, as `Sealed.sealed` holds it."""
    return key.seal(f"text/{kind}", json.dumps(value, ensure_ascii=False).encode())


def read_texts(key: CaseKey, case: Case) -> dict[str, list[Any]]:
    """All sealed texts by kind, in the order of writing. Raises `OpenError`."""
    found: dict[str, list[Any]] = {}
    for row in Sealed.objects.filter(case=case):
        found.setdefault(row.kind, []).append(json.loads(key.open(f"text/{row.kind}", row.sealed)))
    return found


def seal_message(key: CaseKey, direction: str, text: str) -> bytes:
    """A message as `Message.sealed` holds it."""
    return key.seal(f"message/{direction}", text.encode())


def read_messages(key: CaseKey, case: Case) -> list[OpenMessage]:
    """All messages of a case in order. Raises `OpenError`."""
    return [
        OpenMessage(
            row.id,
            row.direction,
            row.author,
            row.created_at,
            row.read_at,
            key.open(f"message/{row.direction}", row.sealed).decode(),
        )
        for row in Message.objects.filter(case=case)
    ]


__all__ = [
    "OpenMessage",
    "Opened",
    "ReceiptError",
    "open_by_receipt",
    "read_messages",
    "read_texts",
    "seal_message",
    "seal_text",
]
