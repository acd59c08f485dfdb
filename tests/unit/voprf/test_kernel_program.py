"""The kernel's C code under tools that watch it: sanitizers, and valgrind for its secret.

valgrind knows no AVX-512, so the time of the engine for it is held by construction: `group.h` and
`batch.h`, the only places that touch the secret, are the same text for both.
"""

import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

import hatch_build
from breachdesk.voprf import derive_key_pair
from breachdesk.voprf._engines import LIBSODIUM
from tests.factories.engines import runnable

ROOT = Path(__file__).parents[3]
SOURCES = ROOT / hatch_build.SOURCES
PROGRAM = Path(__file__).with_name("kernel_program.c")
COMPILER = shlex.split(os.environ.get("CC", "cc"))
SECRET = derive_key_pair(b"\xa6" * 32, b"program").secret
UNIFORM = bytes(64) + b"\xff" * 64 + b"".join(bytes((i,)) * 64 for i in range(1, 40))
#: The files with engines, the portable one first.
ENGINES = [unit for unit in hatch_build.units() if unit.source != "engines.c"]
SEEN = 9


def need(command: str) -> None:
    if shutil.which(command) is None:
        missing = f"{command} is needed: apt-get install gcc libc6-dev valgrind"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(missing)
        pytest.skip(missing)


def compile_program(folder: Path, units: Sequence[hatch_build.Unit], *flags: str) -> Path:
    """The program with these parts of the kernel."""
    need(COMPILER[0])
    objects = []
    if len(units) > 1:
        flags = (*flags, "-DKERNEL_IFMA")
    for unit in (*units, hatch_build.Unit(str(PROGRAM))):
        made = (folder / Path(unit.source).name).with_suffix(".o")
        command = [*COMPILER, *hatch_build.FLAGS, *hatch_build.WARNINGS, *unit.flags, *flags]
        source = ["-c", str(SOURCES / unit.source), "-o", str(made)]
        subprocess.run([*command, f"-I{SOURCES}", *source], check=True)
        objects.append(str(made))
    program = folder / "program"
    subprocess.run([*COMPILER, *flags, *objects, "-o", str(program)], check=True)
    return program


def encoded() -> bytes:
    one = (1).to_bytes(32, "little")
    return LIBSODIUM.from_uniform(one, UNIFORM)[0] + b"\xff" * 32


def run(command: list[str], kind: str, name: str) -> subprocess.CompletedProcess[bytes]:
    inputs = UNIFORM if kind == "uniform" else encoded()
    return subprocess.run(
        [*command, kind, name], input=SECRET + inputs, capture_output=True, check=False
    )


def wanted(kind: str) -> bytes:
    if kind == "uniform":
        return LIBSODIUM.from_uniform(SECRET, UNIFORM)[0]
    return LIBSODIUM.from_encoded(SECRET, encoded())[0]


def test_sanitizers_find_nothing(tmp_path: Path) -> None:
    program = compile_program(
        tmp_path, ENGINES, "-O0", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"
    )
    names = ["portable"]
    if len(ENGINES) > 1 and "ifma" in {one.name for one in runnable()}:
        names.append("ifma")
    for name in names:
        for kind in ("uniform", "encoded"):
            done = run([str(program)], kind, name)
            assert (done.returncode, done.stderr.decode()) == (0, "")
            assert done.stdout == wanted(kind)


def under_valgrind(program: Path) -> list[str]:
    need("valgrind")
    return ["valgrind", "--quiet", f"--error-exitcode={SEEN}", str(program)]


def test_no_branch_and_no_address_depends_on_the_secret(tmp_path: Path) -> None:
    program = compile_program(tmp_path, ENGINES[:1], "-g", "-DMEMCHECK")
    for kind in ("uniform", "encoded"):
        done = run(under_valgrind(program), kind, "portable")
        assert (done.returncode, done.stderr.decode()) == (0, "")
        assert done.stdout == wanted(kind)


def test_valgrind_would_see_a_branch_on_the_secret(tmp_path: Path) -> None:
    program = compile_program(tmp_path, ENGINES[:1], "-g", "-DMEMCHECK", "-DLEAK")
    done = run(under_valgrind(program), "uniform", "portable")
    assert done.returncode == SEEN
    assert b"uninitialised" in done.stderr
