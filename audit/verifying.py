"""Reading the chain anew: the first entry that is not what was sealed, or not where.

Nothing here can tell that *all* was written anew, seals and batches as well. The head that is mailed out of the house
each day can: it is compared with the heads that are computed here.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.db import connections

from audit import sealing
from audit.models import Batch, Seal

# A transaction that takes longer than this to commit is worth a look: an entry may have been put in afterwards.
LATE: Final = timedelta(hours=1)
_AT_ONCE: Final = 500
_ROWS: Final = f"""
    SELECT s.batch_id, s.position, s.entry_id::text, s.digest, s.chain, s.marks, {sealing.SELECTED}
    FROM audit_seal s LEFT JOIN audit_entry e ON e.id = s.entry_id
    ORDER BY s.batch_id, s.position"""  # noqa: S608 - our own columns
_RECORDED = list(sealing.COLUMNS).index("recorded_at")


@dataclass(frozen=True)
class Finding:
    """The first thing that is wrong. `kind`: altered, missing, added, reordered, batch or head."""

    kind: str
    batch: int
    position: int = 0
    entry: str = ""
    what: str = ""

    def __str__(self) -> str:
        place = f"batch {self.batch}, position {self.position}" if self.position else f"batch {self.batch}"
        return f"{self.kind}: {f'entry {self.entry}, ' if self.entry else ''}{place}: {self.what}"


@dataclass
class Report:
    """What verification found. `late`: entries that were sealed long after younger ones, by id and batch."""

    entries: int = 0
    batches: int = 0
    head: str = ""
    finding: Finding | None = None
    unsealed: int = 0
    unsealed_since: str = ""
    late: int = 0
    first_late: str = ""
    heads: dict[str, int] = field(default_factory=dict)


class _Found(Exception):
    def __init__(self, finding: Finding) -> None:
        self.finding = finding


def verify(*, using: str = "default", heads: Collection[str] = ()) -> Report:
    """Go through all sealed entries, in bounded memory, up to the first that is wrong.

    `heads`: heads that were mailed (hexadecimal); each must be that of a batch.
    """
    report = Report()
    wanted = {head.strip().lower() for head in heads}
    with sealing.reading_all(using) as cursor:
        try:
            _walk(report, using, wanted)
            for head in sorted(wanted - report.heads.keys()):
                what = "no batch has this mailed head: the record was written anew, or its end cut off"
                raise _Found(Finding("head", report.batches, what=f"{head}: {what}"))
        except _Found as found:
            report.finding = found.finding
        cursor.execute(
            "SELECT count(*), coalesce(min(recorded_at)::text, '') FROM audit_entry e"
            " WHERE NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.entry_id = e.id)"
        )
        report.unsealed, report.unsealed_since = cursor.fetchone()
    return report


def _walk(report: Report, using: str, wanted: Collection[str]) -> None:
    previous, newest = sealing.START, 0
    rows = _rows(using)
    row = next(rows, None)
    for batch in _batches(using):
        number = batch.number
        if number != report.batches + 1:
            raise _Found(Finding("missing", report.batches + 1, what="the whole batch is gone"))
        if bytes(batch.previous) != previous:
            raise _Found(Finding("batch", number, what="it does not follow on the batch before"))
        chain, position, oldest_allowed = previous, 0, newest - LATE // timedelta(microseconds=1)
        while row is not None and row[0] == number:
            position += 1
            chain = _check(row, batch, position, chain, using)
            recorded = row[6 + _RECORDED]
            if recorded < oldest_allowed:
                report.late += 1
                report.first_late = report.first_late or f"entry {row[2]}, batch {number}, position {position}"
            newest = max(newest, recorded)
            report.entries += 1
            row = next(rows, None)
        _check_whole(batch, position, previous, chain)
        previous = bytes(batch.head)
        report.batches, report.head = number, previous.hex()
        if report.head in wanted:
            report.heads[report.head] = number
    if stray := Seal.objects.using(using).filter(batch_id__gt=report.batches).order_by("batch_id", "position").first():
        raise _Found(Finding("missing", stray.batch_id, what="the whole batch is gone; its seals are still there"))


def _batches(using: str) -> Iterator[Batch]:
    after = 0
    while page := list(Batch.objects.using(using).filter(number__gt=after).order_by("number")[:_AT_ONCE]):
        yield from page
        after = page[-1].number


def _rows(using: str) -> Iterator[Sequence[Any]]:
    """All seals with their entries in sealed order, read by a cursor of the server: memory holds some of them."""
    with connections[using].chunked_cursor() as cursor:
        cursor.execute(_ROWS)
        while some := cursor.fetchmany(_AT_ONCE):
            yield from some


def _check(row: Sequence[Any], batch: Batch, position: int, chain: bytes, using: str) -> bytes:
    """The chain after this entry; an exception if it does not belong here as it is."""
    _, place, entry_id, sealed, sealed_chain, marks = row[:6]
    entry = row[6:]
    if place != position:
        raise _Found(Finding("missing", batch.number, position, what="the seal of this position is gone"))
    if entry[0] is None:
        raise _Found(Finding("missing", batch.number, position, entry_id, "the entry is gone; its seal is still there"))
    one = sealing.digest(entry)
    following = sealing.link(chain, one)
    if one == bytes(sealed) and following == bytes(sealed_chain):
        return following
    raise _Found(_diagnosis(entry, one, bytes(sealed), bytes(marks), batch, position, chain, using))


def _diagnosis(
    entry: Sequence[Any], one: bytes, sealed: bytes, marks: bytes, batch: Batch, position: int, chain: bytes, using: str
) -> Finding:
    """What is wrong at this position, as far as the seals around it tell."""
    number, entry_id = batch.number, str(entry[0])
    if one != sealed:
        there = Seal.objects.using(using).filter(digest=one).first()
        if there is not None:
            what = f"the entry was sealed as batch {there.batch_id}, position {there.position}"
            return Finding("reordered", number, position, entry_id, what)
        columns = ", ".join(sealing.differing(entry, marks)) or "its seal"
        return Finding("altered", number, position, entry_id, f"not as it was sealed: {columns}")
    seals = list(Seal.objects.using(using).filter(batch_id=number).order_by("position"))
    here = seals[position - 1]
    if position > 1:
        before = bytes(seals[position - 3].chain) if position > 2 else bytes(batch.previous)
        if sealing.link(before, bytes(here.digest)) == bytes(here.chain):
            what = "the entry was not in this batch when it was sealed"
            return Finding("added", number, position - 1, str(seals[position - 2].entry_id), what)
    # Another seal continues the chain, so the one that stands here was put before it.
    if any(sealing.link(chain, bytes(seal.digest)) == bytes(seal.chain) for seal in seals):
        chains = {bytes(batch.previous), *(bytes(seal.chain) for seal in seals)}
        known = any(sealing.link(before, bytes(here.digest)) == bytes(here.chain) for before in chains)
        if known and len(seals) <= batch.count:
            return Finding("reordered", number, position, entry_id, "the entry was sealed at another position")
        return Finding("added", number, position, entry_id, "the entry was not in this batch when it was sealed")
    if len(seals) < batch.count:
        return Finding("missing", number, position, what="an entry before this one is gone, and its seal")
    return Finding("altered", number, position, entry_id, "this entry, or the one before, was changed with its seal")


def _check_whole(batch: Batch, count: int, previous: bytes, chain: bytes) -> None:
    if count < batch.count:
        raise _Found(Finding("missing", batch.number, count + 1, what="the seal of this position is gone"))
    if count > batch.count:
        raise _Found(
            Finding("added", batch.number, batch.count + 1, what=f"{count - batch.count} more than were sealed")
        )
    if sealing.head_of(batch.number, batch.sealed_at, batch.count, previous, chain) != bytes(batch.head):
        what = "its entries or its particulars were written anew: they do not make its head"
        raise _Found(Finding("batch", batch.number, what=what))
