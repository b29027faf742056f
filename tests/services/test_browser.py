from __future__ import annotations

from pathlib import Path

import pytest

from services import browser
from services.errors import ServiceError


@pytest.fixture(autouse=True)
def empty_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PORTAL_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "_MAC", tmp_path / "none")
    return tmp_path


def program(folder: Path, name: str) -> str:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_found_under_any_of_its_names(empty_path: Path, name: str) -> None:
    expected = program(empty_path, name)
    assert browser.ensure() == expected


def test_one_can_be_named(empty_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(empty_path, "chromium")
    monkeypatch.setenv("PORTAL_CHROMIUM", program(empty_path, "mine"))
    assert browser.find() == str(empty_path / "mine")
    monkeypatch.setenv("PORTAL_CHROMIUM", str(empty_path / "absent"))
    with pytest.raises(ServiceError, match="which is not a program"):
        browser.find()


def test_where_nothing_may_be_installed_it_says_what_to_do() -> None:
    with pytest.raises(ServiceError, match="sudo apt-get install chromium"):
        browser.ensure()


def test_installs_the_package_where_it_may(empty_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[list[str]] = []

    def apt(argv: list[str]) -> None:
        done.append(argv)
        if "install" in argv:
            program(empty_path, "chromium")

    monkeypatch.setattr(browser, "_administrator", lambda: ["sudo", "-n"])
    monkeypatch.setattr(browser, "_apt", apt)
    assert browser.ensure() == str(empty_path / "chromium")
    assert [argv[3] for argv in done] == ["update", "install"]
