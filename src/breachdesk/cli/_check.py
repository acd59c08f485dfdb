"""`breachdesk check`: the reference client from the command line."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from breachdesk import wire
from breachdesk.cli._code import CodeRequest, Language, Way, code_request
from breachdesk.cli._fail import NOT_CHECKED, fail
from breachdesk.cli._public_key import HELP as PUBLIC_KEY_HELP
from breachdesk.cli._public_key import WITNESS_HELP, read_public_key, read_timestamp_keys
from breachdesk.client import (
    Answer,
    CheckError,
    Client,
    Covers,
    Found,
    QuestionError,
    Transport,
    make_question,
    needs_code,
    typed_fields,
)
from breachdesk.incident import ITEMS

_HELP = """Ask a service whether somebody is in the leak, and check the proof.

What you type stays on this machine: it is blinded before anything is sent. A command line shows in
`ps`; with --fields - the fields are read as one JSON object from standard input instead.

A question that ends in channel_token takes a code: say with --channel how it comes. The code, and
the address if you leave --address out, are asked for on the terminal; with --fields - the object
may also hold "address" and, for letters and the desk, "code". The sender learns that the address
asked, never what it was told.

Exit status: 0 for an answer, 2 for wrong input or a wrong code, 3 when it could not be checked
(which does not mean that the person is safe).

Example: breachdesk check http://127.0.0.1:8000 --lookup name+birth_date+phone --set name=홍길동
--set birth_date=1989-01-02 --set phone=010-1234-5678

Example: breachdesk check http://127.0.0.1:8000 --lookup name+birth_date+channel_token --set
name=홍길동 --set birth_date=1989-01-02 --channel phone
"""
_MOST_INPUT = 64 * 1024
_PAGES = re.compile(r"https?://[^\s/?#@\\]+(/[^\s?#@\\]*)?")


def register(app: typer.Typer) -> None:
    """Add `check` to the application."""
    app.command("check", help=_HELP)(check)


def check(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where the pages are.")],
    lookup: Annotated[str, typer.Option(help="Which question: field names joined by +.")],
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="One field; repeat it.")
    ] = None,
    fields: Annotated[
        str | None,
        typer.Option(metavar="-", help="- reads the fields as JSON from standard input."),
    ] = None,
    channel: Annotated[
        Way | None, typer.Option(help="How the code of a code question comes.")
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(metavar="A", help="Where the code goes; asked for if left out."),
    ] = None,
    code_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Read the code from here (- for standard input, its next line) instead of asking.",
        ),
    ] = None,
    language: Annotated[Language, typer.Option(help="Of the message with the code.")] = Language.KO,
    public_key: Annotated[str | None, typer.Option(metavar="K", help=PUBLIC_KEY_HELP)] = None,
    witness: Annotated[list[str] | None, typer.Option(metavar="VKEY", help=WITNESS_HELP)] = None,
    evidence: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Save the proof here. It contains what you typed."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Ask, and print one of the three answers."""
    if _PAGES.fullmatch(url) is None:
        fail("URL: give the address of the pages, as in http://127.0.0.1:8000")
    if evidence is not None and os.path.lexists(evidence):
        fail("--evidence: the file exists already; name a new one")
    key = read_public_key(public_key)
    witnesses = read_timestamp_keys(witness)
    one_line = code_file is not None and str(code_file) == "-"
    typed = _fields(set_ or [], fields, one_line=one_line)
    code = code_request(channel, language, address, code_file, typed)
    _check_question(lookup, typed, code)
    with Transport() as transport:
        client = Client(
            url,
            transport,
            key.log if key else None,
            key.timestamps if key else (),
            require_witness=witnesses,
        )
        answer = _ask(client, lookup, typed, code)
    if as_json:
        typer.echo(json.dumps(answer.to_json(), ensure_ascii=False))
    else:
        print_answer(answer)
    if evidence is not None and answer.evidence is not None:
        _save(evidence, answer.evidence)
    if answer.kind == "unverifiable":
        raise typer.Exit(NOT_CHECKED)


def print_answer(answer: Answer) -> None:
    """In words, as on the page."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    if answer.reason == "retired":
        console.print("Nothing can be checked here any more.", style="bold")
        console.print(
            "Every incident of this service is retired: its data were deleted, and nothing was "
            "asked. `Release history` on its pages says when and why."
        )
        return
    if answer.kind == "unverifiable":
        console.print(
            "We could not check. This does not mean that the person is safe.", style="bold"
        )
        console.print(f"Why: {answer.reason} ({answer.detail}).")
        if answer.evaluator is not None:
            console.print(f"It failed at the evaluator {answer.evaluator}.")
        if answer.retry_after is not None:
            console.print(f"Try again in {answer.retry_after} seconds.")
        return
    if answer.kind == "included":
        console.print("This person's information was leaked.", style="bold")
        for one in answer.incidents:
            _print_found(console, one)
    else:
        console.print("What you typed is not in the leaked data.", style="bold")
    for whom in answer.covers:
        _print_covers(console, answer, whom)


def _print_found(console: Console, one: Found) -> None:
    """What a question does not reveal, or the entry does not say, is left out."""
    said = [] if one.records is None else [f"{one.records} record(s)"]
    if one.first and one.last:
        said.append(f"taken from {one.first} to {one.last}")
    console.print(f"{one.id}: {', '.join(said)}" if said else one.id)
    for code in one.items:
        console.print(f"  - {ITEMS[code].label.en} ({ITEMS[code].label.ko})")


def _print_covers(console: Console, answer: Answer, whom: Covers) -> None:
    console.print(
        f"Release {answer.release} covers {whom.records:,} records of {whom.subjects:,} people of "
        f"{whom.id}; this question cannot find {whom.not_findable:,} of them, and "
        f"{whom.rejected:,} records could not be used."
    )
    if answer.kind == "not-found" and whom.other_lookups:
        console.print(f"Other questions to try: {', '.join(whom.other_lookups)}")


def _check_question(lookup: str, typed: dict[str, str], code: CodeRequest | None) -> None:
    """Everything that can be wrong before a code is asked for."""
    try:
        typed_fields(lookup, typed)
    except QuestionError as error:
        _refuse(error)
    if needs_code(lookup) and code is None:
        fail("--channel: this question takes a code; say how it comes: phone, email, letter, desk")
    if code is not None and not needs_code(lookup):
        fail("--channel: this question takes no code; leave the option out")


def _ask(client: Client, lookup: str, typed: dict[str, str], code: CodeRequest | None) -> Answer:
    """An answer. A code that is not right is told, and is none."""
    try:
        proof = code.proof(client) if code else None
        return client.check(make_question(lookup, typed, proof))
    except QuestionError as error:
        _refuse(error)
    except CheckError as error:
        if error.code == "code":
            fail("The code is not right or no longer good. Ask for a new one. This is no answer.")
        return Answer(
            "unverifiable", reason=error.code, detail=error.detail, retry_after=error.retry_after
        )


def _refuse(error: QuestionError) -> NoReturn:
    fail(f"{error}. Nothing of this question was sent.")


def _fields(pairs: list[str], source: str | None, *, one_line: bool) -> dict[str, str]:
    if source is not None:
        if pairs:
            fail("--fields and --set: give one of the two")
        if source != "-":
            fail("--fields: only - (standard input) is possible")
        return _read_json(one_line=one_line)
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            fail("--set: write FIELD=VALUE")
        if name in found:
            fail("--set: a field stands twice")
        found[name] = value
    return found


def _read_json(*, one_line: bool) -> dict[str, str]:
    """The object, which is all of standard input, or its first line if the code follows."""
    source = sys.stdin.buffer
    data = source.readline(_MOST_INPUT + 1) if one_line else source.read(_MOST_INPUT + 1)
    try:
        fields = wire.Strict("fields")
        found = fields.mapping(wire.loads(data, limit=_MOST_INPUT, code="fields"), "fields")
    except wire.WireError:
        fail('--fields -: not one JSON object; write {"name": "…", "birth_date": "…"}')
    if any(type(one) is not str for one in found.values()):
        fail("--fields -: a value that is not a string")
    return found


def _save(path: Path, data: bytes) -> None:
    """For its owner only, for it holds what was typed; never over another file."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except FileExistsError:
        fail("--evidence: the file exists already; name a new one")
    except OSError as error:
        fail(f"--evidence: cannot write the file ({error.strerror})")
