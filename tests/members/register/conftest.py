"""Lists as files, with invented firms."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

HEADS = ("CE Reference", "English Name", "Chinese Name", "Platform", "Date of Licence (dd/mm/yyyy)")
SAMPLE = Path(__file__).parent / "sample.csv"


def csv_file(rows: Iterable[Sequence[str]], heads: Sequence[str] = HEADS, encoding: str = "utf-8") -> bytes:
    import csv

    file = io.StringIO()
    csv.writer(file).writerows([heads, *rows])
    return file.getvalue().encode(encoding)


def xlsx_file(rows: Iterable[Sequence[Any]], heads: Sequence[str] = HEADS) -> bytes:
    book = openpyxl.Workbook()
    for row in [heads, *rows]:
        book.active.append(list(row))  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def firm(number: int) -> list[str]:
    """A row of an invented firm."""
    return [
        f"ZY{chr(65 + number // 100)}{number % 100:03}",
        f"Invented Firm {number} Limited",
        "",
        f"Plat {number}",
        "03/02/2025",
    ]


@pytest.fixture
def sample() -> bytes:
    return SAMPLE.read_bytes()
