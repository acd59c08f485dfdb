"""House rules that a machine can hold (STYLE, DESIGN section 5)."""

import ast
import importlib
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "breachdesk"
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "stuff"}
LONGEST = 400
# Put together here, so that this file does not name them itself.
REGISTRIES = tuple(
    re.escape(".".join(parts))
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("npmmirror", "com"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
    )
)
MACHINE_PATHS = tuple(
    f"(?<![\\w.]){re.escape('/' + top + '/')}\\w" for top in ("home", "root", "Users", "work")
)
FORBIDDEN_TEXT = re.compile("|".join(REGISTRIES + MACHINE_PATHS))


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the repository, as git knows it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def packages() -> list[str]:
    """Our packages, by name."""
    return sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))


def relative(path: Path) -> str:
    """A path as a message shows it."""
    return path.relative_to(ROOT).as_posix()


def test_no_module_is_a_drawer_for_what_has_no_place() -> None:
    code = {".py", ".ts", ".mjs"}
    drawers = [p for p in tracked() if p.suffix in code and p.stem.strip("_").lower() in DRAWERS]
    assert not drawers, f"name them after what they do: {[relative(path) for path in drawers]}"


def test_files_can_be_read_in_one_sitting() -> None:
    roots = (SOURCE, ROOT / "web" / "src")
    code = (
        p for p in tracked() if p.suffix in {".py", ".ts"} and any(r in p.parents for r in roots)
    )
    lengths = {relative(path): len(path.read_text().splitlines()) for path in code}
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST}


def test_tracked_files_name_no_registry_and_no_machine() -> None:
    found = [
        f"{relative(path)}:{number}: {match.group()}"
        for path in tracked()
        for number, line in enumerate(path.read_text(errors="ignore").splitlines(), start=1)
        if (match := FORBIDDEN_TEXT.search(line))
    ]
    assert not found


def test_the_lock_of_web_holds_no_address_of_a_package() -> None:
    lock = (ROOT / "web" / "package-lock.json").read_text()
    assert '"resolved"' not in lock


def exceptions_of(path: Path) -> Iterator[str]:
    """Names of the exception classes that a module defines."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            bases = [ast.unparse(base).rsplit(".", 1)[-1] for base in node.bases]
            if any(base.endswith(("Error", "Exception")) for base in bases):
                yield node.name


def test_exceptions_live_in_the_errors_module_of_their_package() -> None:
    strays = [
        f"{relative(path)}: {name}"
        for path in SOURCE.rglob("*.py")
        if path.name != "errors.py"
        for name in exceptions_of(path)
    ]
    assert not strays


def test_every_package_says_who_may_import_it() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contracts = {contract["id"]: contract for contract in settings["contracts"]}
    for name in packages():
        if name == "cli":
            continue
        assert contracts[name]["protected_modules"] == [f"breachdesk.{name}"]
        assert contracts[f"{name}-inside"]["allowed_importers"] == [f"breachdesk.{name}"]
    exceptions = [name for name, contract in contracts.items() if "ignore_imports" in contract]
    assert not exceptions, "the import rules have no exceptions"


def command_line() -> typer.Typer:
    """An application with every command module registered."""
    app = typer.Typer()
    for path in sorted((SOURCE / "cli").glob("_*.py")):
        register = getattr(importlib.import_module(f"breachdesk.cli.{path.stem}"), "register", None)
        if register:
            register(app)
    app.callback()(lambda: None)  # without it, an application with one command is that command
    return app


def commands() -> Iterator[tuple[str, TyperCommand]]:
    """Every command that does something, with the words that call it."""
    waiting = [("breachdesk", typer.main.get_command(command_line()))]
    while waiting:
        words, command = waiting.pop()
        if isinstance(command, TyperGroup):
            waiting += [(f"{words} {name}", sub) for name, sub in command.commands.items()]
        else:
            assert isinstance(command, TyperCommand)
            yield words, command


def test_every_command_has_help_with_an_example() -> None:
    without = [
        words
        for words, command in commands()
        if not re.search(rf"Examples?:.*{re.escape(words)}\b", command.help or "", re.DOTALL)
    ]
    assert not without, "help with `Example: breachdesk …` is missing"


def test_every_option_of_a_command_is_explained() -> None:
    without = [
        f"{words} {parameter.name}"
        for words, command in commands()
        for parameter in command.params
        if not getattr(parameter, "help", None)
    ]
    assert not without


def test_only_models_services_and_errors_of_a_django_app_are_open() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contracts = {contract["id"]: contract for contract in settings["contracts"]}
    public = {"models", "services", "errors"}
    for name in ("incidents", "desk"):
        inside = {path.stem for path in (SOURCE / name).glob("*.py")} - {"__init__"}
        inside |= {path.parent.name for path in (SOURCE / name).glob("*/__init__.py")}
        listed = set(contracts[f"{name}-inside"]["protected_modules"])
        assert listed == {f"breachdesk.{name}.{one}" for one in inside - public}
