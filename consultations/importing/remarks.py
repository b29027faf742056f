"""The sentences for remarks and problems, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from consultations.importing.blocks import Remark, Role

ROLE_NAMES: Mapping[Role, Any] = {
    Role.TITLE: _("Title"),
    Role.REFERENCE: _("Reference"),
    Role.HEADING: _("Heading"),
    Role.FOREWORD: _("Foreword"),
    Role.STATEMENT: _("Personal Information Collection Statement"),
    Role.PARAGRAPH: _("Paragraph"),
    Role.QUESTION: _("Question"),
    Role.ANNEX: _("Annex heading"),
    Role.ANNEX_TEXT: _("Annex text"),
    Role.CLAUSE: _("Clause"),
    Role.TABLE: _("Table"),
    Role.NOTE: _("Footnote"),
    Role.CONTENTS: _("Table of contents (left out)"),
    Role.FURNITURE: _("Page header, footer or number (left out)"),
    Role.UNKNOWN: _("Not recognised"),
}

SENTENCES: dict[str, Any] = {}


def say(remark: Remark) -> str:
    """The sentence of a remark or problem in the language of the reader."""
    sentence = SENTENCES.get(remark.code)
    return str(sentence) % remark.params if sentence else remark.code
