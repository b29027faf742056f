"""The paper as one Markdown text."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from consultations.exports import layout
from consultations.exports.content import Content, Text


def write_markdown(content: Content) -> bytes:
    return ("\n\n".join(_parts(content)).strip() + "\n").encode()


def _parts(content: Content) -> Iterator[str]:
    paper = content.paper
    yield f"# {' / '.join(one.text for one in paper.title)}"
    yield f"{_('Reference')}: {paper.reference}  \n{layout.footer(content)}"
    if paper.some_missing:
        yield _("Some parts exist in another language only and are given in that language.")
    for words, text in ((_("Purpose"), paper.purpose), (_("Foreword"), paper.foreword)):
        if text:
            yield f"## {words}"
            yield _text(text)
    for section in paper.sections:
        yield f"## {section.number}. {' / '.join(one.text for one in section.title)}".rstrip()
        for item in section.items:
            if item.kind == "question":
                label = _("Question %(number)s") % {"number": item.number}
                yield f"### {label}\n\n{_text(item.text)}"
            else:
                # The number is text, "7.10" follows "7.9": never an item of a Markdown list.
                yield f"**{item.number}** {_text(item.text)}"
    if paper.clarifications:
        yield f"## {_('Clarifications')}"
        for one in paper.clarifications:
            label = _("Clarification %(number)s") % {"number": one.number}
            place = f" ({one.place})" if one.place else ""
            yield f"### {label}{place}\n\n{_text(one.asked)}\n\n**{_('Answer')}**\n\n{_text(one.answer)}"
    for annex in paper.annexes:
        yield f"## {annex.key}. {' / '.join(one.text for one in annex.title)}".rstrip()
        if annex.text:
            yield _text(annex.text)
        for number, text in annex.clauses:
            yield f"**{number}** {_text(text)}"
        for term, meaning in annex.terms:
            yield f"**{' / '.join(one.text for one in term)}**: {_text(meaning)}"
    if paper.statement:
        yield f"## {_('Personal Information Collection Statement')}"
        yield _text(paper.statement)


def _text(text: Text) -> str:
    return "\n\n".join(one.text.strip() for one in text)
