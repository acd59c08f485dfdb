"""Every word that a page asks for is there, in both languages, and no other."""

import re
from pathlib import Path

import pytest

from breachdesk.console.templatetags.console import FAMILIES
from breachdesk.site import word_files, words

pytestmark = pytest.mark.usefixtures("on_sqlite")

CONSOLE = Path(__file__).parents[3] / "src" / "breachdesk" / "console"
_KEY = re.compile(r"^([a-z][a-z0-9-]*) =", re.MULTILINE)
_USED = re.compile(r"""\{% t "([a-z0-9-]+)\"""")


def keys(language: str) -> list[str]:
    return _KEY.findall((CONSOLE / "locales" / f"{language}.ftl").read_text("utf-8"))


def used() -> set[str]:
    texts = [path.read_text("utf-8") for path in (CONSOLE / "templates").rglob("*.html")]
    texts.append((CONSOLE / "context.py").read_text("utf-8"))
    found = {key for text in texts for key in _USED.findall(text)}
    found |= set(re.findall(r'"(menu-[a-z]+)"', texts[-1]))
    found |= {f"span-{one}" for one in ("days", "hours", "minutes", "paused")}
    for family, values in FAMILIES.items():
        found |= {f"{family}-{value.replace('_', '-')}" for value in values}
    return found


@pytest.mark.parametrize("language", ["ko", "en"])
def test_all_words_are_there_and_none_is_left_over(language: str) -> None:
    there = keys(language)
    assert len(there) == len(set(there))
    own = {key for key in used() if not key.startswith("site-")}
    assert set(there) - {"board-arrivals"} == own - {"board-arrivals"}


def test_no_other_app_uses_a_key_of_ours() -> None:
    others = [path for path in word_files("ko") if CONSOLE not in path.parents]
    assert others
    for path in others:
        assert not set(_KEY.findall(path.read_text("utf-8"))) & set(keys("ko")), path.parent


def test_a_broken_promise_has_a_minus() -> None:
    assert words("ko", "span-days", days=2, hours=3, minutes=0) == "2일 3시간"
