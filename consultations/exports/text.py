"""The paper as one Markdown text, in the form that the importer reads back (docs/import.md).

What the importer has no place for (purpose, clarifications, for whom the file is) stands in a tail that
follows a rule, so that the paper above it comes back as it went out.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from consultations.exports import layout
from consultations.exports.content import BOTH, AnnexContent, ConclusionsContent, Content, Piece, SectionContent, Text
from consultations.importing import Outline, write_markdown
from consultations.importing.outline import Annex, Clause, Paragraph, Question, Section
from portal.common.dates import long_day


def write_text(content: Content) -> bytes:
    """In two languages: the English paper, then the Chinese one."""
    languages = ["en", "zh_hant"] if content.paper.text == BOTH else [content.paper.text]
    papers = [write_markdown(outline(content, language)) for language in languages]
    return ("\n---\n\n".join([*papers, "\n\n".join(_tail(content)) + "\n"])).encode()


def outline(content: Content, language: str) -> Outline:
    """The paper in one language, as the importer would have found it."""

    def take(text: Text) -> str:
        return _in(text, language)

    paper = content.paper
    return Outline(
        title=take(paper.title),
        reference=paper.reference,
        foreword=take(paper.foreword),
        statement=take(paper.statement),
        sections=[_section(one, language) for one in paper.sections],
        annexes=[_annex(one, language) for one in paper.annexes],
        language=language,
    )


def _in(text: Text, language: str) -> str:
    """The text of that language, or the only one that there is."""
    found: Piece | None = next((one for one in text if one.language == language), text[0] if text else None)
    return found.text.strip() if found else ""


def _section(section: SectionContent, language: str) -> Section:
    paragraphs = [one for one in section.items if one.kind == "paragraph"]
    questions = [one for one in section.items if one.kind == "question"]
    return Section(
        section.number,
        _in(section.title, language),
        [Paragraph(one.number, _in(one.text, language)) for one in paragraphs],
        [Question(one.number, _in(one.text, language), list(one.paragraphs)) for one in questions],
    )


def _annex(annex: AnnexContent, language: str) -> Annex:
    terms = [f"**{_in(term, language)}**: {_in(meaning, language)}" for term, meaning in annex.terms]
    return Annex(
        annex.key,
        _in(annex.title, language),
        annex.kind,
        "\n\n".join(part for part in (_in(annex.text, language), *terms) if part),
        [Clause(number, _in(text, language)) for number, text in annex.clauses],
    )


def _tail(content: Content) -> Iterator[str]:
    paper = content.paper
    yield layout.footer(content)
    if paper.some_missing:
        yield _("Some parts exist in another language only and are given in that language.")
    if paper.purpose:
        yield f"**{_('Purpose')}**"
        yield _text(paper.purpose)
    for one in paper.amendments:
        yield f"**{one.place or _('Corrections')}** {long_day(one.made_at)}"
        yield _text(one.note)
    for clarification in paper.clarifications:
        label = _("Clarification %(number)s") % {"number": clarification.number}
        place = f" ({clarification.place})" if clarification.place else ""
        yield f"**{label}**{place}"
        yield _text(clarification.asked)
        yield f"**{_('Answer')}**"
        yield _text(clarification.answer)
    if paper.conclusions:
        yield from _conclusions(paper.conclusions)


def _conclusions(found: ConclusionsContent) -> Iterator[str]:
    colon = pgettext("between label and value", ": ")
    yield f"**{_('Consultation conclusions')}**"
    yield _text(found.summary)
    for one in found.outcomes:
        yield f"**{one.number}. {_text(one.title)}**"
        yield "\n".join(f"- {name}{colon}{said}" for name, said in layout.of_outcome(one))
        for label, text in ((_("Comments received"), one.comments), (_("The SFC's response"), one.response)):
            if text:
                yield f"**{label}**"
                yield _text(text)
    if found.way_forward:
        yield f"**{_('Way forward')}**"
        yield _text(found.way_forward)
    if found.respondents or found.withheld:
        yield f"**{_('Respondents')}**"
    if found.respondents:
        yield "\n".join(f"- {name}" for name in found.respondents)
    if found.withheld:
        words = ngettext("%(count)s name withheld", "%(count)s names withheld", found.withheld)
        yield words % {"count": found.withheld}


def _text(text: Text) -> str:
    return "\n\n".join(one.text.strip() for one in text)
