"""The PDF: tagged (PDF/UA-1, which the compiler enforces), with an outline, in English or Chinese or both.

The form is `paper.typ`, which never changes with its content: texts go in as one JSON value and are only shown. The
compiler gets no file but that form, no network, and the fonts of the installation.
"""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import structlog
import typst
from django.utils.translation import gettext as _

from consultations.exports import glyphs, layout
from consultations.exports.content import Content
from portal.common.errors import Refused

logger = structlog.get_logger(__name__)
FORM: Final = Path(__file__).with_name("paper.typ")
# The compiler names one text at a time whose characters it cannot show where they stand.
_UNSHOWN = re.compile(r'the text "(?P<text>.*?)" could not be displayed', re.DOTALL)
_ESCAPE = re.compile(r"\\u\{(?P<code>[0-9a-f]+)\}")
ATTEMPTS: Final = 25


@cache
def fonts() -> typst.Fonts:
    """Those of the installation and of the compiler, read once; never the machine's own."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[str(folder) for folder in glyphs.FONT_FOLDERS],
    )


def write_pdf(content: Content) -> bytes:
    """The file. Characters that no font shows are replaced, and the file says so."""
    whole = {
        "title": layout.title(content),
        "reference": content.paper.reference,
        "language": content.paper.language,
        "footer": layout.footer(content),
        "separator": " · ",
        "words": {
            "missing": _("Characters that could not be printed"),
            "missing-why": _("The fonts of this file do not have them. %(sign)s stands in their place.")
            % {"sign": glyphs.STAND_IN},
        },
        "nodes": layout.nodes(content),
    }
    also: frozenset[str] = frozenset()
    for _attempt in range(ATTEMPTS):
        try:
            return _compile(whole, also)
        except typst.TypstError as problem:
            unshown = _unshown(str(problem)) - also
            if not unshown:
                logger.error("export_failed", format="pdf", reason=str(problem)[:300])
                raise Refused(_("The PDF could not be made. Take another format, and tell the secretariat.")) from None
            also |= unshown
    raise Refused(_("The PDF could not be made. Take another format, and tell the secretariat."))


def _unshown(message: str) -> frozenset[str]:
    """The characters of the text that the compiler could not show: what is not plain ASCII of it."""
    found = _UNSHOWN.search(message)
    if found is None:
        return frozenset()
    text = _ESCAPE.sub(lambda one: chr(int(one["code"], 16)), found["text"].strip("`\"“”"))
    return frozenset(one for one in text if ord(one) > 0x7E and one != glyphs.STAND_IN)


def _compile(whole: dict[str, Any], also: frozenset[str]) -> bytes:
    # Characters beyond ASCII are no syntax of JSON: they are replaced in the finished value.
    text, missing = glyphs.replaced(json.dumps(whole, ensure_ascii=False), also)
    listed = json.dumps(glyphs.named(Counter(missing)), ensure_ascii=True)
    text = f'{text[:-1]}, "missing": {listed}}}'
    with TemporaryDirectory() as nothing:
        return typst.compile(
            FORM.read_bytes(),
            root=nothing,
            font_paths=fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"file": text},
            pdf_standards=["ua-1"],
            package_path=nothing,
            package_cache_path=nothing,
        )
