"""The PDF: tagged (PDF/UA-1, which the compiler enforces), with an outline, in English or Chinese or both.

The form is `paper.typ`, which never changes with its content: texts go in as one JSON value and are only shown. The
compiler (`typeset.py`) gets no file but that form, no network, no environment, and the fonts of the installation.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

import structlog
from django.utils.translation import gettext as _

from consultations.exports import glyphs, layout
from consultations.exports.content import Content
from portal.common.errors import Refused

logger = structlog.get_logger(__name__)
FORM: Final = Path(__file__).with_name("paper.typ")
COMPILER: Final = Path(__file__).with_name("typeset.py")
SECONDS: Final = 100
# The compiler names one text at a time whose characters it cannot show where they stand.
_UNSHOWN = re.compile(r'the text `?"(?P<text>.*?)"`? could not be displayed', re.DOTALL)
_ESCAPE = re.compile(r"\\u\{(?P<code>[0-9a-f]+)\}")
ATTEMPTS: Final = 6


class _CannotShow(Exception):
    def __init__(self, characters: frozenset[str]) -> None:
        super().__init__(characters)
        self.characters = characters


def write_pdf(content: Content) -> bytes:
    """The file. Characters that no font shows are replaced, and the file says so. Raises `Refused` with a sentence."""
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
    for attempt in range(ATTEMPTS):
        try:
            return compiled(data_of(whole, also))
        except _CannotShow as problem:
            # The second time what is rare goes all at once: each attempt costs the time of the whole.
            also |= problem.characters | (frozenset(glyphs.rare()) if attempt else frozenset())
    raise _failed("characters")


def data_of(whole: dict[str, Any], also: frozenset[str] = frozenset()) -> str:
    """The compiler's input. Characters beyond ASCII are no syntax of JSON: they are replaced in the finished value."""
    text, missing = glyphs.replaced(json.dumps(whole, ensure_ascii=False), also)
    listed = json.dumps(glyphs.named(Counter(missing)), ensure_ascii=True)
    return f'{text[:-1]}, "missing": {listed}}}'


def compiled(data: str) -> bytes:
    command = [sys.executable, "-I", str(COMPILER), str(FORM), *map(str, glyphs.FONT_FOLDERS)]
    try:
        # Our own interpreter and our own file; what people wrote goes in as data.
        done = subprocess.run(command, input=data.encode(), capture_output=True, timeout=SECONDS, env={}, check=False)
    except subprocess.TimeoutExpired:
        raise _failed("time") from None
    if done.returncode == 0:
        return done.stdout
    reason = done.stderr.decode("utf-8", "replace")
    found = _UNSHOWN.search(reason)
    if done.returncode == 3 and found:
        text = _ESCAPE.sub(lambda one: chr(int(one["code"], 16)), found["text"])
        raise _CannotShow(frozenset(one for one in text if ord(one) > 0x7E and one != glyphs.STAND_IN))
    # What the compiler says may quote the text of the paper: it is not logged.
    raise _failed(f"code {done.returncode}")


def _failed(reason: str) -> Refused:
    logger.error("export_failed", format="pdf", reason=reason)
    return Refused(_("The PDF could not be made. Take another format, and tell the secretariat."))
