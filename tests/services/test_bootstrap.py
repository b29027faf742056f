from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from services import bootstrap
from services.area import ROOT


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that an installation into an empty folder would run."""
    venv = tmp_path / ".venv"
    made: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "VENV", venv)
    monkeypatch.setattr(bootstrap, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(bootstrap, "MARKER", venv / "installed.json")
    monkeypatch.setattr(bootstrap, "LOG", tmp_path / ".local" / "install.log")

    def run(arguments: list[str], _explanation: str) -> None:
        made.append(arguments)
        (venv / "bin").mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(bootstrap, "run", run)
    monkeypatch.setattr(bootstrap, "works", (venv / "bin").exists)
    return made


def test_installs_once(calls: list[list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    bootstrap.main()
    assert [call[1:3] for call in calls] == [["-m", "venv"], ["-m", "pip"], ["pip", "sync"]]
    assert all("--require-hashes" in call for call in calls[1:])
    assert capsys.readouterr().out.startswith("  Installing the packages of the lock")
    bootstrap.main()
    assert len(calls) == 3
    assert capsys.readouterr().out == ""


def test_a_changed_lock_installs_into_the_same_environment(calls: list[list[str]]) -> None:
    bootstrap.main()
    bootstrap.MARKER.write_text(json.dumps(bootstrap.wanted() | {"locks": "older"}))
    bootstrap.main()
    assert [call[1:3] for call in calls[3:]] == [["-m", "pip"], ["pip", "sync"]]


@pytest.mark.parametrize("change", [{"place": "/elsewhere/.venv"}, {"python": "3.9"}])
def test_a_moved_checkout_or_another_python_starts_afresh(calls: list[list[str]], change: dict[str, str]) -> None:
    bootstrap.main()
    bootstrap.MARKER.write_text(json.dumps(bootstrap.wanted() | change))
    bootstrap.main()
    assert [call[1:3] for call in calls[3:]] == [["-m", "venv"], ["-m", "pip"], ["pip", "sync"]]


def test_python_without_venv_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())
    with pytest.raises(bootstrap.InstallationError, match=r"apt-get install python3\.\d+-venv"):
        bootstrap.main()


@pytest.mark.parametrize("said", ["[Errno 28] No space left on device", "failed to write (os error 28)"])
def test_full_disk_is_one_sentence(said: str) -> None:
    with pytest.raises(bootstrap.InstallationError, match="The disk is full"):
        bootstrap.run([sys.executable, "-c", f"import sys; sys.exit({said!r})"], "No.")


def test_needs_nothing_but_the_standard_library() -> None:
    code = "import sys; sys.path.insert(0, sys.argv[1]); import services.bootstrap"
    subprocess.run([sys.executable, "-S", "-I", "-c", code, str(ROOT)], check=True)
