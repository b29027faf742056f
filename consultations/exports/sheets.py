"""The Excel workbook: a sheet of comments and a sheet of questions. Every cell is a text, a date or a number.

No cell is a formula, whatever it begins with (OWASP, CSV injection): texts are stored as texts and marked as such.
"""

from datetime import datetime
from io import BytesIO
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from consultations.exports import blocks, layout
from consultations.exports.content import CommentContent, Content, Text
from portal.common.clock import HONG_KONG
from portal.common.dates import long_day
from portal.common.spreadsheets import CELL_LIMIT, looks_like_a_formula

WHEN: Final = "yyyy-mm-dd hh:mm"
_HEAD = Font(bold=True, color="FFFFFF")
_FILL = PatternFill("solid", fgColor="0B5A7A")
_TOP = Alignment(vertical="top", wrap_text=True)


def write_sheets(content: Content) -> bytes:
    workbook = Workbook(write_only=True)
    _comments(workbook, content)
    _questions(workbook, content)
    _about(workbook, content)
    known = workbook.properties
    known.creator, known.lastModifiedBy = "", ""
    known.title = layout.title(content)[:255]
    known.created = known.modified = content.reader.at.replace(tzinfo=None)
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def _sheet(workbook: Workbook, title: str, columns: list[tuple[str, int]]) -> Any:
    sheet = workbook.create_sheet(title[:31])
    for number, (_words, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    head = []
    for words, _width in columns:
        cell = _text(sheet, words)
        cell.font, cell.fill = _HEAD, _FILL
        head.append(cell)
    sheet.append(head)
    return sheet


def _text(sheet: Any, words: str) -> Any:
    cell = WriteOnlyCell(sheet)
    if len(words) > CELL_LIMIT:
        tail = _("… [cut: a cell holds no more]")
        words = words[: CELL_LIMIT - len(tail)] + tail
    cell.value = words
    # The library takes "=..." for a formula and "#N/A" for an error: said anew, it is a text.
    cell.data_type = "s"
    cell.alignment = _TOP
    if looks_like_a_formula(words):
        cell.quotePrefix = True
    return cell


def _when(sheet: Any, value: datetime | None) -> Any:
    cell = WriteOnlyCell(
        sheet, value=value.astimezone(HONG_KONG).replace(tzinfo=None, microsecond=0) if value else None
    )
    cell.number_format = WHEN
    cell.alignment = _TOP
    return cell


def _comments(workbook: Workbook, content: Content) -> None:
    columns = [
        (_("Number"), 9),
        (_("Place"), 18),
        (_("In reply to"), 11),
        (_("Author"), 22),
        (_("Organisation"), 28),
        (_("Job title"), 24),
        (_("Who can read it"), 22),
        (_("Posted (Hong Kong time)"), 18),
        (_("Edited (Hong Kong time)"), 18),
        (_("Text"), 90),
        (_("Passage"), 40),
        (_("Official answer"), 12),
        (_("Remarks"), 34),
        (_("Withdrawn (Hong Kong time)"), 18),
        (_("Reason for withdrawal"), 30),
        (_("Attachments"), 30),
        (_("Link"), 50),
    ]
    sheet = _sheet(workbook, _("Comments"), columns)
    yes = pgettext("in a table", "Yes")
    for one in content.threads.comments if content.threads else ():
        sheet.append(_row(sheet, one, yes))


def _row(sheet: Any, one: CommentContent, yes: str) -> list[Any]:
    marks = [one.state_words] if one.state_words else []
    marks += [_("Pinned")] if one.is_pinned else []
    if one.resolved_at:
        marks.append(_("Marked as resolved by %(name)s, %(date)s") % {
            "name": one.resolved_by, "date": long_day(one.resolved_at),
        })  # fmt: skip
    body = layout.withdrawn_words(one) if one.withdrawn_at else blocks.plain(blocks.blocks(one.body))
    return [
        _text(sheet, one.number),
        _text(sheet, one.place_words),
        _text(sheet, one.in_reply_to),
        _text(sheet, one.author),
        _text(sheet, one.organisation),
        _text(sheet, one.job_title),
        _text(sheet, one.audience_words),
        _when(sheet, one.posted_at),
        _when(sheet, one.edited_at),
        _text(sheet, body),
        _text(sheet, one.passage),
        _text(sheet, yes if one.is_official else ""),
        _text(sheet, "; ".join(marks)),
        _when(sheet, one.withdrawn_at),
        _text(sheet, one.withdrawal_reason),
        _text(sheet, "\n".join(f"{file.name} ({file.size:,} B)" for file in one.attachments)),
        _text(sheet, one.address),
    ]


def _both(text: Text) -> str:
    return "\n\n".join(blocks.plain(blocks.blocks(one.text)) for one in text)


def _questions(workbook: Workbook, content: Content) -> None:
    columns = [
        (_("Question"), 10),
        (_("Section"), 34),
        (_("Paragraphs"), 16),
        (_("Text"), 100),
        (_("Asks for a position"), 14),
        (_("Version"), 9),
        (_("Comments"), 11),
    ]
    sheet = _sheet(workbook, _("Questions"), columns)
    yes = pgettext("in a table", "Yes")
    for section in content.paper.sections:
        for item in section.items:
            if item.kind != "question":
                continue
            count = sum(len(one.comments) for one in content.threads.at(item.key)) if content.threads else 0
            number, version = WriteOnlyCell(sheet, value=count), WriteOnlyCell(sheet, value=item.version)
            number.alignment = version.alignment = _TOP
            sheet.append(
                [
                    _text(sheet, item.number),
                    _text(sheet, f"{section.number} {' '.join(one.text for one in section.title)}".strip()),
                    _text(sheet, ", ".join(item.paragraphs)),
                    _text(sheet, _both(item.text)),
                    _text(sheet, yes if item.asks_position else ""),
                    version,
                    number,
                ]
            )


def _about(workbook: Workbook, content: Content) -> None:
    sheet = _sheet(workbook, _("About this file"), [(_("Particular"), 28), (_("Value"), 90)])
    paper = content.paper
    for label, value in (
        (_("Reference"), paper.reference),
        (_("Title"), " / ".join(one.text for one in paper.title)),
        (_("State"), paper.state_words),
        (_("Which comments"), layout.filter_words(content)),
        (_("For whom"), layout.footer(content)),
        (_("Address"), paper.address),
    ):
        sheet.append([_text(sheet, label), _text(sheet, value)])
