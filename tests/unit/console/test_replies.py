"""Prepared replies: a lead writes them in both languages, an agent begins with them."""

from dataclasses import astuple, replace

import pytest
from django.core.management import call_command
from django.db import connection

from breachdesk import database
from breachdesk.console import _ledger, services
from breachdesk.console._replies import MOST, MOST_TEXT, MOST_TITLE
from breachdesk.console.errors import Refused
from breachdesk.console.models import PreparedReply
from breachdesk.console.services import ReplyWords
from tests.factories.console import member, report, signed_in

pytestmark = pytest.mark.usefixtures("console")

WORDS = ReplyWords("유심 교체", "Replace the SIM", "가까운 매장에서 바꾸십시오.", "Go to a shop.")
FORM = dict(zip(("title_ko", "title_en", "text_ko", "text_en"), astuple(WORDS), strict=True))


def names(language: str = "ko") -> list[str]:
    return [name for name, _text in services.prepared(language, language)]


def last_record() -> tuple[str, dict[str, str | int]]:
    record = list(_ledger.read())[-1]
    return record.event, dict(record.facts)


def test_the_first_ones_are_there_in_both_languages() -> None:
    assert names("ko")[0] == "접수 안내"
    assert names("en")[0] == "Received"
    assert len(names("ko")) == len(set(names("en"))) == 6
    assert services.prepared("en", "ko")[1][1].startswith("돈을 보내셨다면")


def test_the_migration_goes_back_and_forward() -> None:
    boss = member("lead")
    services.add_reply(boss, WORDS)
    call_command("migrate", "console", "0002", verbosity=0)
    assert "console_preparedreply" not in connection.introspection.table_names()
    database.migrate()
    assert len(names()) == 6
    services.add_reply(boss, WORDS)
    assert names()[-1] == WORDS.title_ko
    call_command("makemigrations", "console", check=True, dry_run=True, verbosity=0)


def test_a_lead_writes_changes_and_removes_and_each_is_recorded() -> None:
    boss = member("lead")
    made = services.add_reply(boss, WORDS)
    assert last_record() == ("reply.added", {"reply": made.pk})
    changed = replace(WORDS, text_ko="대리점에서 바꾸십시오.\r\n무료입니다.")
    services.change_reply(boss, made.pk, changed, 1)
    assert services.prepared("ko", "ko")[-1] == (
        "유심 교체",
        "대리점에서 바꾸십시오.\n무료입니다.",
    )
    assert last_record() == ("reply.changed", {"reply": made.pk, "version": 2})
    services.remove_reply(boss, made.pk, 2)
    assert last_record() == ("reply.removed", {"reply": made.pk, "version": 2})
    assert WORDS.title_ko not in names()


def test_nothing_is_overwritten_unseen() -> None:
    boss, other = member("lead", "boss"), member("lead", "other")
    made = services.add_reply(boss, WORDS)
    services.change_reply(other, made.pk, replace(WORDS, title_ko="새 이름"), 1)
    with pytest.raises(Refused, match="reply-changed"):
        services.change_reply(boss, made.pk, WORDS, 1)
    with pytest.raises(Refused, match="reply-changed"):
        services.remove_reply(boss, made.pk, 1)
    with pytest.raises(Refused, match="gone"):
        services.change_reply(boss, made.pk + 1, WORDS, 1)
    assert names()[-1] == "새 이름"


def test_what_is_refused_changes_nothing() -> None:
    boss = member("lead")
    before, records = names(), len(list(_ledger.read()))
    for words, reason in (
        (replace(WORDS, text_en="  "), "empty"),
        (replace(WORDS, title_ko="가" * (MOST_TITLE + 1)), "too-long"),
        (replace(WORDS, text_ko="가" * (MOST_TEXT + 1)), "too-long"),
    ):
        with pytest.raises(Refused, match=reason):
            services.add_reply(boss, words)
    for role in ("agent", "auditor", "admin"):
        with pytest.raises(Refused, match="not-allowed"):
            services.add_reply(member(role), WORDS)
    assert names() == before
    assert len(list(_ledger.read())) == records + 3  # the accounts that were made
    PreparedReply.objects.bulk_create(
        [PreparedReply(**FORM) for _ in range(MOST - PreparedReply.objects.count())]
    )
    with pytest.raises(Refused, match="too-many-replies"):
        services.add_reply(boss, WORDS)


def test_the_page_keeps_what_was_typed_when_it_refuses() -> None:
    browser = signed_in(member("lead"))
    answer = browser.post("/ko/replies/change/", {**FORM, "title_en": ""})
    assert answer.status_code == 409
    assert WORDS.text_ko in answer.content.decode()
    assert browser.post("/ko/replies/change/", FORM).status_code == 302
    made = PreparedReply.objects.get(title_ko=WORDS.title_ko)
    sent = {**FORM, "reply": str(made.pk), "version": "1"}
    assert browser.post("/en/replies/change/", {**sent, "text_en": "One"}).status_code == 302
    answer = browser.post("/en/replies/change/", {**sent, "text_en": "Two"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Somebody changed this text" in page
    assert "Two" in page
    assert 'name="version" value="1"' in page
    made.refresh_from_db()
    assert (made.text_en, made.version) == ("One", 2)
    sent = {"reply": str(made.pk), "version": "2", "act": "remove"}
    assert browser.post("/en/replies/change/", sent).status_code == 302
    assert browser.post("/en/replies/change/", sent).status_code == 404


def test_an_agent_is_offered_them_in_the_language_of_the_case() -> None:
    services.add_reply(member("lead"), WORDS)
    number = report(language="en")
    page = signed_in(member("agent")).get(f"/ko/cases/{number}/").content.decode()
    assert f'<option value="{WORDS.text_en}">{WORDS.title_ko}</option>' in page
