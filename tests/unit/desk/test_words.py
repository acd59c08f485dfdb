"""The desk's words: both languages say everything, and nothing that no page uses."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import breachdesk

DESK = Path(breachdesk.__file__).parent / "desk"


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:
        self.names.add(node.id.name)


def _messages(language: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    text = (DESK / "locales" / f"{language}.ftl").read_text("utf-8")
    for entry in FluentParser().parse(text).body:
        assert not isinstance(entry, ast.Junk), entry.content
        if isinstance(entry, ast.Message):
            assert entry.id.name not in found, entry.id.name
            variables = _Variables()
            variables.visit(entry)
            found[entry.id.name] = variables.names
    return found


def _used() -> Iterator[str]:
    from breachdesk.desk.templatetags.desk import DYNAMIC_KEYS  # noqa: PLC0415 (needs Django)

    yield from DYNAMIC_KEYS
    for path in DESK.glob("templates/**/*.html"):
        yield from re.findall(r'\{% t "(desk-[a-z0-9-]+)"', path.read_text("utf-8"))


def test_languages_have_the_same_keys_and_values() -> None:
    assert _messages("ko") == _messages("en")


@pytest.mark.usefixtures("on_sqlite")
def test_every_key_is_used_and_every_used_key_exists() -> None:
    assert set(_messages("ko")) == set(_used())


@pytest.mark.parametrize(("language", "soft"), [("ko", "노출"), ("en", "exposed")])
def test_what_happened_is_called_a_leak(language: str, soft: str) -> None:
    assert soft not in (DESK / "locales" / f"{language}.ftl").read_text("utf-8").lower()
