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

SENTENCES: Mapping[str, Any] = {
    # About the file.
    "hidden_text": _("Hidden text was left out."),
    "number_format": _("Automatic numbers of a format that is not known were written in digits: %(formats)s."),
    "unreadable_part": _("A part of the file could not be read (%(place)s). Check what stands there in Word."),
    "equation": _("An equation was written on one line (%(place)s): %(formula)s"),
    "empty_number": _("A numbered paragraph without text was left out (%(place)s): %(number)s"),
    "field": _("A field of Word was left out (%(place)s): %(instruction)s"),
    "symbol": _("A symbol of the font %(font)s is not known and shows as □ (%(place)s)."),
    "chart": _("A chart was left out (%(place)s): %(alt)s. Describe it in words or add it as a document."),
    "diagram": _("A diagram was left out (%(place)s): %(alt)s. Describe it in words or add it as a document."),
    "embedded": _("An embedded object was left out (%(place)s): %(kind)s"),
    "picture": _("A picture was left out (%(place)s): %(alt)s. Describe it in words or add it as a document."),
    "wordart": _("Decorative text was left out (%(place)s)."),
    "drawing_text": _("Text within a drawing was left out (%(place)s)."),
    "comment": _("A comment by %(author)s was left out."),
    "changes_accepted": _(
        "Tracked changes in %(count)s pieces were accepted: added words are kept, removed words are left out."
    ),
    "changes_kept": _("Tracked changes in %(count)s clauses are kept as marks of what is added and removed."),
    "contents_left_out": _("The table of contents was left out (%(count)s lines): the portal makes its own."),
    "two_papers": _(
        "From %(place)s on the file goes on in the other language, as if the paper stood in it twice. Import each "
        "language from a file of its own."
    ),
    "line_ends_joined": _(
        "Each line of the file ends in a break, as in one made from a PDF: in %(count)s paragraphs the breaks within "
        "sentences became blanks."
    ),
    "furniture_left_out": _("Page headers, footers and other text around the paper were left out (%(count)s pieces)."),
    # About a piece.
    "table_merged": _("The table has merged cells. Their text stands in the first of them."),
    "table_nested": _("The table had a table in one of its cells. It is written as lines of that cell."),
    "table_head": _("The head of a table of questions, left out."),
    "note_not_called": _("A footnote that no text calls."),
    "note_typed": _("The typed footnote %(printed)s was taken for a footnote of this text."),
    "note_typed_alone": _(
        "It looks like a typed footnote, but where %(printed)s is called is not clear. It stays as text."
    ),
    "note_of_heading": _("A footnote of the heading above. It joins the paragraph that follows."),
    "number_prefixed": _("Numbers start again in this section: %(printed)s became %(number)s."),
    "number_twice": _("The number %(number)s appears twice."),
    "number_gap": _("The number %(number)s follows %(before)s: something may be missing."),
    "number_back": _("The number %(number)s follows %(before)s: it is out of order."),
    "heading_by_looks": _("Taken for a heading because of how it looks, not by its style."),
    "box_text": _("Text in a box that is not a question. It joins the paragraph before it."),
    "cover": _("Text of the cover page, left out."),
    "cover_text": _("Long text of the cover page. It was added to the foreword."),
    "annex_letter": _("The annex had no letter and was given %(letter)s."),
    "question_from_list": _("Taken for a question because it stands in a list of questions."),
    "question_numbered": _("The question had no number and was counted."),
    "question_without_number": _("The question has no number."),
    "question_repeated": _("Question %(number)s is repeated here in the same words. It is kept as text."),
    "question_repeated_otherwise": _(
        "Question %(number)s stands elsewhere in other words. This text is kept as text: compare the two."
    ),
    "question_set_apart": _("Question %(number)s stood at the end of the paragraph before it and was set apart."),
    "question_printed_as": _("Question %(number)s was printed as paragraph %(printed)s, which has no other text."),
    "label_again": _("Its label in the other language was left out: %(printed)s."),
    "other_language": _("The same in the other language. It joins the piece before it."),
    "annex_renamed": _("%(printed)s was given %(letter)s, as its own number is that of another annex."),
    "question_ties": _("Tied to the paragraphs %(paragraphs)s."),
    "clause_number_twice": _(
        "The number %(number)s was used before in this annex. The text joins the clause before it."
    ),
    # What assembling decided.
    "second_reference": _("A second reference was left out: %(reference)s"),
    "section_number_derived": _("The section %(title)s had no number and was given %(number)s."),
    "number_derived": _("The text had no number and was given %(number)s."),
    "clause_number_derived": _("The text had no number and was given %(number)s."),
    # What blocks a commit.
    "title_missing": _("The paper has no title. Mark the piece that is the title."),
    "no_section": _("The paper has no section. Mark at least one heading."),
    "section_without_title": _("Text stands before the first heading of a section. Mark a heading before it."),
    "section_number_twice": _("Two sections have the number %(number)s."),
    "paragraph_number_twice": _("Two paragraphs have the number %(number)s."),
    "paragraph_without_text": _("Paragraph %(number)s has no text."),
    "question_number_twice": _("Two questions have the number %(number)s."),
    "question_without_text": _("Question %(number)s has no text."),
    "annex_without_title": _("Annex %(letter)s has no title."),
    "annex_without_letter": _("Text of an annex stands before the heading of an annex."),
    "annex_letter_twice": _("Two annexes have the letter %(number)s."),
    "clause_number_repeated": _("Two clauses of one annex have the number %(number)s."),
    "unknown_block": _("This piece was not recognised. Say what it is."),
    "number_too_long": _("The number %(number)s is longer than %(limit)s characters."),
    "title_too_long": _("The title has %(length)s characters. At most %(limit)s fit."),
    "reference_too_long": _("The reference has %(length)s characters. At most %(limit)s fit."),
    "text_too_long": _("The text has %(length)s characters. At most %(limit)s fit."),
}

_SOURCES: Mapping[str, Any] = {
    "paragraph": _("paragraph %(number)s of the file"),
    "box": _("box %(number)s of the file"),
    "table": _("table %(number)s of the file"),
    "footnote": _("footnote %(number)s of the file"),
    "endnote": _("endnote %(number)s of the file"),
    "line": _("line %(number)s of the text"),
    "header": _("page header"),
    "footer": _("page footer"),
}


def say(remark: Remark) -> str:
    """The sentence of a remark or problem in the language of the reader. `remark.text` is not in it: show it beside."""
    sentence = SENTENCES.get(remark.code)
    if sentence is None:
        return remark.code
    params = dict(remark.params)
    if "place" in params:
        params["place"] = say_source(params["place"])
    if not params.get("alt", "-"):
        params["alt"] = str(_("without a description"))
    return str(sentence) % params


def say_source(source: str) -> str:
    """Where in the file a block stands, in words: "paragraph 214 of the file"."""
    kind, _space, number = source.partition(" ")
    sentence = _SOURCES.get(kind)
    return str(sentence) % {"number": number} if sentence else source
