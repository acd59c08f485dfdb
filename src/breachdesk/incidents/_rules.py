"""The legal clocks as data: `rules.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Rule:
    """One duty: its article, how long after the moment of knowing, who acts, and when it exists."""

    id: str
    article: str
    article_en: str
    time: timedelta
    ko: str
    en: str
    who_ko: str
    who_en: str
    condition_ko: str
    condition_en: str
    #: Each new finding is a duty of its own, with its own time.
    again: bool = False


@cache
def rules() -> Mapping[str, Rule]:
    """All of them by id, in the order of the file."""
    text = files("breachdesk.incidents").joinpath("rules.toml").read_text("utf-8")
    found = {}
    for name, row in tomllib.loads(text).items():
        hours = row.pop("hours")
        found[name] = Rule(id=name, time=timedelta(hours=hours), **row)
    return found
