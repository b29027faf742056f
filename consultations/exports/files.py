"""The files that there are: what goes into one, in which formats, and under which name."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from consultations.exports.content import (
    BOTH,
    Content,
    choose_text,
    read_paper,
    read_threads,
    reader_of,
)
from consultations.exports.data import write_data
from consultations.exports.pdf import write_pdf
from consultations.exports.text import write_text
from consultations.models import Consultation
from members.viewer import Viewer
from portal.common.clock import HONG_KONG

LOCALES: Final = {"en": "en", "zh_hant": "zh-hant", "zh_hans": "zh-hans"}


@dataclass(frozen=True)
class Format:
    """A way to write a file. `note` says for what it is good."""

    extension: str
    media_type: str
    label: Any
    note: Any
    write: Callable[[Content], bytes]


@dataclass(frozen=True)
class What:
    """What goes into a file."""

    key: str
    label: Any
    note: Any
    with_paper: bool
    with_comments: bool
    formats: tuple[str, ...]


# The libraries of Office files take 30 MB of each process that has read them in: only one that writes such a file does.


def _write_word(content: Content) -> bytes:
    from consultations.exports.word import write_word

    return write_word(content)


def _write_sheets(content: Content) -> bytes:
    from consultations.exports.sheets import write_sheets

    return write_sheets(content)


FORMATS: Final = {
    one.extension: one
    for one in (
        Format("pdf", "application/pdf", _("PDF"), _("to print and to read, tagged for screen readers"), write_pdf),
        Format(
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            _("Word (.docx)"),
            _("to work on"),
            _write_word,
        ),
        Format(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            _("Excel (.xlsx)"),
            _("to sort and count"),
            _write_sheets,
        ),
        Format("json", "application/json", _("JSON"), _("for programs"), write_data),
        Format("md", "text/markdown; charset=utf-8", _("Markdown (.md)"), _("plain text"), write_text),
    )
}
WHATS: Final = {
    one.key: one
    for one in (
        What(
            "paper",
            _("The paper"),
            _("Foreword, sections, paragraphs, questions, clarifications, conclusions and annexes, without comments."),
            True,
            False,
            ("pdf", "docx", "md", "json"),
        ),
        What(
            "paper-with-comments",
            _("The paper with its comments"),
            _("Each comment stands under the paragraph or question that it is about."),
            True,
            True,
            ("pdf", "docx", "json"),
        ),
        What(
            "comments",
            _("The comments"),
            _(
                "What was said, place by place, with authors, readers and times."
                " Excel has the questions on a second sheet."
            ),
            False,
            True,
            ("pdf", "docx", "xlsx", "json"),
        ),
    )
}  # fmt: skip


def make(
    viewer: Viewer,
    paper: Consultation,
    *,
    what: What,
    form: Format,
    text: str = "",
    audience: str = "",
    question: str = "",
) -> bytes:
    """The file of `paper` (from `page.find`) with what `viewer` may see of it. Raises `Refused` with a sentence."""
    chosen = choose_text(paper, text)
    with translation.override(LOCALES[chosen]) if chosen != BOTH else _as_it_is():
        content = Content(
            paper=read_paper(viewer, paper, text=chosen),
            threads=read_threads(viewer, paper, audience=audience, question=question) if what.with_comments else None,
            reader=reader_of(viewer),
            with_paper=what.with_paper,
        )
        return form.write(content)


def _as_it_is() -> Any:
    return translation.override(translation.get_language())


def file_name(content_reference: str, what: str, extension: str, moment: Any) -> str:
    """`cp-2026-05-comments-2026-11-25.pdf`: of the reference what any system takes for a name, and the day in Hong
    Kong."""
    plain = unicodedata.normalize("NFKD", content_reference).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "consultation"
    return f"{plain}-{what}-{moment.astimezone(HONG_KONG):%Y-%m-%d}.{extension}"


def disposition(reference: str, what: str, extension: str, moment: Any) -> str:
    """The header that names the file: plain for old programs, and by RFC 5987 with the reference as it is written."""
    safe = file_name(reference, what, extension, moment)
    written = re.sub(r'[\\/:*?"<>|\s]+', "-", re.sub("[\x00-\x1f\x7f]", "", reference)).strip("-.") or "consultation"
    whole = f"{written}-{what}-{moment.astimezone(HONG_KONG):%Y-%m-%d}.{extension}"
    header = f'attachment; filename="{safe}"'
    return header if whole.isascii() else f"{header}; filename*=UTF-8''{quote(whole, safe='')}"
