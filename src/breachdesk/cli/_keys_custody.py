"""`breachdesk keys seal` and `keys unseal`: how a folder keeps its keys."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from breachdesk.cli._fail import fail
from breachdesk.cli._unlock import UnlockOption, ask, unlock_from
from breachdesk.keys import (
    AgeCustody,
    CredentialCustody,
    Custody,
    KeysError,
    PassphraseCustody,
    TokenCustody,
    TokenPlace,
    Unlock,
    new_credential,
    seal,
    unseal,
)

_SEAL_HELP = (
    "Seal a key folder: nobody opens it any more with the files alone.\n\n"
    "passphrase: under a passphrase that you type, or that stands in a file. age: to an age "
    "recipient; opening takes the identity file. credential: under 32 random bytes that are "
    "written to a new file, for systemd (LoadCredential) or a secret store. pkcs11: under an AES "
    "key in a token or HSM, made there if it is missing; opening takes the token and its PIN.\n\n"
    "The plain files are overwritten and removed once the sealed ones are in force; a copy that "
    "the disk or a backup kept is yours to remove. A folder sealed otherwise is sealed anew. What "
    "is done stands in the folder's audit.jsonl.\n\n"
    "Example: breachdesk keys seal keys --to age --recipient age1…"
)
_UNSEAL_HELP = (
    "Keep the keys of a sealed folder in plain files from now on.\n\n"
    "Example: breachdesk keys unseal keys --unlock identity.txt"
)

To = Literal["passphrase", "age", "credential", "pkcs11"]


def add_to(keys: typer.Typer) -> None:
    """Add the commands to `keys`."""
    keys.command("seal", help=_SEAL_HELP)(seal_command)
    keys.command("unseal", help=_UNSEAL_HELP)(unseal_command)


def seal_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The key folder.")],
    to: Annotated[To, typer.Option(help="How it is kept from now on.")],
    passphrase_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="passphrase: the file that holds it, if not typed."),
    ] = None,
    recipient: Annotated[
        str | None, typer.Option(metavar="AGE1…", help="age: the recipient, a public value.")
    ] = None,
    credential_out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="credential: the new file that it is written to."),
    ] = None,
    module: Annotated[
        Path | None, typer.Option(metavar="LIB", help="pkcs11: the module of the token.")
    ] = None,
    token: Annotated[
        str | None, typer.Option(metavar="LABEL", help="pkcs11: the token's label.")
    ] = None,
    key: Annotated[
        str, typer.Option(metavar="LABEL", help="pkcs11: the label of the AES key in the token.")
    ] = "breachdesk",
    pin_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="pkcs11: the file of its PIN, if not typed.")
    ] = None,
    unlock: UnlockOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, for a machine.")
    ] = False,
) -> None:
    """Seal the folder."""
    try:
        if to == "passphrase":
            custody: Custody = PassphraseCustody(_passphrase(passphrase_file))
        elif to == "age":
            if recipient is None:
                fail("--recipient: give the age recipient to seal to (age1…)")
            custody = AgeCustody.to(recipient)
        elif to == "credential":
            custody = CredentialCustody.of(_new_credential(credential_out))
        else:
            custody = _token(module, token, key, pin_file)
        seal(folder, custody, unlock=unlock_from(unlock))
    except KeysError as error:
        fail(str(error))
    _say(folder, to, as_json=as_json)


def unseal_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The key folder.")],
    unlock: UnlockOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, for a machine.")
    ] = False,
) -> None:
    """Unseal the folder."""
    try:
        unseal(folder, unlock=unlock_from(unlock))
    except KeysError as error:
        fail(str(error))
    _say(folder, "plain", as_json=as_json)


def _passphrase(file: Path | None) -> str:
    """From its file, or typed twice; never an argument."""
    if file is not None:
        return Unlock(file).secret("the passphrase")
    if not sys.stdin.isatty():
        fail("--passphrase-file: give the file of the passphrase, there is no terminal to ask at")
    first = ask("the new passphrase")
    if first != ask("the new passphrase again"):
        fail("the two passphrases differ: nothing was changed")
    if not first:
        fail("the passphrase is empty: nothing was changed")
    return first


def _new_credential(file: Path | None) -> str:
    if file is None:
        fail("--credential-out: name the new file that the credential is written to")
    credential = new_credential()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        fail("--credential-out: the file exists already; name a new one")
    except OSError as error:
        fail(f"--credential-out: cannot write the file ({error.strerror})")
    with os.fdopen(handle, "w") as out:
        out.write(credential + "\n")
        out.flush()
        os.fsync(out.fileno())
    return credential


def _token(module: Path | None, token: str | None, key: str, pin_file: Path | None) -> TokenCustody:
    if module is None or token is None:
        fail("--module and --token: name the token's module file and its label")
    pin = Unlock(pin_file, ask if sys.stdin.isatty() else None).secret("the token's PIN")
    custody = TokenCustody(TokenPlace(str(module.absolute()), token, key), pin)
    custody.prepare()
    return custody


def _say(folder: Path, custody: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), "custody": custody}, ensure_ascii=False))
    elif custody == "plain":
        typer.echo(f"The keys in {folder} are in plain files now: who reads them has the keys.")
    else:
        typer.echo(f"The keys in {folder} are sealed now ({custody}). Try to open them, and only")
        typer.echo("then remove what copies there are of the plain files.")
