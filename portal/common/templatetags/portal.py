"""The tag library of every page: `{% load portal %}` (it is also among the builtins).

Drawings      {% icon "bell" %}  {% glyph "half" %}  {% sprite %}a page{% endsprite %}
Status        {% initiative_status code %}  {% consultation_state code %}  {% flag "soon" text %}
Deadlines     {% deadline_flag when %}  {{ when|days_left }}
Readership    {% audience_label row viewer %}  {{ row|audience_edge }}  {% audience_choice code org %}
Dates         hk_day, hk_time, hk_datetime, hk_date_long, hk_datetime_long, hk_month, hk_weekday, hk_iso
Content       {% translated obj "title" %}
Forms         {% field form.name %}  {% form_errors form %}
Twice used    {% rendered "components/nav_items.html" as items %}{{ items }}
Navigation    {% breadcrumbs url label ... "This page" %}  {% pagination page_obj %}  {% html_lang %}
"""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Final

from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.template import Context, Node, defaulttags
from django.template.base import NodeList, Parser, Token
from django.templatetags import i18n
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext, pgettext, pgettext_lazy

from portal.common import clock, dates
from portal.common.icons import GLYPHS, ICONS
from portal.common.translated import HTML_LANG, column_language
from portal.common.translated import translated as translate_field

register = template.Library()

SOON_DAYS: Final = 5


# Drawings


_sprite: ContextVar[set[str] | None] = ContextVar("sprite", default=None)
_ICON: Final = ' fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A Lucide icon, drawn in the text's colour and hidden from screen readers: words stand beside it."""
    used = _sprite.get()
    if used is None:
        return _drawn_icon(name, css)
    used.add(name)
    return _icon_of_sprite(name, css)


@cache
def _drawn_icon(name: str, css: str) -> SafeString:
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"{}>{}</svg>',
        f" {css}" if css else "",
        mark_safe(_ICON),  # noqa: S308 - our own constants
        mark_safe(ICONS[name]),  # noqa: S308
    )


@cache
def _icon_of_sprite(name: str, css: str) -> SafeString:
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="#i-{}"/></svg>', f" {css}" if css else "", name
    )


@register.tag
def sprite(parser: Parser, _token: Token) -> "SpriteNode":
    """`{% sprite %}...{% endsprite %}` around a whole page: each icon is drawn once, at its end, and used elsewhere.

    What htmx fetches is not inside of it, and draws its icons itself.
    """
    nodelist = parser.parse(("endsprite",))
    parser.delete_first_token()
    return SpriteNode(nodelist)


class SpriteNode(Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        used: set[str] = set()
        token = _sprite.set(used)
        try:
            page = self.nodelist.render(context)
        finally:
            _sprite.reset(token)
        return page + _symbols(used) if used else page


def _symbols(names: Iterable[str]) -> SafeString:
    # Colour and line are of the place that uses it: the style sheet's.
    drawn = [f'<symbol id="i-{name}" viewBox="0 0 24 24">{ICONS[name]}</symbol>' for name in sorted(names)]
    return mark_safe(f"<div hidden><svg>{''.join(drawn)}</svg></div>\n")  # noqa: S308 - our own constants


@register.simple_tag
def glyph(name: str) -> SafeString:
    """A status mark, whose fill shows the distance travelled: dashed, ring, quarter, half, tick, ...."""
    return _drawn_glyph(name)


@cache
def _drawn_glyph(name: str) -> SafeString:
    return format_html(
        '<svg class="glyph" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        mark_safe(GLYPHS[name]),  # noqa: S308 - our own constant
    )


# Status: (glyph, tone, words)

INITIATIVE_STATUSES: Final[Mapping[str, tuple[str, str, Any]]] = {
    "under_study": ("dashed", "", gettext_lazy("Under study")),
    "in_progress": ("quarter", "active", gettext_lazy("In progress")),
    "soft_consultation": ("half", "active", gettext_lazy("Soft consultation")),
    "public_consultation": ("half", "active", gettext_lazy("Public consultation")),
    "conclusions_published": ("three-quarters", "active", gettext_lazy("Conclusions published")),
    "legislating": ("three-quarters", "active", gettext_lazy("Legislating")),
    "partly_delivered": ("half-tick", "done", gettext_lazy("Partly delivered")),
    "delivered": ("tick", "done", gettext_lazy("Delivered")),
    "ongoing": ("arrow", "active", gettext_lazy("Ongoing")),
    "paused": ("bars", "", gettext_lazy("Paused")),
}
CONSULTATION_STATES: Final[Mapping[str, tuple[str, str, Any]]] = {
    "draft": ("dashed", "", pgettext_lazy("consultation", "Draft")),
    "open": ("half", "active", pgettext_lazy("consultation", "Open")),
    "closed": ("ring", "", pgettext_lazy("consultation", "Closed")),
    "analysing": ("three-quarters", "active", pgettext_lazy("consultation", "Analysing")),
    "conclusions_published": ("half-tick", "done", gettext_lazy("Conclusions published")),
    "implementing": ("three-quarters", "active", pgettext_lazy("consultation", "Implementing")),
    "in_effect": ("tick", "done", pgettext_lazy("consultation", "In effect")),
    "withdrawn": ("cross", "", pgettext_lazy("consultation", "Withdrawn")),
}


def _status(mark: str, tone: str, words: Any) -> SafeString:
    css = f"status status--{tone}" if tone else "status"
    return format_html('<span class="{}">{}{}</span>', css, glyph(mark), words)


@register.simple_tag
def initiative_status(code: str) -> SafeString:
    """The editorial status of an initiative, as mark and words."""
    return _status(*INITIATIVE_STATUSES[str(code)])


@register.simple_tag
def consultation_state(code: str) -> SafeString:
    """The state of a consultation, as mark and words."""
    return _status(*CONSULTATION_STATES[str(code)])


@register.simple_tag
def status(mark: str, words: str, tone: str = "") -> SafeString:
    """Any other status: `{% status "quarter" _("Drafting") "active" %}`; tone is "", active or done."""
    return _status(mark, tone, words)


FLAG_ICONS: Final[Mapping[str, str]] = {
    "soon": "clock",
    "late": "triangle-alert",
    "moved": "history",
    "ok": "check",
    "open": "clock",
    "later": "clock",
    "closed": "archive",
    "info": "info",
}
FLAG_TONES: Final[Mapping[str, str]] = {
    "soon": "soon",
    "moved": "soon",
    "late": "late",
    "ok": "ok",
    "open": "ok",
}


@register.simple_tag
def flag(kind: str, text: str) -> SafeString:
    """A short signal with icon and words. Kinds: soon, later, late, moved, ok, open, closed, info."""
    return _flag(kind, icon(FLAG_ICONS[kind]), text)


# By type as well: of equal words some are HTML already.
@lru_cache(maxsize=512, typed=True)
def _flag(kind: str, drawn: SafeString, text: str) -> SafeString:
    tone = FLAG_TONES.get(kind)
    css = f"flag flag--{tone}" if tone else "flag"
    return format_html('<span class="{}">{}{}</span>', css, drawn, text)


# Addresses and words that a page says alike for everybody


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """Django's own, with the address of a page without parameters worked out once."""
    node = defaulttags.url(parser, token)
    name = node.view_name.var
    if node.args or node.kwargs or node.asvar or not isinstance(name, str) or name.startswith("admin:"):
        return node
    return _Address(str(name))


class _Address(Node):
    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: Context) -> str:
        return _address(self.name, get_script_prefix(), get_urlconf())


@lru_cache(maxsize=512)
def _address(name: str, prefix: str, urlconf: str | None) -> str:
    return conditional_escape(reverse(name))


@register.tag
def translate(parser: Parser, token: Token) -> Node:
    """Django's own, with fixed words worked out once a language."""
    node = i18n.do_translate(parser, token)
    words, context = node.filter_expression, node.message_context
    fixed = words.var.literal is not None and not words.filters and (context is None or isinstance(context.var, str))
    return _FixedWords(node) if fixed and not node.asvar and not node.noop else node


class _FixedWords(Node):
    def __init__(self, node: Node) -> None:
        self.node = node
        self.said: dict[tuple[str | None, bool], str] = {}

    def render(self, context: Context) -> str:
        key = (get_language(), context.autoescape)
        found = self.said.get(key)
        if found is None:
            found = self.said[key] = self.node.render(context)
        return found


# Deadlines


@register.filter
def days_left(value: date | datetime | None) -> str:
    """Calendar days to a deadline in words: `3 days left`, `Due today`, `10 days overdue`."""
    if value is None:
        return ""
    count = dates.days_until(value)
    if count == 0:
        return gettext("Due today")
    if count > 0:
        return ngettext("%(count)s day left", "%(count)s days left", count) % {"count": count}
    return ngettext("%(count)s day overdue", "%(count)s days overdue", -count) % {"count": -count}


@register.filter
def is_soon(value: date | datetime | None) -> bool:
    """Whether a deadline falls today or within the next five days."""
    return value is not None and 0 <= dates.days_until(value) <= SOON_DAYS


@register.simple_tag
def deadline_flag(value: date | datetime) -> SafeString:
    """The days left as a flag: amber within five days, red when overdue, plain before."""
    if dates.days_until(value) < 0:
        return flag("late", days_left(value))
    return flag("soon" if is_soon(value) else "later", days_left(value))


# Readership: who can read this. Labels, icons and edges of the design language.

AUDIENCE_ICONS: Final[Mapping[str, str]] = {
    "public": "globe",
    "group": "users",
    "regulator": "shield-minus",
    "shared": "shield",
    "organisation": "lock",
}
AUDIENCE_CSS: Final[Mapping[str, str]] = {
    "public": "pub",
    "group": "all",
    "regulator": "reg",
    "shared": "sfc",
    "organisation": "int",
}


def audience_words(row: Any, viewer: Any) -> str:
    """The words of a row's readership for `viewer`; the row has audience, organisation and working_group."""
    match str(row.audience):
        case "public":
            return gettext("Public")
        case "regulator":
            return gettext("SFC internal")
        case "shared":
            if viewer is not None and row.organisation_id == viewer.organisation_id:
                return gettext("SFC only")
            return gettext("SFC and %(organisation)s") % {"organisation": row.organisation}
        case "organisation":
            return gettext("Internal to %(organisation)s") % {"organisation": row.organisation}
        case _:
            if getattr(row, "working_group_id", None):
                return gettext("Members of %(group)s only") % {"group": row.working_group}
            return gettext("All members")


def _audience(code: str, words: str) -> SafeString:
    # The mark of AUDIENCE_ICONS is the style sheet's: a page may have a hundred labels.
    return format_html('<span class="vis vis--{}">{}</span>', AUDIENCE_CSS[code], words)


@register.simple_tag
def audience_label(row: Any, viewer: Any = None) -> SafeString:
    """Who can read `row`, always as the full label: icon, words, colour."""
    return _audience(str(row.audience), audience_words(row, viewer))


@register.simple_tag
def audience_choice(code: str, organisation: Any = None) -> SafeString:
    """The icon and words of one choice in a composer, for the writer: `{% audience_choice "shared" %}`."""
    words = {
        "public": gettext("Public"),
        "group": gettext("All members"),
        "regulator": gettext("SFC internal"),
        "shared": gettext("SFC only"),
        "organisation": gettext("Internal to %(organisation)s") % {"organisation": organisation},
    }[str(code)]
    return format_html("{}{}", icon(AUDIENCE_ICONS[str(code)]), words)


@register.filter
def audience_edge(row: Any) -> str:
    """The class of a comment's edge: `cmt cmt--sfc`; the plain one for all members."""
    css = AUDIENCE_CSS[str(row.audience)]
    return "cmt" if css == "all" else f"cmt cmt--{css}"


# Dates: Hong Kong time, the active language


@register.filter
def hk_day(value: date | datetime | None) -> str:
    """`Fri 11 Dec`; with the year when it is not the present one."""
    return "" if value is None else dates.day(value)


@register.filter
def hk_time(value: datetime | None) -> str:
    """`18:00`."""
    return "" if value is None else dates.time(value)


@register.filter
def hk_datetime(value: datetime | None) -> str:
    """`Fri 11 Dec, 18:00`."""
    return "" if value is None else dates.day_and_time(value)


@register.filter
def hk_date_long(value: date | datetime | None) -> str:
    """`11 December 2026`."""
    return "" if value is None else dates.long_day(value)


@register.filter
def hk_day_long(value: date | datetime | None) -> str:
    """`Friday 11 December 2026`."""
    return "" if value is None else dates.long_day(value, weekday=True)


@register.filter
def hk_datetime_long(value: datetime | None) -> str:
    """`Friday 11 December 2026, 18:00 Hong Kong time`."""
    return "" if value is None else dates.long_day_and_time(value)


@register.filter
def hk_month(value: date | datetime | None) -> str:
    """`Dec`: the head of a calendar leaf."""
    return "" if value is None else dates.short_month(value)


@register.filter
def hk_weekday(value: date | datetime | None) -> str:
    """`Fri`."""
    return "" if value is None else dates.short_weekday(value)


@register.filter
def hk_number(value: date | datetime | None) -> str:
    """The day of the month in Hong Kong: `11`."""
    return "" if value is None else str(dates.hong_kong_day(value).day)


@register.filter
def hk_iso(value: date | datetime | None) -> str:
    """For `<time datetime>`: an ISO 8601 day, or moment with its offset."""
    if isinstance(value, datetime):
        return value.astimezone(clock.HONG_KONG).isoformat(timespec="minutes")
    return "" if value is None else value.isoformat()


# Sessions

BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def browser_name(user_agent: str) -> str:
    """`Chrome, macOS` from a User-Agent header; the head of the header itself when it names nothing known."""
    names = [next((name for sign, name in table if sign in user_agent), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, names)) or user_agent[:40] or gettext("Unknown browser")


# Content in several languages


@register.simple_tag
def html_lang() -> str:
    """The `lang` of the page: en-HK, zh-Hant-HK or zh-Hans."""
    return HTML_LANG[column_language(get_language())]


@register.simple_tag
def translated(obj: Any, field: str) -> SafeString:
    """A field in the reader's language; a text in another language is marked with its `lang`."""
    found = translate_field(obj, field)
    if found.is_fallback:
        return format_html('<span lang="{}">{}</span>', found.html_lang, found.text)
    return format_html("{}", found.text)


# Forms


def _lower_first(label: str) -> str:
    """`Email address` inside a sentence; an abbreviation keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _problems(bound: BoundField, label: str) -> list[str]:
    """What to do about each error of a field: a missing answer is asked for by name."""
    texts = []
    for error in bound.errors.as_data():
        if error.code != "required":
            texts += error.messages
        elif isinstance(bound.field, forms.BooleanField):
            texts.append(gettext("Tick the box to go on"))
        elif isinstance(bound.field, forms.ChoiceField):
            texts.append(gettext("Choose an option"))
        else:
            texts.append(gettext("Enter %(field)s") % {"field": _lower_first(str(label))})
    return texts


def _named_problems(bound: BoundField) -> list[str]:
    """The same away from the field, each with its name said once."""
    label, missing = str(bound.label), any(error.code == "required" for error in bound.errors.as_data())
    if missing and isinstance(bound.field, forms.ChoiceField):
        return [gettext("Choose an option for “%(field)s”") % {"field": label}]
    if missing and not isinstance(bound.field, forms.BooleanField):
        return _problems(bound, label)
    return [pgettext("between label and value", ": ").join((label, text)) for text in _problems(bound, label)]


CHOICE_WIDGETS: Final = (forms.CheckboxSelectMultiple, forms.RadioSelect)


@register.inclusion_tag("components/field_body.html")
def field(bound: BoundField, label: str = "", hint: str = "", css: str = "") -> dict[str, Any]:
    """One form field: label, hint, error above the control, and the control wired to both.

    The control's own placeholder is dropped: the label says what the field is, the hint how to fill it.
    """
    widget = bound.field.widget
    kind = (
        "choices"
        if isinstance(widget, CHOICE_WIDGETS)
        else "checkbox"
        if isinstance(widget, forms.CheckboxInput)
        else "hidden"
        if bound.is_hidden
        else "input"
    )
    hint_text = hint or bound.help_text
    described = [
        f"{bound.auto_id}_{part}" for part, there in (("helptext", hint_text), ("error", bound.errors)) if there
    ]
    attrs: dict[str, Any] = {"placeholder": False}
    if described and kind != "choices":
        attrs["aria-describedby"] = " ".join(described)
    if kind == "input":
        attrs["class"] = " ".join(filter(None, ("input", widget.attrs.get("class", ""), css)))
    return {
        "bound": bound,
        "kind": kind,
        "label": label or bound.label,
        "hint": hint_text,
        "problems": _problems(bound, str(label or bound.label)),
        "described": " ".join(described),
        "control": bound.as_widget(attrs=attrs),
        "optional": not bound.field.required and kind in {"input", "choices"},
        # A field that one answer of the form needs and another does not says so, in place of "optional".
        "needed_when": getattr(bound.field, "needed_when", ""),
    }


@register.inclusion_tag("components/form_errors_body.html")
def form_errors(form: forms.BaseForm, title: str = "") -> dict[str, Any]:
    """The summary at the head of a refused form, linking to each field; nothing when there is no error."""
    problems = [(bound, text) for bound in form if bound.errors for text in _named_problems(bound)]
    return {
        "general": form.non_field_errors(),
        "problems": problems,
        "count": len(problems) + len(form.non_field_errors()),
        "title": title,
    }


# Navigation


@register.simple_tag(takes_context=True)
def rendered(context: Context, name: str) -> SafeString:
    """A template that stands on the page more than once: `{% rendered "components/nav_items.html" as items %}`."""
    return context.template.engine.get_template(name).render(context)  # type: ignore[union-attr]


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: Any) -> dict[str, Any]:
    """`{% breadcrumbs url label url label here %}`: pairs of address and words, then the present page."""
    *pairs, here = parts
    return {"links": list(zip(pairs[::2], pairs[1::2], strict=True)), "here": here}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], parameter: str = "page") -> dict[str, Any]:
    """Previous, next and where one is. Keeps the rest of the query string."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None

    def link(number: int) -> str:
        if query is None:
            return f"?{parameter}={number}"
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "previous": link(page.previous_page_number()) if page.has_previous() else "",
        "next": link(page.next_page_number()) if page.has_next() else "",
    }
