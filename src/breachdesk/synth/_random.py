"""Random numbers as pure functions of seed, purpose and index, on whole columns.

Nothing here has a state: the row at any place of a file, and the person behind it, can be computed
alone and again, so memory does not grow with the file.
"""

from hashlib import sha256
from math import isqrt

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.uint64]
Indices = NDArray[np.uint32]
Mask = NDArray[np.bool_]

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def u64(value: int) -> np.uint64:
    """Return the number as numpy wants it beside a column of such numbers."""
    return np.uint64(value)


def key_of(seed: int, purpose: str) -> np.uint64:
    """Return the key of one purpose under one seed."""
    return np.uint64(int.from_bytes(sha256(f"{seed}/{purpose}".encode()).digest()[:8], "big"))


def draw(key: np.uint64, index: Ints) -> Ints:
    """Return 64 random bits for each index (SplitMix64, Steele, Lea and Flood 2014)."""
    state = index * _GAMMA
    state += key
    state ^= state >> np.uint64(30)
    state *= _MIX_1
    state ^= state >> np.uint64(27)
    state *= _MIX_2
    state ^= state >> np.uint64(31)
    return state


class Dice:
    """Throws for columns of indices, each purpose independent of the others."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._keys: dict[str, np.uint64] = {}

    def below(self, purpose: str, index: Ints, bound: int) -> Ints:
        """Return a number from 0 to bound - 1 for each index; bound is at most 2^32."""
        return ((self._draw(purpose, index) >> np.uint64(32)) * np.uint64(bound)) >> np.uint64(32)

    def chance(self, purpose: str, index: Ints, per_mille: float) -> Mask:
        """Return true for so many of a thousand indices."""
        limit = np.uint64(int(per_mille / 1000 * 2**32))
        return (self._draw(purpose, index) >> np.uint64(32)) < limit

    def weighted(self, purpose: str, index: Ints, cumulative: Ints) -> Ints:
        """Return the number of a weight for each index, given the running sums of the weights."""
        value = self.below(purpose, index, int(cumulative[-1]))
        return np.searchsorted(cumulative, value, side="right").astype(np.uint64)

    def _draw(self, purpose: str, index: Ints) -> Ints:
        key = self._keys.get(purpose)
        if key is None:
            key = self._keys[purpose] = key_of(self._seed, purpose)
        return draw(key, index)


class Permutation:
    """A random-looking order of 0 to size - 1: distinct indices give distinct numbers.

    A Feistel network over a grid of about sqrt(size) squared, walked on until inside.
    """

    _ROUNDS = 4

    def __init__(self, seed: int, purpose: str, size: int) -> None:
        self.size = size
        self._width = np.uint64(isqrt(max(size - 1, 0)) + 1)
        self._height = np.uint64(-(-size // int(self._width)))
        self._keys = [key_of(seed, f"{purpose}/{number}") for number in range(self._ROUNDS)]

    def __call__(self, index: Ints) -> Ints:
        """Return the number of each index; every index is below size."""
        result = self._step(index)
        outside = np.flatnonzero(result >= self.size)
        while outside.size:
            result[outside] = self._step(result[outside])
            outside = outside[result[outside] >= self.size]
        return result

    def _step(self, index: Ints) -> Ints:
        left, right = index // self._height, index % self._height
        for number, key in enumerate(self._keys):
            if number % 2 == 0:
                left = (left + (draw(key, right) >> np.uint64(1))) % self._width
            else:
                right = (right + (draw(key, left) >> np.uint64(1))) % self._height
        return left * self._height + right
