"""What happened, in public: what the register holds, and nothing of who has to act."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from breachdesk.incidents import Actor, services
from breachdesk.incidents.models import Incident
from tests.factories.desk import Browser
from tests.unit.desk.test_register import TEXT, WHO, taken

pytestmark = pytest.mark.usefixtures("on_sqlite")

STAFF = Actor.staff(4711)
OTHER = TEXT.replace('id = "kt-2014"', 'id = "kt-2015"').replace("number = 1\n", "number = 2\n", 1)


def shown(path: str = "/incident/", language: str = "en") -> str:
    seen = Browser(language).get(path)
    assert seen.status == 200
    return re.sub(r"\s+", " ", seen.text)


def test_the_page_tells_what_the_register_holds() -> None:
    incident, now = taken(), timezone.now()
    services.add_entry(STAFF, incident, "contained", now, "report of the forensic team")
    services.add_entry(STAFF, incident, "other", now, "a note of our own")
    services.record_releases(WHO, incident, [(1, now), (2, now)])
    korean, english = shown(language="ko"), shown()
    for text in ("2014년 3월 6일", "정보가 빠져나간 길을 막았습니다", "제2차 자료"):
        assert text in korean
    for text in (
        *("6 March 2014", "from the incident file", "Release 2", "Any KT shop", "Version 1 of"),
        "report of the forensic team · written down by our staff",
    ):
        assert text in english
    assert "a note of our own" not in english
    assert "4711" not in english
    never = english.partition("We never write or call by")[2].partition("</ul>")[0]
    assert re.findall(r"<li>(.*?)</li>", never) == ["text message", "phone call"]


def test_a_clock_is_told_once_its_duty_is_done() -> None:
    incident, known = taken(), timezone.now() - timedelta(hours=3)
    rule = services.rules()["pipa-34-report"]
    services.start_clock(WHO, incident, rule.id, known)
    assert rule.en not in shown()
    services.finish_clock(WHO, incident, rule.id, timezone.now())
    page = shown()
    assert rule.en in page
    assert rule.article_en in page
    assert rule.who_en not in page
    assert f"duty {rule.id}" not in page


def test_former_statements_stay() -> None:
    taken()
    assert "Earlier versions" not in shown()
    services.import_text(WHO, TEXT.replace("in 11,708,875 records", "in 12 records", 1), "two")
    assert "in 12 records" in shown()
    assert "in 11,708,875 records" not in shown()
    former = shown("/incident/kt-2014/statements/")
    assert former.index("in 12 records") < former.index("in 11,708,875 records")
    assert "Version 2 of" in former


def test_several_are_listed_and_an_unknown_one_is_not_there() -> None:
    assert "Nothing is written down here yet" in shown()
    taken()
    services.import_text(WHO, OTHER, "two")
    assert '<a href="/en/incident/kt-2015/">' in shown()
    assert "What we say" in shown("/incident/kt-2015/")
    for path in ("/incident/kt-2016/", "/incident/kt-2016/statements/"):
        assert Browser().get(path).status == 404
    Incident.objects.create(slug="empty", number=3)
    assert Browser().get("/incident/empty/").status == 404


def test_it_is_linked_and_needs_no_script() -> None:
    taken()
    assert 'href="/en/incident/"' in shown("/")
    assert "<script" not in shown()
