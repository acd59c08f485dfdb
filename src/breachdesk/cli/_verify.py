"""`breachdesk verify`: a whole release folder, or a saved evidence file, with no network."""

import json
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from breachdesk.cli._check import print_answer
from breachdesk.cli._fail import NOT_CHECKED, fail
from breachdesk.cli._public_key import HELP as PUBLIC_KEY_HELP
from breachdesk.cli._public_key import WITNESS_HELP, PublicKey, read_public_key, read_timestamp_keys
from breachdesk.client import EVIDENCE_LIMIT, CheckError, verify_evidence
from breachdesk.release import Report, VKey, verify_store

_HELP = """Check signatures, history, every bucket against the root, the counts; or a saved proof.

Give the log's public key, obtained elsewhere: without it a folder is only checked to be consistent
with itself, and the command says so. Uses no network. Exit status: 0 if all holds, 3 if anything
does not, 2 for wrong input.

Example: breachdesk verify releases --public-key keys/folder.toml

Example: breachdesk verify --evidence proof.json --public-key keys/folder.toml
"""


def register(app: typer.Typer) -> None:
    """Add `verify` to the application."""
    app.command("verify", help=_HELP)(verify)


def verify(
    releases: Annotated[
        Path | None, typer.Argument(metavar="[RELEASES]", help="The folder of releases.")
    ] = None,
    public_key: Annotated[str | None, typer.Option(metavar="K", help=PUBLIC_KEY_HELP)] = None,
    evidence: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A saved proof instead of a folder.")
    ] = None,
    witness: Annotated[
        list[str] | None, typer.Option(metavar="VKEY", help=f"With --evidence. {WITNESS_HELP}")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Check what is named."""
    key = read_public_key(public_key)
    witnesses = read_timestamp_keys(witness)
    if evidence is not None:
        _verify_evidence(evidence, key, witnesses, as_json)
    elif witnesses:
        fail("--witness: goes with --evidence")
    if releases is not None:
        _verify_folder(releases, key, as_json)
    if evidence is None and releases is None:
        fail("name a folder of releases, or --evidence FILE")


def _verify_evidence(
    path: Path, key: PublicKey | None, witnesses: tuple[VKey, ...], as_json: bool
) -> None:
    try:
        with path.open("rb") as file:
            data = file.read(EVIDENCE_LIMIT + 1)
    except OSError as error:
        fail(f"--evidence: cannot read the file ({error.strerror})")
    try:
        answer = verify_evidence(
            data, key.log if key else None, key.timestamps if key else (), witnesses
        )
    except CheckError as error:
        if as_json:
            typer.echo(
                json.dumps({"verified": False, "reason": error.code, "detail": error.detail})
            )
        fail(f"The proof does not hold: {error.code} ({error.detail}).", NOT_CHECKED)
    if as_json:
        typer.echo(json.dumps({"verified": True, "trusted": key is not None, **answer.to_json()}))
        return
    print_answer(answer)
    _say_trust(key, "The proof holds")


def _verify_folder(folder: Path, key: PublicKey | None, as_json: bool) -> None:
    if not folder.is_dir():
        fail(f"{folder}: no such folder; name the one that `build --releases` wrote")
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Buckets", total=None)
        report = verify_store(
            folder,
            key.log if key else None,
            time.time(),
            lambda done, total: progress.update(task, completed=done, total=total),
            timestamps=key.timestamps if key else (),
        )
    if as_json:
        typer.echo(json.dumps(_json(report), ensure_ascii=False))
    else:
        for finding in report.findings:
            typer.secho(f"{finding.where}: {finding.code}: {finding.detail}", fg=typer.colors.RED)
        typer.echo(f"{report.entries:,} log entries, {report.buckets:,} buckets checked.")
        if report.ok:
            _say_trust(key, "All of it holds")
    if not report.ok:
        fail(
            f"{len(report.findings):,} thing(s) do not hold: do not serve this folder.", NOT_CHECKED
        )


def _say_trust(key: PublicKey | None, holds: str) -> None:
    if key is None:
        typer.echo(f"{holds}, as far as it is consistent with itself: no --public-key was given.")
    else:
        typer.echo(f"{holds}, under the key of {key.log.name}.")


def _json(report: Report) -> dict[str, object]:
    return {
        "ok": report.ok,
        "trusted": report.trusted,
        "entries": report.entries,
        "buckets": report.buckets,
        "without_buckets": list(report.without_buckets),
        "findings": [
            {"where": one.where, "code": one.code, "detail": one.detail} for one in report.findings
        ],
    }
