"""`{% comments place %}`, the threads at a place of a paper, and `{% pieces texts "prose" %}`, its text.

A page shows a hundred comments. They are put together here, since a template takes ten times as long for them
(docs/performance.md). What people wrote goes through `escape` or `format_html`.
"""

from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from html import escape

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from consultations.models import Comment
from consultations.page import Line, Piece, Place
from portal.common.templatetags.portal import audience_edge, audience_label, flag, hk_datetime, hk_day, hk_iso

register = template.Library()


@register.simple_tag(takes_context=True)
def comments(context: Context, place: Place) -> SafeString:
    """The comments at `place`, replies under what they answer, and the composer where somebody is answering."""
    return mark_safe(Writer(context, place).threads())  # noqa: S308 - the writer escapes


@register.simple_tag
def pieces(texts: Sequence[Piece], css: str) -> SafeString:
    """A text in the languages in which it is shown, side by side when these are two."""
    # What is stored is clean HTML.
    html = "".join(f'<div class="{css}" lang="{one.html_lang}">{one.html}</div>' for one in texts)
    return mark_safe(f'<div class="pieces pieces--both">{html}</div>' if len(texts) > 1 else html)  # noqa: S308


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


@cache
def words_in(_language: str) -> Words:
    return Words()


class Writer:
    """Writes the comments at one place for one reader."""

    def __init__(self, context: Context, place: Place) -> None:
        self.context = context
        self.place = place
        self.viewer = context["viewer"]
        self.key = context["consultation"].key
        self.address = escape(context["reading"].address)
        self.anchor = escape(place.key)
        self.words = words_in(get_language() or "en")

    @cached_property
    def answered(self) -> Comment | None:
        """What somebody is about to answer here."""
        return self.place.composer.parent if self.place.composer else None

    def threads(self) -> str:
        return _list(self._item(line, _list(map(self._item, line.replies))) for line in self.place.threads)

    def _item(self, line: Line, replies: str = "") -> str:
        return f"<li>{self._comment(line)}{self._composer(line.comment)}{replies}</li>\n"

    def _composer(self, comment: Comment) -> str:
        if self.answered is None or self.answered.pk != comment.pk:
            return ""
        engine = self.context.template.engine  # type: ignore[union-attr]
        with self.context.push(form=self.place.composer, place=self.place):
            return engine.get_template("consultations/composer.html").render(self.context)

    def _comment(self, line: Line) -> str:
        comment, words = line.comment, self.words
        name = escape(line.name)
        official = " cmt--official" if comment.official_answer else ""
        title = words.before_title + escape(line.job_title) if line.job_title else ""
        answers = words.comma + words.answers % {"name": escape(line.answers.name)} if line.answers else ""
        return (
            f'<article class="{audience_edge(comment)}{official}" id="c-{comment.pk}"'
            f' aria-label="{words.label % {"name": name}}"><div class="cmt__top"><p class="cmt__by"><b>{name}</b>'
            f" {escape(str(line.organisation))}{title}{words.comma}"
            f'<time class="nowrap" datetime="{hk_iso(comment.created_at)}">{hk_datetime(comment.created_at)}</time>'
            f"{answers}</p>{audience_label(comment, self.viewer)}</div>{self._marks(line)}"
            f"{self._withdrawn(line) if comment.withdrawn_at else self._standing(line, name)}</article>"
        )

    def _marks(self, line: Line) -> str:
        marks = []
        if line.is_held:
            marks.append(flag("soon", _("Held by the secretariat")))
        if line.comment.official_answer:
            marks.append(flag("ok", _("Official answer")))
        if resolved := line.resolved:
            words = _("Marked as resolved by %(name)s, %(date)s")
            marks.append(flag("ok", words % {"name": resolved.by, "date": hk_day(resolved.at)}))
        return f'<p class="cmt__marks">{"".join(marks)}</p>' if marks else ""

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
            f'<div class="cmt__body" lang="{line.html_lang}">{line.comment.body_html}</div>'
            f'{self._edited(line)}<div class="cmt__do">{self._actions(line, name)}</div>'
        )

    def _edited(self, line: Line) -> str:
        comment = line.comment
        if not comment.edited_at:
            return ""
        words = _("Edited %(date)s") % {"date": hk_datetime(comment.edited_at)}
        if comment.edit_reason:
            words += pgettext("between label and value", ": ") + comment.edit_reason
        return format_html('<p class="cmt__edited">{}{}</p>', words, self._history(line))

    def _history(self, line: Line) -> SafeString:
        if not line.can_see_history:
            return SafeString("")
        return format_html(' <a href="{}">{}</a>', self._url("comment_history", line.comment), _("Show history"))

    def _actions(self, line: Line, name: str) -> str:
        comment, words, found = line.comment, self.words, ""
        if line.can_reply:
            found = (
                f'<a href="{self.address}?reply={comment.pk}" hx-boost="true">{words.reply}'
                f'<span class="sr"> {words.reply_to % {"name": name}}</span></a>'
            )
        found += (
            f'<a href="{self.address}?thread={self.anchor}#c-{comment.pk}" data-copy>{words.copy}'
            f'<span class="sr"> {words.copy_of % {"name": name}}</span></a>'
        )
        if line.can_edit:
            found += f'<a href="{self._url("edit", comment)}">{words.edit}</a>'
        if line.can_withdraw:
            found += f'<a href="{self._url("withdraw", comment)}">{words.withdraw}</a>'
        if line.can_mark_official:
            label = _("Not the official answer") if comment.official_answer else _("Mark as official answer")
            found += self._button("official", "official", comment, label, on=not comment.official_answer)
        if line.can_resolve:
            label = _("Reopen") if line.resolved else _("Mark as resolved")
            found += self._button("resolve", "resolved", comment, label, on=not line.resolved)
        return found

    def _button(self, verb: str, field: str, comment: Comment, label: str, *, on: bool) -> str:
        return format_html(
            '<form method="post" action="{0}" hx-post="{0}">'
            '<input type="hidden" name="csrfmiddlewaretoken" value="{1}"><input type="hidden" name="{2}" value="{3}">'
            '<button class="plainbtn" type="submit">{4}</button></form>',
            self._url(verb, comment),
            self.context.get("csrf_token", ""),
            field,
            "true" if on else "false",
            label,
        )

    def _url(self, name: str, comment: Comment) -> str:
        return reverse(f"consultations:{name}", args=[self.key, comment.pk])


def _list(items: Iterable[str]) -> str:
    inside = "".join(items)
    return f'<ol class="cmts plain">{inside}</ol>' if inside else ""
