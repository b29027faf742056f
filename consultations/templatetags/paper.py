"""`{% paper_part part %}`, a section of a paper with its threads, and `{% thread place %}`, the threads at one place.

A paper has a hundred paragraphs and as many threads: like the comments they are written here and not by templates
(docs/performance.md). What only some of them have is still a template's.
"""

from functools import cache
from html import escape
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from consultations.page import SHOWN_AT_ONCE, Item, Part, Place
from consultations.templatetags.discussion import lang_of, pieces_within, writer_of
from portal.common.templatetags.portal import flag, icon, translated

register = template.Library()


@register.simple_tag(takes_context=True)
def paper_part(context: Context, part: Part) -> SafeString:
    """A section with its paragraphs and questions, each with what was said about it."""
    return mark_safe(_PartWriter(context).part(part))  # noqa: S308 - the writer escapes


@register.simple_tag(takes_context=True)
def thread(context: Context, place: Place, *, bare: bool = False, oob: bool = False) -> SafeString:
    """The threads at `place`. `bare`: without a heading. `oob`: htmx puts it where it belongs."""
    return mark_safe(_PartWriter(context).thread(place, bare=bare, oob=oob))  # noqa: S308 - the writer escapes


@register.simple_tag(takes_context=True)
def count_beside(context: Context, place: Place) -> SafeString:
    """What says beside a paragraph how many comments stand there, for htmx to put where it belongs."""
    return mark_safe(_PartWriter(context).count_beside(place))  # noqa: S308 - the writer escapes


class _Words:
    def __init__(self) -> None:
        self.paragraph = escape(_("Paragraph"))
        self.colon = escape(pgettext("between number and title", ": "))
        self.question = escape(_("Question %(number)s"))
        self.behind = _("The Chinese text is behind the English")


@cache
def _words_in(_language: str) -> _Words:
    return _Words()


class _PartWriter:
    """Writes the places of a paper for one reader."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.reading = context["reading"]
        self.address = escape(self.reading.address)
        query = escape(self.reading.filters.query())
        # How the page is being read goes along with each link: after others, and alone.
        self.also = f"&amp;{query}" if query else ""
        self.alone = f"?{query}" if query else ""
        self.words = _words_in(get_language() or "en")
        self.writer = writer_of(context)
        self.lang = self.writer.lang

    def part(self, part: Part) -> str:
        number = escape(part.row.number)
        head = (
            f'<section class="part" id="s{number}" aria-labelledby="h-s{number}">\n'
            f'<h2 id="h-s{number}">{number}. {translated(part.row, "title")}</h2>\n'
        )
        own = self.thread(part.place) if part.place.count or part.place.composer else ""
        items = "".join(self._question(one) if one.is_question else self._paragraph(one) for one in part.items)
        return f"{head}{own}{items}</section>\n"

    def _paragraph(self, item: Item) -> str:
        place, number = item.place, escape(item.row.number)
        stale = ""
        if item.is_stale:
            said = flag("moved", self.words.behind)
            why = f'<span class="small" lang="en-HK">{escape(item.row.stale_reason)}</span>'
            stale = f'<p class="stale">{said} {why}</p>'
        return (
            f'<div class="para" id="p{number}">'
            f'<a class="para__n" href="#p{number}" aria-label="{self.words.paragraph} {number}">{number}</a>'
            f"<div>{pieces_within(item.pieces, 'para__t', place.key, self.lang)}{stale}</div>"
            f"{self._beside(place, number)}</div>{self._clarified(place)}{self._thread_of(place)}\n"
        )

    def count_beside(self, place: Place) -> str:
        return self._beside(place, escape(place.number), ' hx-swap-oob="true"') if place.kind == "paragraph" else ""

    def _beside(self, place: Place, number: str, swap: str = "") -> str:
        """How many comments a paragraph has, or the mark that adds the first."""
        if place.count:
            return (
                f'<a class="para__c" id="n-p{number}"{swap} href="#t-p{number}">{place.count}'
                f'<span class="sr"> {escape(place.on_paragraph)}</span></a>'
            )
        if place.is_open:
            return (
                f'<a class="para__c para__c--add no-print" id="n-p{number}"{swap}'
                f' href="{self.address}?compose=p{number}{self.also}"'
                f' hx-boost="true" hx-target="next .thread"><span class="sr">{escape(place.add_words)}</span></a>'
            )
        return f'<span id="n-p{number}"{swap} hidden></span>'

    def _thread_of(self, place: Place) -> str:
        if place.count or place.composer:
            return self.thread(place)
        return f'<section class="thread thread--none" id="t-{escape(place.key)}"></section>'

    def _question(self, item: Item) -> str:
        place, number = item.place, escape(item.row.number)
        short = item.row.short
        title = f"{self.words.colon}{escape(str(short))}" if short.text else ""
        anchor = f' data-anchor="{escape(place.key)}"' if place.is_open else ""
        # What is stored is clean HTML.
        text = "".join(
            f'<div class="question__t"{lang_of(one.html_lang, self.lang)}{anchor}>{one.html.rstrip()}</div>\n'
            for one in item.pieces
        )
        state = answer = ""
        if item.answer:
            state = f"<span>{self._template('answer_state', answer=item.answer)}</span>"
            answer = self._template("question_answer", item=item) if item.answer.body else ""
        return (
            f'<section class="question" aria-labelledby="q{number}"><h3 id="q{number}">'
            f"<span>{self.words.question % {'number': number}}{title}</span>{state}</h3>\n{text}"
            f"{self._clarified(place)}{answer}{self._folded(place, number)}</section>\n"
        )

    def _folded(self, place: Place, number: str) -> str:
        if not place.count and not place.composer:
            return self.thread(place, bare=True) if self.reading.can_comment else ""
        words = ngettext(
            "%(count)s comment on question %(number)s", "%(count)s comments on question %(number)s", place.count
        ) % {"count": place.count, "number": number}  # fmt: skip
        is_open = " open" if place.composer or place.key in self.reading.focus else ""
        return (
            f'<details class="fold q-thread"{is_open}><summary>{words}</summary>'
            f"{self.thread(place, bare=True)}</details>\n"
        )

    def _clarified(self, place: Place) -> str:
        return self._template("clarifications/block", found=place.clarified) if place.clarified else ""

    def thread(self, place: Place, *, bare: bool = False, oob: bool = False) -> str:
        key = escape(place.key)
        there = bool(place.count or place.composer)
        none = "" if there else " thread--none"
        swap = ' hx-swap-oob="true"' if oob else ""
        heading = f'<h3 class="thread__head">{escape(place.heading)}</h3>' if place.count and not bare else ""
        # A heading names it. Forty regions beside them would bury the page's landmarks.
        label = f' aria-label="{escape(place.label)}"' if there and not heading else ""
        found = f'<section class="thread{none}" id="t-{key}"{swap}{label}>{heading}'
        if place.threads:
            found += self.writer.threads(place)
        if posted := self.context.get("posted"):
            said = escape(posted)
            found += (
                f'<p class="cmt__posted">{icon("circle-check-big")}{said}</p>'
                f'<div id="said" hx-swap-oob="innerHTML">{said}</div>\n'
            )
        if place.hidden and not self.context.get("page"):
            found += self._more(place)
        if place.composer and not place.composer.parent:
            found += self._template("composer", form=place.composer, place=place)
        elif place.offers_comment:
            found += (
                f'<p class="thread__add"><a href="{self.address}?compose={key}{self.also}" hx-boost="true">'
                f"{escape(place.add_words)}</a></p>"
            )
        return f"{found}</section>\n"

    def _more(self, place: Place) -> str:
        # Up to a page of them comes into its place; of more there is a page of their own.
        here = ' hx-boost="true"' if not place.shown and place.count <= SHOWN_AT_ONCE else ""
        return (
            f'<p class="thread__more"><a href="{self.writer.under}thread/{escape(place.key)}/'
            f'{self.alone}"{here}>{escape(place.more_words)}</a></p>'
        )

    def _template(self, name: str, **values: Any) -> str:
        engine = self.context.template.engine  # type: ignore[union-attr]
        with self.context.push(**values):
            return engine.get_template(f"consultations/{name}.html").render(self.context)
