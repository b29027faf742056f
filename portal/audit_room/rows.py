"""An entry in words: who, what, to what, on whose behalf, from where, before and after."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.utils.translation import gettext as _

from audit import words
from audit.models import Entry
from members.models import Organisation
from portal.audit_room.particulars import words_of
from portal.common.clock import HONG_KONG

_BETWEEN: Final = "; "


@dataclass(frozen=True)
class Change:
    """One particular: its name in words, and what it was before and is now; `before` None where nothing was."""

    name: str
    before: str | None
    after: str


@dataclass
class Row:
    entry: Entry
    what: str
    who: str
    behalf: str = ""
    owner: str = ""
    kind: str = ""
    changes: list[Change] = field(default_factory=list)

    @property
    def when(self) -> str:
        """The moment in Hong Kong, to the second and the same in every language."""
        return f"{self.entry.at.astimezone(HONG_KONG):%Y-%m-%d %H:%M:%S}"


@cache
def _models() -> dict[str, Any]:
    return {model._meta.label_lower: model._meta for model in apps.get_models()}


def kind_words(label: str) -> str:
    """The kind of object in words, "consultations.comment" as it was recorded if there is no such kind any more."""
    meta = _models().get(label)
    return str(meta.verbose_name) if meta else label


def _plain(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return _BETWEEN.join(f"{words_of(name)}: {_plain(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return str(value)


class _Object:
    """The columns of an entry's object, which say their own names and the words of their values."""

    def __init__(self, label: str) -> None:
        meta = _models().get(label)
        self.fields = {one.name: one for one in meta.concrete_fields} if meta else {}

    def name(self, name: str) -> str:
        return str(self.fields[name].verbose_name) if name in self.fields else words_of(name)

    def value(self, name: str, value: Any) -> str:
        choices = dict(self.fields[name].flatchoices) if name in self.fields else {}
        return str(choices[value]) if isinstance(value, str) and value in choices else _plain(value)


def changes_of(detail: dict[str, Any], label: str = "") -> Iterator[Change]:
    """What an entry about an object of the kind `label` says of before and after, and whatever else it says."""
    thing = _Object(label)
    rest = dict(detail)
    before, after = rest.pop("before", None), rest.pop("after", None)
    if isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            yield Change(thing.name(name), thing.value(name, before.get(name)), thing.value(name, after.get(name)))
    elif before is not None or after is not None:
        yield Change("", _plain(before), _plain(after))
    changes = rest.pop("changes", None)
    if isinstance(changes, dict):
        for name, pair in changes.items():
            if isinstance(pair, list) and len(pair) == 2:
                yield Change(thing.name(name), thing.value(name, pair[0]), thing.value(name, pair[1]))
            else:
                yield Change(words_of(name), None, _plain(pair))
    elif changes is not None:
        rest["changes"] = changes
    for name, value in rest.items():
        yield Change(words_of(name), None, thing.value(name, value))


def firms() -> dict[int, str]:
    """Every organisation by its short name in the active language."""
    return {one.pk: str(one.short) for one in Organisation.objects.all()}


def rows_of(entries: Iterable[Entry], names: dict[int, str]) -> Iterator[Row]:
    for entry in entries:
        yield Row(
            entry=entry,
            what=words.words_of(entry.verb),
            who=entry.actor_name or (_("Nobody signed in") if entry.ip else _("The portal itself")),
            behalf=names.get(entry.on_behalf_of or 0, ""),
            owner=names.get(entry.organisation_id or 0, ""),
            kind=kind_words(entry.object_type) if entry.object_type else "",
            changes=list(changes_of(entry.detail, entry.object_type)),
        )
