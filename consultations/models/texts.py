"""Columns of texts that are kept in three languages: English, Traditional and Simplified Chinese."""

from typing import Any

from django.db import models
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

Text = tuple["models.TextField[Any, Any]", "models.TextField[Any, Any]", "models.TextField[Any, Any]"]
Line = tuple["models.CharField[Any, Any]", "models.CharField[Any, Any]", "models.CharField[Any, Any]"]

_NAMES = (
    _("%(what)s in English"),
    _("%(what)s in Traditional Chinese"),
    _("%(what)s in Simplified Chinese"),
)


def _named(pattern: Any, what: Any) -> str:
    return str(pattern) % {"what": what}


# A column's name, "title in English", is put together when it is shown and not when it is loaded.
named = lazy(_named, str)


def texts(what: Any) -> Text:
    """Three columns of Markdown (or, for HTML, of what it became)."""
    one, two, three = (models.TextField(named(name, what), blank=True) for name in _NAMES)
    return one, two, three


def lines(what: Any, length: int = 250) -> Line:
    """Three columns of one line each. The English one may be empty where a text exists in Chinese alone."""
    one, two, three = (models.CharField(named(name, what), max_length=length, blank=True) for name in _NAMES)
    return one, two, three


def stored_html() -> Text:
    """Three columns of HTML, rendered from their sources when these are written."""
    one, two, three = (models.TextField(editable=False, blank=True) for _name in _NAMES)
    return one, two, three
