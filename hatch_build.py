"""Build hook of hatchling: compiles the batch evaluation kernel into the package.

A machine without a C compiler, or with one that cannot compile it, installs all the same: the
kernel is then missing and `breachdesk.voprf` runs on libsodium alone, with the same results
(docs/adr/0006-batch-kernel.md). CC names the compiler, `cc` by default.

    python hatch_build.py     compile as CI does: every warning is an error, nothing is kept
"""

import os
import platform
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = Path("src/breachdesk/voprf/_kernel")
PRODUCT = SOURCES / "kernel.so"
FLAGS = ("-std=c11", "-O3", "-fPIC", "-fvisibility=hidden")
WARNINGS = ("-Wall", "-Wextra", "-Werror")


@dataclass(frozen=True)
class Unit:
    """One C file and the flags that only it gets."""

    source: str
    flags: tuple[str, ...] = ()


def units() -> tuple[Unit, ...]:
    """What is compiled on this kind of processor.

    Flags for newer instructions go to the one file that is called only where they exist.
    """
    # Vectors of two 64-bit lanes cost the portable engine a third of its speed.
    portable = Unit("portable.c", ("-fno-tree-vectorize",))
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return (portable, Unit("engines.c"))
    ifma = Unit("ifma.c", ("-mavx512f", "-mavx512dq", "-mavx512ifma"))
    return (portable, ifma, Unit("engines.c", ("-DKERNEL_IFMA",)))


def compile_kernel(root: Path, product: Path, more_flags: tuple[str, ...] = ()) -> None:
    """Write the library. Raises `OSError` without a compiler, `CalledProcessError` if it fails."""
    compiler = shlex.split(os.environ.get("CC", "cc"))
    with tempfile.TemporaryDirectory() as folder:
        objects = []
        for unit in units():
            made = str(Path(folder, unit.source).with_suffix(".o"))
            source = str(root / SOURCES / unit.source)
            _run([*compiler, *FLAGS, *more_flags, *unit.flags, "-c", source, "-o", made])
            objects.append(made)
        linked = Path(folder) / product.name
        _run([*compiler, "-shared", *objects, "-o", str(linked)])
        # A process that has the old library loaded keeps the old file.
        staged = product.with_name(f".{product.name}.{os.getpid()}")
        staged.write_bytes(linked.read_bytes())
        staged.replace(product)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


class KernelHook(BuildHookInterface[Any]):
    """Compiles when a wheel is built, an editable one too, and puts the product into it."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects files."""
        root = Path(self.root)
        try:
            compile_kernel(root, root / PRODUCT)
        except OSError as error:
            self._go_without(f"No C compiler ({error}): installed without the kernel.")
        except subprocess.CalledProcessError as error:
            self._go_without(f"Installed without the kernel:\n{error.stderr}")
        else:
            build_data["artifacts"].append(PRODUCT.as_posix())
            if version != "editable":
                # It is loaded, not imported: any Python 3 of this platform.
                where = sysconfig.get_platform().replace("-", "_").replace(".", "_")
                build_data["tag"] = f"py3-none-{where}"
            build_data["pure_python"] = False

    def _go_without(self, why: str) -> None:
        # One of other sources would be loaded in its place.
        (Path(self.root) / PRODUCT).unlink(missing_ok=True)
        self.app.display_warning(why)


def main() -> None:
    """Compile strictly, for `make check`."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            compile_kernel(Path(__file__).parent, Path(folder) / PRODUCT.name, WARNINGS)
        except OSError as error:
            sys.exit(f"kernel: no C compiler ({error}): install one (Debian: apt-get install gcc)")
        except subprocess.CalledProcessError as error:
            sys.exit(error.stderr)
    print("kernel: compiled without a warning")  # noqa: T201 (a command of `make check`)


if __name__ == "__main__":
    main()
