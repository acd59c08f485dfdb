"""The part of `breachdesk check` that gets a code to a phone, a mailbox, a letter or the desk."""

import sys
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import typer
from rich.console import Console

from breachdesk.cli._fail import fail
from breachdesk.client import ChannelProof, Client

ADDRESS, CODE = "address", "code"
"""Members of the JSON object of `--fields -` that are no fields of a lookup."""

_MOST_CODE = 1024


class Way(StrEnum):
    """How a code comes."""

    PHONE = "phone"
    EMAIL = "email"
    LETTER = "letter"
    DESK = "desk"


class Language(StrEnum):
    """Of the message with the code."""

    KO = "ko"
    EN = "en"


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """What was said about the code; `address` and `code` None are asked for when needed."""

    way: Way
    language: Language
    address: str | None = field(repr=False)
    code: str | None = field(repr=False)
    code_file: Path | None

    def proof(self, client: Client) -> ChannelProof:
        """Ask for a code where one has to be sent, and exchange it.

        Raises what the client raises.
        """
        if self.way is Way.LETTER:
            return client.letter_token(self._code("Code of the letter"))
        address = self._address()
        if self.way is Way.DESK:
            channel = Way.EMAIL if "@" in address else Way.PHONE
            return client.desk_token(channel, address, self._code("Code from the desk"))
        ticket = client.ask_code(self.way, address, self.language)
        minutes = max(1, ticket.expires_in // 60)
        typer.echo(
            f"If codes go to this address, one is on its way. It is good for {minutes} minutes.",
            err=True,
        )
        return client.token(ticket, self._code("Code"))

    def _address(self) -> str:
        wanted = "Phone or e-mail address of then" if self.way is Way.DESK else self._words()
        return self.address if self.address is not None else _typed(wanted, "the address")

    def _words(self) -> str:
        return "E-mail address" if self.way is Way.EMAIL else "Phone number"

    def _code(self, wanted: str) -> str:
        if self.code is not None:
            return self.code
        if self.code_file is None:
            return _typed(wanted, "the code")
        return _from_file(self.code_file)


def code_request(
    way: Way | None,
    language: Language,
    address: str | None,
    code_file: Path | None,
    typed: MutableMapping[str, str],
) -> CodeRequest | None:
    """What is known so far, or None for an open question. Takes address and code out of `typed`.

    Ends the command where the options do not go together.
    """
    given = {name: typed.pop(name, None) for name in (ADDRESS, CODE)}
    if address is not None and given[ADDRESS] is not None:
        fail("--address: the fields have an address already; give one of the two")
    if given[CODE] is not None and code_file is not None:
        fail("--code-file: the fields have a code already; give one of the two")
    if way is None:
        if address is not None or code_file is not None or any(given.values()):
            fail("--channel: say how the code comes: phone, email, letter or desk")
        return None
    if way in {Way.PHONE, Way.EMAIL} and given[CODE] is not None:
        fail(
            "--fields: a code for a phone or mailbox is known only after it was asked for; give "
            "--code-file, or type it when asked"
        )
    return CodeRequest(way, language, address or given[ADDRESS], given[CODE], code_file)


def _typed(wanted: str, what: str) -> str:
    """Ask on the terminal: nothing of it shows in `ps`."""
    try:
        return Console(stderr=True, highlight=False).input(f"{wanted}: ", markup=False)
    except EOFError:
        fail(f"{what} is missing: type it when asked, or give it in --fields - or --code-file")


def _from_file(path: Path) -> str:
    """The first line of a file or pipe; `-` is standard input, after the fields if they come so."""
    try:
        if str(path) == "-":
            return sys.stdin.buffer.readline(_MOST_CODE).decode()
        with path.open("rb") as file:
            return file.readline(_MOST_CODE).decode()
    except (OSError, UnicodeDecodeError):
        fail("--code-file: cannot read a code from it; its first line is to be the code")
