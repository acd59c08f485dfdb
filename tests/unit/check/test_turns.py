"""What is admitted in one turn of the loop is evaluated together, and counted as if it were not."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field

import pytest

from breachdesk.check import _evaluate as evaluate
from breachdesk.check._turns import MOST_TOGETHER, Alone, Evaluate, Turns
from breachdesk.voprf import ElementError, Evaluation, Evaluator, blind, finalize, generate_key_pair
from tests.factories.gates import OpenGate

PAIR = generate_key_pair()
BAD = b"\xff" * 32


class Watched(Evaluator):
    """Remembers how many elements each call had."""

    __slots__ = ("sizes",)

    def __init__(self) -> None:
        super().__init__(PAIR.secret)
        self.sizes: list[int] = []

    def evaluate_each(
        self, elements: Sequence[bytes], *, fixed_nonces: Sequence[bytes] | None = None
    ) -> list[Evaluation | ElementError]:
        self.sizes.append(len(elements))
        return super().evaluate_each(elements, fixed_nonces=fixed_nonces)


@dataclass
class Books:
    """What was counted, and given back."""

    counted: int = 0
    given_back: int = 0
    evaluator: Watched = field(default_factory=Watched)

    def count(self, number: int) -> None:
        self.counted += number

    def give_back(self) -> None:
        self.given_back += 1

    def turns(self) -> Turns:
        return Turns(self.evaluator, self.count, self.give_back)


def run(work: Callable[[], Coroutine[None, None, None]]) -> None:
    asyncio.run(work())


def holds(value: bytes, blinding: object, found: Evaluation | ElementError) -> bool:
    assert isinstance(found, Evaluation)
    return len(finalize(value, blinding, found, PAIR.public)) == 64  # type: ignore[arg-type]  # a Blinding


def test_each_gets_its_own_answer() -> None:
    books = Books()

    async def work() -> None:
        turns = books.turns()
        values = [b"%d" % i for i in range(9)]
        blindings = [blind(value) for value in values]
        found = await asyncio.gather(*(turns(one.element) for one in blindings))
        assert all(map(holds, values, blindings, found))

    run(work)
    assert (books.counted, books.given_back, books.evaluator.sizes) == (9, 0, [9])


def test_one_alone_waits_for_nobody() -> None:
    books = Books()

    async def work() -> None:
        turns, blinding = books.turns(), blind(b"alone")
        asked = asyncio.ensure_future(turns(blinding.element))
        for _ in range(3):  # to its future, the turn, and back
            await asyncio.sleep(0)
        assert asked.done()
        assert holds(b"alone", blinding, await asked)

    run(work)
    assert (books.counted, books.evaluator.sizes) == (1, [1])


def test_a_bad_element_is_given_back_and_harms_nobody() -> None:
    books = Books()

    async def work() -> None:
        turns, blinding = books.turns(), blind(b"good")
        sent = [blinding.element, BAD, blinding.element, bytes(32)]
        found = await asyncio.gather(*map(turns, sent))
        assert [isinstance(one, ElementError) for one in found] == [False, True, False, True]
        assert holds(b"good", blinding, found[0])
        assert holds(b"good", blinding, found[2])

    run(work)
    assert (books.counted, books.given_back) == (2, 2)


@pytest.mark.parametrize("size", [MOST_TOGETHER, MOST_TOGETHER + 1, 3 * MOST_TOGETHER])
def test_the_loop_runs_between_turns(size: int) -> None:
    books = Books()
    ran: list[int] = []

    async def beside() -> None:
        while books.counted < size:
            ran.append(books.counted)
            await asyncio.sleep(0)

    async def work() -> None:
        turns, element = books.turns(), blind(b"many").element
        await asyncio.gather(*(turns(element) for _ in range(size)), beside())

    run(work)
    assert max(books.evaluator.sizes) == MOST_TOGETHER
    assert sum(books.evaluator.sizes) == books.counted == size
    assert set(range(0, size, MOST_TOGETHER)) <= set(ran)


def test_who_comes_during_a_turn_is_in_the_next() -> None:
    books = Books()

    async def work() -> None:
        turns, element = books.turns(), blind(b"x").element
        for wanted in (2, 3):
            await asyncio.gather(*(turns(element) for _ in range(wanted)))

    run(work)
    assert books.evaluator.sizes == [2, 3]


def test_who_has_gone_before_the_turn_is_not_evaluated_and_given_back() -> None:
    books = Books()

    async def work() -> None:
        turns, element = books.turns(), blind(b"x").element
        asked = [asyncio.ensure_future(turns(element)) for _ in range(3)]
        await asyncio.sleep(0)
        asked[1].cancel()
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert isinstance(found[1], asyncio.CancelledError)
        assert [type(found[0]), type(found[2])] == [Evaluation, Evaluation]

    run(work)
    assert (books.counted, books.given_back, books.evaluator.sizes) == (2, 1, [2])


def test_who_goes_after_the_turn_is_counted() -> None:
    """The answer is there, and nobody takes it: the key was used all the same."""
    books = Books()

    async def work() -> None:
        turns, element = books.turns(), blind(b"x").element
        asked = asyncio.ensure_future(turns(element))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert books.evaluator.sizes == [1]
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    run(work)
    assert (books.counted, books.given_back) == (1, 0)


def test_all_have_gone() -> None:
    books = Books()

    async def work() -> None:
        turns, element = books.turns(), blind(b"x").element
        asked = [asyncio.ensure_future(turns(element)) for _ in range(2)]
        await asyncio.sleep(0)
        for one in asked:
            one.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        await asyncio.sleep(0)
        assert isinstance(await turns(element), Evaluation)

    run(work)
    assert (books.counted, books.given_back, sum(books.evaluator.sizes)) == (1, 2, 1)


def test_a_fault_is_told_to_each_and_the_next_turn_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    books = Books()

    def fails(_: Watched, elements: Sequence[bytes]) -> list[Evaluation | ElementError]:
        monkeypatch.undo()
        raise MemoryError(f"{len(elements)} elements")

    async def work() -> None:
        monkeypatch.setattr(Watched, "evaluate_each", fails)
        turns, element = books.turns(), blind(b"x").element
        found = await asyncio.gather(*(turns(element) for _ in range(3)), return_exceptions=True)
        assert [type(one) for one in found] == [MemoryError] * 3

    run(work)
    assert (books.counted, books.given_back) == (0, 0)


@pytest.mark.parametrize("make", [Alone, Turns])
def test_both_ways_keep_the_same_books(
    make: Callable[[Evaluator, Callable[[int], None], Callable[[], None]], Evaluate],
) -> None:
    books = Books()

    async def work() -> None:
        way = make(books.evaluator, books.count, books.give_back)
        element = blind(b"x").element
        found = [await way(element), await way(BAD), await way(element)]
        assert [type(one) for one in found] == [Evaluation, ElementError, Evaluation]

    run(work)
    assert (books.counted, books.given_back) == (2, 1)


@pytest.mark.parametrize(("engine", "way"), [("libsodium", Alone), ("portable", Turns)])
def test_where_there_is_no_kernel_nobody_waits(
    engine: str, way: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate, "engine_name", lambda: engine)
    books = Books()
    with pytest.warns(UserWarning, match="without limits"):
        gate = OpenGate()
    found = evaluate.Evaluations(books.evaluator, gate, books.count, (), 1.0)
    assert isinstance(found._evaluate, way)
