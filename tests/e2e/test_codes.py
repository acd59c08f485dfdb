"""The code path as a person goes it: ask, read the message, type, see the items."""

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, expect

from breachdesk.identifiers import canonical
from tests.e2e.check_page import BY_CODE, BY_PHONE, LANGUAGES, CheckPage, item_labels
from tests.e2e.code_service import ADDRESS_HOUR, CodeService, another, with_phone
from tests.e2e.recording_proxy import CUT
from tests.e2e.running_service import CANARY, CANARY_ABSENT, Person, run_command

_PERSON = ("name", "birth_date", "phone", "email")


def someone(coded: CodeService, check_page: CheckPage, place: int = 0) -> Person:
    """A person of the leak with phone and mailbox on file, another in each language."""
    found = [
        one
        for one in coded.service.people
        if one.included and set(_PERSON) <= one.fields.keys() and with_phone(one)
        and {"phone", "email"} <= set(one.items)
    ]  # fmt: skip
    return found[2 * place + LANGUAGES.index(check_page.language)]


def test_a_code_by_mail_opens_the_items(
    coded: CodeService, code_page: CheckPage, tmp_path: Path
) -> None:
    person = someone(coded, code_page)
    code_page.ask_for_code("email", person.fields)
    code = coded.mailed(person.fields["email"])
    code_page.type_code(f" {code[:4]} - {code[4:]}")
    assert code_page.answer() == "included"
    expect(code_page.heading("included")).to_be_focused()
    assert code_page.shown_items() == item_labels(person.items, code_page.language)
    assert _proved(coded, code_page, tmp_path)["answer"] == "included"


def _proved(coded: CodeService, code_page: CheckPage, folder: Path) -> dict[str, Any]:
    """What the command line finds in the saved proof, without a network."""
    with code_page.page.expect_download() as download:
        code_page.press("save")
    proof = folder / "proof.json"
    download.value.save_as(proof)
    key = coded.service.keys / "folder.toml"
    said = run_command("verify", "--evidence", proof, "--public-key", key, "--json")
    found: dict[str, Any] = json.loads(said)
    assert (found["verified"], found["trusted"]) == (True, True)
    return found


def test_a_code_by_text_message_opens_the_items(coded: CodeService, code_page: CheckPage) -> None:
    person = someone(coded, code_page, 1)
    code_page.ask_for_code("phone", person.fields)
    code_page.type_code(coded.texted(person.fields["phone"]))
    assert code_page.answer() == "included"
    assert code_page.shown_items() == item_labels(person.items, code_page.language)


def test_the_code_of_a_letter_opens_the_items(coded: CodeService, code_page: CheckPage) -> None:
    people = [
        (one, coded.letters[known])
        for one in coded.service.some(included=True, fields=("name", "birth_date"), count=20)
        if (known := canonical("name", one.fields["name"]).decode()) in coded.letters
    ]
    person, code = people[LANGUAGES.index(code_page.language)]
    code_page.fill_for_code("letter", {**person.fields, "letter_code": code.lower()})
    code_page.submit.click()
    assert code_page.answer() == "included"
    assert code_page.shown_items() == item_labels(person.items, code_page.language)


def test_a_code_from_the_desk_opens_the_items(
    coded: CodeService, code_context: BrowserContext
) -> None:
    code = coded.desk_code(CANARY.fields["phone"])
    page = CheckPage(code_context.new_page(), coded.service.pages.url, "ko").open()
    page.fill_for_code("desk-phone", {**CANARY.fields, "desk_code": code.lower()})
    page.submit.click()
    assert page.answer() == "included"
    assert page.shown_items() == item_labels(CANARY.items, "ko")


def test_a_letter_code_that_nobody_has_is_told_at_its_field(code_page: CheckPage) -> None:
    fields = {**CANARY.fields, "letter_code": "0123-4567-89AB-CDE8"}
    code_page.fill_for_code("letter", fields)
    code_page.submit.click()
    field = code_page.field("letter_code")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(code_page.page.get_by_role("alert")).to_contain_text(code_page.words["no-answer"])
    expect(field).to_have_value(fields["letter_code"])
    expect(code_page.heading("unverifiable")).to_be_hidden()


def test_who_is_in_it_goes_on_to_the_items_with_what_was_typed(
    coded: CodeService, code_page: CheckPage
) -> None:
    assert code_page.ask(BY_PHONE, CANARY.fields) == "included"
    expect(code_page.section("included").locator(".found .items li")).to_have_count(0)
    code_page.press("which")
    expect(code_page.page.locator("#ways-title")).to_be_focused()
    for name in BY_PHONE:
        expect(code_page.field(name)).to_have_value(CANARY.fields[name])
    expect(code_page.page.get_by_role("heading", name=code_page.words["learns"])).to_be_visible()
    stays = code_page.page.locator('#picture [data-part="typed"]')
    expect(stays).to_contain_text(CANARY.fields["birth_date"])
    expect(stays).not_to_contain_text(CANARY.fields["phone"])
    before = len(list(coded.sms.glob("*.json")))
    seen = len(coded.texts_to(CANARY.fields["phone"]))
    code_page.press("ask")
    expect(code_page.heading("type-code")).to_be_focused()
    code_page.type_code(coded.texted(CANARY.fields["phone"], after=seen))
    assert code_page.answer() == "included"
    assert code_page.shown_items() == item_labels(CANARY.items, code_page.language)
    assert len(list(coded.sms.glob("*.json"))) == before + 1


def test_who_is_not_in_it_learns_what_else_to_try(coded: CodeService, code_page: CheckPage) -> None:
    seen = len(coded.texts_to(CANARY_ABSENT.fields["phone"]))
    code_page.ask_for_code("phone", CANARY_ABSENT.fields)
    code_page.type_code(coded.texted(CANARY_ABSENT.fields["phone"], after=seen))
    assert code_page.answer() == "not-found"
    ways = code_page.page.get_by_role("region", name=code_page.words["other-address"])
    expect(ways.get_by_role("listitem")).to_have_count(4)
    # The address was shown to be theirs: another name needs no other code.
    ways.get_by_role("button").click()
    code_page.field("name").fill("다른이름")
    sent = len(coded.service.channel.sent)
    code_page.submit.click()
    assert code_page.answer() == "not-found"
    assert len(coded.service.channel.sent) == sent


def test_a_wrong_code_is_told_at_its_field_and_is_no_answer(
    coded: CodeService, code_page: CheckPage
) -> None:
    person = someone(coded, code_page, 2)
    code_page.ask_for_code("email", person.fields)
    code = coded.mailed(person.fields["email"])
    code_page.type_code(another(code))
    field = code_page.field("code")
    expect(field).to_have_attribute("aria-invalid", "true", timeout=45_000)
    expect(field).to_have_accessible_description(
        re.compile(re.escape(code_page.words["wrong-code"]))
    )
    alert = code_page.page.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert).to_contain_text(code_page.words["no-answer"])
    expect(code_page.page.locator('[data-tries="some"]')).to_contain_text("4")
    for kind in ("included", "not-found", "unverifiable"):
        expect(code_page.heading(kind)).to_be_hidden()
    code_page.type_code("12 34")
    expect(alert).to_contain_text(code_page.words["nothing-sent"])
    code_page.type_code(code)
    assert code_page.answer() == "included"


def test_an_expired_code_is_told_and_another_one_works(
    coded: CodeService, code_page: CheckPage
) -> None:
    person = someone(coded, code_page, 3)
    page = code_page.page
    page.clock.install()
    code_page.open()
    code_page.ask_for_code("phone", person.fields)
    code = coded.texted(person.fields["phone"])
    coded.expire()
    code_page.type_code(code)
    expect(code_page.field("code")).to_have_attribute("aria-invalid", "true", timeout=45_000)
    resend = page.get_by_role("button", name=code_page.words["resend"], exact=True)
    expect(resend).to_be_hidden()
    page.clock.run_for(61_000)
    resend.click()
    expect(page.locator('[data-part="resent"]')).to_be_visible(timeout=45_000)
    code_page.type_code(coded.texted(person.fields["phone"], after=1))
    assert code_page.answer() == "included"


def test_without_the_channel_service_it_could_not_be_checked(
    coded: CodeService, code_page: CheckPage
) -> None:
    person = someone(coded, code_page, 4)
    coded.service.channel.lie = lambda _request, _ask: CUT
    code_page.fill_for_code("email", person.fields)
    code_page.press("ask")
    assert code_page.answer() == "unverifiable"
    assert code_page.why() == "network"
    shown = code_page.page.locator("[data-why]:visible")
    expect(shown).to_have_attribute("data-why", "sender")
    coded.service.channel.lie = None
    code_page.press("again")
    expect(code_page.heading("type-code")).to_be_focused(timeout=45_000)
    code_page.type_code(coded.mailed(person.fields["email"]))
    assert code_page.answer() == "included"


def test_too_many_codes_say_when_to_try_again(coded: CodeService, code_page: CheckPage) -> None:
    person = someone(coded, code_page, 5)
    for _ in range(ADDRESS_HOUR):
        code_page.ask_for_code("email", person.fields)
        code_page.page.locator('[data-state="code"] [data-do="another"]').click()
    code_page.press("ask")
    assert code_page.answer() == "unverifiable"
    assert code_page.why() == "quota"
    shown = code_page.page.locator("[data-why]:visible")
    expect(shown).to_have_attribute("data-why", "codes")
    expect(shown.locator('[data-part="busy-when"]')).to_be_visible()


def test_a_number_that_codes_do_not_go_to_is_said(code_page: CheckPage) -> None:
    code_page.fill_for_code("phone", {**CANARY.fields, "phone": "+1 212 555 0100"})
    code_page.press("ask")
    assert code_page.answer() == "unverifiable"
    assert code_page.why() == "channel"
    expect(code_page.page.locator("[data-why]:visible")).to_have_attribute("data-why", "sender")


def test_a_wrong_address_is_told_before_anything_is_sent(
    coded: CodeService, code_page: CheckPage
) -> None:
    code_page.fill_for_code("phone", {**CANARY.fields, "phone": "010-12"})
    code_page.press("ask")
    expect(code_page.page.get_by_role("alert")).to_contain_text(code_page.words["nothing-sent"])
    expect(code_page.field("phone")).to_have_attribute("aria-invalid", "true")
    assert coded.service.channel.sent == []


def test_a_token_of_another_key_is_no_answer(coded: CodeService, code_page: CheckPage) -> None:
    """The channel service answers with 96 bytes that are not the address's."""
    person = someone(coded, code_page, 6)
    code_page.ask_for_code("email", person.fields)
    code = coded.mailed(person.fields["email"])
    channel = coded.service.channel

    def lie(request: Any, ask: Any) -> Any:
        reply = ask()
        if not request.path.endswith("/token") or reply.status != 200 or not reply.body:
            return reply
        changed = bytes([*reply.body[:-1], reply.body[-1] ^ 1])
        return type(reply)(reply.status, reply.headers, changed)

    channel.lie = lie
    code_page.type_code(code)
    assert code_page.answer() == "unverifiable"
    assert code_page.why() == "proof"


def test_code_questions_are_offered_only_where_codes_are_sent(check_page: CheckPage) -> None:
    expect(check_page.page.get_by_role("radio")).to_have_count(2)
    assert check_page.page.locator(f'[value="{"+".join(BY_CODE)}"]').count() == 0
