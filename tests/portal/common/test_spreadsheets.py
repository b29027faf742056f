"""No cell of a file that leaves the portal is a formula."""

import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from portal.common import spreadsheets

DANGEROUS = ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", '=HYPERLINK("http://x","y")', "|cmd", "%x"]


@pytest.mark.parametrize("words", DANGEROUS)
def test_a_text_that_looks_like_a_formula_stays_a_text(words: str) -> None:
    read = list(csv.reader(StringIO(spreadsheets.write("csv", ["Head"], [[words]]).decode("utf-8-sig"), newline="")))
    assert read[1][0] == f"'{words}"
    cell = load_workbook(BytesIO(spreadsheets.write("xlsx", [words], [[words]])))["Sheet"]["A2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_numbers_moments_and_chinese_go_through() -> None:
    moment = datetime(2026, 11, 29, 4, 0, tzinfo=UTC)
    text = spreadsheets.write("csv", ["Name"], [["陳美欣", -5, None, moment]])
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.decode("utf-8-sig").splitlines()[1] == "陳美欣,-5,,2026-11-29 12:00:00"
    row = next(load_workbook(BytesIO(spreadsheets.write("xlsx", ["Name"], [["陳美欣", -5, None, moment]])))["Sheet"]
               .iter_rows(min_row=2, values_only=True))  # fmt: skip
    assert row[:2] == ("陳美欣", -5)
    assert row[3] == datetime(2026, 11, 29, 12, 0)
