"""One line of the log: a closed set of keys in one order, so that its bytes have one spelling.

    {"n":2,"time":"2026-01-02T03:04:05Z","event":"keys.split","actor":"root","facts":{"into":"a b"},
     "previous":"<SHA-256 of the line before>","sha256":"<SHA-256 of this line up to here>"}

`previous` is over the exact bytes of the line before, its line feed apart, and 64 zeros in the
first line; `sha256` is over the line's bytes before `,"sha256"`. So the last line, which nothing
follows, is as firm as the others.
"""

import hashlib
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from breachdesk.audit.errors import AuditError

FIRST: Final = "0" * 64
#: No line is longer, so the last one is found in one read.
LINE_LIMIT: Final = 16 * 1024

_EVENT: Final = re.compile(r"[a-z][a-z0-9._-]{0,63}", re.ASCII)
_FACT: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}", re.ASCII)
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_KEYS: Final = ("n", "time", "event", "actor", "facts", "previous", "sha256")
_MOST_TEXT: Final = 512
_MOST_FACTS: Final = 16
_MOST_INTEGER: Final = (1 << 53) - 1


@dataclass(frozen=True, slots=True)
class Record:
    """What one line says. `time` is UTC; `number` counts from 1."""

    number: int
    time: str
    event: str
    actor: str
    facts: Mapping[str, str | int]
    previous: str


def check(event: str, actor: str, facts: Mapping[str, str | int]) -> None:
    """Raise `AuditError` for what no line can hold."""
    if not _EVENT.fullmatch(event):
        raise _refused("an event is small letters, digits, dots and hyphens, 64 at most")
    _check_text(actor, "the actor")
    if not actor:
        raise _refused("an actor is needed")
    if len(facts) > _MOST_FACTS:
        raise _refused(f"more than {_MOST_FACTS} facts")
    for name, value in facts.items():
        if not _FACT.fullmatch(name):
            raise _refused("a fact's name is small letters, digits and hyphens, 32 at most")
        if type(value) is int:
            if abs(value) > _MOST_INTEGER:
                raise _refused("a number is too large")
        else:
            _check_text(value, "a fact")


def encode(record: Record) -> bytes:
    """The line, its line feed apart."""
    body = _dumps(
        {
            "n": record.number,
            "time": record.time,
            "event": record.event,
            "actor": record.actor,
            "facts": dict(record.facts),
            "previous": record.previous,
        }
    )[:-1]
    return body + b',"sha256":"' + digest(body).encode() + b'"}'


def decode(line: bytes) -> Record:
    """The inverse of `encode`; ValueError for any other bytes. The chain is the reader's."""
    try:
        found = json.loads(line)
    except RecursionError:
        raise ValueError("not a record") from None
    if not isinstance(found, dict) or tuple(found) != _KEYS:
        raise ValueError("not the keys of a record")
    record = Record(
        found["n"], found["time"], found["event"], found["actor"], found["facts"], found["previous"]
    )
    _check_types(record)
    if encode(record) != line:
        raise ValueError("not the bytes of this record")
    return record


def digest(line: bytes) -> str:
    """How the next line names this one."""
    return hashlib.sha256(line).hexdigest()


def utc(seconds: float) -> str:
    """Unix seconds as the log writes them."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _check_types(record: Record) -> None:
    texts = (record.time, record.event, record.actor, record.previous)
    if type(record.number) is not int or not all(isinstance(one, str) for one in texts):
        raise ValueError("not the types of a record")
    if not isinstance(record.facts, dict):
        raise ValueError("facts are no object")  # noqa: TRY004 (one error for every bad line)
    if not _HASH.fullmatch(record.previous) or not _TIME.fullmatch(record.time):
        raise ValueError("not a hash or not a time")
    try:
        check(record.event, record.actor, record.facts)
    except AuditError as error:
        raise ValueError(error.reason) from None


def _check_text(value: object, what: str) -> None:
    if not isinstance(value, str):
        raise _refused(f"{what} is neither a text nor a number")
    if len(value) > _MOST_TEXT or not value.isprintable():
        raise _refused(f"{what} is longer than {_MOST_TEXT} or not printable")


def _refused(reason: str) -> AuditError:
    return AuditError(reason, "nothing was written: give other values")


def _dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
