"""`{% licence_mark state %}`: the mark beside the name of a firm whose licence does not stand."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from members.register.standing import mark_words

register = template.Library()


@register.simple_tag
def licence_mark(state: str | None) -> SafeString:
    """Icon (the style sheet draws it: a thread has dozens) and words; nothing where the licence stands."""
    words = mark_words(state)
    return format_html('<span class="lic">{}</span>', words) if words else SafeString("")
