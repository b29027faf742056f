"""`{% licence_mark state %}`: the mark beside the name of a firm whose licence does not stand."""

from django import template
from django.utils.safestring import SafeString

from members.register.standing import mark_words
from portal.common.templatetags.portal import flag

register = template.Library()


@register.simple_tag
def licence_mark(state: str | None) -> SafeString:
    """Icon and words; nothing where the licence stands or there is none."""
    words = mark_words(state)
    return flag("late", words) if words else SafeString("")
