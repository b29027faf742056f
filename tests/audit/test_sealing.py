"""The sealed record: what was taken stays as it was, and whoever changes it is found.

The attacks are the owner's: the app's role may not even try them. What they write is undone with the test.
"""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from audit import sealing, verifying
from audit.models import Batch, Entry, Seal
from audit.workflow import record, record_inside
from members.viewer import acting_as
from tests.database import as_owner
from tests.whole import WHOLE
from tests.world import World

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
AT_ONCE = timedelta(0)
MANY = 100_000 if WHOLE else 5_000


@pytest.fixture
def owner(db: Any) -> Iterator[Any]:
    """A cursor of the owner's, who may change everything."""
    with connections["owner"].cursor() as cursor:
        yield cursor


def entries(cursor: Any, count: int, *, start: int = 1) -> None:
    """Entries as many acts leave them, one each second, the newest a day ago."""
    cursor.execute(
        """INSERT INTO audit_entry (id, at, recorded_at, actor_name, on_behalf_of, verb, object_type, object_id,
               object_label, audience, organisation_id, detail, ip, request_id)
           SELECT md5('entry ' || n)::uuid, moment, moment, 'Person ' || mod(abs(n), 50), mod(abs(n), 12),
               (ARRAY['documents.opened', 'consultations.comment_posted', 'accounts.signed_in'])[1 + mod(abs(n), 3)],
               'consultations.comment', n::text, 'Comment ' || n,
               (ARRAY['regulator', 'shared', 'organisation'])[1 + mod(abs(n), 3)], mod(abs(n), 12),
               jsonb_build_object('before', n, 'after', '存' || n), '192.0.2.7', md5(n::text)
           FROM (SELECT n, now() - interval '2 days' + n * interval '1 second' AS moment
                 FROM generate_series(%s, %s) n) s""",
        [start, start + count - 1],
    )


def sealed(cursor: Any, count: int = 40, batch: int = 10) -> None:
    entries(cursor, count)
    sealing.seal_due(everything=True, settled=AT_ONCE, batch=batch, using="owner")


def verified(**options: Any) -> verifying.Report:
    return verifying.verify(using="owner", **options)


def found(kind: str, **expected: Any) -> verifying.Finding:
    finding = verified().finding
    assert finding is not None
    assert finding.kind == kind, finding
    for name, value in expected.items():
        assert getattr(finding, name) == value, finding
    return finding


def place(batch: int, position: int) -> str:
    return str(Seal.objects.using("owner").get(batch=batch, position=position).entry_id)


# --- sealing -----------------------------------------------------------------------------------------------------


def test_the_app_seals_every_entry_once_also_those_that_it_may_not_show(world: World) -> None:
    with acting_as(world.viewer("mei")):
        record("documents.opened", actor=world.viewer("mei"))
        record_inside("consultations.draft_discarded", actor=world.viewer("mei"))
    taken = sealing.seal_due(settled=AT_ONCE, everything=True)
    assert taken > 2
    assert sealing.seal_due(settled=AT_ONCE, everything=True) == 0
    report = verifying.verify()
    assert (report.entries, report.unsealed, report.finding) == (taken, 0, None)


def test_an_entry_settles_before_it_is_sealed(world: World) -> None:
    sealing.seal_due(settled=AT_ONCE, everything=True)
    record("documents.opened", actor=None)
    assert sealing.seal_due() == 0
    assert verifying.verify().unsealed == 1


def test_entries_of_one_batch_stand_by_time_and_key(owner: Any) -> None:
    sealed(owner, batch=1000)
    owner.execute(
        "SELECT array_agg(s.position ORDER BY e.recorded_at, e.id)"
        " FROM audit_seal s JOIN audit_entry e ON e.id = s.entry_id"
    )
    positions = owner.fetchone()[0]
    assert positions == list(range(1, len(positions) + 1))


def test_an_entry_that_commits_late_is_taken_by_a_later_batch(world: World) -> None:
    """Two connections: the older entry is not there yet when the younger is sealed."""
    late = uuid4()
    with as_owner() as other:
        other.execute("BEGIN")
        other.execute(
            "INSERT INTO audit_entry (id, at, recorded_at, actor_name, verb, object_type, object_id, object_label,"
            " audience, detail, request_id) VALUES (%s, now(), now() - interval '1 minute', '', 'documents.opened',"
            " '', '', '', 'regulator', '{}', '')",
            [late],
        )
        try:
            young = record("documents.opened", actor=None)
            sealing.seal_due(settled=AT_ONCE, everything=True)
            other.execute("COMMIT")
            assert verifying.verify().unsealed == 1
            assert sealing.seal_due(settled=AT_ONCE) == 1
            with sealing.reading_all():
                batch_of = dict(Seal.objects.filter(entry_id__in=[late, young.pk]).values_list("entry_id", "batch"))
            assert batch_of[late] == batch_of[young.pk] + 1
            assert verifying.verify().finding is None
        finally:
            other.execute("DELETE FROM audit_entry WHERE id = %s", [late])


def test_one_sealer_at_a_time(world: World) -> None:
    with as_owner() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [sealing.LOCK])
        assert sealing.seal_due(settled=AT_ONCE, everything=True) == 0
        other.execute("SELECT pg_advisory_unlock(%s)", [sealing.LOCK])
    assert sealing.seal_due(settled=AT_ONCE, everything=True) > 0


def test_seals_are_the_sealers_alone_and_nobody_changes_them(world: World) -> None:
    sealing.seal_due(settled=AT_ONCE, everything=True)
    for name in ("mei", "chair", "admin", None):
        with acting_as(world.viewer(name)):
            assert not Seal.objects.exists()
            assert Batch.objects.exists() == (name in {"chair", "admin"})
            for table in ("audit_seal", "audit_batch", "audit_entry"):
                for attack in (f"DELETE FROM {table}", f"TRUNCATE {table}"):
                    with (
                        pytest.raises(DatabaseError, match="permission denied"),
                        transaction.atomic(),
                        connection.cursor() as c,
                    ):
                        c.execute(attack)
    with (
        acting_as(world.viewer("admin")),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        Seal.objects.bulk_create([Seal(entry_id=uuid4(), batch_id=1, position=10**6)])


def test_what_the_sealer_may_read_ends_with_its_transaction(world: World) -> None:
    with acting_as(world.viewer("mei")):
        before = Entry.objects.count()
        with sealing.reading_all():
            assert Entry.objects.count() > before
        assert Entry.objects.count() == before


# --- verification ------------------------------------------------------------------------------------------------


@pytest.mark.timeout(480)
def test_one_altered_entry_among_many_is_named_with_what_differs(owner: Any, record_property: Any) -> None:
    """The time is compared with the reading of the same rows alone."""
    entries(owner, MANY)
    owner.execute("ANALYZE audit_entry")
    began = perf_counter()
    sealing.seal_due(everything=True, settled=AT_ONCE, using="owner")
    seconds_sealing = perf_counter() - began
    owner.execute("ANALYZE audit_seal")
    assert verified().finding is None
    entry = place(max(1, MANY // 2000), 500)
    owner.execute("UPDATE audit_entry SET object_label = 'Comment 0' WHERE id = %s", [entry])
    finding = found("altered", entry=entry, position=500)
    assert "object_label" in finding.what
    owner.execute("UPDATE audit_entry SET object_label = (SELECT 'Comment ' || object_id) WHERE id = %s", [entry])
    before = getrusage(RUSAGE_SELF).ru_maxrss
    report = verified()
    grown = (getrusage(RUSAGE_SELF).ru_maxrss - before) / 1024
    assert report.finding is None
    assert report.entries >= MANY
    assert grown < 20, "MiB: all of the record at once would be more"
    reading, verifying_took = [], []
    for _ in range(3):
        began = perf_counter()
        with connections["owner"].chunked_cursor() as cursor:
            cursor.execute(f"SELECT {sealing.SELECTED} FROM audit_entry e ORDER BY e.recorded_at, e.id")
            while cursor.fetchmany(2000):
                pass
        reading.append(perf_counter() - began)
        began = perf_counter()
        verified()
        verifying_took.append(perf_counter() - began)
    ratio = min(verifying_took) / min(reading)
    record_property(
        "figure",
        f"audit: {report.entries:,} entries sealed in {seconds_sealing:.1f} s, verified in {min(verifying_took):.2f} s"
        f" ({report.entries / min(verifying_took):,.0f}/s), {ratio:.1f} times as long as reading the rows alone"
        f" ({min(reading):.2f} s), memory grown by {grown:.1f} MiB",
    )
    assert ratio < 12


@pytest.mark.parametrize("column", [name for name in sealing.COLUMNS if name not in {"id", "actor_id"}])
def test_every_column_is_under_the_seal(owner: Any, column: str) -> None:
    sealed(owner, count=5)
    entry = place(1, 3)
    other = {
        "at": "at + interval '1 microsecond'",
        "recorded_at": "recorded_at - interval '1 microsecond'",
        "detail": """detail || '{"after": 0.30000000000000000001}'""",
        "ip": "'192.0.2.8'",
        "on_behalf_of": "99", "organisation_id": "99", "working_group_id": "99",
    }.get(column, f"{column} || 'x'")  # fmt: skip
    owner.execute(f"UPDATE audit_entry SET {column} = {other} WHERE id = %s", [entry])
    assert found("altered", entry=entry).what == f"not as it was sealed: {column}"


def test_a_missing_entry_is_named(owner: Any) -> None:
    sealed(owner)
    entry = place(2, 4)
    owner.execute("DELETE FROM audit_entry WHERE id = %s", [entry])
    found("missing", batch=2, position=4, entry=entry)


def test_a_missing_entry_is_noticed_without_its_seal(owner: Any) -> None:
    sealed(owner)
    owner.execute("DELETE FROM audit_seal WHERE batch_id = 2 AND position = 4")
    found("missing", batch=2, position=4)


def test_a_gap_that_was_closed_is_noticed(owner: Any) -> None:
    sealed(owner)
    owner.execute("DELETE FROM audit_seal WHERE batch_id = 2 AND position = 4")
    for position in range(5, 11):
        owner.execute("UPDATE audit_seal SET position = position - 1 WHERE batch_id = 2 AND position = %s", [position])
    found("missing", batch=2, position=4)


def test_the_end_of_a_batch_that_was_cut_off_is_noticed(owner: Any) -> None:
    sealed(owner)
    owner.execute("DELETE FROM audit_seal WHERE batch_id = 2 AND position = 10")
    found("missing", batch=2, position=10)


def test_two_entries_that_changed_places_are_named(owner: Any) -> None:
    sealed(owner)
    first, second = place(2, 4), place(2, 7)
    for entry, position in ((first, 100), (second, 4), (first, 7)):
        owner.execute("UPDATE audit_seal SET position = %s WHERE entry_id = %s", [position, entry])
    found("reordered", batch=2, position=4, entry=second)


def test_two_entries_that_changed_their_keys_are_named(owner: Any) -> None:
    """The seals stand; the entries behind them were exchanged."""
    sealed(owner)
    first, second, aside = place(2, 4), place(2, 7), str(UUID(int=1))
    for old, new in ((first, aside), (second, first), (aside, second)):
        owner.execute("UPDATE audit_seal SET entry_id = %s WHERE entry_id = %s", [new, old])
    finding = found("reordered", batch=2, position=4, entry=second)
    assert finding.what.endswith("position 7")


def test_an_entry_that_was_put_between_sealed_ones_is_named(owner: Any) -> None:
    sealed(owner)
    entries(owner, 1, start=90_000)
    owner.execute(
        f"SELECT {sealing.SELECTED} FROM audit_entry e WHERE NOT EXISTS"
        " (SELECT 1 FROM audit_seal s WHERE s.entry_id = e.id)"
    )
    new = owner.fetchone()
    for position in range(10, 3, -1):
        owner.execute("UPDATE audit_seal SET position = position + 1 WHERE batch_id = 2 AND position = %s", [position])
    before = Seal.objects.using("owner").get(batch=2, position=3)
    one = sealing.digest(new)
    Seal.objects.using("owner").bulk_create(
        [
            Seal(
                entry_id=new[0], batch_id=2, position=4, digest=one, marks=sealing.marks(new),
                chain=sealing.link(bytes(before.chain), one),
            )
        ]
    )  # fmt: skip
    found("added", batch=2, position=4, entry=new[0])


def test_an_entry_that_was_altered_together_with_its_seal_is_named(owner: Any) -> None:
    sealed(owner)
    entry = place(2, 4)
    owner.execute("UPDATE audit_entry SET verb = 'documents.filed' WHERE id = %s", [entry])
    owner.execute(f"SELECT {sealing.SELECTED} FROM audit_entry e WHERE id = %s", [entry])
    row = owner.fetchone()
    Seal.objects.using("owner").filter(entry_id=entry).update(digest=sealing.digest(row), marks=sealing.marks(row))
    found("altered", batch=2, position=4, entry=entry)


@pytest.mark.parametrize(
    ("attack", "kind", "batch"),
    [
        ("UPDATE audit_batch SET sealed_at = sealed_at - interval '1 day' WHERE number = 2", "batch", 2),
        ("UPDATE audit_batch SET head = sha256('x') WHERE number = 2", "batch", 2),
        ("UPDATE audit_batch SET previous = sha256('x') WHERE number = 2", "batch", 2),
        ("DELETE FROM audit_seal WHERE batch_id = 2; DELETE FROM audit_batch WHERE number = 2", "missing", 2),
        ("DELETE FROM audit_seal WHERE batch_id = 2", "missing", 2),
    ],
)
def test_a_batch_that_was_touched_is_named(owner: Any, attack: str, kind: str, batch: int) -> None:
    sealed(owner)
    owner.execute(attack)
    found(kind, batch=batch)


def test_a_record_written_wholly_anew_is_found_by_the_mailed_head_alone(owner: Any) -> None:
    sealed(owner)
    mailed = verified().head
    assert verified(heads=[mailed.upper()]).heads == {mailed: Batch.objects.using("owner").count()}
    entries(owner, 5, start=90_000)
    sealing.seal_due(everything=True, settled=AT_ONCE, using="owner")
    assert verified(heads=[mailed]).finding is None, "the record has grown since"
    owner.execute("DELETE FROM audit_seal; DELETE FROM audit_batch")
    owner.execute("UPDATE audit_entry SET verb = 'documents.filed' WHERE id = md5('entry 10')::uuid")
    assert owner.rowcount == 1
    sealing.seal_due(everything=True, settled=AT_ONCE, batch=10, using="owner")
    assert verified().finding is None
    finding = verified(heads=[mailed]).finding
    assert finding is not None
    assert finding.kind == "head"
    assert mailed in finding.what


def test_an_entry_that_was_sealed_long_after_younger_ones_is_told_of(owner: Any) -> None:
    """Whoever may add entries can date one back: the chain cannot refuse it, and says so."""
    sealed(owner, batch=1000)
    entries(owner, 1, start=1 - 90_000)
    sealing.seal_due(everything=True, settled=AT_ONCE, using="owner")
    report = verified()
    assert (report.late, report.finding) == (1, None)
    assert "batch 2" in report.first_late


# --- the command -------------------------------------------------------------------------------------------------


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("audit", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_seals_and_verifies_by_the_apps_own_role(world: World) -> None:
    connection.cursor().execute("SELECT set_config('app.kind', '', true)")
    sealing.seal_due(settled=AT_ONCE, everything=True)
    record("documents.opened", actor=None)
    words = told("verify")
    assert "entries/s" in words
    assert "1 entries are not sealed yet" in words
    head = words.rpartition("Head: ")[2].strip()
    assert f"The mailed head {head} is that of batch 1" in told("verify", "--head", head)
    with pytest.raises(CommandError, match="no batch has this mailed head"):
        told("verify", "--head", "0" * 64)
    assert "0 entries sealed" in told("seal")


def test_the_command_fails_with_the_first_finding(owner: Any) -> None:
    sealed(owner)
    entry = place(2, 4)
    owner.execute("UPDATE audit_entry SET verb = 'x' WHERE id = %s", [entry])
    with pytest.raises(CommandError, match=f"altered: entry {entry}, batch 2, position 4: .*verb") as error:
        told("verify", "--database", "owner")
    assert error.value.returncode == 1
