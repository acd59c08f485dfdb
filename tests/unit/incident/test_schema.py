"""Incident files: what a good one says, and line and fix for everything wrong with a bad one."""

import re
from datetime import date
from pathlib import Path

import pytest

from breachdesk.incident import HELP, Incident, IncidentError, Lookup, Problem, load, parse

EXAMPLE = Path(__file__).parents[3] / "examples" / "kt-2014" / "incident.toml"
GOOD = """\
format = 1
id = "shop-2026"
number = 2
discovered = 2026-03-06
items = ["phone", "rrn", "name"]
organisation = { ko = "가게", en = "Shop" }
title = { ko = "가게 고객정보 유출", en = "Shop customer data leak" }
statement = { ko = "고객님의 정보가 유출되었습니다.", en = "Your information was leaked." }
apology = { ko = "죄송합니다.", en = "We are sorry." }
[period]
first = 2026-01-01
last = 2026-02-01
[[lookups]]
id = "name+channel_token"
channels = ["letter", "phone"]
fields = ["name", "channel_token"]
assurance = "code"
reveals = "items"
[subject]
columns = [["rrn"], ["name", "phone"]]
[channels]
uses = ["post"]
never = ["sms"]
[[contacts]]
kind = "phone"
name = { ko = "전화", en = "Phone" }
value = { ko = "100", en = "100" }
hours = { ko = "24시간", en = "Day and night" }
"""
ITEMS_OVERRIDE = 'override = "anyone-who-knows-these-details-learns-the-items"\n'
RRN_OVERRIDE = 'rrn_override = "a-statute-allows-us-to-ask-for-the-rrn"\n'


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(IncidentError) as caught:
        parse(text, "incident.toml")
    return caught.value.problems


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_good_file() -> None:
    incident = parse(GOOD, "incident.toml")
    assert (incident.id, incident.number) == ("shop-2026", 2)
    assert incident.items == ("name", "rrn", "phone")
    assert incident.lookups == (
        Lookup(
            "name+channel_token", ("name", "channel_token"), "code", "items", ("phone", "letter")
        ),
    )
    assert incident.sensitivity == "ordinary"
    assert incident.lookup("name+channel_token").reveals == "items"
    assert incident.subject_columns == (("rrn",), ("name", "phone"))
    assert incident.period.last == date(2026, 2, 1)
    assert incident.title.in_language("ko-KR") == "가게 고객정보 유출"
    assert incident.title.in_language("en") == "Shop customer data leak"
    assert incident.warnings == ()
    assert incident.source_text == GOOD
    assert dict(incident.help) == dict(HELP)
    with pytest.raises(KeyError):
        incident.lookup("phone")


def test_the_example_of_kt() -> None:
    incident = load(EXAMPLE)
    assert len(incident.items) == 12
    assert [lookup.id for lookup in incident.lookups] == [
        "name+birth_date+phone",
        "name+customer_number",
        "name+birth_date+channel_token",
    ]
    assert [lookup.reveals for lookup in incident.lookups] == ["membership", "membership", "items"]
    assert incident.lookups[2].channels == ("phone", "email", "letter")
    assert incident.lookups[2].typed == ("name", "birth_date")
    assert incident.lookups[2].columns == ("name", "birth_date", "phone", "email")
    assert incident.sensitivity == "ordinary"
    assert "9,818,074" in incident.statement.ko
    assert "9,818,074" in incident.statement.en
    assert (incident.period.first, incident.period.last) == (date(2013, 2, 1), date(2014, 2, 28))
    assert incident.warnings == ()
    assert "rrn" not in {field for lookup in incident.lookups for field in lookup.fields}
    assert "노출" not in incident.source_text


FIELDS = 'fields = ["name", "channel_token"]'
CHANNELS = 'channels = ["letter", "phone"]'
BY_CODE = f'{CHANNELS}\n{FIELDS}\nassurance = "code"'
WRONG = [
    ("format = 1", "format = 2", "newer format", "newer Breachdesk"),
    ("format = 1", 'format = "1"', "not known", "format = 1"),
    ("format = 1", "", "`format` is missing", "format = 1"),
    ('id = "shop-2026"', 'id = "Shop 2026"', "1 to 32 small letters", "kt-2014"),
    ('id = "shop-2026"', f'id = "{"a" * 33}"', "1 to 32 small letters", "kt-2014"),
    ("number = 2", "number = 0", "whole number", "1 to 65535"),
    ("number = 2", "number = true", "whole number", "1 to 65535"),
    ("number = 2", "number = 65536", "whole number", "1 to 65535"),
    ("number = 2", "nummer = 2", "`nummer` is unknown", '"number"'),
    ("discovered = 2026-03-06", 'discovered = "2026-03-06"', "not a date", "without quotes"),
    ("discovered = 2026-03-06", "discovered = 2026-03-06T10:00:00", "not a date", "quotes"),
    ("discovered = 2026-03-06", "discovered = 1969-03-06", "before 1970", "1970-01-01"),
    ("first = 2026-01-01", "first = 2026-03-01", "ends before", "Exchange"),
    ("first = 2026-01-01", "first = 2026-04-01", "after the discovery", "Correct"),
    ('items = ["phone", "rrn", "name"]', 'items = "name"', "list of texts", '["name"'),
    ('items = ["phone", "rrn", "name"]', "items = []", "names nothing", '["name"]'),
    ('"rrn", "name"]', '"rrn",\n"nmae",\n"name"]', '"nmae" is unknown', '"name"'),
    ('"rrn", "name"]', '"rrn", "name",\n"name"]', '"name" twice', "Remove"),
    ('organisation = { ko = "가게", en = "Shop" }', 'organisation = "가게"', "Korean and", "ko ="),
    ('en = "Shop" }', 'en = " " }', "`en` is empty", "en ="),
    ('{ ko = "가게", en = "Shop" }', '{ ko = "가게" }', "`en` is missing", "en ="),
    ('{ ko = "가게", en = "Shop" }', '{ ko = 1, en = "Shop" }', "text in quotes", "ko ="),
    ('id = "name+channel_token"', 'id = "name"', "joined by +", '"name+channel_token"'),
    (FIELDS, 'fields = ["name", "sex"]', '"sex" is unknown', '"phone"'),
    (FIELDS, "fields = []", "nothing to ask", '"birth_date"'),
    (FIELDS, 'fields = ["name", "phone"]', "as its last field", '"name", "phone", "channel_token"'),
    (FIELDS, 'fields = ["channel_token", "name"]', "as its last field", '["name", "channel_token"'),
    (FIELDS, 'fields = ["channel_token"]', "change hands", '"birth_date", "channel_token"'),
    (FIELDS, 'fields = ["phone", "name", "channel_token"]', "another order", '["name", "phone", '),
    ('assurance = "code"', 'assurance = "opne"', '"opne"', '"open"'),
    ('assurance = "code"', 'assurance = "open"', "KB Card", "anyone-who-knows"),
    (BY_CODE, BY_CODE.replace("code", "open"), "takes no code", 'assurance = "code"'),
    (BY_CODE, BY_CODE.replace("code", "open"), "no channel_token", 'assurance = "code"'),
    (CHANNELS, "", "`channels` is missing", '["phone", "email", "letter"]'),
    (CHANNELS, "channels = []", "nothing that a code", '["phone", "email", "letter"]'),
    (CHANNELS, 'channels = ["desk"]', '"desk" is unknown', '"letter"'),
    (CHANNELS, 'channels = ["phone", "phone"]', '"phone" twice', "Remove"),
    ("number = 2", 'number = 2\nsensitivity = "secret"', '"secret"', '"sensitive"'),
    ('assurance = "code"\n', 'assurance = "code"\noverride = "yes"\n', "other words", "anyone-who"),
    ('reveals = "items"', 'reveals = "all"', '"all"', '"membership"'),
    ('reveals = "items"\n', f'reveals = "items"\n{ITEMS_OVERRIDE}', "does nothing", "Remove"),
    ('reveals = "items"\n', f'reveals = "items"\n{RRN_OVERRIDE}', "does nothing", "Remove"),
    (FIELDS, 'fields = ["name", "rrn", "channel_token"]', "forbidden", "rrn_override"),
    ('[["rrn"], ["name", "phone"]]', '["rrn"]', "list of alternatives", '[["rrn"]'),
    ('[["rrn"], ["name", "phone"]]', "[]", "list of alternatives", '[["rrn"]'),
    ('["name", "phone"]]', '\n["nane"]]', '"nane" is no item', '"name"'),
    ('["name", "phone"]]', '\n["email"]]', "not among the items", '"email"'),
    ('["name", "phone"]]', '\n["rrn"]]', "stands twice", "Remove"),
    ('["name", "phone"]]', '\n["name", "name"]]', "an item twice", "Remove"),
    ('never = ["sms"]', 'never = ["post"]', "`uses` and under `never`", "Remove"),
    ('never = ["sms"]', 'never = ["smoke"]', '"smoke" is unknown', '"sms"'),
    ('kind = "phone"', 'kind = "pigeon"', '"pigeon"', '"shop"'),
    ('kind = "phone"', "", "`kind` is missing", "kind ="),
]


@pytest.mark.parametrize(("old", "new", "message", "fix"), WRONG)
def test_each_mistake_is_told_with_its_line_and_fix(
    old: str, new: str, message: str, fix: str
) -> None:
    text = changed(old, new)
    found = [problem for problem in problems_of(text) if message in problem.message]
    assert len(found) == 1
    assert fix in found[0].fix
    # A missing key is told at its section, anything else on one of the changed lines.
    start = line_of(text, new) if new else None
    if start is not None and "missing" not in message:
        assert start <= found[0].line <= start + new.count("\n") + 1


@pytest.mark.parametrize("section", ["period", "lookups", "subject", "channels", "contacts"])
def test_a_missing_section_is_told(section: str) -> None:
    text = re.sub(rf"\[+{section}\]+\n(?:[a-z].*\n)+", "", GOOD)
    problems = problems_of(text)
    assert [problem.message for problem in problems] == [f"`{section}` is missing."]
    assert section in problems[0].fix


def test_sections_of_the_wrong_kind_are_told() -> None:
    for section in ("period", "subject", "channels", "lookups", "contacts", "help"):
        text = re.sub(rf"\[+{section}\]+\n(?:[a-z].*\n)+", "", GOOD)
        (problem,) = problems_of(f"{section} = 1\n{text}")
        assert (problem.line, f"`{section}` must be" in problem.message) == (1, True)


def test_all_problems_are_told_at_once_in_order() -> None:
    text = (
        GOOD.replace("number = 2", "number = -1")
        .replace('id = "name+channel_token"', 'id = "phone"')
        .replace("last = 2026-02-01", 'last = "soon"')
    )
    problems = problems_of(text)
    assert [problem.line for problem in problems] == [3, 12, 14]
    with pytest.raises(IncidentError, match=r"incident\.toml: 3 problems\n  line 3: .* Write"):
        parse(text, "incident.toml")


@pytest.mark.parametrize(
    ("text", "line"), [("a = ", 1), ("a = 1\nb = 2\na = 3\n", 3), ('format = 1\nx = "\n', 2)]
)
def test_text_that_is_not_toml(text: str, line: int) -> None:
    (problem,) = problems_of(text)
    assert problem.message.startswith("This is not TOML")
    assert problem.line == line
    assert problem.fix


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "incident.toml"
    path.write_bytes(b"format = 1\n" + 'id = "가"'.encode("cp949"))
    with pytest.raises(IncidentError) as caught:
        load(path)
    assert [(problem.line, problem.fix) for problem in caught.value.problems] == [
        (2, "Save it as UTF-8.")
    ]


def test_lines_are_right_after_texts_over_several_lines() -> None:
    tricky = '"""\n[period]\nnumber = 7\n# ] [ \' \n"""'
    text = changed('ko = "죄송합니다."', 'ko = "죄송합니다."').replace(
        'apology = { ko = "죄송합니다.", en = "We are sorry." }',
        f'apology.ko = {tricky}\napology.en = "]"  # [[',
    )
    bad = text.replace("last = 2026-02-01", "last = 5")
    (problem,) = problems_of(bad)
    assert problem.line == line_of(bad, "last = 5")


def test_two_lookups_that_ask_the_same() -> None:
    lookup = GOOD[GOOD.index("[[lookups]]") : GOOD.index("[subject]")]
    (problem,) = problems_of(GOOD.replace(lookup, lookup + lookup))
    assert "asks the same" in problem.message
    assert problem.line == line_of(GOOD, "[subject]") + 1


def with_lookup(lookup: str, fields: str, rest: str) -> str:
    """The good file with another lookup in the place of its own."""
    own = GOOD[GOOD.index("[[lookups]]") : GOOD.index("[subject]")]
    new = f'[[lookups]]\nid = "{lookup}"\nfields = {fields}\n{rest}'
    return GOOD.replace(own, new)


OPEN = 'assurance = "open"\nreveals = "membership"\n'
OPEN_ITEMS = f'assurance = "open"\nreveals = "items"\n{ITEMS_OVERRIDE}'


def test_open_with_items_by_override_warns() -> None:
    text = with_lookup("name+phone", '["name", "phone"]', OPEN_ITEMS)
    (warning,) = parse(text, "x").warnings
    assert warning.line == line_of(text, "override")


@pytest.mark.parametrize("rest", [OPEN, OPEN_ITEMS])
def test_a_sensitive_incident_has_no_open_lookup(rest: str) -> None:
    text = with_lookup("name+phone", '["name", "phone"]', rest)
    (problem,) = problems_of(text.replace("number = 2", 'number = 2\nsensitivity = "sensitive"'))
    assert problem.line == line_of(text, "assurance") + 1
    assert "nobody may learn anything" in problem.message
    assert 'assurance = "code"' in problem.fix


def test_a_sensitive_incident_by_code() -> None:
    text = changed("number = 2", 'number = 2\nsensitivity = "sensitive"')
    assert parse(text, "x").sensitivity == "sensitive"


def test_a_channel_of_something_that_did_not_leak_warns() -> None:
    text = changed('["letter", "phone"]', '["letter", "email", "phone"]')
    (warning,) = parse(text, "x").warnings
    assert warning.line == line_of(text, "channels")
    assert '"email"' in warning.message


def test_an_rrn_by_override_warns() -> None:
    text = with_lookup("rrn", '["rrn"]', f"{RRN_OVERRIDE}{OPEN}")
    (warning,) = parse(text, "x").warnings
    assert warning.line == line_of(text, "rrn_override")


def test_a_lookup_by_something_that_did_not_leak_warns() -> None:
    text = with_lookup("email", '["email"]', OPEN)
    (warning,) = parse(text, "x").warnings
    assert "may find nobody" in warning.message
    birth = text.replace('"email"', '"birth_date"')
    assert parse(birth, "x").warnings == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [("유출되었습니다", "노출되었습니다"), ("was leaked.", "was exposed.")],
)
def test_words_that_play_the_leak_down_warn(old: str, new: str) -> None:
    (warning,) = parse(changed(old, new), "x").warnings
    assert warning.line == line_of(GOOD, "statement")
    assert "leaked" in warning.fix or "유출" in warning.fix


def test_notices_before_the_discovery_are_refused() -> None:
    (problem,) = problems_of(changed("number = 2\n", "number = 2\nnotified = 2026-03-01\n"))
    assert problem.line == 4


ROUTE = """
[[help]]
id = "police"
need = { ko = "급할 때", en = "In a hurry" }
where = { ko = "112", en = "112" }
phone = "112"
url = "https://www.example.com"
source = "own check"
checked = 2026-03-01
secondary = true
"""


def test_own_help_routes_go_over_the_shipped_ones() -> None:
    help_routes = parse(GOOD + ROUTE, "x").help
    assert help_routes["police"].need.en == "In a hurry"
    assert help_routes["police"].secondary
    assert help_routes["msafer"] == HELP["msafer"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("https://", "http://", "https://"),
        ("checked = 2026-03-01\n", "", "`checked` is missing"),
        ("secondary = true", 'secondary = "yes"', "true or false"),
    ],
)
def test_help_routes_are_checked(old: str, new: str, message: str) -> None:
    (problem,) = problems_of(GOOD + ROUTE.replace(old, new))
    assert message in problem.message


def test_a_help_route_twice_is_refused() -> None:
    (problem,) = problems_of(GOOD + ROUTE + ROUTE)
    assert "stands twice" in problem.message


def binding(text: str) -> bytes:
    return parse(text, "x").release_binding()


def test_the_release_binding_is_pinned() -> None:
    assert binding(GOOD) == (
        b"\x00\x15breachdesk/incident/2\x00\x09shop-2026\x00\x02"
        b"\x00\x0a2026-01-01\x00\x0a2026-02-01\x00\x08ordinary"
        b"\x00\x00\x00\x00\x00\x00\x00\x07"
        b"\x00\x01\x00\x05\x00\x12name+channel_token\x00\x04code\x00\x05items"
        b"\x00\x05phone\x00\x06letter"
        b"\x00\x02\x00\x01\x00\x03rrn\x00\x02\x00\x04name\x00\x05phone"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("We are sorry.", "We are very sorry."),
        ('["phone", "rrn", "name"]', '["name", "rrn", "phone"]'),
        ("discovered = 2026-03-06", "discovered = 2026-03-05"),
        ('kind = "phone"', 'kind = "shop"'),
        ('["letter", "phone"]', '["phone", "letter"]'),
        ("number = 2", 'number = 2\nsensitivity = "ordinary"'),
        ("format = 1\n", "# hello\nformat = 1\n"),
        ("\n", "\r\n"),
    ],
)
def test_what_a_page_shows_does_not_decide_a_release(old: str, new: str) -> None:
    assert binding(GOOD.replace(old, new)) == binding(GOOD)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("shop-2026", "shop-2027"),
        ("number = 2", "number = 3"),
        ("last = 2026-02-01", "last = 2026-02-02"),
        ('"rrn", "name"]', '"rrn", "name", "email"]'),
        ('reveals = "items"', 'reveals = "membership"'),
        ('["letter", "phone"]', '["phone"]'),
        ("number = 2", 'number = 2\nsensitivity = "sensitive"'),
        ('[["rrn"], ["name", "phone"]]', '[["name", "phone"], ["rrn"]]'),
        ('[["rrn"], ["name", "phone"]]', '[["rrn"], ["name"], ["phone"]]'),
    ],
)
def test_what_decides_a_release_changes_the_binding(old: str, new: str) -> None:
    assert binding(changed(old, new)) != binding(GOOD)


def test_the_repr_of_an_incident_does_not_hold_its_file() -> None:
    incident = parse(GOOD, "x")
    assert isinstance(incident, Incident)
    assert "source_text" not in repr(incident)
