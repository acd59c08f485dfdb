"""The check page as a person meets it: found by roles and labels, in both languages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from breachdesk.incident import ITEMS

BY_PHONE = ("name", "birth_date", "phone")
BY_NUMBER = ("name", "customer_number")
LOOKUPS = (BY_PHONE, BY_NUMBER)

#: The words of the page that tests look for. Written here too, so that a change of tone is seen.
WORDS: Mapping[str, Mapping[str, str]] = {
    "ko": {
        "name": "이름",
        "birth_date": "생년월일",
        "phone": "전화번호",
        "customer_number": "고객번호",
        "submit": "확인하기",
        "included": "고객님의 정보가 유출되었습니다.",
        "not-found": "입력하신 정보는 유출된 자료에 없습니다.",
        "unverifiable": "지금은 확인할 수 없습니다.",
        "not-safe": "유출되지 않았다는 뜻이 아닙니다.",
        "again": "다시 확인하기",
        "another": "다른 정보로 확인하기",
        "save": "증거 저장",
        "nothing-sent": "아직 아무것도 보내지 않았습니다",
        "no-script": "이 기기에서는 확인할 수 없습니다.",
        "empty-name": "이름을 적어 주십시오.",
        "bad-birth_date": "달력에 없는 날짜입니다. 연, 월, 일을 다시 보아 주십시오.",
        "bad-phone": (
            "한국에 없는 번호입니다. 지역번호까지 적어 주십시오. 외국 번호는 +로 시작합니다."
        ),
        "slow": "시간이 걸리고 있습니다.",
        "apology": "진심으로 사과드립니다.",
    },
    "en": {
        "name": "Name",
        "birth_date": "Date of birth",
        "phone": "Phone number",
        "customer_number": "Customer number",
        "submit": "Check",
        "included": "Your information was leaked.",
        "not-found": "What you typed is not in the leaked data.",
        "unverifiable": "We could not check.",
        "not-safe": "This does not mean that you are safe.",
        "again": "Check again",
        "another": "Check with something else",
        "save": "Save the proof",
        "nothing-sent": "Nothing has been sent.",
        "no-script": "You cannot check on this device.",
        "empty-name": "Type your name.",
        "bad-birth_date": "There is no such date. Look at year, month and day again.",
        "bad-phone": (
            "There is no such number in Korea. Include the area code. "
            "Numbers of other countries begin with +."
        ),
        "slow": "This is taking a while.",
        "apology": "We are sorry.",
    },
}
LANGUAGES = tuple(WORDS)
ANSWERS = ("included", "not-found", "unverifiable")
#: Longer than the client waits for an answer (limits.ts).
ANSWER_MILLISECONDS = 45_000


def item_labels(items: Iterable[str], language: str) -> set[str]:
    """What the page calls these items."""
    labels = (ITEMS[code].label for code in items)
    return {label.ko if language == "ko" else label.en for label in labels}


@dataclass(frozen=True, slots=True)
class CheckPage:
    """One open page in one language."""

    page: Page
    origin: str
    language: str

    @property
    def words(self) -> Mapping[str, str]:
        return WORDS[self.language]

    def open(self) -> "CheckPage":
        self.page.goto(f"{self.origin}/{self.language}/")
        expect(self.submit).to_be_visible()
        return self

    @property
    def submit(self) -> Locator:
        return self.page.get_by_role("button", name=self.words["submit"], exact=True)

    def field(self, name: str) -> Locator:
        return self.page.get_by_role("textbox", name=self.words[name], exact=True)

    def choose(self, lookup: tuple[str, ...]) -> None:
        labels = [self.words[field] for field in lookup]
        name = ", ".join([*labels[:1], *(one[:1].lower() + one[1:] for one in labels[1:])])
        self.page.get_by_role("radio", name=name, exact=True).check()

    def fill(self, lookup: tuple[str, ...], fields: Mapping[str, str]) -> None:
        self.choose(lookup)
        for name in lookup:
            self.field(name).fill(fields[name])

    def ask(self, lookup: tuple[str, ...], fields: Mapping[str, str]) -> str:
        """Type, press, and wait for an answer: its kind."""
        self.fill(lookup, fields)
        self.submit.click()
        return self.answer()

    def answer(self) -> str:
        """The kind of answer that is shown, once one is: by its heading, and only one."""
        any_answer = self.heading(ANSWERS[0]).or_(self.heading(ANSWERS[1]))
        any_answer = any_answer.or_(self.heading(ANSWERS[2]))
        expect(any_answer).to_be_visible(timeout=ANSWER_MILLISECONDS)
        (shown,) = [kind for kind in ANSWERS if self.heading(kind).is_visible()]
        return shown

    def heading(self, kind: str) -> Locator:
        return self.page.get_by_role("heading", name=self.words[kind], exact=True)

    def section(self, kind: str) -> Locator:
        return self.page.get_by_role("region", name=self.words[kind], exact=True)

    def shown_items(self) -> set[str]:
        """The items of the answer, which are listed once each."""
        shown = self.section("included").locator(".found .items li").all_inner_texts()
        assert len(shown) == len(set(shown))
        return set(shown)

    def press(self, word: str) -> None:
        self.page.get_by_role("button", name=self.words[word], exact=True).locator(
            "visible=true"
        ).click()

    def why(self) -> str:
        """The name of the error under "could not be checked"."""
        return self.section("unverifiable").locator('[data-slot="reason"]').inner_text()
