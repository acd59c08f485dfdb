"""A SoftHSM2 token of one test, and the loud word where there is none."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
NO_SOFTHSM = "no SoftHSM2 on this machine: install it (Debian and Ubuntu: apt-get install softhsm2)"
PIN = "1234"
TOKEN = "breachdesk-test"


@dataclass(frozen=True)
class Hsm:
    """A module and its token's configuration file."""

    module: Path
    configuration: Path


def make_hsm(folder: Path) -> Hsm:
    """A new token; skips loudly without SoftHSM2, and fails where CI=true."""
    module = next((Path(path) for path in MODULES if Path(path).exists()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(NO_SOFTHSM)
        pytest.skip(NO_SOFTHSM)
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(
        f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n"
        "log.level = ERROR\n"
    )
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--pin", PIN,
         "--so-pin", "56789"],
        check=True, capture_output=True, env={**os.environ, "SOFTHSM2_CONF": str(configuration)},
    )  # fmt: skip
    return Hsm(module, configuration)
