"""What a file says: the SFC's columns, as CSV or XLSX, and what is refused as a whole."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from members.register import reading, words
from members.register.reading import read
from portal.common.errors import Refused
from tests.members.register.conftest import HEADS, csv_file, firm, xlsx_file


def faults(row: list[object], *, workbook: bool = False) -> list[str]:
    content = xlsx_file([row]) if workbook else csv_file([[str(cell) for cell in row]])
    (found,) = read(content)
    assert found.number == 2
    return [words.fault(code, parameters) for code, parameters in found.faults]


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read(content)
    assert refused.value.field == "file"
    return refused.value.message


def test_csv_with_and_without_a_mark_and_a_workbook_say_the_same(sample: bytes) -> None:
    plain = read(sample)
    assert [row.number for row in plain] == [2, 3, 4, 5]
    assert plain[1].values == {
        "ce_reference": "ZZB002",
        "name_en": "Paper Lantern Digital Assets Company, Limited (fictional)",
        "name_zh_hant": "紙燈籠數字資產有限公司（虛構）",
        "platform_name_en": "Lantern",
        "licence_date": "2024-12-18",
    }
    assert not any(row.faults for row in plain)
    assert read(b"\xef\xbb\xbf" + sample) == plain
    import csv

    rows = list(csv.reader(io.StringIO(sample.decode())))
    assert read(xlsx_file(rows[1:])) == plain
    # Excel keeps a day as a day.
    rows[1][4] = datetime(2025, 2, 3)  # type: ignore[call-overload]
    rows[2][4] = date(2024, 12, 18)  # type: ignore[call-overload]
    assert read(xlsx_file(rows[1:])) == plain


def test_rows_are_numbered_as_in_the_spreadsheet() -> None:
    text = csv_file([firm(1)]).decode() + "\r\n,,,,\r\n" + csv_file([firm(2)]).decode().split("\r\n", 1)[1]
    assert [row.number for row in read(text.encode())] == [2, 5]
    book = openpyxl.Workbook()
    for number, row in ((1, HEADS), (2, firm(1)), (5, firm(2))):
        for column, cell in enumerate(row, start=1):
            book.active.cell(number, column, cell)  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)
    assert [row.number for row in read(file.getvalue())] == [2, 5]


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        (0, "zya001", "“zya001” is no CE reference: three capital letters and three digits."),
        (0, "ABCD123", "“ABCD123” is no CE reference: three capital letters and three digits."),
        (0, "ABC１２３", "“ABC１２３” is no CE reference: three capital letters and three digits."),
        (1, "", "The English name is missing."),
        (1, "N" * 201, "“English Name” has 201 characters: at most 200."),
        (1, "=1+1", "“English Name” is a formula or begins like one: =1+1"),
        (3, "@SUM(A1)", "“Platform” is a formula or begins like one: @SUM(A1)"),
        (1, "Evil \u202eLimited", "“English Name” holds signs that cannot be seen. Type it anew."),
        (4, "2025-02-03", "“2025-02-03” is no date as dd/mm/yyyy."),
        (4, "31/02/2025", "31/02/2025 is no day of the calendar (dd/mm/yyyy)."),
        (4, "02/13/2025", "02/13/2025 is no day of the calendar (dd/mm/yyyy)."),
        (4, "03/02/25", "“03/02/25” is no date as dd/mm/yyyy."),
        (4, "03/02/2199", "The licence would begin in the future: 03/02/2199."),
        (4, "03/02/0202", "The licence would be older than the SFC: 03/02/0202."),
    ],
)
def test_what_is_wrong_with_a_row_is_said(column: int, cell: str, said: str) -> None:
    row: list[object] = [*firm(1)]
    row[column] = cell
    assert said in faults(row)
    if not cell.startswith("@"):
        assert said in faults(row, workbook=True)


def test_cells_beside_the_columns_are_said() -> None:
    row = ["ZYA001", "Paper Lantern Company", " Limited", "", "Lantern", "03/02/2025"]
    assert faults([*row])[0].startswith("There are 6 cells where the list has five columns.")


def test_a_workbook_s_formula_and_number_are_no_values() -> None:
    row: list[object] = [*firm(1)]
    row[4] = "=TODAY()"
    assert faults(row, workbook=True) == ["“Date of Licence (dd/mm/yyyy)” is a formula or begins like one: =TODAY()"]
    row[4] = 45691
    assert faults(row, workbook=True) == ["“45691” is no date as dd/mm/yyyy."]


def test_a_file_that_is_no_list_is_refused_in_one_sentence(sample: bytes) -> None:
    text = sample.decode()
    assert refusal(b"") == "The file is empty."
    assert refusal(b"\xef\xbb\xbf") == "The file is empty."
    assert refusal(csv_file([])) == "The file has the columns of the list and not one platform under them."
    assert "in Big5" in refusal(text.replace("（", "(").replace("）", ")").encode("big5hkscs"))
    assert "not in UTF-8" in refusal(text.encode("gb18030"))
    assert "in UTF-16" in refusal(text.encode("utf-16"))
    assert "in UTF-16" in refusal(text.encode("utf-16-le"))
    assert refusal(b"x" * (reading.MAX_BYTES + 1)) == "The file is too large: at most 2 MB."
    assert "more than 2000 rows" in refusal(csv_file([["", "A"]] * (reading.MAX_ROWS + 1)))
    assert "The first row has 6 columns." in refusal(csv_file([firm(1)], heads=[*HEADS, "Remarks"]))
    assert "It says “Name”, “Licence”." in refusal(csv_file([firm(1)], heads=["Name", "Licence"]))
    assert "in this order" in refusal(csv_file([firm(1)], heads=[HEADS[1], HEADS[0], *HEADS[2:]]))
    assert "The first row is empty." in refusal(b"\r\n" + sample)
    assert "after line 3" in refusal((text.splitlines()[0] + '\nZYA001,A "B" C,,,\nZYA002,"A"B,,,\n').encode())
    assert "older Excel" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
    assert "neither CSV nor an Excel workbook" in refusal(b"<html><table>")
    assert "neither CSV nor an Excel workbook" in refusal(b"%PDF-1.7")


def test_a_workbook_that_is_made_to_harm_is_not_opened() -> None:
    good = xlsx_file([firm(1)])
    assert "damaged" in refusal(good[:-400])
    assert "damaged" in refusal(b"PK\x03\x04nonsense")
    assert "unpacks to far more" in refusal(_with(good, "xl/bomb.xml", b" " * (25 * 1024 * 1024)))
    assert "macros" in refusal(_with(good, "xl/vbaProject.bin", b"macro"))
    assert "damaged" in refusal(_with(good, "xl/entities.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'))
    assert "neither CSV nor" in refusal(_with(b"", "word/document.xml", b"<a/>"))
    two = openpyxl.Workbook()
    two.create_sheet("Other")
    file = io.BytesIO()
    two.save(file)
    assert "must have one sheet" in refusal(file.getvalue())


def test_a_sheet_with_a_cell_far_below_does_not_take_long() -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADS)  # type: ignore[union-attr]
    book.active.cell(1_048_576, 2, "Far below Limited")  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)
    assert "more than 2000 rows" in refusal(file.getvalue())


def _with(content: bytes, name: str, part: bytes) -> bytes:
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(name, part)
    return file.getvalue()
