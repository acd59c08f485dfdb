"""What an installation gets: all files and the command, and the kernel if there is a compiler."""

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import hatch_build

ROOT = Path(__file__).parents[2]
KERNEL = "breachdesk/voprf/_kernel/kernel.so"


#: Each builds in a copy: this tree's own kernel is being used by other tests.
COPIED = ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", ".gitignore")


def copy(folder: Path) -> Path:
    """The sources, with what the setup has built for the browser, without the kernel."""
    folder.mkdir()
    for name in COPIED:
        shutil.copy(ROOT / name, folder / name)
    kept = shutil.ignore_patterns("*.so", "__pycache__", "collected")
    shutil.copytree(ROOT / "src", folder / "src", ignore=kept)
    return folder


def build(source: Path, compiler: str) -> tuple[Path, str]:
    """A wheel of a copy, and what was said."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "made"],
        cwd=source,
        env={**os.environ, "CC": compiler},
        capture_output=True,
        text=True,
        check=True,
    )
    (wheel,) = (source / "made").glob("*.whl")
    return wheel, done.stdout + done.stderr


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that a machine with a compiler makes."""
    compiler = os.environ.get("CC", "cc")
    if shutil.which(compiler.split()[0]) is None:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail("no C compiler: apt-get install gcc libc6-dev")
        pytest.skip("no C compiler")
    return build(copy(tmp_path_factory.mktemp("wheel") / "source"), compiler)[0]


def test_a_wheel_carries_the_kernel_and_names_its_platform(compiled: Path) -> None:
    names = zipfile.ZipFile(compiled).namelist()
    assert KERNEL in names
    assert any(name.endswith("ristretto.h") for name in names), "whoever gets it can read it"
    assert "-py3-none-" in compiled.name
    assert not compiled.name.endswith("-any.whl")


def test_a_wheel_holds_every_file_of_the_package(compiled: Path) -> None:
    inside = set(zipfile.ZipFile(compiled).namelist())
    source = compiled.parents[1] / "src"
    wanted = {
        path.relative_to(source).as_posix()
        for path in (source / "breachdesk").rglob("*")
        if path.is_file()
    }
    assert len(wanted) > 500
    assert not wanted - inside
    assert any(name.endswith("licenses/LICENSE") for name in inside)


def test_the_command_is_installed() -> None:
    (script,) = entry_points(group="console_scripts", name="breachdesk")
    assert script.value == "breachdesk.cli:main"


@pytest.mark.parametrize("compiler", ["no-such-compiler", "false"])
def test_without_a_working_compiler_the_rest_is_installed(tmp_path: Path, compiler: str) -> None:
    source = copy(tmp_path / "source")
    old = source / "src" / KERNEL
    old.write_bytes(b"of other sources")
    wheel, said = build(source, compiler)
    assert not old.exists()
    assert KERNEL not in zipfile.ZipFile(wheel).namelist()
    assert wheel.name.endswith("-none-any.whl")
    assert "without the kernel" in said


def test_newer_instructions_are_only_in_the_unit_that_is_asked_for_them() -> None:
    flags = {unit.source: unit.flags for unit in hatch_build.units()}
    assert not [flag for flag in hatch_build.FLAGS if flag.startswith("-m")]
    for source in ("portable.c", "engines.c"):
        assert not [flag for flag in flags[source] if flag.startswith("-m")]
