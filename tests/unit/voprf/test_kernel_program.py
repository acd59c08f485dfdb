"""The kernel's C code under tools that watch it: sanitizers, and valgrind for its secret.

valgrind knows no AVX-512, and many processors do not have it. The text of that engine is tested all
the same, with the two instructions that it uses in plain C (`emulated/immintrin.h`).
"""

import hashlib
import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

import hatch_build
from breachdesk.voprf import derive_key_pair
from breachdesk.voprf._engines import LIBSODIUM
from breachdesk.voprf._group import multiply_base
from tests.factories.engines import runnable

ROOT = Path(__file__).parents[3]
SOURCES = ROOT / hatch_build.SOURCES
PROGRAM = Path(__file__).with_name("kernel_program.c")
COMPILER = shlex.split(os.environ.get("CC", "cc"))
SECRET = derive_key_pair(b"\xa6" * 32, b"program").secret
UNIFORM = bytes(64) + b"\xff" * 64 + b"".join(bytes((i,)) * 64 for i in range(1, 40))
#: One more than there are lanes, with what `case` adds: emulation is slow.
FEW = UNIFORM[: 8 * 64]
#: The files with engines, the portable one first.
ENGINES = [unit for unit in hatch_build.units() if unit.source != "engines.c"]
#: The other engine, its instructions in plain C.
EMULATED = hatch_build.Unit(
    "ifma.c",
    (
        "-O1",
        "-Wno-psabi",
        '-DWORD_REGISTER="+m"',
        f"-I{Path(__file__).with_name('emulated')}",
    ),
)
KINDS = ("uniform", "encoded", "own")
SEEN = 9


def need(command: str) -> None:
    if shutil.which(command) is None:
        missing = f"{command} is needed: apt-get install gcc libc6-dev valgrind"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(missing)
        pytest.skip(missing)


def compile_program(
    folder: Path, units: Sequence[hatch_build.Unit], *flags: str, sources: Path = SOURCES
) -> Path:
    """The program with these parts of the kernel."""
    need(COMPILER[0])
    objects = []
    if len(units) > 1:
        flags = (*flags, "-DKERNEL_IFMA")
    for unit in (*units, hatch_build.Unit(str(PROGRAM))):
        made = (folder / Path(unit.source).name).with_suffix(".o")
        command = [*COMPILER, *hatch_build.FLAGS, *hatch_build.WARNINGS, *unit.flags, *flags]
        source = ["-c", str(sources / unit.source), "-o", str(made)]
        subprocess.run([*command, f"-I{sources}", *source], check=True)
        objects.append(str(made))
    program = folder / "program"
    subprocess.run([*COMPILER, *flags, *objects, "-o", str(program)], check=True)
    return program


def scalars(count: int) -> list[bytes]:
    """So many, the ends of their range first."""
    order = 2**252 + 27742317777372353535851937790883648493
    numbers = [1, 2, order - 1, 2**252, int("8" * 62, 16), (order + 1) // 2]
    rest = [hashlib.sha512(bytes((i,))).digest() for i in range(count)]
    numbers += [int.from_bytes(one, "little") % order for one in rest]
    return [number.to_bytes(32, "little") for number in numbers[:count]]


@dataclass(frozen=True)
class Case:
    """What the program is given, and what it must answer: libsodium says it."""

    kind: str
    given: bytes
    wanted: bytes


def case(kind: str, uniform: bytes = UNIFORM) -> Case:
    if kind == "uniform":
        return Case(kind, SECRET + uniform, LIBSODIUM.from_uniform(SECRET, uniform)[0])
    one = (1).to_bytes(32, "little")
    encoded = LIBSODIUM.from_uniform(one, uniform)[0] + b"\xff" * 32
    if kind == "encoded":
        return Case(kind, SECRET + encoded, LIBSODIUM.from_encoded(SECRET, encoded)[0])
    of_each = scalars(len(encoded) // 32)
    pairs = [scalar + encoded[32 * at : 32 * at + 32] for at, scalar in enumerate(of_each)]
    joined = b"".join(of_each)
    return Case(
        kind,
        multiply_base(one) + b"".join(pairs),
        LIBSODIUM.prepared(encoded).multiply(joined, of_base=joined)[0],
    )


def check(command: list[str], name: str, case: Case) -> None:
    """It says nothing, and answers as libsodium does."""
    done = run(command, name, case)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert done.stdout == case.wanted


def run(command: list[str], name: str, case: Case) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*command, case.kind, name], input=case.given, capture_output=True, check=False
    )


#: Lines, and not the places of variables: the same code, compiled sooner.
MEMCHECK = ("-g1", "-DMEMCHECK")
SANITIZERS = ("-O0", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


def test_sanitizers_find_nothing(tmp_path: Path) -> None:
    program = compile_program(tmp_path, ENGINES, *SANITIZERS)
    names = ["portable"]
    if len(ENGINES) > 1 and "ifma" in {one.name for one in runnable()}:
        names.append("ifma")
    for name in names:
        for kind in KINDS:
            check([str(program)], name, case(kind))


def test_sanitizers_find_nothing_in_what_is_emulated(tmp_path: Path) -> None:
    program = compile_program(tmp_path, [ENGINES[0], EMULATED], *SANITIZERS)
    for kind in KINDS:
        check([str(program)], "ifma", case(kind, FEW))


def under_valgrind(program: Path) -> list[str]:
    need("valgrind")
    return ["valgrind", "--quiet", f"--error-exitcode={SEEN}", str(program)]


def test_no_branch_and_no_address_depends_on_a_secret(tmp_path: Path) -> None:
    program = compile_program(tmp_path, ENGINES[:1], *MEMCHECK)
    for kind in KINDS:
        check(under_valgrind(program), "portable", case(kind))


def test_nor_in_the_other_engine_when_it_is_emulated(tmp_path: Path) -> None:
    program = compile_program(tmp_path, [ENGINES[0], EMULATED], *MEMCHECK)
    for kind in ("encoded", "own"):
        check(under_valgrind(program), "ifma", case(kind, FEW))


def test_valgrind_would_see_a_branch_on_the_secret(tmp_path: Path) -> None:
    program = compile_program(tmp_path, ENGINES[:1], *MEMCHECK, "-DLEAK")
    done = run(under_valgrind(program), "portable", case("uniform"))
    assert done.returncode == SEEN
    assert b"uninitialised" in done.stderr


def test_valgrind_would_see_an_address_that_a_digit_decides(tmp_path: Path) -> None:
    """The scan of a table, replaced by the look-up that it is there to avoid."""
    sources = shutil.copytree(SOURCES, tmp_path / "sources", ignore=shutil.ignore_patterns("*.so"))
    group = (sources / "group.h").read_text()
    scan = "for (uint64_t i = 0; i < MULTIPLES; i++) {"
    assert scan in group
    (sources / "group.h").write_text(
        group.replace(scan, "for (uint64_t i = size; i == size; i++) {")
    )
    program = compile_program(tmp_path, ENGINES[:1], *MEMCHECK, sources=sources)
    done = run(under_valgrind(program), "portable", case("own", FEW))
    assert done.returncode == SEEN
    assert b"uninitialised" in done.stderr
