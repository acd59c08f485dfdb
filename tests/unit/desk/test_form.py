"""Sums and days as people write them."""

from datetime import date

import pytest

from breachdesk.desk._amounts import won
from breachdesk.desk._days import day


@pytest.mark.parametrize(
    ("typed", "sum_"),
    [
        ("3,000,000", 3_000_000),
        ("300만", 3_000_000),
        ("３００만 원", 3_000_000),
        ("1억 2천만", 120_000_000),
        ("1억2000만원", 120_000_000),
        ("3백만", 3_000_000),
        ("₩5,000", 5_000),
        ("5000 won", 5_000),
        ("0", 0),
    ],
)
def test_sums(typed: str, sum_: int) -> None:
    assert won(typed) == sum_


@pytest.mark.parametrize("typed", ["", "많이", "-5", "1e9", "만", "1" * 30, "5 apples"])
def test_what_is_no_sum(typed: str) -> None:
    with pytest.raises(ValueError, match="money"):
        won(typed)


@pytest.mark.parametrize(
    "typed", ["2026-03-27", "2026. 3. 27.", "2026년 3월 27일", "20260327", "２０２６/3/27"]
)
def test_days(typed: str) -> None:
    assert day(typed) == date(2026, 3, 27)


@pytest.mark.parametrize("typed", ["", "27.3.2026", "2026-02-30", "soon", "2026"])
def test_what_is_no_day(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        day(typed)
