"""Taking in a report: all of it on the disk before there is a receipt."""

import json
from dataclasses import fields

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from breachdesk.desk import _data
from breachdesk.desk._history import record
from breachdesk.desk._opened import seal_text
from breachdesk.desk._report import NewReport, Receipt
from breachdesk.desk._retention import keep_case_until
from breachdesk.desk._submissions import once
from breachdesk.desk.errors import NotAllowedError
from breachdesk.desk.models import (
    CHANNELS,
    CONTACT_WISHES,
    KINDS,
    SEALED_KINDS,
    WEB,
    Case,
    Counter,
    Sealed,
)
from breachdesk.envelope import (
    CaseKey,
    ReceiptKeys,
    receipt_from,
    stretch,
    wrap_for_desk,
    wrap_for_receipt,
)
from breachdesk.incidents import Actor


def receive(actor: Actor, report: NewReport) -> Receipt:
    """Make a case of a report, once for a form, however often it is sent.

    The receipt comes from the form's random key, so a form that is sent again gets the same one.
    Raises `FormUsedError`, `NotAllowedError` for a person who writes as another channel,
    `ValueError` for a value of no closed list.
    """
    _check(actor, report)
    digits = receipt_from(report.form_key)
    keys = stretch(digits, _data.salt())
    case, again = once(report.form_key, _content(report), lambda: _make(actor, report, keys))
    return Receipt(case.number, digits, again)


def _check(actor: Actor, report: NewReport) -> None:
    if report.channel != WEB and actor.role == "person":
        raise NotAllowedError("only staff report for others")
    for value, known in (
        (report.kind, KINDS),
        (report.channel, CHANNELS),
        (report.contact_wanted, CONTACT_WISHES),
        *((kind, SEALED_KINDS) for kind in report.texts),
    ):
        if value not in known:
            raise ValueError("a report holds a value that is in no closed list")


def _content(report: NewReport) -> bytes:
    """Bytes that are the same for the same report."""
    values = {
        one.name: getattr(report, one.name) for one in fields(report) if one.name != "form_key"
    }
    return json.dumps(values, sort_keys=True, default=str, ensure_ascii=False).encode()


def _make(actor: Actor, report: NewReport, keys: ReceiptKeys) -> Case:
    now = timezone.now()
    key = CaseKey.new()
    number = _next_number(timezone.localtime(now).year)
    case = Case.objects.create(
        number=number,
        incident_id=report.incident_id,
        kind=report.kind,
        channel=report.channel,
        language=report.language,
        region=report.region,
        happened_on=report.happened_on,
        loss_won=report.loss_won,
        bank_told=report.bank_told,
        police_told=report.police_told,
        scam_url=report.scam_url,
        items=list(report.items),
        claim_token=report.claim_token,
        urgent=report.urgent,
        short_form=report.short_form,
        contact_wanted=report.contact_wanted,
        received_at=now,
        wrapped_for_desk=wrap_for_desk(settings.DESK_PUBLIC_KEY, key, number),
        wrapped_for_receipt=wrap_for_receipt(keys.wrap_key, key, number),
        receipt_id=keys.lookup_id.hex(),
        retain_until=keep_case_until(timezone.localdate(now)),
    )
    Sealed.objects.bulk_create(
        Sealed(
            case=case, kind=kind, sealed=seal_text(key, kind, value), created_at=now, by=actor.name
        )
        for kind, value in report.texts.items()
    )
    record(actor, case, "received", kind=report.kind, channel=report.channel)
    return case


def _next_number(year: int) -> str:
    """The next case number. The year's row is locked until the commit."""
    Counter.objects.get_or_create(year=year)
    Counter.objects.filter(year=year).update(last=F("last") + 1)
    return f"{year}-{Counter.objects.get(year=year).last:06}"
