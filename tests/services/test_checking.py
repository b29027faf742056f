from __future__ import annotations

import sys

import pytest

from services import checking
from services.console import python


def test_all_tests_run_unless_some_are_named() -> None:
    start = [sys.executable, "-m", "pytest", "--ds=tests.settings", "-n", "2", "--dist", "worksteal"]
    assert checking.pytest_command([]) == [*start, "tests"]
    assert checking.pytest_command(["-k", "audience"]) == [*start, "tests", "-k", "audience"]
    assert checking.pytest_command(["tests/services", "-x"]) == [*start, "tests/services", "-x"]
    one = "tests/services/test_checking.py::test_all_tests_run_unless_some_are_named"
    assert checking.pytest_command([one, "-n", "0"]) == [*start, one, "-n", "0"]


def test_every_check_runs_even_when_one_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = [
        ("first", python("-c", "print('the reason'); raise SystemExit(1)"), {}),
        ("second", python("-c", "import os; assert os.environ['GIVEN'] == 'yes'"), {"GIVEN": "yes"}),
    ]
    monkeypatch.setattr(checking, "_checks", lambda: commands)
    assert checking.check() == 1
    said = capsys.readouterr().out
    assert "the reason" in said
    assert [line.split()[-1] for line in said.splitlines() if line.startswith("  ")] == ["FAILED", "passed"]
    assert said.endswith("Failed: first\n")
    monkeypatch.setattr(checking, "_checks", lambda: commands[1:])
    assert checking.check() == 0


def test_the_settings_of_another_project_do_not_reach_the_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "other.settings")
    code = "import os; assert 'DJANGO_SETTINGS_MODULE' not in os.environ"
    monkeypatch.setattr(checking, "_checks", lambda: [("settings", python("-c", code), {})])
    assert checking.check() == 0
