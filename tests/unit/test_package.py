"""What is installed is whole: the wheel carries templates, texts and static files."""

import os
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from hatchling.build import build_wheel

ROOT = Path(__file__).parents[2]


def test_the_wheel_holds_every_file_of_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    wheel = tmp_path / build_wheel(os.fspath(tmp_path))
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    wanted = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src" / "breachdesk").rglob("*")
        if path.is_file() and not {"__pycache__", "collected"} & set(path.parts)
    }
    assert not wanted - inside
    assert any(name.endswith("licenses/LICENSE") for name in inside)


def test_the_command_is_installed() -> None:
    (script,) = entry_points(group="console_scripts", name="breachdesk")
    assert script.value == "breachdesk.cli:main"
