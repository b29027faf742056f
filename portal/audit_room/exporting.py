"""The record as a file, made while it is sent: memory holds some rows of it."""

from collections.abc import Iterator
from typing import IO, Any

from django.utils import translation
from django.utils.translation import gettext as _

from audit.models import Entry
from audit.particulars import Reading
from members.viewer import Viewer, acting_as
from portal.audit_room import reading, rows
from portal.common import spreadsheets


def heads() -> list[str]:
    return [
        _("Time (Hong Kong)"),
        _("Who"),
        _("On behalf of"),
        _("From the address"),
        _("What was done"),
        _("Verb"),
        _("Kind of object"),
        _("Object"),
        _("Object, as then named"),
        _("Before"),
        _("After, and particulars"),
        _("Request"),
        _("Entry"),
    ]


def cells(row: rows.Row) -> list[Any]:
    entry: Entry = row.entry
    before = [f"{one.name}: {one.before}".removeprefix(": ") for one in row.changes if one.before is not None]
    after = [f"{one.name}: {one.after}".removeprefix(": ") for one in row.changes]
    return [
        row.when,
        row.who,
        row.behalf,
        entry.ip,
        row.what,
        entry.verb,
        row.kind,
        entry.object_id,
        entry.object_label,
        "\n".join(before),
        "\n".join(after),
        entry.request_id,
        str(entry.pk),
    ]


def lines(filters: reading.Filters, viewer: Viewer, language: str) -> Iterator[list[Any]]:
    """The cells of all entries that pass, read as `viewer`: the request's own transaction is over by then."""
    with acting_as(viewer):
        names, said = rows.firms(), Reading()
        for entry in reading.every(filters, viewer):
            with translation.override(language):
                (row,) = rows.rows_of([entry], names, said)
                found = cells(row)
            yield found


def csv_pieces(filters: reading.Filters, viewer: Viewer, language: str) -> Iterator[bytes]:
    with translation.override(language):
        first = heads()
    yield from spreadsheets.csv_pieces(first, lines(filters, viewer, language))


def write_xlsx(file: IO[bytes], filters: reading.Filters, viewer: Viewer, language: str) -> None:
    spreadsheets.write_xlsx(file, heads(), lines(filters, viewer, language))
