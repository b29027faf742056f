"""The audience rule as PostgreSQL row-level security: the second line behind `visible_to`.

The app connects as a role that owns nothing. After each migration the owner gives every table its policies
here, derived from the models, so that a new table cannot be forgotten. Row security is enabled and not forced:
forced, the owner's own data migrations and backups would silently see no rows (RECIPES.md 4).

Every `current_setting` stands in `(select ...)`, so that it is read once a query and not once a row. What the kind of
viewer is compared with stands inside as well: of a yes or no PostgreSQL's planner expects half, of a comparison with
something unknown one row in 200, so that it planned for two comments where a hundred came.
"""

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from audit.sealing import SEALER
from portal.common.pairs import paired_columns


def kind_is(*kinds: str) -> str:
    """Whether the viewer is one of these."""
    listed = ", ".join(f"'{one}'" for one in kinds)
    return f"(select current_setting('app.kind', true) IN ({listed}))"


def kind_is_not(kind: str) -> str:
    """Whether there is a viewer who is something else."""
    return f"(select current_setting('app.kind', true) <> '{kind}')"


ORGANISATION = "(select nullif(current_setting('app.org', true), '')::bigint)"
# Doubled braces: RULE passes through format() once more.
GROUPS = "((select coalesce(nullif(current_setting('app.groups', true), ''), '{{}}')::bigint[])::bigint[])"

FIRMS = "((select coalesce(nullif(current_setting('app.firms', true), ''), '{{}}')::bigint[])::bigint[])"

RULE = f"""(
  ({{t}}audience = 'public' AND {kind_is_not("")})
  OR ({{t}}audience = 'group' AND {kind_is("regulator", "platform", "agency", "mirror")})
  OR ({{t}}audience IN ('regulator', 'shared') AND {kind_is("regulator")})
  OR ({{t}}audience = 'shared' AND {{t}}organisation_id = {ORGANISATION} AND {kind_is_not("supervision")})
  OR ({{t}}audience = 'organisation' AND {{t}}organisation_id = {ORGANISATION}
      AND {kind_is("regulator", "platform", "agency")})
  OR ({kind_is("supervision")} AND (
      ({{t}}audience = 'group' AND ({{t}}organisation_id = ANY ({FIRMS})
                                    OR ({{t}}organisation_id = {ORGANISATION} AND {FIRMS} <> '{{{{}}}}')))
      OR ({{t}}audience = 'shared' AND {{t}}organisation_id = ANY ({FIRMS}))))
) AND ({{t}}working_group_id IS NULL OR {{t}}working_group_id = ANY ({GROUPS}))"""

RELEASED = f"({{t}}released_at <= now() OR {kind_is('regulator')})"

# The trail of what the group may read names papers and meetings from before their release: it is the regulator's.
ENTRY = f"(audience IN ('shared', 'organisation') OR {kind_is('regulator')})"

# Who may write at all: the regulator's staff, and a firm what it owns. Agencies read.
WRITER = f"({kind_is('regulator')} OR ({kind_is('platform')} AND {{t}}organisation_id = {ORGANISATION}))"
STAFF = kind_is("regulator")
# Who seals and verifies reads every entry, and nothing else.
SEALING = kind_is(SEALER)
PERSON = "(select nullif(current_setting('app.user', true), '')::bigint)"

APPEND_ONLY = "append-only"


class Rules(NamedTuple):
    """The whole rule of a table that no other rule fits (`row_security_rules`), as SQL about its own columns.

    Nobody deletes. Without `change` rows are added and never changed; `changed` is what a row must meet afterwards.
    """

    read: str
    add: str
    change: str = ""
    changed: str = ""


def app_role() -> str:
    """The role that the web and the workers connect as."""
    return str(settings.DATABASES["default"].get("USER") or "portal_app")


def _event_class() -> type[models.Model]:
    from pghistory.models import Event

    return Event


def event_models() -> Iterator[type[models.Model]]:
    """Row history, kept by pghistory's triggers."""
    for model in apps.get_models():
        if issubclass(model, _event_class()):
            yield model


def append_only_models() -> Iterator[type[models.Model]]:
    """Tables in which the app may insert and read, and nothing else."""
    from audit.models import Entry

    yield Entry
    yield from event_models()
    for model in apps.get_models():
        rules = _own_rules(model)
        if rules is not None and not rules.change:
            yield model


def _own_rules(model: type[models.Model]) -> Rules | None:
    from audit.models import Batch, Seal

    # Of a room to the left, which knows no rules. A seal could be used to try what a hidden entry says.
    if model is Batch:
        return Rules(read=f"({STAFF} OR {SEALING})", add=SEALING)
    if model is Seal:
        return Rules(read=SEALING, add=SEALING)
    return getattr(model, "row_security_rules", None)


def _parent(model: type[models.Model]) -> tuple[str, type[models.Model]]:
    field: Any = model._meta.get_field(model.row_security_parent)  # type: ignore[attr-defined]
    return field.column, field.related_model


def read_rule(model: type[models.Model]) -> str | None:
    """The SQL that decides whether a row of `model` can be read; None where anybody signed in to the app may."""
    from audit.models import Entry

    if issubclass(model, _event_class()):
        return _event_rule(model)
    if model is Entry:
        return f"(({RULE.format(t='')} AND {ENTRY}) OR {SEALING})"
    if (rules := _own_rules(model)) is not None:
        return rules.read
    parts = [own] if (own := _own_rule(model)) else []
    if getattr(model, "row_security_person", None):
        person: Any = model._meta.get_field(model.row_security_person)  # type: ignore[attr-defined]
        parts.append(f"{person.column} = {PERSON}")
    if getattr(model, "row_security_parent", None):
        parts.append(_parent_rule(model))
    return " AND ".join(parts) or None


def _parent_rule(model: type[models.Model]) -> str:
    """The parent's own policy applies inside: what cannot be read there cannot be read here.

    Papers and meetings are few: all that can be read are found once (IN). What hangs on them is many, such as comments:
    looked up one by one for the rows that are asked for (EXISTS), where IN would read them all first.
    """
    column, parent = _parent(model)
    table = parent._meta.db_table
    if getattr(parent, "row_security_parent", None):
        return f"EXISTS (SELECT 1 FROM {table} p WHERE p.id = {model._meta.db_table}.{column})"
    return f"{column} IN (SELECT p.id FROM {table} p)"


def _own_rule(model: type[models.Model]) -> str:
    """What the row's own columns ask: audience, working group, and release; empty for a model without them."""
    from members.audience import Embargoed, Restricted

    if not issubclass(model, Restricted):
        return ""
    return f"{RULE.format(t='')} AND {RELEASED.format(t='')}" if issubclass(model, Embargoed) else RULE.format(t="")


def _event_rule(model: type[models.Model]) -> str | None:
    """History is read by whoever reads the row as it stands and could read it as it then stood.

    So an audience that was narrowed later narrows its past, and one that was widened, or an embargo that ended,
    does not open what was written before.
    """
    tracked: Any = model.pgh_tracked_model  # type: ignore[attr-defined]
    if read_rule(tracked) is None:
        return None
    table, key = tracked._meta.db_table, tracked._meta.pk.column
    standing = f"EXISTS (SELECT 1 FROM {table} r WHERE r.{key} = pgh_obj_id)"
    own = _own_rule(tracked)
    return f"{own} AND {standing}" if own else standing


def write_rule(model: type[models.Model]) -> str:
    """The SQL that a row must meet to be inserted or changed by the app, beside being readable."""
    from members.audience import Restricted

    if issubclass(model, Restricted) and not getattr(model, "written_by_staff", False):
        return WRITER.format(t="")
    if getattr(model, "written_by_members", False):
        return kind_is("regulator", "platform")
    return STAFF


def policies(model: type[models.Model]) -> dict[str, str]:
    """The statements that follow CREATE POLICY ... ON table, by policy name; empty for an open table."""
    from audit.models import Entry

    read = read_rule(model)
    if read is None:
        return {}
    made = {"app_read": f"FOR SELECT USING ({read})"}
    if model is Entry or issubclass(model, _event_class()):
        # Triggers and verbs append whatever happens, also what the actor may not read back.
        return made | {"app_add": "FOR INSERT WITH CHECK (true)"}
    if (rules := _own_rules(model)) is not None:
        made["app_add"] = f"FOR INSERT WITH CHECK ({rules.add})"
        if rules.change:
            made["app_change"] = f"FOR UPDATE USING ({read} AND {rules.change}) WITH CHECK ({read} AND {rules.changed})"
        return made
    write = f"({read}) AND {write_rule(model)}"
    return made | {
        "app_add": f"FOR INSERT WITH CHECK ({write})",
        "app_change": f"FOR UPDATE USING ({write}) WITH CHECK ({write})",
        "app_remove": f"FOR DELETE USING ({write})",
    }


def protected_models() -> list[type[models.Model]]:
    """Every model whose table has row-level security."""
    return [model for model in apps.get_models() if model._meta.managed and read_rule(model) is not None]


def after_migrate(using: str, verbosity: int = 1, **kwargs: Any) -> None:
    """Bring grants and policies up to date. Only as the owner: a flush as the app emits the same signal."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    if kwargs.get("app_config") is not None and kwargs["app_config"].label != "members":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_userbyid(datdba) = current_user FROM pg_database WHERE datname = current_database()"
        )
        if not cursor.fetchone()[0]:
            return
    apply(connection)


def apply(connection: BaseDatabaseWrapper) -> None:
    """Give the app's role its rights and every protected table its policies. Repeating it changes nothing."""
    role = app_role()
    existing = set(connection.introspection.table_names())
    # In one transaction: between the general grant and what is taken back, nobody must be able to change a record.
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(f'GRANT USAGE ON SCHEMA public TO "{role}"')
        cursor.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"')
        cursor.execute(f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
        cursor.execute(f'REVOKE ALL ON django_migrations FROM "{role}"')
        cursor.execute(f'GRANT SELECT ON django_migrations TO "{role}"')
        for model in append_only_models():
            if model._meta.db_table in existing:
                cursor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON {model._meta.db_table} FROM "{role}"')
        for model in protected_models():
            if model._meta.db_table in existing:
                _apply_policies(cursor, model)
                _apply_search(cursor, model, role)


def _apply_policies(cursor: Any, model: type[models.Model]) -> None:
    table = model._meta.db_table
    wanted = policies(model)
    mark = hashlib.sha256(repr(sorted(wanted.items())).encode()).hexdigest()[:32]
    cursor.execute("SELECT obj_description(%s::regclass, 'pg_class')", [table])
    # Creating a policy locks the table, so it is done only when the rule has changed.
    if cursor.fetchone()[0] == f"row security {mark}":
        return
    cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    cursor.execute("SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND tablename = %s", [table])
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP POLICY "{name}" ON {table}')
    for name, body in wanted.items():
        cursor.execute(f"CREATE POLICY {name} ON {table} {body.replace('%', '%%')}")
    cursor.execute(f"COMMENT ON TABLE {table} IS 'row security {mark}'")


def search_functions(model: type[models.Model]) -> tuple[str, str]:
    """The names of the owner's functions that search a protected table by its PairsIndex: whether a word is common
    there, and the keys of the rows that contain it."""
    return f"{model._meta.db_table}_has_many", f"{model._meta.db_table}_found"


def _apply_search(cursor: Any, model: type[models.Model], role: str) -> None:
    """Under row security PostgreSQL uses no index for a part of a word: the comparison might tell of hidden rows.

    So the owner searches, in what its caller may read and nothing else: the table's own rule stands in the functions.
    """
    if not (columns := paired_columns(model)):
        return
    table, key = model._meta.db_table, model._meta.pk
    assert key is not None
    many, found = search_functions(model)
    where = " OR ".join(f"position(upper(wanted) IN upper({column})) > 0" for column in columns)
    where = f"({where}) AND ({read_rule(model)})"
    returned = {
        f"{many}(wanted text, among integer, hits integer)": (
            "boolean",
            f"SELECT count(*) >= hits FROM (SELECT * FROM {table} ORDER BY {key.column} DESC LIMIT among) last_rows"
            f" WHERE {where}",
        ),
        f"{found}(wanted text, most integer)": (
            f"SETOF {key.db_type(cursor.db)}",
            f"SELECT {key.column} FROM {table}"
            f" WHERE character_pairs({', '.join(columns)}) @> character_pairs(wanted) AND {where} LIMIT most",
        ),
    }
    for signature, (kind, body) in returned.items():
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {signature} RETURNS {kind} LANGUAGE sql STABLE SECURITY DEFINER"
            f" SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $${body}$$"
        )
        cursor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        cursor.execute(f'GRANT EXECUTE ON FUNCTION {signature} TO "{role}"')
