"""`breachdesk check` by code: every way, what is typed where, and every exit status."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from breachdesk.cli._app import app
from breachdesk.identifiers import letter_code_of
from tests.factories.channel_answers import CODE, DESK_CODE, refusal
from tests.factories.proxied import Reply, Served, serve
from tests.factories.questions import BY_CODE, BY_PERSON, EPOCH, SECOND, STRANGER, people

RUNNER = CliRunner()
PERSON = people()[5]
PHONE, MAIL = PERSON.typed["phone"], PERSON.typed["email"]
TYPED = PERSON.asks(BY_CODE)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("coded"), codes=True) as served:
        yield served


@pytest.fixture
def served(started: Served) -> Served:
    started.requests.clear()
    return started


def check(served: Served, *options: str, stdin: str = "", lookup: str = BY_CODE.id) -> Result:
    pairs = [word for name, value in TYPED.items() for word in ("--set", f"{name}={value}")]
    words = ["check", served.url, "--lookup", lookup, *pairs, *options]
    return RUNNER.invoke(app, words, input=stdin)


def piped(served: Served, stdin: str, *options: str) -> Result:
    words = ["check", served.url, "--lookup", BY_CODE.id, "--fields", "-", *options]
    return RUNNER.invoke(app, words, input=stdin)


def answer_of(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return str(json.loads(result.stdout)["answer"])


@pytest.mark.parametrize(("channel", "address"), [("phone", PHONE), ("email", MAIL)])
def test_the_code_is_asked_for_on_the_terminal(served: Served, channel: str, address: str) -> None:
    options = ("--channel", channel, "--address", address, "--json")
    assert answer_of(check(served, *options, stdin=f"{CODE}\n")) == "included"


def test_the_address_too(served: Served) -> None:
    result = check(served, "--channel", "phone", "--json", stdin=f"{PHONE}\n{CODE}\n")
    assert answer_of(result) == "included"
    assert "10 minutes" in result.stderr


def test_a_stranger(served: Served) -> None:
    typed = STRANGER.asks(BY_CODE) | {"address": STRANGER.typed["phone"]}
    code = f"{json.dumps(typed)}\n{CODE}\n"
    result = piped(served, code, "--channel", "phone", "--code-file", "-", "--json")
    assert answer_of(result) == "not-found"


def test_fields_address_and_code_through_standard_input(served: Served) -> None:
    stdin = f"{json.dumps(TYPED | {'address': MAIL})}\n{CODE}\n"
    result = piped(served, stdin, "--channel", "email", "--code-file", "-", "--json")
    assert answer_of(result) == "included"


def test_a_code_from_a_file(served: Served, tmp_path: Path) -> None:
    (tmp_path / "code").write_text(f" {CODE}\n")
    options = ("--channel", "phone", "--address", PHONE, "--code-file", str(tmp_path / "code"))
    assert check(served, *options).exit_code == 0


def test_a_letter(served: Served) -> None:
    assert served.keys.coded is not None
    letter = PERSON.addresses(served.keys.coded, SECOND[1])["letter"].decode()
    code = letter_code_of(served.keys.coded.letter, EPOCH, letter)
    stdin = json.dumps(TYPED | {"code": code.lower()})
    assert answer_of(piped(served, stdin, "--channel", "letter", "--json")) == "included"
    assert answer_of(check(served, "--channel", "letter", "--json", stdin=code)) == "included"


@pytest.mark.parametrize("address", [PHONE, MAIL])
def test_the_desk(served: Served, address: str) -> None:
    stdin = json.dumps(TYPED | {"code": DESK_CODE, "address": address})
    assert answer_of(piped(served, stdin, "--channel", "desk", "--json")) == "included"


def test_a_wrong_code_is_told_and_is_no_answer(served: Served) -> None:
    result = check(served, "--channel", "phone", "--address", PHONE, "--json", stdin="00000000\n")
    assert result.exit_code == 2
    assert "not right or no longer good" in result.stderr
    assert result.stdout == ""
    assert not any("evaluate" in one.path for one in served.requests)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (None, "network"),
        (Reply(503, b"", {"Retry-After": "30"}), "quota"),
        (Reply(500, b""), "problem"),
        (Reply(*refusal("not-served")), "channel"),
    ],
)
def test_without_the_channel_service_it_could_not_be_checked(
    served: Served, reply: Reply | None, reason: str
) -> None:
    with served.fault(lambda path, own: reply if "/channel/" in path else own):
        result = check(served, "--channel", "phone", "--address", PHONE, "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["reason"] == reason


WRONG = [
    ((), "say how it comes"),
    (("--channel", "phone", "--address", "010-12"), "phone: format"),
    (("--channel", "phone"), "the address is missing"),
    (("--channel", "phone", "--address", PHONE), "the code is missing"),
    (("--channel", "letter"), "the code is missing"),
    (("--channel", "desk", "--address", PHONE), "the code is missing"),
    (("--channel", "phone", "--address", PHONE, "--code-file", "none"), "--code-file"),
    (("--address", PHONE), "say how the code comes"),
]


@pytest.mark.parametrize(("options", "told"), WRONG)
def test_what_is_wrong_is_told(served: Served, options: tuple[str, ...], told: str) -> None:
    result = check(served, *options)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not any("evaluate" in one.path for one in served.requests)


def test_wrong_fields_are_told_before_a_code_is_sent(served: Served) -> None:
    stdin = json.dumps(TYPED | {"birth_date": "890102", "address": PHONE})
    result = piped(served, stdin, "--channel", "phone")
    assert result.exit_code == 2
    assert "birth_date: century" in result.stderr
    assert not served.requests


@pytest.mark.parametrize(
    ("more", "options", "told"),
    [
        ({"address": PHONE}, ("--address", PHONE, "--channel", "phone"), "one of the two"),
        ({"code": DESK_CODE}, ("--code-file", "x", "--channel", "letter"), "one of the two"),
        ({"code": CODE}, ("--channel", "phone"), "only after it was asked for"),
        ({"code": DESK_CODE}, (), "say how the code comes"),
    ],
)
def test_fields_that_do_not_go_with_the_options(
    served: Served, more: dict[str, str], options: tuple[str, ...], told: str
) -> None:
    result = piped(served, json.dumps(TYPED | more), *options)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not served.requests


def test_an_open_question_takes_no_code(served: Served) -> None:
    stdin = json.dumps(PERSON.asks(BY_PERSON))
    words = ["check", served.url, "--lookup", BY_PERSON.id, "--fields", "-", "--channel", "phone"]
    result = RUNNER.invoke(app, words, input=stdin)
    assert result.exit_code == 2
    assert "takes no code" in result.stderr


def test_the_proof_of_a_code_question_verifies(served: Served, tmp_path: Path) -> None:
    proof, public = tmp_path / "proof.json", str(served.key_folder / "folder.toml")
    options = ("--channel", "phone", "--address", PHONE, "--evidence", str(proof))
    assert check(served, *options, stdin=CODE).exit_code == 0
    words = ["verify", "--evidence", str(proof), "--public-key", public, "--json"]
    found = json.loads(RUNNER.invoke(app, words).stdout)
    assert (found["verified"], found["trusted"], found["answer"]) == (True, True, "included")
