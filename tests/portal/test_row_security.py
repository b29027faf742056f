"""The database's own protection, with every filter of the program taken away (docs/adr: row-level security).

Each table is read by `.all()`, as somebody and as nobody, and compared with the rule in plain words
(`reads` in tests/members/grid.py); then it is attacked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, connections, models, transaction
from pghistory.models import Event

from audit.models import Batch, Entry, Seal
from members import row_security
from members.audience import Restricted
from members.models import Opening
from members.row_security import append_only_models, policies, protected_models
from members.viewer import Viewer, acting_as, tell_database
from tests.members.grid import Grid

PROTECTED = sorted(protected_models(), key=lambda model: model._meta.label)
# The sealer's, with a rule of their own: tests/audit/test_sealing.py.
SEALED = {Batch, Seal}
EVENTS = [model for model in PROTECTED if issubclass(model, Event)]
TABLES = [model for model in PROTECTED if not issubclass(model, Event) and model not in SEALED]
RESTRICTED = [model for model in TABLES if issubclass(model, Restricted)]
APPEND_ONLY = sorted(append_only_models(), key=lambda model: model._meta.label)
DEPENDENT = [model for model in TABLES if not issubclass(model, Restricted) and model not in APPEND_ONLY]

PUBLIC_FACTS = "the public roadmap: anybody may read every row"
REGISTER = "the register of members: members may read all of it, and nobody writes confidential text there"
OUTBOX = "names a subject and people, and by rule no text written for a limited readership; workers read across users"
DJANGO = "Django's or allauth's own bookkeeping, without a text of the advisory group"
SELF = "a person's own settings, asked for by user id; no text of the advisory group"
SIGN_IN = "asked before anybody is signed in; the secret is encrypted, and no text of the advisory group is there"
LINKS = "two numbers: both ends are protected, or public, and a number of a hidden row says nothing"

# Every table without row-level security, with why that is right. A new model must be entered here or be protected.
OPEN = {
    "accounts.User": REGISTER,
    "accounts.UserEvent": REGISTER,
    "accounts.Invitation": REGISTER,
    "accounts.InvitationEvent": REGISTER,
    "members.Organisation": REGISTER,
    "members.OrganisationEvent": REGISTER,
    "members.LicenceStatus": REGISTER,
    "members.LicenceStatusEvent": REGISTER,
    "members.Membership": REGISTER,
    "members.MembershipEvent": REGISTER,
    "members.MembershipReminder": REGISTER,
    "members.Delegation": REGISTER,
    "members.DelegationEvent": REGISTER,
    "members.MembershipOffer": REGISTER,
    "members.MembershipOfferEvent": REGISTER,
    "members.IdentityProvider": SIGN_IN,
    "members.IdentityProviderEvent": SIGN_IN,
    "members.FirmIdentity": SIGN_IN,
    "members.FirmIdentityEvent": SIGN_IN,
    "members.FormerName": REGISTER,
    "members.FormerNameEvent": REGISTER,
    "members.RegisterImport": REGISTER,
    "members.RegisterImportEvent": REGISTER,
    "members.WorkingGroup": REGISTER,
    "members.WorkingGroupEvent": REGISTER,
    "members.WorkingGroupMembership": REGISTER,
    "members.WorkingGroupMembershipEvent": REGISTER,
    "consultations.DayChange": PUBLIC_FACTS,
    "consultations.DayChangeEvent": PUBLIC_FACTS,
    "consultations.GuardrailRule": PUBLIC_FACTS,
    "consultations.GuardrailRuleEvent": PUBLIC_FACTS,
    "initiatives.Pillar": PUBLIC_FACTS,
    "initiatives.PillarEvent": PUBLIC_FACTS,
    "initiatives.Initiative": PUBLIC_FACTS,
    "initiatives.InitiativeEvent": PUBLIC_FACTS,
    "initiatives.StatusChange": PUBLIC_FACTS,
    "initiatives.StatusChangeEvent": PUBLIC_FACTS,
    "initiatives.Milestone": PUBLIC_FACTS,
    "initiatives.MilestoneEvent": PUBLIC_FACTS,
    "initiatives.MilestoneInitiative": PUBLIC_FACTS,
    "initiatives.MilestoneInitiativeEvent": PUBLIC_FACTS,
    "consultations.PersonalInformationStatement": "a published standard text",
    "consultations.PersonalInformationStatementEvent": "a published standard text",
    "notifications.Event": OUTBOX,
    "notifications.Notice": OUTBOX,
    "notifications.Delivery": OUTBOX,
    "notifications.Preference": SELF,
    "notifications.DigestPreference": SELF,
    "notifications.FeedToken": SELF,
    "notifications.Heartbeat": "when a part of the machinery was last alive",
    "account.EmailAddress": DJANGO,
    "account.EmailConfirmation": DJANGO,
    "mfa.Authenticator": "secrets are encrypted (accounts.adapters.MFAAdapter) and asked for by user id",
    "usersessions.UserSession": DJANGO,
    "admin.LogEntry": "the admin site's own list of recent actions: who changed which object, without its text",
    "auth.Group": DJANGO,
    "auth.Permission": DJANGO,
    "auth.Group_permissions": DJANGO,
    "contenttypes.ContentType": DJANGO,
    "accounts.Session": DJANGO,
    "sessions.Session": DJANGO,
    "pghistory.Context": DJANGO,
    "consultations.Clause_paragraphs": LINKS,
    "consultations.Consultation_depends_on": LINKS,
    "consultations.Consultation_follows": LINKS,
    "consultations.Consultation_initiatives": LINKS,
    "consultations.ProposalOutcome_changed_paragraphs": LINKS,
    "consultations.ProposalOutcome_questions": LINKS,
    "consultations.Question_paragraphs": LINKS,
    "meetings.AgendaItem_consultations": LINKS,
    "meetings.AgendaItem_initiatives": LINKS,
    "meetings.Interest_items": LINKS,
    "meetings.Meeting_consultations": LINKS,
}


def label(model: type[models.Model]) -> str:
    return str(model._meta.label)


@contextmanager
def acting(viewer: Viewer | None) -> Iterator[None]:
    """As `viewer`, and nothing of it is kept."""
    with transaction.atomic():
        tell_database(viewer)
        yield
        transaction.set_rollback(True)


@contextmanager
def refused(words: str) -> Iterator[None]:
    """The database says no, with these words."""
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        yield


def execute(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.rowcount)


# --- nothing is forgotten ---------------------------------------------------------------------------------------


def test_every_table_is_protected_or_known_to_be_open() -> None:
    every = {
        label(model)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    covered = {label(model) for model in PROTECTED}
    assert every - covered - set(OPEN) == set(), "neither protected nor in the reviewed list OPEN"
    assert set(OPEN) & covered == set(), "protected now: take it out of OPEN"
    assert set(OPEN) - every == set(), "in OPEN and no longer a table"


def test_every_restricted_model_its_dependants_and_their_history_are_protected() -> None:
    covered = set(PROTECTED)
    for model in apps.get_models():
        if issubclass(model, Restricted) or getattr(model, "row_security_parent", None):
            assert model in covered, model
        tracked = getattr(model, "pgh_tracked_model", None)
        if tracked in covered:
            assert model in covered, model
        if any(
            isinstance(field, models.ForeignKey)
            and field.related_model in covered
            and not field.name.startswith("pgh_")
            for field in model._meta.fields
        ):
            assert model in covered, f"{model} hangs on a protected row and is not protected itself"


def test_the_database_has_the_policies_that_the_models_ask_for(grid: Grid) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace")
        enabled = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT tablename, policyname, permissive FROM pg_policies WHERE schemaname = 'public'")
        found: dict[str, set[str]] = {}
        for table, name, permissive in cursor.fetchall():
            assert permissive == "PERMISSIVE"
            found.setdefault(table, set()).add(name)
    assert enabled == {model._meta.db_table for model in PROTECTED}
    assert found == {model._meta.db_table: set(policies(model)) for model in PROTECTED}


def test_policies_are_brought_up_to_date_after_a_migration_of_the_owners(
    grid: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a migration, by the owner; the app emits the same signal when a test empties the tables."""
    asked: list[str] = []
    monkeypatch.setattr(row_security, "apply", lambda connection: asked.append(connection.alias))
    for using, app, expected in (
        ("owner", "members", ["owner"]),
        ("owner", None, ["owner"]),
        ("owner", "accounts", []),
        ("owner", "portal", []),
        ("default", "members", []),
        ("default", None, []),
    ):
        given = {"app_config": apps.get_app_config(app)} if app else {}
        row_security.after_migrate(using, **given)
        assert asked == expected, (using, app)
        asked.clear()


def test_repeating_changes_nothing_and_what_was_meddled_with_is_mended(grid: Grid) -> None:
    table = "consultations_comment"

    def state(cursor: Any) -> list[Any]:
        cursor.execute("SELECT oid, polname FROM pg_policy WHERE polrelid = %s::regclass ORDER BY 2", [table])
        return list(cursor.fetchall())

    owner = connections["owner"]
    with transaction.atomic("owner"), owner.cursor() as cursor:
        before = state(cursor)
        assert len(before) == 4
        row_security.apply(owner)
        assert state(cursor) == before
        cursor.execute(f"DROP POLICY app_read ON {table}")
        cursor.execute(f"CREATE POLICY mine ON {table} USING (true)")
        cursor.execute(f"COMMENT ON TABLE {table} IS 'row security of another release'")
        row_security.apply(owner)
        assert [name for _oid, name in state(cursor)] == [name for _oid, name in before]
        transaction.set_rollback(True, "owner")


def test_the_app_role_is_the_one_that_the_settings_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "USER", "another_role")
    assert row_security.app_role() == "another_role"
    monkeypatch.setitem(settings.DATABASES["default"], "USER", "")
    assert row_security.app_role() == "portal_app"


def test_the_app_is_a_role_without_powers(grid: Grid) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT current_user, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
                      (SELECT count(*) FROM pg_class WHERE relowner = r.oid),
                      (SELECT count(*) FROM pg_auth_members WHERE member = r.oid),
                      (SELECT array_agg(proname || ' ' || proconfig[1] ORDER BY proname) FROM pg_proc
                       WHERE prosecdef AND pronamespace = 'public'::regnamespace),
                      (SELECT count(*) FROM pg_views WHERE schemaname = 'public')
               FROM pg_roles r WHERE rolname = current_user"""
        )
        row = cursor.fetchone()
    # What runs with its owner's rights sees every row. One function gives back two numbers (docs/adr/0008); two search
    # the audit record under its own rule (tests/portal/test_desk_search.py).
    functions = ("audit_entry_found", "audit_entry_has_many", "consultations_hand_over")
    owners = [f"{name} search_path=pg_catalog, public, pg_temp" for name in functions]
    assert row == ("portal_app", False, False, False, False, 0, 0, owners, 0)


# --- reading ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", TABLES, ids=label)
def test_without_any_filter_each_viewer_gets_exactly_their_rows(grid: Grid, model: type[models.Model]) -> None:
    assert grid.rows.get(model), "tests/members/grid.py has no rows of this model: add some"
    for name, viewer in grid.viewers().items():
        with acting_as(viewer):
            found = set(model._base_manager.order_by().values_list("pk", flat=True))
        if model is Entry:  # the world itself was recorded too, for the regulator
            found &= set(grid.rows[Entry])
        assert found == grid.readable(model, viewer), name


@pytest.mark.parametrize("model", EVENTS, ids=label)
def test_history_is_read_with_the_row(grid: Grid, model: type[models.Model]) -> None:
    tracked: Any = model.pgh_tracked_model  # type: ignore[attr-defined]
    for name, viewer in grid.viewers().items():
        with acting_as(viewer):
            found = set(model._base_manager.values_list("pgh_obj_id", flat=True))
        assert found == grid.readable(tracked, viewer), name


@pytest.mark.parametrize("model", [model for model in PROTECTED if model not in SEALED], ids=label)
def test_nobody_reads_nothing(grid: Grid, model: type[models.Model]) -> None:
    """A task that forgot to say as whom it reads, and a connection fresh from the pool."""
    assert model._base_manager.using("owner").exists()
    assert not model._base_manager.exists()
    with acting_as(None):
        assert not model._base_manager.exists()


@pytest.mark.parametrize("value", ["Regulator", " regulator", "regulator,platform", "admin", "%"])
def test_a_kind_that_does_not_exist_reads_what_the_public_reads_at_most(grid: Grid, value: str) -> None:
    public = grid.world.viewer(None)
    for model in RESTRICTED:
        with acting(Viewer(kind=value)):
            assert set(model._base_manager.values_list("pk", flat=True)) <= grid.readable(model, public)


def test_the_viewer_does_not_outlive_its_transaction(grid: Grid) -> None:
    """Pooled connections are handed on: a setting of the session would let the next request read as this one."""
    model: Any = RESTRICTED[0]
    with acting_as(grid.world.viewer("officer")):
        assert model._base_manager.exists()
    assert not model._base_manager.exists()


# --- writing ----------------------------------------------------------------------------------------------------


def row_of(grid: Grid, model: type[models.Model], viewer: Viewer, **wanted: Any) -> models.Model:
    """A row that `viewer` can read, fetched by the owner, with these columns."""
    rows = model._base_manager.using("owner").filter(pk__in=grid.readable(model, viewer), **wanted)
    found = rows.order_by("pk").first()
    assert found is not None, f"the grid has no such row of {model}"
    return found


def as_new(row: models.Model) -> models.Model:
    row.pk = uuid4() if isinstance(row._meta.pk, models.UUIDField) else None
    row._state.adding, row._state.db = True, "default"
    return row


READABLE_BY_RIVALS = {"audience__in": ("public", "group")}
NEVER_FOR_ALL = {
    "consultations.ClarificationRequest",
    "consultations.Extension",
    "consultations.ExtensionRequest",
    "consultations.Moderation",
    "consultations.Response",
    "consultations.Seen",
    "meetings.MinuteAttribution",
    "members.HandOver",
    "members.Mirror",
}
# Rows that none but the regulator owns, or even reads.
REGULATORS = {"consultations.Clarification", "consultations.Consultation", "meetings.Meeting"}
STAFF_ONLY = {"consultations.OpeningRequest", "consultations.PaperImport", "members.Publication"}


@pytest.mark.parametrize("model", RESTRICTED, ids=label)
def test_a_firm_cannot_write_in_the_name_of_another(grid: Grid, model: type[models.Model]) -> None:
    mei, officer = grid.world.viewer("mei"), grid.world.viewer("secretary")
    if label(model) in NEVER_FOR_ALL:
        row = row_of(grid, model, officer, audience="shared", organisation=grid.world.banyan.pk)
    elif label(model) in STAFF_ONLY:
        row = row_of(grid, model, officer)
    else:
        foreign = grid.world.sfc.pk if label(model) in REGULATORS else grid.world.banyan.pk
        row = row_of(grid, model, mei, **READABLE_BY_RIVALS, organisation=foreign)
    with acting(mei), refused("row-level security"):
        as_new(row).save(force_insert=True)


@pytest.mark.parametrize("who", ["fan", None], ids=["an agency", "the public"])
@pytest.mark.parametrize("model", RESTRICTED, ids=label)
def test_agencies_and_the_public_write_nothing(grid: Grid, model: type[models.Model], who: str | None) -> None:
    viewer = grid.world.viewer(who)
    everything = model._base_manager.using("default")
    with acting(viewer):
        assert everything.update(audience="public") == 0
        assert everything.all()._raw_delete("default") == 0


@pytest.mark.parametrize("model", RESTRICTED, ids=label)
def test_a_firm_changes_and_deletes_no_row_but_its_own(grid: Grid, model: type[models.Model]) -> None:
    mei = grid.world.viewer("mei")
    foreign = model._base_manager.exclude(organisation=grid.world.harbour.pk)
    with acting(mei):
        assert foreign.update(audience="public") == 0
        assert foreign._raw_delete("default") == 0


@pytest.mark.parametrize("model", RESTRICTED, ids=label)
def test_a_firm_cannot_give_its_row_away(grid: Grid, model: type[models.Model]) -> None:
    """Neither put words into another firm's mouth, nor move a row out of its own sight."""
    mei = grid.world.viewer("mei")
    own = model._base_manager.filter(organisation=grid.world.harbour.pk)
    with acting(mei):
        if not own.exists():
            assert label(model) in {"consultations.Clarification", "consultations.Consultation"} | STAFF_ONLY
            return
        if getattr(model, "written_by_staff", False):
            assert own.update(organisation=grid.world.banyan.pk) == 0, "it owns the row and does not write it"
            return
        with refused("row-level security|violates"):
            own.update(organisation=grid.world.banyan.pk)


@pytest.mark.parametrize("model", DEPENDENT, ids=label)
def test_a_part_of_a_row_is_written_by_those_who_may(grid: Grid, model: type[models.Model]) -> None:
    """Parts of papers, minutes and files are the regulator's to write; answers and resolutions a firm's as well."""
    column = model._meta.pk.name
    parts = model._base_manager.all()
    for name in ("mei", "fan", None):
        viewer = grid.world.viewer(name)
        may = getattr(model, "written_by_members", False) and viewer.is_platform
        with acting(viewer):
            seen = parts.count()
            touched = parts.update(**{column: models.F(column)})
            assert touched == (seen if may else 0), name
        if not may:
            with acting(viewer):
                assert parts._raw_delete("default") == 0, name
    hidden = grid.rows[model].keys() - grid.readable(model, grid.world.viewer("mei"))
    row = model._base_manager.using("owner").filter(pk__in=hidden).first()
    assert row is not None
    with acting(grid.world.viewer("mei")), refused("row-level security"):
        as_new(row).save(force_insert=True)


# --- what the app's role may never do ---------------------------------------------------------------------------


@pytest.mark.parametrize("model", APPEND_ONLY, ids=label)
def test_the_record_is_only_added_to(grid: Grid, model: type[models.Model]) -> None:
    table, key = model._meta.db_table, model._meta.pk.column
    with acting(grid.world.viewer("admin")):
        for attack in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with refused("permission denied"):
                execute(attack)


def test_every_history_and_the_audit_trail_are_append_only() -> None:
    every = {model for model in apps.get_models() if issubclass(model, Event)} | {Entry, *SEALED, Opening}
    assert set(APPEND_ONLY) == every
    assert len(every) > 30


ATTACKS = {
    "SET ROLE portal_owner": "permission denied",
    "SET SESSION AUTHORIZATION portal_owner": "permission denied",
    "RESET ROLE; SET ROLE postgres": "permission denied|does not exist",
    "ALTER ROLE portal_app BYPASSRLS": "permission denied",
    "GRANT portal_owner TO portal_app": "permission denied",
    "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY": "must be owner",
    "ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY": "must be owner",
    "ALTER TABLE {table} DISABLE TRIGGER ALL": "must be owner",
    "ALTER TABLE {table} OWNER TO portal_app": "must be owner",
    "DROP POLICY app_read ON {table}": "must be owner",
    "ALTER POLICY app_read ON {table} USING (true)": "must be owner",
    "CREATE POLICY mine ON {table} USING (true)": "must be owner",
    "CREATE TABLE mine AS SELECT * FROM {table}": "permission denied",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'": "permission denied",
    "CREATE VIEW mine AS SELECT * FROM {table}": "permission denied",
    "DROP TABLE {table}": "must be owner",
    "TRUNCATE {table}": "permission denied",
    "SET LOCAL row_security = off; SELECT * FROM {table}": "row-level security",
    "COPY {table} TO PROGRAM 'cat'": "permission denied|COPY",
    "SET session_replication_role = replica": "permission denied",
    "DELETE FROM django_migrations": "permission denied",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_app_cannot_lift_its_own_bonds(grid: Grid, attack: str) -> None:
    with acting(grid.world.viewer("admin")), refused(ATTACKS[attack]):
        execute(attack.format(table="consultations_comment"))
