"""Fictitious reports in every state, and staff of every role: for trying out, and for tests.

Numbers are well-formed and nobody's: telephone numbers end where none are given out, pages are
below `.example` (RFC 2606). The same seed makes the same reports.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from django.utils import timezone

from breachdesk.console import _accounts, _cases, tasks
from breachdesk.console._figures import REGIONS
from breachdesk.console._parts import in_use
from breachdesk.console._policy import Actor
from breachdesk.console.errors import ConsoleError
from breachdesk.console.models import StaffMember
from breachdesk.desk.models import KINDS, Case, Event
from breachdesk.desk.services import NewReport, receive, reply, withdraw
from breachdesk.incidents import PERSON

#: Name, shown name and role of each.
_STAFF: Final = (
    ("kim", "김하나 상담원", "agent"),
    ("lee", "이두리 상담원", "agent"),
    ("park", "박서이 책임자", "lead"),
    ("choi", "최너울 지급 담당", "payer"),
    ("jung", "정다솜 감사", "auditor"),
    ("watch", "감독기관", "regulator"),
    ("admin", "관리자", "admin"),
)
#: Kind, number, account, page and story of each.
_SCAMS: Final = (
    ("smishing", "010-0000-1201", "", "http://hanbit-refund.example/kt", "링크를 눌렀습니다."),
    ("phishing_voice", "070-0000-4410", "110-000-123456", "", "안전계좌로 옮기라고 했습니다."),
    ("phishing_voice", "02-000-7788", "3333-00-1234567", "", "보상금을 준다고 했습니다."),
    ("account_misuse", "", "", "", "모르는 계좌로 돈이 빠져나갔습니다."),
    ("card_misuse", "", "", "", "쓰지 않은 카드 결제 문자가 왔습니다."),
    ("line_opened", "", "", "", "제 이름으로 알뜰폰 두 대가 개통되었습니다."),
    ("small_payment", "", "", "http://giftcard-event.example/a", "상품권이 팔렸습니다."),
    ("identity_misuse", "", "", "", "제 신분증으로 대출 신청이 들어갔습니다."),
    ("telemarketing", "070-0000-9021", "", "", "요금제를 바꾸라는 전화가 계속 옵니다."),
    ("other", "", "", "", "제 정보가 인터넷에 올라와 있습니다."),
)
_SUMMARIES: Final = (
    "유심 교체 사칭 문자, 링크 누름",
    "검찰 사칭 전화, 송금함",
    "보상금 사칭, 송금 전",
    "명의도용 개통 두 회선",
    "소액결제 상품권 피해",
    "카드 부정 결제 확인 중",
)
_WEIGHTS: Final = (30, 22, 12, 7, 8, 6, 9, 2, 12, 4)
_SAFE: Final = ("평일 저녁 7시 뒤", "오전 10시부터 12시", "아무 때나")


@dataclass(frozen=True, slots=True)
class Sample:
    """What was made."""

    reports: int
    staff: tuple[tuple[str, str], ...]


def make(count: int, password: str, *, seed: int = 1) -> Sample:
    """Fill an empty database. Raises ConsoleError where there are cases or staff already."""
    if Case.objects.exists() or StaffMember.objects.exists():
        raise ConsoleError("there are cases or staff already: a sample goes into an empty database")
    random = Random(seed)  # noqa: S311 (made-up data)
    actors = {
        name: _accounts.add(name, password, role, shown=shown).actor for name, shown, role in _STAFF
    }
    now = timezone.now()
    for _ in range(count):
        _backdate(_report(random, now), now - timedelta(minutes=random.randint(5, 14 * 1440)))
    tasks.open_new.call()
    for case in Case.objects.order_by("pk"):
        _work(random, case, actors)
    tasks.find_clusters.call()
    return Sample(count, tuple((name, role) for name, _shown, role in _STAFF))


def _report(random: Random, now: datetime) -> Case:
    kind, number, account, page, story = random.choices(_SCAMS, _WEIGHTS)[0]
    texts: dict[str, Any] = {"narrative": story}
    if number and random.random() < 0.8:
        texts["caller_number"] = number
    if account and random.random() < 0.6:
        texts["caller_account"] = account
    wish = random.choice(("receipt", "receipt", "phone", "email"))
    if wish != "receipt":
        texts["contact"] = {wish: "010-0000-5678" if wish == "phone" else "person@mail.example"}
        texts["safe_times"] = random.choice(_SAFE)
    lost = kind in ("phishing_voice", "account_misuse", "small_payment", "card_misuse")
    report = NewReport(
        form_key=random.randbytes(32),
        kind=kind if kind in KINDS else "other",
        language="en" if random.random() < 0.08 else "ko",
        region=random.choice(REGIONS),
        happened_on=timezone.localdate(now) - timedelta(days=random.randint(0, 20)),
        loss_won=random.randint(1, 900) * 10_000 if lost and random.random() < 0.6 else None,
        bank_told=random.random() < 0.5,
        police_told=random.random() < 0.3,
        scam_url=page if random.random() < 0.9 else "",
        items=("name", "phone") if random.random() < 0.5 else (),
        urgent=random.random() < 0.04,
        contact_wanted=wish,
        texts=texts,
    )
    return Case.objects.get(number=receive(PERSON, report).number)


def _backdate(case: Case, at: datetime) -> None:
    """As if it had come then."""
    day = timezone.localdate(at)
    happened = min(case.happened_on or day, day)
    Case.objects.filter(pk=case.pk).update(received_at=at, happened_on=happened)
    Event.objects.filter(case=case).update(at=at)


def _work(random: Random, case: Case, actors: dict[str, Actor]) -> None:
    """Bring a case into one of its states, as staff would."""
    fate, who = random.random(), actors[random.choice(("kim", "lee"))]
    opened = in_use().open(case)
    if fate < 0.3:
        return
    if fate < 0.34:
        withdraw(PERSON, opened)
        return
    _cases.take(who, case.number)
    _cases.summarise(who, case.number, random.choice(_SUMMARIES))
    if fate < 0.5:
        return
    if fate < 0.65:
        text = "언제 전화가 왔는지, 어떤 번호였는지 적어 주십시오."
        _cases.ask(who, case.number, text, random.randbytes(32))
        if fate < 0.57:
            answer = "어제 저녁 여덟 시쯤입니다."
            reply(PERSON, opened, answer, form_key=random.randbytes(32))
        return
    text = "은행에 지급정지를 요청하시고 112에 신고하십시오."
    _cases.reply(who, case.number, text, random.randbytes(32))
    _cases.note(who, case.number, "은행에 확인함")
    if fate < 0.75:
        return
    if fate < 0.82 and (first := _same(case)) is not None:
        _cases.merge(who, case.number, first.number)
        return
    _cases.resolve(who, case.number)
    if fate > 0.93:
        _cases.close(who, case.number)


def _same(case: Case) -> Case | None:
    """An earlier open case of the same kind."""
    earlier = Case.objects.filter(kind=case.kind, state="open", pk__lt=case.pk)
    return earlier.order_by("pk").first()
