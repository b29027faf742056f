"""The order in which a file is read, with all its words: what PDF and Word write out, each in its own way.

A node is plain data. Its texts are words or the blocks of `exports.blocks`, never markup.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from consultations.enums import AnnexKind
from consultations.exports import blocks
from consultations.exports.content import (
    AnnexContent,
    ClarificationContent,
    CommentContent,
    ConclusionsContent,
    Content,
    ItemContent,
    OutcomeContent,
    Text,
    Thread,
    first,
)
from portal.common.dates import long_day, long_day_and_time
from portal.common.dates import time as clock_time

Node = dict[str, Any]


def moment(value: datetime) -> str:
    """`25 November 2026, 10:15`: Hong Kong time, as the file's head says."""
    return f"{long_day(value)}{pgettext('in a list', ', ')}{clock_time(value)}"


def nodes(content: Content) -> list[Node]:
    """The whole file from its title on."""
    return list(_Layout(content).all())


def footer(content: Content) -> str:
    """`Printed for Chan Mei-yan, Harbour Exchange, 25 November 2026, 10:15 Hong Kong time`."""
    reader = content.reader
    when = moment(reader.at)
    if not reader.name:
        return _("Public copy, %(when)s Hong Kong time") % {"when": when}
    return _("Printed for %(name)s, %(organisation)s, %(when)s Hong Kong time") % {
        "name": reader.name,
        "organisation": reader.organisation,
        "when": when,
    }


def title(content: Content) -> str:
    return f"{content.paper.reference} {first(content.paper.title)}".strip()


def pieces(text: Text, *, marked: bool = False) -> list[Node]:
    read = blocks.marked if marked else blocks.blocks
    return [{"lang": one.language, "blocks": read(one.text)} for one in text]


def lines(text: Text) -> list[Node]:
    """Texts of one line, which are words and no Markdown."""
    return [{"lang": one.language, "blocks": [{"t": "p", "c": [blocks.words(one.text)]}]} for one in text]


def heading(level: int, text: Text | str, number: str = "") -> Node:
    found = (
        [{"lang": one.language, "s": one.text} for one in text]
        if not isinstance(text, str)
        else [{"lang": "", "s": text}]
    )
    return {"k": "heading", "level": level, "number": number, "texts": found}


def comment_marks(comment: CommentContent) -> list[str]:
    """What stands beside a comment: official, pinned, resolved, its state, edited."""
    found = []
    if comment.is_official:
        found.append(_("Official answer"))
    if comment.is_pinned:
        found.append(_("Pinned"))
    if comment.state_words:
        found.append(comment.state_words)
    if comment.resolved_at:
        words = _("Marked as resolved by %(name)s, %(date)s")
        found.append(words % {"name": comment.resolved_by, "date": long_day(comment.resolved_at)})
    if comment.edited_at:
        found.append(_("Edited %(date)s") % {"date": moment(comment.edited_at)})
    return found


def withdrawn_words(comment: CommentContent) -> str:
    if comment.withdrawn_at is None:
        return ""
    words = _("Withdrawn %(date)s: %(reason)s")
    return words % {"date": moment(comment.withdrawn_at), "reason": comment.withdrawal_reason}


def byline(comment: CommentContent) -> str:
    """`Chan Mei-yan, Harbour Exchange, Head of Compliance`."""
    separator = pgettext("in a list", ", ")
    return separator.join(part for part in (comment.author, comment.organisation, comment.job_title) if part)


def filter_words(content: Content) -> str:
    """Which comments are in it, in words."""
    from members.audience import Audience

    threads = content.threads
    if threads is None:
        return ""
    found = []
    if threads.audience:
        found.append(_("for the readers “%(audience)s”") % {"audience": Audience(threads.audience).label})
    if threads.question:
        found.append(_("on question %(number)s") % {"number": threads.question})
    if not found:
        return _("All comments that this reader can read")
    return _("Only comments %(which)s") % {"which": pgettext("in a list", ", ").join(found)}


def of_outcome(one: OutcomeContent) -> Iterator[list[str]]:
    """What came of a proposal, which questions it takes up, which paragraphs it changes; each with its name."""
    comma = pgettext("in a list", ", ")
    yield [_("Outcome"), one.outcome_words]
    if one.questions:
        yield [_("Questions"), comma.join(one.questions)]
    if one.paragraphs:
        yield [_("Paragraphs that change"), comma.join(one.paragraphs)]


class _Layout:
    def __init__(self, content: Content) -> None:
        self.content = content
        self.paper = content.paper
        self.threads = content.threads

    def all(self) -> Iterator[Node]:
        yield {"k": "title", "texts": [{"lang": one.language, "s": one.text} for one in self.paper.title]}
        yield {"k": "facts", "rows": list(self._facts())}
        if self.paper.withdrawn_at:
            words = _("Withdrawn %(date)s: %(reason)s")
            yield self._notice(
                words % {"date": moment(self.paper.withdrawn_at), "reason": self.paper.withdrawal_reason}
            )
        if self.content.with_paper and self.paper.some_missing:
            yield self._notice(_("Some parts exist in another language only and are given in that language."))
        if self.content.with_paper:
            yield from self._paper()
        elif self.threads is not None:
            yield from self._comments_alone()

    def _notice(self, words: str) -> Node:
        return {"k": "notice", "s": words}

    def _facts(self) -> Iterator[list[str]]:
        paper = self.paper
        yield [_("Reference"), paper.reference]
        yield [_("Kind"), paper.kind_words]
        yield [_("State"), paper.state_words]
        if paper.lead_body:
            yield [_("Lead body"), first(paper.lead_body)]
        if paper.opens_at:
            yield [_("Opens"), long_day_and_time(paper.opens_at)]
        if paper.closes_at:
            yield [_("Closes"), long_day_and_time(paper.closes_at)]
        if paper.own_deadline:
            yield [_("Your firm's deadline"), long_day_and_time(paper.own_deadline)]
        if paper.channel:
            yield [_("Where submissions go"), paper.channel]
        yield [_("Who can read the paper"), paper.audience_words]
        if self.threads is not None:
            count = sum(1 for _one in self.threads.comments)
            yield [_("Comments"), f"{count:,}"]
            yield [_("Which comments"), filter_words(self.content)]
        yield [_("Address"), paper.address]

    def _paper(self) -> Iterator[Node]:
        paper = self.paper
        for words, text in ((_("Purpose"), paper.purpose), (_("Foreword"), paper.foreword)):
            if text:
                yield heading(1, words)
                yield {"k": "text", "pieces": pieces(text)}
        if paper.amendments:
            yield heading(1, _("Corrections"))
            for one in paper.amendments:
                where = f"{one.place}{pgettext('in a list', ', ')}" if one.place else ""
                yield {"k": "note", "label": f"{where}{long_day(one.made_at)}", "pieces": pieces(one.note)}
                if one.before:
                    label = _("The text before (version %(number)s)") % {"number": one.from_version}
                    yield {"k": "note", "label": label, "pieces": pieces(one.before)}
        for section in paper.sections:
            yield heading(1, section.title or section.number, section.number if section.title else "")
            yield from self._said(section.key)
            for item in section.items:
                yield self._item(item)
                yield from self._clarified(item.key)
                yield from self._said(item.key)
        general = [one for one in paper.clarifications if one.key == "whole"]
        if general:
            yield heading(1, _("Clarifications on the whole paper"))
            for clarification in general:
                yield from self._clarification(clarification)
        if self.threads is not None and self.threads.at("whole"):
            yield heading(1, _("Comments on the whole paper"))
            yield from self._said("whole")
        if paper.conclusions:
            yield from self._conclusions(paper.conclusions)
        for annex in paper.annexes:
            yield from self._annex(annex)
        if paper.statement:
            yield heading(1, _("Personal Information Collection Statement"))
            yield {"k": "text", "pieces": pieces(paper.statement)}

    def _item(self, item: ItemContent) -> Node:
        marks = []
        if item.amended_at:
            words = _("Amended %(date)s (version %(number)s)")
            marks.append(words % {"date": long_day(item.amended_at), "number": item.version})
        if item.is_stale:
            marks.append(_("The translation is older than the English text"))
        question = item.kind == "question"
        if question and item.asks_position:
            marks.append(_("Asks for a position"))
        return {
            "k": "question" if question else "paragraph",
            "number": item.number,
            "label": _("Question %(number)s") % {"number": item.number} if question else item.number,
            "marks": marks,
            "pieces": pieces(item.text),
        }

    def _clarified(self, key: str) -> Iterator[Node]:
        for one in self.paper.clarifications:
            if one.key == key:
                yield from self._clarification(one)

    def _clarification(self, one: ClarificationContent) -> Iterator[Node]:
        when = f"{pgettext('in a list', ', ')}{long_day(one.released_at)}" if one.released_at else ""
        label = _("Clarification %(number)s") % {"number": one.number}
        yield {"k": "note", "label": f"{label}{when}", "pieces": pieces(one.asked)}
        yield {"k": "note", "label": _("Answer"), "pieces": pieces(one.answer)}

    def _said(self, key: str) -> Iterator[Node]:
        for thread in self.threads.at(key) if self.threads is not None else ():
            yield from self._thread(thread)

    def _thread(self, thread: Thread) -> Iterator[Node]:
        for comment in thread.comments:
            indent = 0 if comment is thread.head else 1
            marks = comment_marks(comment)
            if comment.in_reply_to and comment.in_reply_to != thread.head.number:
                marks.insert(0, _("in reply to %(name)s") % {"name": comment.in_reply_to})
            yield {
                "k": "comment",
                "indent": indent,
                "number": comment.number,
                "official": comment.is_official,
                "by": byline(comment),
                "when": moment(comment.posted_at),
                "readers": comment.audience_words,
                "marks": marks,
                "passage": comment.passage,
                "withdrawn": withdrawn_words(comment),
                "lang": comment.language,
                "blocks": blocks.blocks(comment.body),
                "files": [
                    _("Attached: %(name)s (%(size)s)") % {"name": one.name, "size": filesizeformat(one.size)}
                    for one in comment.attachments
                ],
            }

    def _comments_alone(self) -> Iterator[Node]:
        assert self.threads is not None
        for place in self.threads.places:
            yield heading(1, place.words)
            for thread in place.threads:
                yield from self._thread(thread)
        if not self.threads.places:
            yield self._notice(_("No comments"))

    def _conclusions(self, found: ConclusionsContent) -> Iterator[Node]:
        yield heading(1, _("Consultation conclusions"))
        rows = [[_("Submissions received"), f"{found.submissions:,}"]]
        if found.released_at:
            rows.insert(0, [_("Published"), long_day(found.released_at)])
        yield {"k": "facts", "rows": rows}
        if found.summary:
            yield heading(2, _("Executive summary"))
            yield {"k": "text", "pieces": pieces(found.summary)}
        for one in found.outcomes:
            yield heading(2, one.title or one.number, one.number if one.title else "")
            yield {"k": "facts", "rows": list(of_outcome(one))}
            for label, text in (
                (_("Comments received"), one.comments),
                (_("The SFC's response"), one.response),
            ):
                if text:
                    yield {"k": "note", "label": label, "pieces": pieces(text)}
        if found.way_forward:
            yield heading(2, _("Way forward"))
            yield {"k": "text", "pieces": pieces(found.way_forward)}
        if found.respondents or found.withheld:
            yield heading(2, _("Respondents"))
            names = [[{"t": "p", "c": [blocks.words(name)]}] for name in found.respondents]
            body: list[Node] = [{"t": "ul", "items": names}] if names else []
            if found.withheld:
                words = ngettext("%(count)s name withheld", "%(count)s names withheld", found.withheld)
                body.append({"t": "p", "c": [blocks.words(words % {"count": found.withheld})]})
            yield {"k": "text", "pieces": [{"lang": self.paper.language, "blocks": body}]}

    def _annex(self, annex: AnnexContent) -> Iterator[Node]:
        yield heading(1, annex.title or annex.key, annex.key if annex.title else "")
        if annex.text:
            yield {"k": "text", "pieces": pieces(annex.text)}
        if annex.kind == AnnexKind.MARKED_TEXT and annex.clauses:
            yield self._notice(_("Words to be added are underlined; words to be taken out are struck through."))
        for number, text in annex.clauses:
            yield {
                "k": "paragraph", "number": number, "label": number, "marks": [],
                "pieces": pieces(text, marked=True),
            }  # fmt: skip
        if annex.terms:
            rows = [[lines(term), pieces(meaning)] for term, meaning in annex.terms]
            yield {"k": "terms", "head": [_("Term"), _("Meaning")], "rows": rows}
