"""What an installation gets: the kernel where there is a compiler, everything else where not."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import hatch_build

ROOT = Path(__file__).parents[2]
KERNEL = "breachdesk/voprf/_kernel/kernel.so"


def build(folder: Path, compiler: str) -> tuple[Path, str]:
    """A wheel of a copy of the sources, and what was said."""
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    kept = shutil.ignore_patterns("*.so", "__pycache__", "node_modules")
    shutil.copytree(ROOT / "src", source / "src", ignore=kept)
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "made")],
        cwd=source,
        env={**os.environ, "CC": compiler},
        capture_output=True,
        text=True,
        check=True,
    )
    (wheel,) = (folder / "made").glob("*.whl")
    return wheel, done.stdout + done.stderr


def test_a_wheel_carries_the_kernel_and_names_its_platform(tmp_path: Path) -> None:
    compiler = os.environ.get("CC", "cc")
    if shutil.which(compiler.split()[0]) is None:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail("no C compiler: apt-get install gcc libc6-dev")
        pytest.skip("no C compiler")
    wheel, _ = build(tmp_path, compiler)
    names = zipfile.ZipFile(wheel).namelist()
    assert KERNEL in names
    assert any(name.endswith("ristretto.h") for name in names), "whoever gets it can read it"
    assert "-py3-none-" in wheel.name
    assert not wheel.name.endswith("-any.whl")


@pytest.mark.parametrize("compiler", ["no-such-compiler", "false"])
def test_without_a_working_compiler_the_rest_is_installed(tmp_path: Path, compiler: str) -> None:
    wheel, said = build(tmp_path, compiler)
    assert KERNEL not in zipfile.ZipFile(wheel).namelist()
    assert wheel.name.endswith("-none-any.whl")
    assert "without the kernel" in said


def test_newer_instructions_are_only_in_the_unit_that_is_asked_for_them() -> None:
    flags = {unit.source: unit.flags for unit in hatch_build.units()}
    assert not [flag for flag in hatch_build.FLAGS if flag.startswith("-m")]
    for source in ("portable.c", "engines.c"):
        assert not [flag for flag in flags[source] if flag.startswith("-m")]
