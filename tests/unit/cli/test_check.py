"""`breachdesk check` and `breachdesk verify --evidence`, against a real service."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from breachdesk.cli._app import app
from breachdesk.release import LOG_TYPE
from tests.factories.proxied import Reply, Served, serve
from tests.factories.questions import BY_CUSTOMER, BY_PERSON, BY_PHONE, STRANGER, people
from tests.factories.releases import ORIGIN, FixedSigner

RUNNER = CliRunner()
PERSON = people()[5]
OTHER_LOG = FixedSigner(ORIGIN, "other-log", LOG_TYPE).vkey.text
INCIDENT = {
    "id": "kt-2014",
    "items": ["name", "rrn", "phone", "address", "card_number"],
    "first": "2013-02-01",
    "last": "2014-02-28",
    "records": 2,
}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("service")) as served:
        yield served


@pytest.fixture
def served(started: Served) -> Served:
    started.requests.clear()
    return started


def run(*words: str, stdin: str | bytes | None = None) -> Result:
    return RUNNER.invoke(app, list(words), input=stdin)


def check(
    served: Served, typed: dict[str, str], *options: str, lookup: str = BY_PERSON.id
) -> Result:
    pairs = [word for name, value in typed.items() for word in ("--set", f"{name}={value}")]
    return run("check", served.url, "--lookup", lookup, *pairs, *options)


def piped(served: Served, stdin: str | bytes, *options: str) -> Result:
    words = ("check", served.url, "--lookup", BY_PERSON.id, "--fields", "-", *options)
    return run(*words, stdin=stdin)


def test_included(served: Served) -> None:
    result = check(served, PERSON.asks(BY_PERSON), "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert list(found) == ["answer", "release", "incidents", "covers"]
    assert (found["answer"], found["release"], found["incidents"]) == ("included", 1, [INCIDENT])


def test_not_found(served: Served) -> None:
    result = check(served, STRANGER.asks(BY_PERSON), "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert list(found) == ["answer", "release", "incidents", "covers"]
    assert (found["answer"], found["release"], found["incidents"]) == ("not-found", 1, [])
    assert [one["id"] for one in found["covers"]] == ["kt-2012", "kt-2014"]


def test_not_checked(served: Served) -> None:
    with served.fault(lambda path, reply: Reply(500, b"") if "evaluate" in path else reply):
        result = check(served, PERSON.asks(BY_PERSON), "--json")
        told = check(served, PERSON.asks(BY_PERSON))
    assert result.exit_code == told.exit_code == 3
    assert json.loads(result.stdout) == {
        "answer": "unverifiable",
        "release": None,
        "incidents": [],
        "covers": [],
        "reason": "problem",
        "evaluator": "e0",
    }
    assert "could not check" in told.stdout
    assert "does not mean" in told.stdout


def test_a_list_that_was_seen_is_remembered(served: Served, tmp_path: Path) -> None:
    file = tmp_path / "seen"
    assert check(served, PERSON.asks(BY_PERSON), "--remember", str(file)).exit_code == 0
    seen = file.read_text("utf-8")
    assert seen.startswith(f"{ORIGIN}\n1\n")
    assert not any(value in seen for value in PERSON.typed.values())
    for size, reason in ((2, "rollback"), (1, "fork")):
        file.write_text(f"{ORIGIN}\n{size}\n{'A' * 43}=\n", "utf-8")
        result = check(served, PERSON.asks(BY_PERSON), "--remember", str(file), "--json")
        assert (result.exit_code, json.loads(result.stdout)["reason"]) == (3, reason)
        assert file.read_text("utf-8").startswith(f"{ORIGIN}\n{size}\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "not one that"), (b"\xff", "not one that"), (b"other.example\n0\n", "not one that"),
     (f"other.example\n9\n{'A' * 43}=\n".encode(), "another log")],
)  # fmt: skip
def test_a_file_that_remembers_something_else_is_refused_and_kept(
    served: Served, tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "seen"
    file.write_bytes(content)
    result = check(served, PERSON.asks(BY_PERSON), "--remember", str(file))
    assert result.exit_code == 2
    assert said in result.output
    assert file.read_bytes() == content


def test_nobody_is_there() -> None:
    result = run("check", "http://127.0.0.1:1", "--lookup", "phone", "--set", "phone=01012345678")
    assert result.exit_code == 3
    assert "network" in result.stdout


def test_when_to_come_back(served: Served) -> None:
    refusal = Reply(429, b"", {"Retry-After": "30"})
    with served.fault(lambda path, reply: refusal if "evaluate" in path else reply):
        result = check(served, PERSON.asks(BY_PERSON))
    assert result.exit_code == 3
    assert "30 seconds" in result.stdout


def test_in_words(served: Served) -> None:
    included = check(served, PERSON.asks(BY_PERSON)).stdout
    assert "information was leaked" in included
    assert "kt-2014: 2 record(s), taken from 2013-02-01 to 2014-02-28" in included
    missed = check(served, STRANGER.asks(BY_PERSON)).stdout
    assert "not in the leaked data" in missed
    assert "31 records of 30 people of kt-2014" in missed
    assert f"Other questions to try: {BY_CUSTOMER.id}, {BY_PHONE.id}" in missed
    member = check(served, PERSON.asks(BY_CUSTOMER), lookup=BY_CUSTOMER.id).stdout
    assert "kt-2014\n" in member
    assert "None" not in member


def test_fields_from_standard_input(served: Served) -> None:
    result = piped(served, json.dumps(PERSON.asks(BY_PERSON)), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["answer"] == "included"


WRONG = "황보슬"


@pytest.mark.parametrize(
    "stdin",
    [
        "",
        WRONG,
        "[]",
        "null",
        '{"name": 1}',
        f'{{"name": "{WRONG}", "name": "{WRONG}"}}',
        f'{{"name": "{WRONG}"}} x',
        '{"name": "\\ud800"}',
        f'{{"name": "{WRONG}"}}'.encode("cp949"),
        f'{{"name": "{WRONG * 40_000}"}}',
        f'{{"name": "{WRONG}"}}',
    ],
    ids=[
        "nothing",
        "no JSON",
        "a list",
        "null",
        "a number",
        "twice",
        "left over",
        "half a character",
        "not UTF-8",
        "too long",
        "a field missing",
    ],
)
def test_wrong_standard_input(served: Served, stdin: str | bytes) -> None:
    refused(served, piped(served, stdin))


@pytest.mark.parametrize(
    "words",
    [
        ("--set", "name"),
        ("--set", WRONG),
        ("--set", "name=a", "--set", "name=b"),
        ("--set", "name=홍길동"),
        ("--set", "name=홍길동", "--set", f"{WRONG}=1", "--set", "phone=1"),
        ("--set", "name=황보슬7", "--set", "birth_date=19890102", "--set", "phone=01012345678"),
        ("--set", "name=황보슬", "--set", "birth_date=890102", "--set", "phone=01012345678"),
        ("--set", "name=a", "--fields", "-"),
        ("--fields", "people.json"),
        (),
    ],
)
def test_wrong_fields(served: Served, words: tuple[str, ...]) -> None:
    refused(served, run("check", served.url, "--lookup", BY_PERSON.id, *words))


def refused(served: Served, result: Result) -> None:
    """Told at once, without the value, and before anything is sent."""
    assert result.exit_code == 2
    assert result.stderr
    assert WRONG not in result.output
    assert not served.requests


def test_it_says_which_field_and_why(served: Served) -> None:
    typed = PERSON.asks(BY_PERSON) | {"birth_date": "890102"}
    result = check(served, typed)
    assert result.exit_code == 2
    assert "birth_date: century" in result.stderr


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8000", "ftp://x", "http://", "http://a@b", "http://a?b", "http://a#b", ""]
)
def test_wrong_address(url: str) -> None:
    result = run("check", url, "--lookup", "phone", "--set", "phone=01012345678")
    assert result.exit_code == 2
    assert "URL" in result.stderr


def test_a_lookup_that_the_service_lacks(served: Served) -> None:
    result = check(served, {"email": "a@example.org"}, lookup="email")
    assert result.exit_code == 2
    assert BY_PERSON.id in result.stderr
    assert not any(request.method == "POST" for request in served.requests)


@pytest.mark.parametrize("key", ["x", "a+b", OTHER_LOG[:-1]])
def test_a_public_key_that_is_none(served: Served, key: str) -> None:
    refused(served, check(served, PERSON.asks(BY_PERSON), "--public-key", key))


def test_a_public_key_of_another(served: Served) -> None:
    result = check(served, PERSON.asks(BY_PERSON), "--public-key", OTHER_LOG, "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["reason"] == "signature"


@pytest.fixture
def proof(served: Served, tmp_path: Path) -> Path:
    path = tmp_path / "proof.json"
    public = str(served.key_folder / "folder.toml")
    result = check(served, PERSON.asks(BY_PERSON), "--evidence", str(path), "--public-key", public)
    assert result.exit_code == 0
    served.requests.clear()
    return path


def test_the_proof_is_for_its_owner_only(proof: Path) -> None:
    assert stat.S_IMODE(proof.stat().st_mode) == 0o600


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_proof_is_never_written_over_another(served: Served, tmp_path: Path, kind: str) -> None:
    path, aim = tmp_path / "proof.json", tmp_path / "aim"
    if kind == "link":
        path.symlink_to(aim)
    else:
        path.write_text("mine")
    result = check(served, PERSON.asks(BY_PERSON), "--evidence", str(path))
    refused(served, result)
    assert kind == "link" or path.read_text() == "mine"
    assert not aim.exists()


def test_a_proof_that_cannot_be_written(served: Served, tmp_path: Path) -> None:
    path = tmp_path / "none" / "proof.json"
    result = check(served, PERSON.asks(BY_PERSON), "--evidence", str(path))
    assert result.exit_code == 2
    assert "information was leaked" in result.stdout, "the answer is told all the same"
    assert "--evidence" in result.stderr


def test_no_proof_where_nothing_was_proved(served: Served, tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    with served.fault(lambda path, reply: None if "evaluate" in path else reply):
        result = check(served, PERSON.asks(BY_PERSON), "--evidence", str(path))
    assert result.exit_code == 3
    assert not path.exists()


def test_verify_a_proof(served: Served, proof: Path) -> None:
    public = str(served.key_folder / "folder.toml")
    result = run("verify", "--evidence", str(proof), "--public-key", public, "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["verified"], found["trusted"], found["answer"]) == (True, True, "included")
    assert found["incidents"] == [INCIDENT]
    told = run("verify", "--evidence", str(proof))
    assert "consistent with itself" in told.stdout
    assert not served.requests, "no network"


def test_a_proof_under_another_key(proof: Path) -> None:
    result = run("verify", "--evidence", str(proof), "--public-key", OTHER_LOG, "--json")
    assert result.exit_code == 3
    found = json.loads(result.stdout)
    assert (found["verified"], found["reason"]) == (False, "evidence")


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"answer": "not-found"}, "evidence"), ({"asked_at": "2001-01-01T00:00:00Z"}, "clock")],
)
def test_a_proof_that_was_changed(proof: Path, change: dict[str, Any], reason: str) -> None:
    proof.write_text(json.dumps(json.loads(proof.read_text()) | change))
    result = run("verify", "--evidence", str(proof))
    assert result.exit_code == 3
    assert reason in result.stderr
    assert "홍" not in result.output


def test_a_proof_that_is_not_there(tmp_path: Path) -> None:
    result = run("verify", "--evidence", str(tmp_path / "proof.json"))
    assert result.exit_code == 2
    assert "--evidence" in result.stderr
