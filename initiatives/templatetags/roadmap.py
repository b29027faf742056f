"""Words of the roadmap for templates: `{% load roadmap %}`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from initiatives import roadmap
from initiatives.enums import Verification
from initiatives.models import InitiativeUpdate, Milestone
from portal.common.translated import translated

register = template.Library()


@register.filter
def milestone_date(milestone: Milestone) -> str:
    """The date as exactly as it is known."""
    return roadmap.when(milestone)


@register.filter
def milestone_kind(milestone: Milestone) -> str:
    """`Circular 25EC44`."""
    return roadmap.kind_and_ref(milestone)


@register.filter
def verification_words(code: str) -> str:
    """How a fact stands: the full words, such as `Unverified: read in a secondary source`."""
    return str(Verification(code).label)


@register.simple_tag
def update_body(update: InitiativeUpdate) -> SafeString:
    """The text of an update in the reader's language, or the nearest, marked with its `lang`."""
    found = translated(update, "html")
    html = mark_safe(found.text)  # noqa: S308 - rendered and cleaned when it was written (portal.common.markdown)
    return format_html('<div class="prose prose--ui" lang="{}">{}</div>', found.html_lang, html)
