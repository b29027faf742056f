"""The list as CSV or XLSX, in the SFC's own columns.

A file that is no such list is refused as a whole, in one sentence; what is wrong with one row stays with that row
(`Row.faults`), so that every wrong row is named at once.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.common import clock
from portal.common.errors import Refused
from portal.common.spreadsheets import looks_like_a_formula

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_ROWS: Final = 2_000
COLUMNS: Final = ("CE Reference", "English Name", "Chinese Name", "Platform", "Date of Licence (dd/mm/yyyy)")
# The columns by the field of the organisation that each fills; the last one also without its format.
FIELDS: Final = ("ce_reference", "name_en", "name_zh_hant", "platform_name_en", "licence_date")
LENGTHS: Final = {"name_en": 200, "name_zh_hant": 120, "platform_name_en": 120}
CE_REFERENCE: Final = re.compile(r"[A-Z]{3}\d{3}", re.ASCII)
# The SFC was set up in 1989: no licence of its is older.
FIRST_YEAR: Final = 1989
_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


@dataclass(frozen=True)
class Formula:
    """A cell of a workbook that is computed. Nobody can say what the next program makes of it."""

    text: str


@dataclass
class Row:
    """What one row says, by field; empty where it says nothing. `number` is the row in the spreadsheet, heads first.

    `faults` are (code, parameters) for members.register.words.
    """

    number: int
    values: dict[str, str] = field(default_factory=dict)
    faults: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def fault(self, code: str, **parameters: Any) -> None:
        self.faults.append((code, {name: str(value)[:120] for name, value in parameters.items()}))


def read(content: bytes) -> list[Row]:
    """The rows of a list. Refused: the file is none, or is not as the list is."""
    if not content:
        raise Refused(_("The file is empty."), field="file")
    if len(content) > MAX_BYTES:
        raise too_large()
    if content.startswith(b"PK"):
        from members.register.workbook import cells

        lines: Iterable[Sequence[Any]] = cells(content)
    else:
        lines = _csv(_text(content))
    return _rows(lines)


def too_large() -> Refused:
    limit = MAX_BYTES // 1024 // 1024
    return Refused(_("The file is too large: at most %(limit)s MB.") % {"limit": limit}, field="file")


def too_many_rows() -> Refused:
    words = _("The file has more than %(limit)s rows, which is more than a list of licensed platforms has.")
    return Refused(words % {"limit": MAX_ROWS}, field="file")


def _text(content: bytes) -> str:
    _refuse_other_kinds(content)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content:
        raise Refused(
            _("The file is in UTF-16, as “Unicode text” is. Save it as “CSV UTF-8” and try again."), field="file"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(_other_encoding(content), field="file") from None


def _refuse_other_kinds(content: bytes) -> None:
    head = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            _("The file is of an older Excel (.xls) or protected by a password. Save it as .xlsx without a password."),
            field="file",
        )
    if head.startswith((b"%pdf", b"<", b"{\\rtf")):
        raise Refused(_("The file is neither CSV nor an Excel workbook (.xlsx)."), field="file")


def _other_encoding(content: bytes) -> str:
    """Big5 by its everyday words: GB 18030 accepts nearly every sequence of bytes that Big5 does."""
    try:
        text = content.decode("big5hkscs")
    except UnicodeDecodeError:
        return _("The text is not in UTF-8. Save the file as “CSV UTF-8” and try again.")
    pairs = [sign.encode("big5hkscs") for sign in text if ord(sign) > 0x7F]
    everyday = sum(len(pair) == 2 and 0xA4 <= pair[0] <= 0xC6 for pair in pairs)
    if pairs and everyday * 2 >= len(pairs):
        return _("The text is in Big5 and not in UTF-8. Save the file as “CSV UTF-8” and try again.")
    return _("The text is not in UTF-8. Save the file as “CSV UTF-8” and try again.")


def _csv(text: str) -> Iterator[Sequence[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise Refused(
            _("The file cannot be taken apart after line %(line)s: a quotation mark is open or out of place there.")
            % {"line": reader.line_num},
            field="file",
        ) from error


def _rows(lines: Iterable[Sequence[Any]]) -> list[Row]:
    found: list[Row] = []
    headed = False
    for number, cells in enumerate(lines, start=1):
        if number > MAX_ROWS + 1:
            raise too_many_rows()
        said = [_said(cell) for cell in cells]
        while said and said[-1] == "":
            said.pop()
        if not headed:
            _check_heads([str(cell) for cell in said])
            headed = True
        elif said:
            found.append(_row(number, said))
    if not headed:
        raise Refused(_("The file is empty."), field="file")
    if not found:
        raise Refused(_("The file has the columns of the list and not one platform under them."), field="file")
    return found


def _said(cell: Any) -> Any:
    """A cell as text, without what surrounds it; days and formulas stay what they are."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return " ".join(unicodedata.normalize("NFC", cell).split())
    return cell


def _check_heads(heads: list[str]) -> None:
    wanted = [_plain(name) for name in COLUMNS]
    given = [_plain(name) for name in heads]
    if given[:4] == wanted[:4] and given[4:] in (wanted[4:], ["date of licence"]):
        return
    listed = _(", ").join(f"“{name}”" for name in COLUMNS)
    if given[: len(wanted)] == wanted:
        words = ngettext(
            "The first row has %(count)s column. The list has these five and no more: %(columns)s.",
            "The first row has %(count)s columns. The list has these five and no more: %(columns)s.",
            len(heads),
        )
        raise Refused(words % {"count": len(heads), "columns": listed}, field="file")
    if not any(given):
        raise Refused(
            _("The first row is empty. It must name the columns: %(columns)s.") % {"columns": listed}, field="file"
        )
    shown = _(", ").join(f"“{name[:40]}”" for name in heads[:7])
    raise Refused(
        _("The first row must name the columns %(columns)s, in this order. It says %(heads)s.")
        % {"columns": listed, "heads": shown},
        field="file",
    )


def _plain(name: str) -> str:
    return name.casefold().strip()


def _row(number: int, cells: list[Any]) -> Row:
    row = Row(number)
    if len(cells) > len(FIELDS):
        row.fault("too_many_cells", count=len(cells))
    for name, column, cell in zip(FIELDS, COLUMNS, [*cells, *[""] * len(FIELDS)], strict=False):
        row.values[name] = _value(row, name, column, cell)
    if len(cells) < 2 or cells[1] == "":
        row.fault("no_name")
    return row


def _value(row: Row, name: str, column: str, cell: Any) -> str:
    if isinstance(cell, Formula) or (isinstance(cell, str) and looks_like_a_formula(cell)):
        text = cell.text if isinstance(cell, Formula) else cell
        row.fault("formula", column=column, text=text)
        return ""
    if name == "licence_date":
        return _day(row, cell)
    text = str(cell)
    if any(unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cs"} for sign in text):
        row.fault("unseen", column=column)
        return ""
    if name == "ce_reference":
        if text and not CE_REFERENCE.fullmatch(text):
            row.fault("bad_reference", text=text)
            return ""
    elif len(text) > LENGTHS[name]:
        row.fault("too_long", column=column, count=len(text), limit=LENGTHS[name])
        return ""
    return text


def _day(row: Row, cell: Any) -> str:
    """The day in ISO form. A day of the calendar from 1989 until today, as dd/mm/yyyy or as a date of the workbook."""
    if cell == "":
        return ""
    day: date | None = None
    if isinstance(cell, datetime):
        day = cell.date() if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else None
    elif isinstance(cell, date):
        day = cell
    elif isinstance(cell, str) and (parts := _DAY.fullmatch(cell)):
        try:
            day = date(int(parts[3]), int(parts[2]), int(parts[1]))
        except ValueError:
            row.fault("no_such_day", text=cell)
            return ""
    if day is None:
        row.fault("bad_date", text=cell)
        return ""
    if day > clock.today():
        row.fault("future_date", text=f"{day:%d/%m/%Y}")
        return ""
    if day.year < FIRST_YEAR:
        row.fault("early_date", text=f"{day.day:02}/{day.month:02}/{day.year:04}")
        return ""
    return day.isoformat()
