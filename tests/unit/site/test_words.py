"""Both languages say everything, and nothing is said that no page uses."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import breachdesk
from breachdesk.site import word_files, words
from breachdesk.site.errors import WordsMissingError
from tests.factories.pages import set_up

SOURCE = Path(breachdesk.__file__).parent


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:
        self.names.add(node.id.name)


def _messages(language: str) -> dict[str, set[str]]:
    """Keys and the values that each message needs; junk and repetition are errors."""
    set_up()
    found: dict[str, set[str]] = {}
    for path in word_files(language):
        for entry in FluentParser().parse(path.read_text("utf-8")).body:
            assert not isinstance(entry, ast.Junk), f"{path.name}: {entry.content}"
            if isinstance(entry, ast.Message):
                assert entry.id.name not in found, entry.id.name
                variables = _Variables()
                variables.visit(entry)
                found[entry.id.name] = variables.names
    return found


def _used() -> Iterator[str]:
    from breachdesk.portal.templatetags.portal import DYNAMIC_KEYS  # noqa: PLC0415 needs Django

    yield from DYNAMIC_KEYS
    apps = ("site", "portal")
    for path in (one for app in apps for one in SOURCE.glob(f"{app}/templates/**/*.html")):
        yield from re.findall(r'\{% (?:t|slots) "([a-z0-9_-]+)"', path.read_text("utf-8"))
    for path in SOURCE.rglob("portal/*.py"):
        yield from re.findall(r'words\(\s*language, "([a-z-]+)"', path.read_text("utf-8"))
    yield from ("period-months", "period-days")


def test_languages_have_the_same_keys_and_values() -> None:
    korean, english = _messages("ko"), _messages("en")
    assert set(korean) == set(english)
    for key, values in korean.items():
        # "This thing was taken" needs no number.
        without = {"count"} if key.endswith("-one") else set()
        assert values - without == english[key] - without, key


def test_every_key_is_used_and_every_used_key_exists() -> None:
    assert set(_messages("ko")) == set(_used())


@pytest.mark.parametrize(("language", "soft"), [("ko", "노출"), ("en", "exposed")])
def test_what_happened_is_called_a_leak(language: str, soft: str) -> None:
    set_up()
    for path in word_files(language):
        lines = path.read_text("utf-8").lower().splitlines()
        assert not [line for line in lines if soft in line and not line.startswith("#")]


def test_numbers_and_dates_are_written_as_the_language_does() -> None:
    set_up()
    assert words("ko", "releases-people-value", count=9818074) == "9,818,074명"
    assert words("en", "month", year="2013", month=2) == "February 2013"


@pytest.mark.parametrize(("key", "values"), [("no-such-key", {}), ("other-ask", {})])
def test_missing_words_and_values_are_errors(key: str, values: dict[str, str]) -> None:
    set_up()
    with pytest.raises(WordsMissingError):
        words("ko", key, **values)
