"""The closed catalogue: bits that never change, words for both languages, headers, help."""

import re

import pytest

from breachdesk.incident import (
    HELP,
    ITEMS,
    LOOKUP_FIELDS,
    bitmap,
    by_urgency,
    codes_of,
    in_catalogue_order,
    item_of_header,
)

# What stands in sealed entries. A line may be added, never changed.
BITS = (
    *("name", "rrn", "phone", "email", "address", "card_number", "card_expiry", "bank_account"),
    *("customer_number", "usim_number", "subscription", "rate_plan", "birth_date"),
    *("password_hash", "password", "sex", "passport_number", "driver_licence"),
    *("foreigner_number", "ip_address", "device_id", "location", "call_records"),
    *("purchase_history", "delivery_address", "entry_code", "health", "card_cvc"),
    "account_holder",
)


def test_bits_are_as_they_have_always_been() -> None:
    assert {code: item.bit for code, item in ITEMS.items()} == {
        code: bit for bit, code in enumerate(BITS)
    }
    assert tuple(ITEMS) == BITS


def test_urgency_is_an_order() -> None:
    assert sorted(item.urgency for item in ITEMS.values()) == list(range(1, len(ITEMS) + 1))
    codes = ("name", "card_number", "phone", "name")
    assert [item.code for item in by_urgency(codes)] == ["card_number", "phone", "name"]


def test_bitmaps() -> None:
    assert bitmap(("name", "rrn", "account_holder", "name")) == 0b11 | 1 << 28
    assert codes_of(0b11 | 1 << 28) == ("name", "rrn", "account_holder")
    assert codes_of(bitmap(ITEMS)) == tuple(ITEMS)
    assert codes_of(0) == ()
    assert in_catalogue_order(["rrn", "name", "rrn"]) == ("name", "rrn")
    with pytest.raises(ValueError, match="no item"):
        codes_of(1 << 63)
    with pytest.raises(KeyError):
        bitmap(["shoe_size"])


@pytest.mark.parametrize("code", ITEMS)
def test_every_item_has_words_and_a_step(code: str) -> None:
    item = ITEMS[code]
    assert re.search("[가-힣]", item.label.ko)
    assert item.label.en.isascii()
    assert item.advice
    for step in item.advice:
        assert step.text.en.endswith((".", "!"))
        assert step.text.ko.endswith("다.") or re.search("(십시오|습니다|세요)[.]", step.text.ko)
        assert step.help is None or step.help in HELP
        assert step.source


def test_texts_never_play_the_leak_down() -> None:
    texts = [step.text for item in ITEMS.values() for step in item.advice]
    texts += [text for route in HELP.values() for text in (route.need, route.where)]
    assert not [text for text in texts if "노출" in text.ko or "expos" in text.en.lower()]


def test_no_header_means_two_items() -> None:
    seen: dict[str, str] = {}
    for code, item in ITEMS.items():
        for header in item.headers:
            assert item_of_header(header) == code
            assert seen.setdefault(header.lower(), code) == code
        assert item_of_header(code) == code


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (" 이 름 ", "name"),
        ("휴대폰_번호", "phone"),
        ("Phone-Number", "phone"),
        ("ＵＳＩＭ번호", "usim_number"),
        ("카드 유효기간", "card_expiry"),
        ("\ufeff고객명", "name"),
        ("비고", None),
        ("", None),
    ],
)
def test_headers_are_recognised_in_any_dress(header: str, code: str | None) -> None:
    assert item_of_header(header) == code


def test_every_lookup_field_is_an_item() -> None:
    assert set(LOOKUP_FIELDS) <= set(ITEMS)


def test_help_routes_say_where_they_are_known_from() -> None:
    assert {"police", "phishing-centre", "fss", "msafer", "kisa", "mediation"} <= set(HELP)
    for route in HELP.values():
        assert route.source
        assert route.checked.year >= 2026
        assert route.url is None or route.url.startswith("https://")
