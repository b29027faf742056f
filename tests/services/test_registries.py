from __future__ import annotations

from pathlib import Path

import pytest

from services import registries


def test_no_lock_names_a_host() -> None:
    assert registries.offences() == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://mirror.example/simple",
        "--find-links /wheels",
        "# from https://mirror.example/simple/",
    ],
)
def test_a_host_is_found(tmp_path: Path, line: str) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "dev.lock").write_text(f"django==5.2\n{line}\n")
    assert registries.offences(tmp_path) == [f"requirements/dev.lock:2: {line}"]
