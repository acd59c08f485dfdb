"""How long each kind of data is kept: `retention.toml` as data."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files


@cache
def periods() -> Mapping[str, int]:
    """Days by kind of data, counted from the end of the case (or from the arrival, while open)."""
    text = files("breachdesk.desk").joinpath("retention.toml").read_text("utf-8")
    return {name: int(row["days"]) for name, row in tomllib.loads(text).items()}


def keep_case_until(day: date) -> date:
    """The day after which the whole case is shredded, if it ended, or came, on `day`."""
    return day + timedelta(days=periods()["case"])
