"""Bars, for a report in print: with matplotlib, which is an extra of this package.

Colours are Okabe and Ito's, told apart by colour-blind people; a pattern tells them apart in black
and white; every bar has its number.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from breachdesk.figures.errors import PictureError

LANGUAGES = ("ko", "en")
_FORMATS = (".png", ".svg")
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
_PATTERNS = ("", "///", "...", "xx", "\\\\\\", "++")
#: Fonts that have Korean letters, the likeliest first.
_KOREAN = (
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "Noto Sans CJK JP",
    "Pretendard",
    "NanumGothic",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
)


@dataclass(frozen=True, slots=True)
class Picture:
    """Bars by label, for each label one of every series; a series without it has none."""

    title: str
    unit: str
    labels: Sequence[str]
    series: Mapping[str, Mapping[str, int]]


def check_target(path: Path) -> None:
    """Before any work: what the file is named, and what draws. Raises `PictureError`."""
    if path.suffix.lower() not in _FORMATS:
        raise PictureError("--plot: name a file that ends in .png or .svg")
    if not path.absolute().parent.is_dir():
        raise PictureError("--plot: the folder is not there; name one that is")
    _matplotlib()


def draw(picture: Picture, path: Path, language: str) -> None:
    """Draw into a file of its ending. The same numbers give the same bytes.

    Raises `PictureError`, also where no font has the letters, and `OSError`.
    """
    if not picture.labels:
        raise PictureError("--plot: there is nothing to draw; the release counts nobody")
    matplotlib = _matplotlib()
    fonts = _fonts(matplotlib, language, picture)
    style = {"font.family": fonts, "svg.hashsalt": "breachdesk", "axes.unicode_minus": False}
    with matplotlib.rc_context(style):
        figure = _figure(matplotlib, picture)
        made = io.BytesIO()
        kind = path.suffix.lower().removeprefix(".")
        stamp = {"Date": None} if kind == "svg" else {"Software": None}
        figure.savefig(made, format=kind, dpi=200, metadata=stamp)
    path.write_bytes(made.getvalue())


def _figure(matplotlib: Any, picture: Picture) -> Any:
    """One group of horizontal bars a label, the first one on top."""
    several = len(picture.series)
    height = 1.6 + 0.34 * len(picture.labels) * max(several, 1)
    figure = matplotlib.figure.Figure(figsize=(8.27, max(height, 3)), layout="constrained")
    axes = figure.subplots()
    thick = 0.8 / several
    for place, (name, values) in enumerate(picture.series.items()):
        rows = [row for row, label in enumerate(picture.labels) if label in values]
        bars = axes.barh(
            [row + place * thick for row in rows],
            [values[picture.labels[row]] for row in rows],
            height=thick * 0.9,
            label=name,
            color=_COLOURS[place % len(_COLOURS)],
            hatch=_PATTERNS[(place + place // len(_COLOURS)) % len(_PATTERNS)],
            edgecolor="black",
            linewidth=0.6,
        )
        axes.bar_label(bars, fmt=_number, padding=3, fontsize=8)
    axes.set_yticks([row + (several - 1) * thick / 2 for row in range(len(picture.labels))])
    axes.set_yticklabels(picture.labels)
    axes.invert_yaxis()
    axes.set_xlabel(picture.unit)
    axes.xaxis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda value, _: _number(value)))
    axes.margins(x=0.15)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(picture.title, loc="left")
    if several > 1:
        figure.legend(frameon=False, loc="outside lower center", ncols=min(several, 4))
    return figure


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _fonts(matplotlib: Any, language: str, picture: Picture) -> list[str]:
    """Fonts to draw with, of which one has the letters of the picture."""
    texts = (picture.title, picture.unit, *picture.labels, *picture.series)
    if language != "ko" and all(text.isascii() for text in texts):
        return ["DejaVu Sans"]
    installed = {font.name for font in matplotlib.font_manager.fontManager.ttflist}
    for name in _KOREAN:
        if name in installed:
            return [name, "DejaVu Sans"]
    raise PictureError(
        "--plot: no font on this machine has Korean letters; install one (Debian: fonts-noto-cjk, "
        "then run this again), or add --language en"
    )


def _matplotlib() -> Any:
    try:
        import matplotlib as mpl  # noqa: PLC0415 (an extra: only who draws needs it)
        import matplotlib.figure  # noqa: PLC0415
        import matplotlib.font_manager  # noqa: PLC0415
        import matplotlib.ticker  # noqa: PLC0415
    except ImportError:
        raise PictureError(
            '--plot: matplotlib is not installed; install it (pip install "breachdesk[plot]"), or '
            "leave --plot out"
        ) from None
    return mpl
