"""Pictures: what they show, the same bytes each time, and what is told if they cannot be drawn."""

import builtins
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.font_manager
import pytest

from breachdesk.figures import Picture, PictureError, check_target, draw

PICTURE = Picture(
    "제1차 자료: 항목별 사람",
    "사람",
    ["이름", "주민등록번호"],
    {"kt-2014": {"이름": 9_818_074, "주민등록번호": 5}, "kt-2012": {"이름": 870}},
)
PLAIN = Picture("Release 1", "People", ["name"], {"a": {"name": 3}})


@pytest.mark.parametrize(("suffix", "starts"), [(".png", b"\x89PNG"), (".svg", b"<?xml")])
def test_the_same_numbers_give_the_same_bytes(tmp_path: Path, suffix: str, starts: bytes) -> None:
    one, two = tmp_path / f"one{suffix}", tmp_path / f"two{suffix}"
    draw(PLAIN, one, "en")
    draw(PLAIN, two, "en")
    assert one.read_bytes() == two.read_bytes()
    assert one.read_bytes().startswith(starts)


def test_korean_is_drawn_with_a_font_that_has_it(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    draw(PICTURE, tmp_path / "ko.png", "ko")
    assert not [one for one in recwarn if "Glyph" in str(one.message)]


def test_without_a_korean_font_it_says_which_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = matplotlib.font_manager.fontManager
    own = [font for font in manager.ttflist if font.name.startswith("DejaVu")]
    monkeypatch.setattr(manager, "ttflist", own)
    with pytest.raises(PictureError, match="fonts-noto-cjk"):
        draw(PICTURE, tmp_path / "ko.png", "ko")
    assert not list(tmp_path.iterdir())
    draw(PLAIN, tmp_path / "en.png", "en")


def test_without_matplotlib_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., Any] = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(PictureError, match=r"breachdesk\[plot\]"):
        check_target(tmp_path / "people.png")


@pytest.mark.parametrize("name", ["people.jpg", "people", "no/people.png"])
def test_a_file_that_cannot_be_drawn_to_is_told_first(tmp_path: Path, name: str) -> None:
    with pytest.raises(PictureError, match="name"):
        check_target(tmp_path / name)


def test_nobody_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="nothing to draw"):
        draw(Picture("t", "u", [], {}), tmp_path / "none.png", "en")
