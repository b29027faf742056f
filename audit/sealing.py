"""Sealing: entries are taken into batches, each chained to the one before, so that a later change can be found.

Sealed order is the order of taking. An entry whose transaction commits late, after younger entries were sealed, is
taken by a later batch: what has no seal is asked for, never what is younger than a mark. One sealer works at a time
(an advisory lock), and an entry's key in `Seal` lets it into one batch only.

What each digest is made of, `canonical`, must not change for entries that are sealed: a new form gets a new VERSION.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.db import connections, transaction

from audit.models import Batch

VERSION: Final = 1
# What the database is told while entries are sealed or verified: all entries are read, also those of a firm alone.
SEALER: Final = "sealer"
SETTLED: Final = timedelta(seconds=30)
# Only entries of this time are looked through at each run; once a day all are.
WINDOW: Final = timedelta(days=2)
BATCH: Final = 1_000
START: Final = bytes(32)
MARK: Final = 4
LOCK: Final = 7_245_120

# As the database writes them: a number for a moment (microseconds), its own text of a JSON document.
COLUMNS: Final[dict[str, str]] = {
    "id": "e.id::text",
    "at": "(extract(epoch FROM e.at) * 1000000)::bigint",
    "recorded_at": "(extract(epoch FROM e.recorded_at) * 1000000)::bigint",
    "actor_id": "e.actor_id",
    "actor_name": "e.actor_name",
    "on_behalf_of": "e.on_behalf_of",
    "verb": "e.verb",
    "object_type": "e.object_type",
    "object_id": "e.object_id",
    "object_label": "e.object_label",
    "audience": "e.audience",
    "organisation_id": "e.organisation_id",
    "working_group_id": "e.working_group_id",
    "detail": "e.detail::text",
    "ip": "e.ip::text",
    "request_id": "e.request_id",
}
SELECTED: Final = ", ".join(COLUMNS.values())
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def canonical(row: Sequence[Any]) -> bytes:
    """An entry's columns, in the order of COLUMNS, as one text that no other entry has."""
    return _encode([VERSION, *row]).encode()


def digest(row: Sequence[Any]) -> bytes:
    return sha256(canonical(row)).digest()


def marks(row: Sequence[Any]) -> bytes:
    """A few bytes for each column: they prove nothing, and tell which column of an altered entry differs."""
    key = str(row[0])
    return b"".join(
        sha256(_encode([key, name, value]).encode()).digest()[:MARK] for name, value in zip(COLUMNS, row, strict=True)
    )


def differing(row: Sequence[Any], sealed: bytes) -> list[str]:
    """The columns whose value is not the sealed one."""
    present = marks(row)
    return [
        name
        for place, name in enumerate(COLUMNS)
        if present[place * MARK : (place + 1) * MARK] != sealed[place * MARK : (place + 1) * MARK]
    ]


def link(chain: bytes, one: bytes) -> bytes:
    return sha256(chain + one).digest()


def head_of(number: int, sealed_at: datetime, count: int, previous: bytes, chain: bytes) -> bytes:
    """The head of a batch: it stands for all that was ever sealed up to here."""
    moment = round((sealed_at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
    return sha256(_encode([VERSION, number, moment, count, previous.hex(), chain.hex()]).encode()).digest()


@contextmanager
def reading_all(using: str = "default") -> Iterator[Any]:
    """A cursor in a transaction in which every entry and every seal is read, whoever may read them otherwise."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.kind', true), '')")
        (before,) = cursor.fetchone()
        cursor.execute("SELECT set_config('app.kind', %s, true)", [SEALER])
        yield cursor
        # A local setting outlives the release of a savepoint.
        cursor.execute("SELECT set_config('app.kind', %s, true)", [before])


def seal_due(
    *, everything: bool = False, settled: timedelta = SETTLED, batch: int = BATCH, using: str = "default"
) -> int:
    """Seal what is settled and has no seal yet; returns how many entries. Repeating it seals nothing twice.

    `everything` looks through the entries of all time, not of the last two days alone.
    """
    total, after = 0, _FIRST
    while True:
        taken, after = _seal_batch(everything, settled, batch, after, using)
        total += taken
        if taken < batch:
            return total


# Before every entry: when it was recorded, and its key. A run goes on from its own last batch, and does not look again
# through what it has sealed; what commits meanwhile is the next run's.
_FIRST: Final = ("-infinity", str(UUID(int=0)))
_DUE: Final = f"""
    SELECT {SELECTED}, e.recorded_at::text FROM audit_entry e
    WHERE e.recorded_at < clock_timestamp() - %s
      AND e.recorded_at > CASE WHEN %s THEN '-infinity'::timestamptz ELSE clock_timestamp() - %s END
      AND (e.recorded_at, e.id) > (%s::timestamptz, %s::uuid)
      AND NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.entry_id = e.id)
    ORDER BY e.recorded_at, e.id LIMIT %s"""  # noqa: S608 - our own columns


def _seal_batch(
    everything: bool, settled: timedelta, batch: int, after: tuple[str, str], using: str
) -> tuple[int, tuple[str, str]]:
    """Seal one batch of what comes after `after`: how many entries it has, and the last one's place."""
    with reading_all(using) as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0, after
        cursor.execute(_DUE, [settled, everything, WINDOW, *after, batch])
        found = cursor.fetchall()
        if not found:
            return 0, after
        cursor.execute("SELECT clock_timestamp()")
        (sealed_at,) = cursor.fetchone()
        _write_batch([row[:-1] for row in found], sealed_at, using)
    return len(found), (found[-1][-1], found[-1][0])


def _write_batch(rows: Sequence[Sequence[Any]], sealed_at: datetime, using: str) -> None:
    before = Batch.objects.using(using).order_by("-number").first()
    number = before.number + 1 if before else 1
    previous = bytes(before.head) if before else START
    chain, positions = previous, range(1, len(rows) + 1)
    digests = [digest(row) for row in rows]
    chains = []
    for one in digests:
        chain = link(chain, one)
        chains.append(chain)
    head = head_of(number, sealed_at, len(rows), previous, chain)
    Batch.objects.using(using).bulk_create(
        [Batch(number=number, sealed_at=sealed_at, count=len(rows), previous=previous, head=head)]
    )
    with connections[using].cursor() as cursor:
        # One statement of six arrays: a thousand rows of their own take longer than all the rest.
        cursor.execute(
            "INSERT INTO audit_seal (entry_id, batch_id, position, digest, chain, marks)"
            " SELECT one, %s, place, digest, chain, marks"
            " FROM unnest(%s::uuid[], %s::int[], %s::bytea[], %s::bytea[], %s::bytea[])"
            " AS s (one, place, digest, chain, marks)",
            [number, [row[0] for row in rows], list(positions), digests, chains, [marks(row) for row in rows]],
        )
