"""Files of a case: cleaned, scanned, sealed, on the disk before their rows are."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone

from breachdesk.cleaning import Cleaned, FileRefusedError, Scanner, clean
from breachdesk.desk import _data
from breachdesk.desk._history import record
from breachdesk.desk._opened import Opened
from breachdesk.desk._submissions import once
from breachdesk.desk.errors import CaseEndedError
from breachdesk.desk.models import CLEAN, ENDED, INFECTED, MERGED, RESOLVED, Attachment, Case
from breachdesk.envelope import CaseKey
from breachdesk.incidents import Actor

MOST_FILES = 20
_NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as it was sent. Its repr shows nothing of it."""

    name: str = field(repr=False)
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Ready:
    name: str
    verdict: str
    cleaned: Cleaned


def attach(actor: Actor, opened: Opened, given: list[GivenFile], *, form_key: bytes) -> list[str]:
    """Take files into a case, once for a form. For each, empty if it was taken or a reason of
    `cleaning.REASONS`; one that is refused does not stop the others.

    With a scanner that is down a file is kept as not scanned. Raises `FormUsedError`,
    `CaseEndedError`.
    """
    results: list[str] = []
    ready = []
    for one in given:
        try:
            ready.append(_prepare(one))
            results.append("")
        except FileRefusedError as refused:
            results.append(refused.reason)
    if not ready:
        return results
    content = json.dumps(
        [opened.case.number, *(hashlib.sha256(one.data).hexdigest() for one in given)]
    ).encode()
    try:
        once(form_key, content, lambda: _keep(actor, opened, ready))
    except FileRefusedError as refused:
        return [one or refused.reason for one in results]
    return results


def read_file(key: CaseKey, attachment: Attachment) -> bytes:
    """The cleaned file. Raises `envelope.OpenError`, or `OSError` when it is not there.

    Whoever shows it warns when its verdict is not `clean`.
    """
    sealed = _data.file_path(attachment.name).read_bytes()
    return key.open(f"file/{attachment.name}", sealed)


def file_name(key: CaseKey, attachment: Attachment) -> str:
    """The name that the file had."""
    return key.open("file-name", attachment.sealed_name).decode()


def _prepare(given: GivenFile) -> _Ready:
    """Cleaned; scanned as it came. Raises `FileRefusedError`."""
    cleaned = clean(given.data)
    verdict = Scanner(settings.DESK_SCANNER).scan(given.data)
    if verdict == INFECTED:
        raise FileRefusedError("infected")
    return _Ready(given.name[-_NAME_LENGTH:], verdict, cleaned)


def _keep(actor: Actor, opened: Opened, ready: list[_Ready]) -> Case:
    """Files first, then rows: a kill between leaves sealed bytes that no row names, for `purge`."""
    case = Case.objects.select_for_update().get(pk=opened.case.pk)
    if case.shredded_at or (case.state in ENDED and case.state not in (RESOLVED, MERGED)):
        raise CaseEndedError("this case takes no more files")
    if Attachment.objects.filter(case=case).count() + len(ready) > MOST_FILES:
        raise FileRefusedError("many")
    for one in ready:
        name = secrets.token_hex(16)
        _data.write_file(name, opened.key.seal(f"file/{name}", one.cleaned.data))
        Attachment.objects.create(
            case=case,
            name=name,
            sealed_name=opened.key.seal("file-name", one.name.encode()),
            media_type=one.cleaned.media_type,
            size=len(one.cleaned.data),
            width=one.cleaned.width,
            height=one.cleaned.height,
            pages=one.cleaned.pages,
            verdict=one.verdict,
            created_at=timezone.now(),
            by=actor.name,
        )
    unscanned = sum(one.verdict != CLEAN for one in ready)
    record(actor, case, "files", count=len(ready), unscanned=unscanned)
    return case
