"""What is past its date goes, and its key with it."""

import os
import secrets
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from breachdesk.desk import _purge, services
from breachdesk.desk.errors import PurgeError, UnknownReceiptError
from breachdesk.desk.models import Attachment, Case, Event, Message, Sealed, Submission
from breachdesk.envelope import OpenError, open_for_desk
from breachdesk.incidents import PERSON, Actor
from tests.factories.desk import PRIVATE, Browser, Desk
from tests.unit.desk.test_pages import picture

PURGE = Actor.system("purge")


def test_a_case_past_its_date_opens_with_nothing(running: Desk) -> None:
    receipt, kept = Browser().send([picture()]), Browser().send()
    opened = services.open_by_receipt(receipt)
    services.reply(PERSON, opened, "x", form_key=secrets.token_bytes(32))
    name = Attachment.objects.get().name
    Case.objects.filter(pk=opened.case.pk).update(retain_until=timezone.localdate() - timedelta(1))
    done = services.purge(PURGE)
    assert (done.cases, done.keys_looked_for) == (1, 1)
    with pytest.raises(UnknownReceiptError):
        services.open_by_receipt(receipt)
    case = Case.objects.get(pk=opened.case.pk)
    with pytest.raises(OpenError):
        open_for_desk(PRIVATE, case.wrapped_for_desk, case.number)
    for model in (Sealed, Message, Attachment, Submission):
        assert not model.objects.filter(case=case).exists()
    assert not (running.data / "files" / name).exists()
    assert (case.kind, case.scam_url) == ("smishing", "")
    assert Event.objects.get(case=case, verb="shredded").data == {"files": 1}
    assert services.open_by_receipt(kept).case.shredded_at is None
    assert services.purge(PURGE).cases == 0


def test_parts_have_dates_of_their_own(running: Desk) -> None:
    opened = services.open_by_receipt(Browser().send([picture()]))
    services.withdraw(PERSON, opened)
    ended = timezone.now() - timedelta(days=366)
    Case.objects.update(ended_at=ended)
    done = services.purge(PURGE)
    assert (done.contacts, done.files) == (2, 0)
    assert "narrative" in services.read_texts(opened.key, opened.case)
    Case.objects.update(ended_at=timezone.now() - timedelta(days=1098))
    Submission.objects.update(created_at=timezone.now() - timedelta(days=31))
    done = services.purge(PURGE)
    assert (done.files, done.submissions) == (1, 2)
    assert not list((running.data / "files").iterdir())


def test_files_that_no_row_names_go_after_a_day(on_sqlite: Desk) -> None:
    Browser().send([picture()])
    old, new = (on_sqlite.data / "files" / name for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"sealed")
    os.utime(old, (time.time() - 90_000,) * 2)
    assert services.purge(PURGE).orphans == 1
    assert new.exists()
    assert len(list((on_sqlite.data / "files").iterdir())) == 2


def test_a_key_that_is_still_there_is_told(on_sqlite: Desk) -> None:
    Browser().send()
    Case.objects.update(retain_until=timezone.localdate() - timedelta(1))
    (on_sqlite.data / "desk.db-copy").write_bytes(bytes(Case.objects.get().wrapped_for_desk))
    with pytest.raises(PurgeError):
        services.purge(PURGE)
    (on_sqlite.data / "desk.db-copy").unlink()
    Case.objects.update(wrapped_for_desk=b"x")
    with pytest.raises(PurgeError):
        _purge._prove([])
