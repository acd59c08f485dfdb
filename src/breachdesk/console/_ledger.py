"""The audit log in the database: the record is written in the transaction of what it tells of.

A record has the bytes of a line of `breachdesk.audit`, each bound to the one before. Records are
written one at a time: the head's row is locked until the transaction ends. So what was done is
recorded, and what was undone is not.
"""

import time
from collections.abc import Iterator, Mapping

from django.db import connection, transaction

from breachdesk.audit import FIRST, Chain, Record, check, decode, digest, encode, utc
from breachdesk.console._policy import Actor
from breachdesk.console.errors import LedgerError
from breachdesk.console.models import AuditHead, AuditLine

_CHUNK = 2000


def record(actor: Actor, event: str, **facts: str | int) -> None:
    """Append one record. Only inside a transaction; raises audit.AuditError for what no line holds.

    Facts are numbers, names of states and ids: never what a person typed.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit record is written in the transaction of its act")
    check(event, actor.name, facts)
    head = AuditHead.objects.select_for_update().get(pk=1)
    number = head.count + 1
    line = encode(Record(number, utc(time.time()), event, actor.name, facts, head.head))
    AuditLine.objects.create(number=number, line=line.decode())
    AuditHead.objects.filter(pk=1).update(count=number, head=digest(line))


def refuse(actor: Actor, event: str, facts: Mapping[str, str | int]) -> None:
    """Record what was refused: a transaction of its own, for there is no act."""
    with transaction.atomic():
        record(actor, event, **facts)


def read() -> Iterator[Record]:
    """All records in order. Raises LedgerError at the first that does not hold, or at the end when
    the head remembers another."""
    chain = Chain(0, FIRST)
    rows = AuditLine.objects.order_by("number").values_list("number", "line")
    for number, line in rows.iterator(_CHUNK):
        found = _checked(chain, number, line)
        chain = Chain(number, digest(line.encode()))
        yield found
    head = AuditHead.objects.filter(pk=1).first()
    if head is None or (head.count, head.head) != (chain.count, chain.head):
        raise LedgerError(chain.count + 1, "the last records were removed or added by hand")


def verify() -> Chain:
    """Number of records and hash of the last, once all hold. Raises LedgerError.

    Whoever owns the database can write another history: note both elsewhere from time to time.
    """
    with transaction.atomic():
        # No record is half written while we look: the head is held.
        AuditHead.objects.select_for_update().filter(pk=1).first()
        for _ in read():
            pass
        head = AuditHead.objects.get(pk=1)
        return Chain(head.count, head.head)


def last(count: int, before: int | None = None) -> list[Record]:
    """The latest records, newest first, as they stand: for reading, not for proof."""
    rows = AuditLine.objects.order_by("-number")
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = []
    for number, line in rows.values_list("number", "line")[:count]:
        try:
            found.append(decode(line.encode()))
        except ValueError:
            raise LedgerError(number, "is not what was written") from None
    return found


def _checked(chain: Chain, number: int, line: str) -> Record:
    try:
        found = decode(line.encode())
    except ValueError:
        raise LedgerError(number, "is not what was written") from None
    if number != chain.count + 1 or found.number != number or found.previous != chain.head:
        raise LedgerError(chain.count + 1, "does not follow the record before")
    return found
