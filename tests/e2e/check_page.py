"""The check page as a person meets it: found by roles and labels, in both languages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from breachdesk.incident import ITEMS

BY_PHONE = ("name", "birth_date", "phone")
BY_NUMBER = ("name", "customer_number")
LOOKUPS = (BY_PHONE, BY_NUMBER)
BY_CODE = ("name", "birth_date", "channel_token")

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
        "channel_token": "보내 드리는 인증번호",
        "email": "이메일",
        "letter_code": "편지에 적힌 코드",
        "code": "받은 인증번호",
        "by-phone": "문자로 받기",
        "by-email": "이메일로 받기",
        "desk_code": "창구에서 받은 코드",
        "by-desk-phone": "창구에서 받은 코드가 있습니다. (전화번호)",
        "by-letter": "편지에 적힌 코드가 있습니다.",
        "ask": "인증번호 받기",
        "resend": "인증번호 다시 받기",
        "type-code": "인증번호를 적어 주십시오.",
        "wrong-code": (
            "인증번호가 틀렸거나 시간이 지났습니다. "
            "가장 최근 메시지를 보시거나, 다시 보내 달라고 하십시오."
        ),
        "no-answer": "코드가 맞지 않습니다. 유출되었는지와는 상관이 없습니다.",
        "which": "무엇이 유출되었는지 보기",
        "learns": "물어본 것을 누가 알게 됩니까?",
        "other-address": "그때는 다른 번호나 이메일을 쓰셨습니까?",
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
        "channel_token": "Code sent to you",
        "email": "E-mail address",
        "letter_code": "Code in the letter",
        "code": "Code from the message",
        "by-phone": "By text message",
        "by-email": "By e-mail",
        "desk_code": "Code from the desk",
        "by-desk-phone": "I have a code from the desk, for a phone number",
        "by-letter": "I have a letter with a code",
        "ask": "Send me the code",
        "resend": "Send another code",
        "type-code": "Type the code",
        "wrong-code": (
            "This code is wrong, or its time is over. "
            "Look at the newest message, or ask for another code."
        ),
        "no-answer": (
            "The code was not accepted. "
            "This says nothing about whether your information was leaked."
        ),
        "which": "Show which things",
        "learns": "Who learns that you ask?",
        "other-address": "Did you have another number or mailbox then?",
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
        button = self.page.get_by_role("button", name=self.words["submit"], exact=True)
        return button.locator("visible=true")

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

    def fill_for_code(self, way: str, fields: Mapping[str, str]) -> None:
        """Choose the question that needs a code and the way to it, and type what it asks for."""
        self.choose(BY_CODE)
        self.page.get_by_role("radio", name=self.words[f"by-{way}"], exact=True).check()
        typed = {"letter": ("letter_code",), "desk-phone": ("phone", "desk_code")}
        for name in ("name", "birth_date", *typed.get(way, (way,))):
            self.field(name).fill(fields[name])

    def ask_for_code(self, way: str, fields: Mapping[str, str]) -> None:
        """Until the page wants the code."""
        self.fill_for_code(way, fields)
        self.press("ask")
        expect(self.heading("type-code")).to_be_focused(timeout=ANSWER_MILLISECONDS)

    def type_code(self, code: str) -> None:
        """Type it and press."""
        self.field("code").fill(code)
        self.submit.click()

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
