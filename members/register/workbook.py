"""The one sheet of an Excel workbook that a stranger may have made: its zip and XML are checked before it is opened."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from members.register.reading import MAX_ROWS, Formula, too_many_rows
from portal.common.errors import Refused

MAX_PARTS: Final = 200
MAX_UNPACKED: Final = 24 * 1024 * 1024
# So far to the right it is looked whether there are more columns than the list has.
MAX_COLUMNS: Final = 40


def cells(content: bytes) -> Iterator[list[Any]]:
    """The rows of the sheet: texts, days, numbers, and `Formula` where a cell is computed."""
    _check(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except Exception as error:  # zlib, XML and openpyxl each raise their own
        raise _broken() from error
    if len(book.worksheets) != 1 or len(sheets) != 1:
        raise Refused(
            _("The workbook must have one sheet and no hidden one: the list. It has %(count)s.")
            % {"count": len(book.worksheets)},
            field="file",
        )
    # What the sheet says of its own size is not believed.
    sheets[0].reset_dimensions()
    try:
        for number, row in enumerate(sheets[0].iter_rows(max_col=MAX_COLUMNS), start=1):
            if number > MAX_ROWS + 1:
                raise too_many_rows()
            yield [Formula(str(cell.value)) if cell.data_type == "f" else cell.value for cell in row]
    except Refused:
        raise
    except Exception as error:
        raise _broken() from error
    finally:
        book.close()


def _broken() -> Refused:
    return Refused(
        _("The workbook is damaged and could not be read. Save it again in Excel and try once more."), field="file"
    )


def _check(content: bytes) -> None:
    """Refused: not a workbook, or one that unpacks to far more than its size, holds macros, or declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            _check_parts(opened)
    except Refused:
        raise
    except Exception as error:
        raise _broken() from error


def _check_parts(opened: zipfile.ZipFile) -> None:
    parts = opened.infolist()
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names:
        raise Refused(_("The file is neither CSV nor an Excel workbook (.xlsx)."), field="file")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(
            _("The file is protected by a password. Save it without the password and try again."), field="file"
        )
    if any("vbaproject" in name for name in names):
        raise Refused(_("The workbook holds macros. Save it as .xlsx without macros."), field="file")
    # zipfile unpacks no part further than it declares, so that what is declared can be counted.
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Refused(_("The workbook unpacks to far more than a list holds, and was not opened."), field="file")
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            text = opened.read(part)
            if (
                b"<!DOCTYPE" in text
                or b"<!ENTITY" in text
                or text.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<"))
            ):
                raise _broken()
