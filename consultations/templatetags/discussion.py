"""The comments of a paper's page, and `{% pieces texts "prose" %}`, the paper's text.

A page shows a hundred comments. They are put together here, since a template takes ten times as long for them
(docs/performance.md). What people wrote goes through `escape` or `format_html`.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC
from functools import cache, lru_cache
from html import escape
from typing import Any

from django import template
from django.template import Context
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from consultations import moderated
from consultations.enums import CommentState
from consultations.models import Comment
from consultations.page import Line, Piece, Place
from consultations.short import shortened
from members.templatetags.licence import licence_mark
from portal.common import clock
from portal.common.dates import day_and_time
from portal.common.templatetags.portal import audience_edge, audience_label, flag, hk_datetime, hk_day, icon
from portal.common.translated import HTML_LANG, column_language

register = template.Library()


@register.simple_tag(takes_context=True)
def form_of_comments(context: Context) -> SafeString:
    """The form that the buttons under a page's comments send, each to its own address: once on the page."""
    token = context.get("csrf_token", "")
    return format_html(
        '<form id="do" method="post" hidden><input type="hidden" name="csrfmiddlewaretoken" value="{}"></form>', token
    )


@register.simple_tag
def query_with(reading: Any, **changed: str) -> str:
    """The query string of the same reading with some of it changed."""
    return str(reading.filters.query(**changed))


@register.simple_tag
def pieces(texts: Sequence[Piece], css: str, anchor: str = "") -> SafeString:
    """A text in the languages in which it is shown, side by side when these are two. `anchor`: its words can be
    selected to comment on them."""
    return pieces_within(texts, css, anchor, HTML_LANG[column_language()])


def pieces_within(texts: Sequence[Piece], css: str, anchor: str, around: str) -> SafeString:
    """`pieces` on a page whose language (`around`) is known."""
    here = f' data-anchor="{escape(anchor)}"' if anchor else ""
    # What is stored is clean HTML.
    html = "".join(
        f'<div class="{css}"{lang_of(one.html_lang, around)}{here}>{one.html.rstrip()}</div>' for one in texts
    )
    return mark_safe(f'<div class="pieces pieces--both">{html}</div>' if len(texts) > 1 else html)  # noqa: S308


def lang_of(html_lang: str, around: str) -> str:
    """The attribute of a text in another language than that of the page around it."""
    return "" if html_lang == around else f' lang="{html_lang}"'


class Words:
    """The fixed words of a comment in one language, as HTML; names are escaped before they are put in."""

    def __init__(self) -> None:
        self.comma = escape(pgettext("in a list", ", "))
        self.before_title = escape(pgettext("between name and title", ", "))
        self.label = escape(_("Comment by %(name)s"))
        self.answers = escape(_("in reply to %(name)s"))
        self.reply = escape(_("Reply"))
        self.reply_to = escape(_("to %(name)s"))
        self.copy = escape(_("Copy link"))
        self.copy_of = escape(_("to the comment by %(name)s"))
        self.edit = escape(_("Edit"))
        self.withdraw = escape(_("Withdraw"))
        self.readers = escape(_("Change readers"))
        self.official = _("Official answer")
        self.resolved = _("Marked as resolved by %(name)s, %(date)s")
        self.edited = _("Edited %(date)s")
        self.before_reason = pgettext("between label and value", ": ")
        self.history = _("Show history")


@cache
def words_in(_language: str) -> Words:
    return Words()


class Writer:
    """Writes comments for one reader: those of all places of a page, so that it says once what many have."""

    def __init__(self, context: Context) -> None:
        reading = context["reading"]
        self.context = context
        self.reading = reading
        self.viewer = context["viewer"]
        self.key = context["consultation"].key
        self.address = escape(reading.address)
        # How the page is being read goes along with each link.
        query = reading.filters.query()
        self.query = f"&amp;{escape(query)}" if query else ""
        self.alone = f"?{escape(query)}" if query else ""
        self.words = words_in(get_language() or "en")
        self.column = column_language()
        self.lang = HTML_LANG[self.column]
        self.year = clock.today().year
        paper = reverse("consultations:consultation", args=[self.key])
        # On the paper's own page what lies under its address is said from there; htmx may put its part on another page.
        request = context.get("request")
        self.under = paper if reading.address or getattr(request, "htmx", False) else ""
        self._people: dict[tuple[Any, ...], tuple[str, str]] = {}
        self._labels: dict[tuple[Any, ...], str] = {}

    def threads(self, place: Place) -> str:
        return _list(
            self._item(place, line, _list(self._item(place, one) for one in line.replies)) for line in place.threads
        )

    def _item(self, place: Place, line: Line, replies: str = "") -> str:
        return f"<li>{self._comment(place, line)}{self._composer(place, line.comment)}{replies}</li>"

    def _composer(self, place: Place, comment: Comment) -> str:
        """Where somebody is about to answer."""
        answered = place.composer.parent if place.composer else None
        if answered is None or answered.pk != comment.pk:
            return ""
        engine = self.context.template.engine  # type: ignore[union-attr]
        with self.context.push(form=place.composer, place=place):
            return engine.get_template("consultations/composer.html").render(self.context)

    def _comment(self, place: Place, line: Line) -> str:
        comment, words = line.comment, self.words
        name, by = self._by(line)
        official = " cmt--official" if comment.official_answer else ""
        answers = f"{words.comma}{words.answers % {'name': escape(line.answers.name)}}" if line.answers else ""
        at = comment.created_at
        return (
            f'<article class="{audience_edge(comment)}{official}" id="c-{comment.pk}"'
            f' aria-label="{words.label % {"name": name}}"><div class="cmt__top"><p class="cmt__by">{by}'
            f'<time datetime="{at.astimezone(UTC).isoformat(timespec="minutes")[:16]}Z">'
            f"{day_and_time(at, language=self.column, this_year=self.year)}</time>"
            f"{answers}</p>{self._label(comment)}</div>{self._marks(line)}{self._moderated(line)}"
            f"{self._passage(place, line)}"
            f"{self._withdrawn(line) if comment.withdrawn_at else self._standing(line, name)}</article>"
        )

    def _by(self, line: Line) -> tuple[str, str]:
        """The writer's name; and name, firm and title as the line begins with them."""
        comment = line.comment
        key = (comment.author_id, comment.membership_id, comment.posted_as, comment.organisation_id)
        if key not in self._people:
            name, job = escape(line.name), line.job_title
            title = self.words.before_title + escape(job) if job else ""
            licence = self.reading.licences.get(line.firm_id)
            mark = f" {licence_mark(licence)}" if licence else ""
            by = f"<b>{name}</b> {escape(str(line.organisation))}{mark}{title}{self.words.comma}"
            self._people[key] = name, by
        return self._people[key]

    def _label(self, comment: Comment) -> str:
        """Who can read it. Made once for what decides it."""
        key = (comment.audience, comment.organisation_id, comment.working_group_id)
        if key not in self._labels:
            self._labels[key] = audience_label(comment, self.viewer)
        return self._labels[key]

    def _marks(self, line: Line) -> str:
        comment, marks = line.comment, []
        if comment.pinned_at:
            marks.append(flag("info", _("Pinned by the SFC")))
        if comment.state == CommentState.HELD:
            marks.append(flag("soon", _("Held by the moderator")))
        elif comment.state == CommentState.AWAITING:
            marks.append(flag("soon", _("Waiting for a colleague's release")))
        elif comment.state == CommentState.RETURNED:
            marks.append(flag("late", _("Given back to the author")))
        if comment.official_answer:
            marks.append(flag("ok", self.words.official))
        if resolved := line.resolved:
            marks.append(flag("ok", self.words.resolved % {"name": resolved.by, "date": hk_day(resolved.at)}))
        return f'<p class="cmt__marks">{"".join(marks)}</p>' if marks else ""

    def _moderated(self, line: Line) -> str:
        """What the moderator said to the author's firm, and what the author can do."""
        if line.comment.state not in {CommentState.HELD, CommentState.RETURNED} or line.comment.withdrawn_at:
            return ""
        case = self.context["reading"].moderated.get(line.comment.pk)
        return moderated.note(line.comment, case, self.viewer) if case else ""

    def _passage(self, place: Place, line: Line) -> str:
        """What the comment is about, and whether the text has moved on since it was written."""
        comment = line.comment
        found = ""
        if comment.passage:
            quoted = format_html(
                '<blockquote class="cmt__quote" lang="{}">{}</blockquote>',
                HTML_LANG[comment.passage_language],
                comment.passage,
            )
            if line.passage_stands:
                found = format_html(
                    '<a class="cmt__about" href="{}#{}"><span class="sr">{} </span>{}</a>',
                    self.context["reading"].address,
                    place.key,
                    _("About these words:"),
                    quoted,
                )
            else:
                found = format_html(
                    '<p class="cmt__moved">{}{}</p>{}',
                    icon("history"),
                    _("About words that have since been changed"),
                    quoted,
                )
        if line.is_on_earlier_text and comment.withdrawn_at is None and line.passage_stands is not False:
            found += format_html(
                '<p class="cmt__moved">{}{}</p>',
                icon("history"),
                _("Written on version %(number)s of this text, which has been amended since")
                % {"number": comment.anchor_version},
            )
        return found

    def _withdrawn(self, line: Line) -> str:
        comment = line.comment
        words = _("Withdrawn %(date)s: %(reason)s") % {
            "date": hk_datetime(comment.withdrawn_at),
            "reason": comment.withdrawal_reason,
        }
        return format_html('<p class="cmt__gone">{}{}</p>', words, self._history(line))

    def _standing(self, line: Line, name: str) -> str:
        # The text was cleaned when it was stored.
        return (
            f'<div class="cmt__body"{lang_of(line.html_lang, self.lang)}>{line.comment.body_html.rstrip()}</div>'
            f"{self._beside(line)}{self._edited(line)}"
            f'<div class="cmt__do">{self._actions(line, name)}</div>'
        )

    def _edited(self, line: Line) -> str:
        comment = line.comment
        if not comment.edited_at:
            return ""
        words = self.words.edited % {"date": hk_datetime(comment.edited_at)}
        if comment.edit_reason:
            words += self.words.before_reason + comment.edit_reason
        return format_html('<p class="cmt__edited">{}{}</p>', words, self._history(line))

    def _beside(self, line: Line) -> str:
        """Files, people named, and what became of its readership."""
        comment, found = line.comment, ""
        if line.files:
            items = "".join(
                format_html(
                    '<li>{}<a href="{}"{}>{}</a> <span class="small">{}{}</span></li>',
                    icon("paperclip"),
                    reverse("consultations:attachment", args=[self.key, comment.pk, one.pk]),
                    SafeString(" download") if one.is_clean else "",
                    one.name,
                    filesizeformat(one.size),
                    "" if one.is_clean else self.words.comma + _("not checked yet"),
                )
                for one in line.files
            )
            found += f'<ul class="cmt__files plain" aria-label="{escape(_("Files"))}">{items}</ul>'
        if line.beside.named:
            names = pgettext("in a list", ", ").join(map(str, line.beside.named))
            found += format_html('<p class="cmt__edited">{}</p>', _("Named: %(names)s") % {"names": names})
        if comment.narrowed_at:
            words = _("Readers narrowed on %(date)s") % {"date": hk_datetime(comment.narrowed_at)}
            found += format_html('<p class="cmt__edited">{}{}</p>', icon("lock"), words)
        if comment.official_answer:
            found += self._seen(line)
        return found

    def _seen(self, line: Line) -> str:
        """For the regulator: which firms have had the post before them, and which have not. A firm sees its own."""
        if self.viewer.is_platform and line.seen:
            names = pgettext("in a list", ", ").join(str(one.name) for one in line.seen)
            return format_html(
                '<p class="cmt__edited">{}{}</p>', icon("eye"), _("Seen by %(names)s") % {"names": names}
            )
        if not self.viewer.is_regulator:
            return ""
        firms = self.reading.firms_of(line.comment)
        if not firms:
            return ""
        by_firm: dict[int, list[str]] = {}
        for one in line.seen:
            by_firm.setdefault(one.organisation_id, []).append(f"{one.name} ({hk_datetime(one.at)})")
        seen = [firm for firm in firms if firm.pk in by_firm]
        words = ngettext(
            "Seen by %(seen)s of %(count)s firm", "Seen by %(seen)s of %(count)s firms", len(firms)
        ) % {"seen": len(seen), "count": len(firms)}  # fmt: skip
        comma = pgettext("in a list", ", ")
        items = "".join(
            format_html("<dt>{}</dt><dd>{}</dd>", str(firm.short), comma.join(by_firm.get(firm.pk, [_("Not yet")])))
            for firm in [*seen, *(firm for firm in firms if firm.pk not in by_firm)]
        )
        return (
            f'<details class="cmt__seen"><summary>{icon("eye")}{escape(words)}</summary>'
            f'<dl class="dl">{items}</dl></details>'
        )

    def _history(self, line: Line) -> SafeString:
        if not line.can_see_history:
            return SafeString("")
        return format_html(' <a href="{}">{}</a>', self._url("comment_history", line.comment), self.words.history)

    def _actions(self, line: Line, name: str) -> str:
        comment, words, found = line.comment, self.words, ""
        key = shortened(comment.pk)
        if line.can_reply:
            found = (
                f'<a href="{self.address}?reply={key}{self.query}" hx-boost="true">{words.reply}'
                f'<span class="sr"> {words.reply_to % {"name": name}}</span></a>'
            )
        found += (
            f'<a href="{self.address}?c={key}">{words.copy}'
            f'<span class="sr"> {words.copy_of % {"name": name}}</span></a>'
        )
        if line.can_edit:
            found += f'<a href="{self._url("edit", comment)}">{words.edit}</a>'
        if line.can_withdraw:
            found += f'<a href="{self._url("withdraw", comment)}">{words.withdraw}</a>'
        if moderated.can_hold_back(self.viewer, comment):
            found += f'<a href="{self._url("hold", comment)}">{escape(_("Hold back"))}</a>'
        if line.can_change_readers:
            found += f'<a href="{self._url("readers", comment)}">{words.readers}</a>'
        if line.can_let_out:
            found += self._button("let_out", "go", comment, _("Release to all members"), on=True)
            found += f'<a href="{self._url("give_back", comment)}">{escape(_("Give back"))}</a>'
        if line.can_pin:
            label = _("Unpin") if comment.pinned_at else _("Pin")
            found += self._button("pin", "pinned", comment, label, on=not comment.pinned_at)
        if line.can_mark_official:
            label = _("Not the official answer") if comment.official_answer else _("Mark as official answer")
            found += self._button("official", "official", comment, label, on=not comment.official_answer)
        if line.can_resolve:
            label = _("Reopen") if line.resolved else _("Mark as resolved")
            found += self._button("resolve", "resolved", comment, label, on=not line.resolved)
        return found

    def _button(self, verb: str, field: str, comment: Comment, label: str, *, on: bool) -> str:
        """Sends the page's one form (`{% form_of_comments %}`) to this comment's address; with script htmx sends it."""
        address = f"{self._url(verb, comment)}{self.alone}"
        return (
            f'<button class="plainbtn" form="do" formaction="{address}" hx-post="{address}" name="{field}"'
            f' value="{"true" if on else "false"}">{escape(label)}</button>'
        )

    def _url(self, name: str, comment: Comment) -> str:
        before, after = _address(name, self.key)
        return SafeString(f"{self.under}{before}{comment.pk}{after}")


_NOBODY = uuid.UUID(int=0)


@lru_cache(maxsize=1024)
def _address(name: str, key: str) -> tuple[str, str]:
    """The address of something about a comment, from under the paper's own, around the comment's key."""
    paper = reverse("consultations:consultation", args=[key])
    whole = reverse(f"consultations:{name}", args=[key, _NOBODY])
    before, after = whole.removeprefix(paper).split(str(_NOBODY))
    return before, after


_WRITER = "consultations.writer"


def writer_of(context: Context) -> Writer:
    """The page's one writer."""
    found: Writer | None = context.render_context.get(_WRITER)
    if found is None or found.reading is not context["reading"]:
        found = Writer(context)
        context.render_context[_WRITER] = found
    found.context = context
    return found


def _list(items: Iterable[str]) -> str:
    inside = "".join(items)
    return f'<ol class="cmts">{inside}</ol>\n' if inside else ""
