"""Small numbers are hidden, and no sum gives them back."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.console._suppress import FEWEST, suppress, suppress_line

_NUMBERS = st.one_of(st.integers(0, 6), st.integers(0, 400))
_TABLES = st.integers(1, 4).flatmap(
    lambda columns: st.lists(
        st.lists(_NUMBERS, min_size=columns, max_size=columns), min_size=1, max_size=4
    )
)


def with_totals(counts: list[list[int]]) -> np.ndarray:
    wide = np.hstack([np.array(counts), np.array(counts).sum(axis=1, keepdims=True)])
    return np.vstack([wide, wide.sum(axis=0, keepdims=True)])


@given(_TABLES)
def test_no_small_number_is_shown_and_what_is_shown_is_true(counts: list[list[int]]) -> None:
    for shown, real in zip(suppress(counts), with_totals(counts), strict=True):
        for one, number in zip(shown, real, strict=True):
            assert one is None or one == number
            assert one is None or one == 0 or one >= FEWEST


@given(_TABLES)
def test_no_hidden_number_follows_from_the_equations(counts: list[list[int]]) -> None:
    shown = suppress(counts)
    rows, columns = len(shown), len(shown[0])
    hidden = [(r, c) for r, c in product(range(rows), range(columns)) if shown[r][c] is None]
    equations = []
    for line in [[(r, c) for c in range(columns)] for r in range(rows)] + [
        [(r, c) for r in range(rows)] for c in range(columns)
    ]:
        row = [0.0] * len(hidden)
        for cell in line:
            if cell in hidden:
                row[hidden.index(cell)] = -1.0 if cell == line[-1] else 1.0
        equations.append(row)
    matrix = np.array(equations).reshape(len(equations), len(hidden))
    rank = np.linalg.matrix_rank(matrix) if hidden else 0
    for place in range(len(hidden)):
        unit = np.zeros(len(hidden))
        unit[place] = 1.0
        alone = np.linalg.matrix_rank(np.vstack([matrix, unit])) == rank
        everything_hidden = all(one is None or one == 0 for line in shown for one in line)
        assert not alone or everything_hidden


def test_two_small_numbers_of_a_line_are_not_left_alone() -> None:
    # 1 and 1 beside a total that says 2 would be no secret: a third is hidden.
    assert suppress_line([1, 1, 90, 50]) == [None, None, 90, None, 142]


def test_one_small_number_takes_a_second_with_it() -> None:
    assert suppress_line([3, 20, 70]) == [None, None, 70, 93]


def test_nothing_small_hides_nothing() -> None:
    assert suppress([[5, 0], [7, 9]]) == [[5, 0, 5], [7, 9, 16], [12, 9, 21]]
