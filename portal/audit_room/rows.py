"""An entry in words: who, what, to what, on whose behalf, from where, before and after."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from audit import words
from audit.models import Entry
from audit.particulars import Change, Reading, kind_words
from members.models import Organisation
from portal.common.clock import HONG_KONG


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


def firms() -> dict[int, str]:
    """Every organisation by its short name in the active language."""
    return {one.pk: str(one.short) for one in Organisation.objects.all()}


def rows_of(entries: Iterable[Entry], names: dict[int, str], reading: Reading | None = None) -> Iterator[Row]:
    """`reading`: what it has fetched for entries before is not fetched again."""
    entries, reading = list(entries), reading or Reading()
    reading.take(entries)
    for entry in entries:
        yield Row(
            entry=entry,
            what=words.words_of(entry.verb),
            who=entry.actor_name or (_("Nobody signed in") if entry.ip else _("The portal itself")),
            behalf=names.get(entry.on_behalf_of or 0, ""),
            owner=names.get(entry.organisation_id or 0, ""),
            kind=kind_words(entry.object_type) if entry.object_type else "",
            changes=reading.changes(entry),
        )
