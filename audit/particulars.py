"""The particulars of an entry in words: their names, and what they say. The audit room and the histories use it.

Each room says in `<room>/verbs.py`, as `PARTICULARS`, what the values of its particulars mean.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from audit.models import Entry
from audit.words import of_rooms
from portal.common.dates import day_and_time

_BETWEEN: Final = "; "
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)")


@dataclass(frozen=True)
class Rows:
    """A particular that names a row: of which model ("accounts.user"), by which column, and how the row is said."""

    model: str
    by: str = "pk"
    said: str = "__str__"


# What the value of a particular means: one of the choices, a row, or a sentence of its own.
Meaning = type[models.TextChoices] | Rows | Callable[[Any], str]
PEOPLE: Final = Rows("accounts.user", said="display_name")

NAMES: Final[dict[str, Any]] = {
    "absent": pgettext_lazy("particular", "Not in the file"),
    "act": pgettext_lazy("particular", "Act"),
    "add_new": pgettext_lazy("particular", "New parts added"),
    "along_with": pgettext_lazy("particular", "Along with"),
    "anchor": pgettext_lazy("particular", "Place"),
    "at": pgettext_lazy("particular", "At"),
    "audience": pgettext_lazy("particular", "Who can read it"),
    "awaiting": pgettext_lazy("particular", "Waits for release"),
    "batch": pgettext_lazy("particular", "Batch"),
    "by_author": pgettext_lazy("particular", "By its author"),
    "by_section": pgettext_lazy("particular", "Numbered by section"),
    "behind": pgettext_lazy("particular", "Answers to confirm"),
    "cause": pgettext_lazy("particular", "Cause"),
    "change": pgettext_lazy("particular", "Change"),
    "changed": pgettext_lazy("particular", "Changed parts"),
    "client_id": pgettext_lazy("particular", "Client"),
    "closes_at": pgettext_lazy("particular", "Closes"),
    "confirmed": pgettext_lazy("particular", "Confirmed"),
    "count": pgettext_lazy("particular", "Number"),
    "day": pgettext_lazy("particular", "Day"),
    "decision": pgettext_lazy("particular", "Decision"),
    "digest": pgettext_lazy("particular", "Checksum"),
    "done": pgettext_lazy("particular", "Done"),
    "due": pgettext_lazy("particular", "Due"),
    "effective_on": pgettext_lazy("particular", "Effective"),
    "email": pgettext_lazy("particular", "Email address"),
    "ended": pgettext_lazy("particular", "Ended"),
    "error": pgettext_lazy("particular", "With errors"),
    "fields": pgettext_lazy("particular", "Particulars"),
    "file": pgettext_lazy("particular", "File"),
    "files": pgettext_lazy("particular", "Files"),
    "filters": pgettext_lazy("particular", "Filters"),
    "firm": pgettext_lazy("particular", "Firm"),
    "first": pgettext_lazy("particular", "For the first time"),
    "format": pgettext_lazy("particular", "Format"),
    "former": pgettext_lazy("particular", "Former holder"),
    "from_day": pgettext_lazy("particular", "From"),
    "head": pgettext_lazy("particular", "Head"),
    "held": pgettext_lazy("particular", "Held back"),
    "how": pgettext_lazy("particular", "How"),
    "initiative": pgettext_lazy("particular", "Initiative"),
    "initiatives": pgettext_lazy("particular", "Initiatives"),
    "items": pgettext_lazy("particular", "Items"),
    "kept": pgettext_lazy("particular", "Role of the former holder since"),
    "key": pgettext_lazy("particular", "Key"),
    "kind": pgettext_lazy("particular", "Kind"),
    "language": pgettext_lazy("particular", "Language"),
    "languages": pgettext_lazy("particular", "Languages"),
    "last_day": pgettext_lazy("particular", "Last day"),
    "late": pgettext_lazy("particular", "Late"),
    "membership": pgettext_lazy("particular", "Membership"),
    "method": pgettext_lazy("particular", "Method"),
    "mentioned": pgettext_lazy("particular", "People mentioned"),
    "minutes": pgettext_lazy("particular", "Minutes"),
    "mode": pgettext_lazy("particular", "Mode"),
    "model": pgettext_lazy("particular", "List"),
    "new": pgettext_lazy("particular", "New"),
    "group": pgettext_lazy("particular", "Working group"),
    "number": pgettext_lazy("particular", "Number"),
    "officer": pgettext_lazy("particular", "Officer"),
    "official": pgettext_lazy("particular", "Official answer"),
    "on": pgettext_lazy("particular", "On"),
    "on_approval": pgettext_lazy("particular", "At once when approved"),
    "opens_at": pgettext_lazy("particular", "Opens"),
    "organisation": pgettext_lazy("particular", "Organisation"),
    "page": pgettext_lazy("particular", "Page"),
    "pages": pgettext_lazy("particular", "Pages"),
    "part": pgettext_lazy("particular", "Part"),
    "parts": pgettext_lazy("particular", "Parts"),
    "person": pgettext_lazy("particular", "Person"),
    "place": pgettext_lazy("particular", "Place"),
    "question": pgettext_lazy("particular", "Question"),
    "reason": pgettext_lazy("particular", "Reason"),
    "receipt": pgettext_lazy("particular", "Receipt"),
    "recipients": pgettext_lazy("particular", "Recipients"),
    "removed": pgettext_lazy("particular", "Removed parts"),
    "remove_gone": pgettext_lazy("particular", "Parts that are gone removed"),
    "replies": pgettext_lazy("particular", "Replies"),
    "reply": pgettext_lazy("particular", "Reply"),
    "responses": pgettext_lazy("particular", "Responses"),
    "role": pgettext_lazy("particular", "Role"),
    "rows": pgettext_lazy("particular", "Rows"),
    "sha256": pgettext_lazy("particular", "Checksum"),
    "sign_off": pgettext_lazy("particular", "Sign-off"),
    "size": pgettext_lazy("particular", "Size in bytes"),
    "stage": pgettext_lazy("particular", "Stage"),
    "starts_at": pgettext_lazy("particular", "Begins"),
    "starts_on": pgettext_lazy("particular", "First day"),
    "ends_at": pgettext_lazy("particular", "Ends"),
    "ends_on": pgettext_lazy("particular", "Last day"),
    "state": pgettext_lazy("particular", "State"),
    "status": pgettext_lazy("particular", "Status"),
    "successor": pgettext_lazy("particular", "Successor"),
    "text": pgettext_lazy("particular", "Text"),
    "topic": pgettext_lazy("particular", "Topic"),
    "topics": pgettext_lazy("particular", "Topics"),
    "unchanged": pgettext_lazy("particular", "Unchanged"),
    "until": pgettext_lazy("particular", "Until"),
    "up": pgettext_lazy("particular", "Upwards"),
    "version": pgettext_lazy("particular", "Version"),
    "wanted": pgettext_lazy("particular", "Turned on"),
    "way": pgettext_lazy("particular", "Way"),
    "what": pgettext_lazy("particular", "What"),
    "why": pgettext_lazy("particular", "Why"),
    "wanted_page": pgettext_lazy("particular", "Page asked for"),
    "issuer": pgettext_lazy("particular", "Issuer"),
    "domains": pgettext_lazy("particular", "Domains"),
    "cutoff": pgettext_lazy("particular", "Up to the day"),
    "disposed": pgettext_lazy("particular", "Disposed of"),
    "basis": pgettext_lazy("particular", "Basis"),
}


@dataclass(frozen=True)
class Change:
    """One particular: its name in words, and what it was before and is now; `before` None where nothing was."""

    name: str
    before: str | None
    after: str


def words_of(name: str) -> str:
    return str(NAMES.get(name) or name.replace("_", " "))


@cache
def _models() -> dict[str, type[models.Model]]:
    return {model._meta.label_lower: model for model in apps.get_models()}


def kind_words(label: str) -> str:
    """The kind of object in words, "consultations.comment" as it was recorded if there is no such kind any more."""
    model = _models().get(label)
    return str(model._meta.verbose_name) if model else label


def list_words(label: str) -> str:
    """As `kind_words`, for a list of them."""
    model = _models().get(label)
    return capfirst(str(model._meta.verbose_name_plural)) if model else label


def plain(value: Any) -> str:
    """A value that nothing more is known of."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return day_and_time(value)
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, dict):
        return _BETWEEN.join(f"{words_of(name)}: {plain(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value))
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return day_and_time(datetime.fromisoformat(value))
    return str(value)


def field_words(field: Any, value: Any) -> str:
    """A value of a column that holds no row: by its choices, those of a list one by one."""
    choices = dict(getattr(getattr(field, "base_field", field), "flatchoices", None) or ())
    if isinstance(value, list | tuple):
        return _BETWEEN.join(field_words(field, one) for one in value)
    return str(choices[value]) if isinstance(value, str) and value in choices else plain(value)


class Reading:
    """Says the particulars of entries in the active language. Rows that they name are fetched once, by kind."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._said: dict[tuple[Rows, str], str] = {}
        self.take(entries)

    def take(self, entries: Iterable[Entry]) -> None:
        """Fetch the rows that these entries name, one query for each kind that is not known yet."""
        wanted: dict[Rows, set[str]] = {}
        for entry in entries:
            for name, value in _values(entry.detail):
                meaning = _meaning(entry.verb, entry.object_type, name)
                if isinstance(meaning, Rows):
                    keys = {str(one) for one in (value if isinstance(value, list) else [value]) if one}
                    wanted.setdefault(meaning, set()).update(key for key in keys if (meaning, key) not in self._said)
        for rows, keys in wanted.items():
            if keys:
                self._said |= {(rows, key): key for key in keys} | {
                    (rows, str(getattr(row, rows.by))): _named(row, rows.said) for row in _fetched(rows, keys)
                }

    def changes(self, entry: Entry) -> list[Change]:
        """What an entry says of before and after, and whatever else it says."""
        return list(self._changes(entry.verb, entry.object_type, entry.detail))

    def _changes(self, verb: str, label: str, detail: Mapping[str, Any]) -> Iterator[Change]:
        rest = dict(detail)
        before, after = rest.pop("before", None), rest.pop("after", None)

        def said(name: str, value: Any) -> str:
            return self._value(verb, label, name, value)

        if isinstance(before, dict) and isinstance(after, dict):
            for name in {**before, **after}:
                yield Change(_name(label, name), said(name, before.get(name)), said(name, after.get(name)))
        elif before is not None or after is not None:
            yield Change("", said("", before), said("", after))
        changes = rest.pop("changes", None)
        if isinstance(changes, dict):
            for name, pair in changes.items():
                if isinstance(pair, list) and len(pair) == 2:
                    yield Change(_name(label, name), said(name, pair[0]), said(name, pair[1]))
                else:
                    yield Change(words_of(name), None, plain(pair))
        elif changes is not None:
            rest["changes"] = changes
        for name, value in rest.items():
            yield Change(words_of(name), None, said(name, value))

    def _value(self, verb: str, label: str, name: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if isinstance(value, list):
            return _BETWEEN.join(self._value(verb, label, name, one) for one in value)
        if isinstance(value, dict):
            said = (f"{words_of(one)}: {self._value(verb, label, one, held)}" for one, held in value.items())
            return _BETWEEN.join(said)
        meaning = _meaning(verb, label, name)
        if isinstance(meaning, Rows):
            return self._said.get((meaning, str(value)), str(value))
        if isinstance(meaning, type) and issubclass(meaning, models.TextChoices):
            return str(dict(meaning.choices).get(value, value))
        if meaning is not None and not isinstance(value, bool):
            return str(meaning(value))
        return plain(value)


def _values(detail: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every value of an entry under its name, those of before and after as well."""
    for name, value in detail.items():
        if name in {"before", "after"} and not isinstance(value, dict):
            yield "", value
        elif isinstance(value, dict):
            yield from value.items()
        else:
            yield name, value


def _name(label: str, name: str) -> str:
    field = _fields(label).get(name)
    return capfirst(str(field.verbose_name)) if field is not None else words_of(name)


@cache
def _fields(label: str) -> dict[str, Any]:
    """The columns of an entry's object, which say their own names and the words of their values."""
    model = _models().get(label)
    return {one.name: one for one in model._meta.concrete_fields} if model else {}


@cache
def _meaning(verb: str, label: str, name: str) -> Any:
    """What this verb's room says of the particular for this verb alone; else the object's column; else the room."""
    said = of_rooms("PARTICULARS")
    room = verb.partition(".")[0]
    own = said.get((room, f"{verb}:{name}".rstrip(":")))
    if own is not None:
        return own
    field = _fields(label).get(name)
    if field is not None and field.is_relation:
        label = field.related_model._meta.label_lower
        return PEOPLE if label == PEOPLE.model else Rows(label)
    if field is not None and getattr(getattr(field, "base_field", field), "flatchoices", None):
        return lambda value: field_words(field, value)
    return said.get((room, name)) if name else None


def _fetched(rows: Rows, keys: Iterable[str]) -> Any:
    model = _models()[rows.model]
    column: Any = model._meta.pk if rows.by == "pk" else model._meta.get_field(rows.by)
    able = []
    for key in keys:
        try:
            able.append(column.to_python(key))
        except ValidationError:
            continue  # what an old entry holds is said as it stands
    return model._default_manager.filter(**{f"{rows.by}__in": able})


def _named(row: Any, said: str) -> str:
    return str(row) if said == "__str__" else str(getattr(row, said))
