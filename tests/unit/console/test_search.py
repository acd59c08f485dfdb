"""Cases are found by what stands in the clear, by keyed hashes, and by words of two syllables."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from breachdesk.console import _grams, _marks, services, tasks
from breachdesk.console.services import Query, find
from breachdesk.desk.models import Case, Fingerprint
from breachdesk.desk.services import NewReport, receive
from breachdesk.incidents import PERSON
from tests.factories.console import Made, member, report

SCAM = {
    "narrative": "이야기",
    "caller_number": "010-0000-1234",
    "caller_account": "110-000-123456",
}


def numbers(text: str = "", **more: object) -> list[str]:
    return [case.number for case in find(Query(text, **more))]  # type: ignore[arg-type]  # by name


@pytest.fixture
def found(console: Made) -> dict[str, str]:
    """Cases with summaries, opened."""
    assert console.folder.exists()
    kim = member("agent", "kim")
    texts = {
        "유심": "유심 교체 사칭 문자",
        "검찰": "검찰사칭 전화, 송금함",
        "Card": "Card fraud 2건",
    }
    made = {}
    for word, summary in texts.items():
        made[word] = report(texts=SCAM, scam_url="https://www.Scam.example/kt/?a=1")
        services.summarise(kim, made[word], summary)
    tasks.open_new.call()
    return made


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("유심", ["유심"]),
        ("사칭", ["유심", "검찰"]),
        ("교체 사칭", ["유심"]),
        ("심", ["유심"]),
        ("칭전", []),  # not across a blank
        ("CARD", ["Card"]),
        ("2건", ["Card"]),
        ("갑을", []),
        ("!!!", []),
        ('" OR *', []),
    ],
)
def test_words_of_a_summary(found: dict[str, str], asked: str, words: list[str]) -> None:
    assert sorted(numbers(asked)) == sorted(found[word] for word in words)


def test_numbers_accounts_and_pages(found: dict[str, str]) -> None:
    everything = sorted(found.values(), reverse=True)
    for asked in ("010 0000 1234", "+82 10-0000-1234", "110000123456", "scam.example"):
        assert numbers(asked) == everything, asked
    assert numbers("scam.example/kt") == everything
    assert numbers("hxxp://scam[.]example/kt") == everything
    assert numbers("010-0000-9999") == []
    assert numbers("other.example") == []


def test_a_case_number_and_a_receipt(found: dict[str, str]) -> None:
    number = found["유심"]
    assert numbers(number) == numbers(number.replace("-", "")) == [number]
    new = NewReport(form_key=b"r" * 32, kind="other", language="ko", texts={"narrative": "x"})
    receipt = receive(PERSON, new)
    assert numbers(receipt.grouped) == [receipt.number]
    assert numbers("1234-5678-1234-5678") == []


def test_by_what_a_case_is(found: dict[str, str]) -> None:
    number = found["검찰"]
    Case.objects.filter(number=number).update(kind="phishing_voice", region="26", state="open")
    today = timezone.localdate()
    assert numbers(kind="phishing_voice", region="26", state="open") == [number]
    assert numbers("사칭", kind="phishing_voice") == [number]
    assert len(numbers(first=today, last=today)) == 3
    assert numbers(last=today - timedelta(days=2)) == []


@pytest.mark.usefixtures("found")
def test_nothing_sealed_is_in_the_index_or_in_the_clear() -> None:
    assert numbers("이야기") == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM console_grams")
        assert cursor.fetchone()[0] == 3
    digests = list(Fingerprint.objects.exclude(kind="url").values_list("digest", flat=True))
    assert len(digests) == 6
    assert not any(digest[-4:] == "1234" or digest[:3] == "010" for digest in digests)


def test_a_summary_that_was_changed_is_found_by_its_new_words(found: dict[str, str]) -> None:
    kim = member("agent", "lee")
    services.summarise(kim, found["유심"], "소액결제")
    assert numbers("유심") == []
    assert numbers("결제") == [found["유심"]]
    Case.objects.filter(number=found["유심"]).update(summary="")
    tasks.clean_up.call()
    assert numbers("결제") == []


def test_a_query_shows_nothing_of_what_was_typed() -> None:
    assert "1234" not in repr(Query("1234-5678-1234-5678"))


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("https://www.Example.com/A/?q=1#x", "example.com/a"),
        ("ＥＸＡＭＰＬＥ.com", "example.com"),
        ("http://user:pw@bad.example:8080/x", "bad.example:8080/x"),
        ("한글.example", "한글.example"),
        ("no page", None),
        ("http://[", None),
    ],
)
def test_pages_have_one_spelling(typed: str, spelled: str | None) -> None:
    assert _marks.page(typed) == spelled


def test_the_same_text_with_another_sum_is_the_same_mark() -> None:
    one = _marks.text("[고객센터] 환급금 12,000원이 있습니다. http://a.example/1 에서 받으십시오")
    two = _marks.text("[고객센터] 환급금 98,000원이 있습니다. http://b.example/2 에서 받으십시오")
    assert one == two is not None
    assert _marks.text("안녕하세요") is None


def test_tokens_are_plain_ascii() -> None:
    assert _grams.indexed("유심 A") == "00c72000c2ec 00c2ec 000061"
    assert _grams.for_postgres("유심") == "(00c72000c2ec)"
