"""A letter code gives the token of its letter id; five tries a day for a letter."""

import pytest

from breachdesk.channel import services
from breachdesk.channel.errors import Refusal
from breachdesk.channel.models import LetterTry
from breachdesk.identifiers import letter_code_of, letter_id, token_input, with_check_character
from breachdesk.voprf import Evaluation, blind, evaluate_known, finalize
from tests.factories.channel import InProcess


def codes(service: InProcess, subject: bytes = b"subject-0001") -> tuple[str, str]:
    """A right code and a wrong one, of one letter."""
    key = service.made.opened.letter
    right = letter_code_of(key, 1, letter_id(key, 1, subject))
    guess = "0" if right[14] != "0" else "1"
    return right, with_check_character(right[:14] + guess)


def test_the_code_of_a_letter_gives_its_token(service: InProcess) -> None:
    right, _ = codes(service)
    answer = services.take_letter(service.parts, right)
    value = token_input(1, "letter", right[:8].encode())
    channel = service.made.opened.oprf("channel")
    found = finalize(
        value,
        blind(value, fixed_blind=b"\x01" + bytes(31)),
        Evaluation(answer[:32], answer[32:]),
        channel.public,
    )
    assert found == evaluate_known(channel.secret, value)


def test_five_wrong_tries_close_a_letter_for_the_day(service: InProcess) -> None:
    right, wrong = codes(service)
    for _ in range(5):
        with pytest.raises(Refusal, match="wrong-code"):
            services.take_letter(service.parts, wrong)
    with pytest.raises(Refusal, match="wrong-code"):
        services.take_letter(service.parts, right)
    other, _ = codes(service, b"subject-0002")
    assert len(services.take_letter(service.parts, other)) == 96
    service.clock.now += 86_400
    assert len(services.take_letter(service.parts, right)) == 96


def test_a_right_code_works_any_number_of_times(service: InProcess) -> None:
    right, wrong = codes(service)
    for _ in range(4):
        with pytest.raises(Refusal):
            services.take_letter(service.parts, wrong)
    for _ in range(12):
        assert len(services.take_letter(service.parts, right)) == 96


def test_no_letter_id_is_kept(service: InProcess) -> None:
    right, wrong = codes(service)
    services.take_letter(service.parts, right)
    with pytest.raises(Refusal):
        services.take_letter(service.parts, wrong)
    assert right[:8] not in repr(LetterTry.objects.values_list())


def test_a_code_of_another_epoch_is_wrong(service: InProcess) -> None:
    key = service.made.opened.letter
    with pytest.raises(Refusal, match="wrong-code"):
        services.take_letter(
            service.parts, letter_code_of(key, 2, letter_id(key, 1, b"subject-0001"))
        )
