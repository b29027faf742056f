"""Tables that leave the portal as CSV or XLSX. Every cell is a text, a number or a date, and none is a formula.

A text that a spreadsheet program would take for a formula (OWASP, CSV injection) gets an apostrophe in front in CSV,
which such programs show as a text; in XLSX it is stored as a text and marked as one.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import SEEK_END, BytesIO, StringIO
from typing import IO, Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from portal.common.clock import HONG_KONG

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
# Excel's own limit of one cell, in characters.
CELL_LIMIT: Final = 32_767
TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def looks_like_a_formula(words: str) -> bool:
    return words.startswith(FORMULA) or words.lstrip().startswith(FORMULA)


def escaped(value: Any) -> str:
    """The text of a cell of a CSV file. Numbers stay numbers; moments are said in Hong Kong time."""
    words = _plain(value)
    if isinstance(value, int | float) or not looks_like_a_formula(words):
        return words
    return f"'{words}"


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(HONG_KONG):%Y-%m-%d %H:%M:%S}"
    # A NUL ends the text for some programs, and openpyxl refuses the control characters.
    return "".join(sign for sign in str(value) if sign >= " " or sign in "\t\r\n")


def write(kind: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The file of `kind` ("csv" or "xlsx"), with one line of heads. CSV begins with a mark, so that Excel reads
    Chinese in it."""
    return _csv(heads, rows) if kind == "csv" else _xlsx(heads, rows)


def _csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    return b"".join(csv_pieces(heads, rows))


def csv_pieces(heads: Sequence[str], rows: Iterable[Sequence[Any]], at_once: int = 500) -> Iterator[bytes]:
    """A CSV file piece by piece, for what is too long to be held in memory."""
    file = StringIO("\ufeff")
    file.seek(0, SEEK_END)
    writer = csv.writer(file)
    writer.writerow([escaped(head) for head in heads])
    for number, row in enumerate(rows, start=1):
        writer.writerow([escaped(value) for value in row])
        if number % at_once == 0:
            yield file.getvalue().encode()
            file = StringIO()
            writer = csv.writer(file)
    yield file.getvalue().encode()


def _xlsx(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    file = BytesIO()
    write_xlsx(file, heads, rows)
    return file.getvalue()


def write_xlsx(file: IO[bytes], heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write an XLSX file into `file`; memory holds a row at a time."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, head) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    workbook.save(file)


def _cell(sheet: Any, value: Any) -> Any:
    cell = WriteOnlyCell(sheet)
    if isinstance(value, datetime):
        cell.value = value.astimezone(HONG_KONG).replace(tzinfo=None, microsecond=0)
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
    elif isinstance(value, int | float | date) and not isinstance(value, bool):
        cell.value = value
    else:
        words = _plain(value)[:CELL_LIMIT]
        cell.value = words
        # The library takes "=..." for a formula and "#N/A" for an error: said anew, it is a text.
        cell.data_type = "s"
        if looks_like_a_formula(words):
            cell.quotePrefix = True
    return cell
