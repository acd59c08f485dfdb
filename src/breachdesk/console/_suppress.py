"""Hiding small numbers in a table with totals, so that no subtraction gives them back.

First every number from 1 to 4 is hidden. Then further numbers are hidden until two things hold:
in every row and column what is hidden adds up to 5 or more, and no hidden number follows from
the shown ones, not even over several rows and columns (no unit vector of a hidden number is in the
span of the equations that the totals are). Zero is shown: that nobody is in a cell tells of nobody.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

#: Fewer people than this are nobody's business.
FEWEST: Final = 5

Cell = tuple[int, int]


def suppress(counts: Sequence[Sequence[int]]) -> list[list[int | None]]:
    """The table with its totals as last column and last row; None is hidden.

    `counts` are rows of one length, without totals. The grand total is shown if it is 5 or more.
    """
    table = _with_totals(np.array(counts, dtype=np.int64))
    hidden = (table > 0) & (table < FEWEST)
    while (more := _next(table, hidden)) is not None:
        hidden[more] = True
    return [
        [None if hidden[row, column] else int(table[row, column]) for column in range(len(line))]
        for row, line in enumerate(table)
    ]


def suppress_line(counts: Sequence[int]) -> list[int | None]:
    """The same for one line, with its total at the end."""
    return [row[0] for row in suppress([[one] for one in counts])]


def _with_totals(counts: np.ndarray) -> np.ndarray:
    wide = np.hstack([counts, counts.sum(axis=1, keepdims=True)])
    return np.vstack([wide, wide.sum(axis=0, keepdims=True)])


def _next(table: np.ndarray, hidden: np.ndarray) -> Cell | None:
    """The next number to hide, None when it is enough."""
    for line in _lines(table.shape):
        mine = [cell for cell in line if hidden[cell]]
        if mine and (len(mine) == 1 or _least_sum(table, mine) < FEWEST):
            found = _smallest(table, hidden, line)
            if found is not None:
                return found
    for cell in _determined(hidden):
        for line in _lines(table.shape):
            if cell in line and (found := _smallest(table, hidden, line)) is not None:
                return found
    return None


def _least_sum(table: np.ndarray, cells: list[Cell]) -> int:
    return int(sum(table[cell] for cell in cells))


def _smallest(table: np.ndarray, hidden: np.ndarray, line: list[Cell]) -> Cell | None:
    """The smallest number of a line that is shown: one above zero if there is one, and a total
    only where nothing else is left."""
    shown = [cell for cell in line if not hidden[cell]]
    last = (table.shape[0] - 1, table.shape[1] - 1)

    def rank(cell: Cell) -> tuple[bool, bool, int]:
        is_total = cell[0] == last[0] or cell[1] == last[1]
        return (table[cell] == 0, is_total, int(table[cell]))

    return min(shown, key=rank, default=None)


def _lines(shape: tuple[int, ...]) -> list[list[Cell]]:
    """Rows and columns, each with its total: what the equations are about."""
    rows, columns = shape
    return [[(row, column) for column in range(columns)] for row in range(rows)] + [
        [(row, column) for row in range(rows)] for column in range(columns)
    ]


def _determined(hidden: np.ndarray) -> list[Cell]:
    """Hidden numbers that follow from the shown ones."""
    cells = [(int(row), int(column)) for row, column in np.argwhere(hidden)]
    if not cells:
        return []
    place = {cell: index for index, cell in enumerate(cells)}
    equations = []
    for line in _lines(hidden.shape):
        row = np.zeros(len(cells))
        for cell in line[:-1]:
            if cell in place:
                row[place[cell]] = 1.0
        if line[-1] in place:
            row[place[line[-1]]] = -1.0
        if row.any():
            equations.append(row)
    # A number is determined when its unit vector lies in the span of the equations.
    _, sizes, basis = np.linalg.svd(np.array(equations), full_matrices=False)
    basis = basis[sizes > 1e-9]
    return [cell for cell in cells if np.linalg.norm(basis[:, place[cell]]) > 1 - 1e-6]
