"""The viewer comes with the session: membership, organisation and working groups, told to the database at once."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from accounts.entrance import Companion
from accounts.models import User
from members.enums import Role
from members.models import Membership, Organisation
from members.viewer import SETTINGS, SUPERVISION_KIND, Viewer, memberships_with_access, viewer_of
from portal.common import clock

# Stands for the person's column where the rule of `memberships_with_access` is taken over as SQL.
_ANYBODY = -8_414_709_848


@lru_cache(maxsize=4)
def _rule(day: date) -> tuple[str, tuple[Any, ...], list[int], list[int], tuple[int, int]]:
    """The rule of who has access on `day`, as SQL about the person `u`, and where its columns stand.

    It is Django's own SQL for `memberships_with_access()`: one rule, not two.
    """
    rows = memberships_with_access().select_related(None).select_related("organisation").filter(user_id=_ANYBODY)[:1]
    compiler = rows.query.get_compiler("default")
    sql, params = compiler.as_sql()
    pieces, kept = sql.split("%s"), []
    text = pieces[0]
    for value, piece in zip(params, pieces[1:], strict=True):
        if value == _ANYBODY:
            text += "u.id" + piece
        else:
            kept.append(value)
            text += "%s" + piece
    own: list[int] = compiler.klass_info["select_fields"]
    organisation: list[int] = compiler.klass_info["related_klass_infos"][0]["select_fields"]
    at = compiler.annotation_col_map
    return text, tuple(kept), own, organisation, (at["group_ids"], at["effective_role"])


def statement() -> tuple[Sequence[str], str, Sequence[Any]]:
    """Columns of the membership and its organisation; and the settings of row security, set on the way."""
    rule, params, own, organisation, (groups, effective) = _rule(clock.today())
    width = max([*own, *organisation, groups, effective]) + 1
    names = [f"c{position}" for position in range(width)]
    of_membership = dict(zip((f.attname for f in Membership._meta.concrete_fields), own, strict=True))
    of_organisation = dict(zip((f.attname for f in Organisation._meta.concrete_fields), organisation, strict=True))
    role = f"m.c{of_membership['role']}"
    # The firms that an override opens to supervision are told apart (members.middleware): that is rare.
    values = (
        f"CASE WHEN {role} = '{Role.SUPERVISION}' THEN '{SUPERVISION_KIND}'"
        f" ELSE coalesce(m.c{of_organisation['kind']}, 'anonymous') END",
        f"coalesce(m.c{of_membership['organisation_id']}::text, '')",
        f"coalesce(m.c{groups}::text, '{{}}')",
        f"coalesce(m.c{of_membership['user_id']}::text, '')",
        "'{}'",
    )
    told = [f"set_config('{name}', {value}, true)" for name, value in zip(SETTINGS, values, strict=True)]
    columns = [f"m.c{position}" for position in [*own, *organisation, groups, effective]]
    return [*columns, *told], f"LEFT JOIN LATERAL ({rule}) AS m({', '.join(names)}) ON true", params


def build(user: User, values: Sequence[Any]) -> Viewer | None:
    """The viewer of a row that `statement` brought; None for somebody without access."""
    own, rest = len(Membership._meta.concrete_fields), len(Organisation._meta.concrete_fields)
    if values[0] is None:
        return None
    membership = Membership.from_db("default", [f.attname for f in Membership._meta.concrete_fields], values[:own])
    organisation = Organisation.from_db(
        "default", [f.attname for f in Organisation._meta.concrete_fields], values[own : own + rest]
    )
    membership._state.fields_cache |= {"user": user, "organisation": organisation}
    membership.group_ids, membership.effective_role = values[own + rest :][:2]  # type: ignore[attr-defined]
    return viewer_of(membership)


def register() -> None:
    from accounts.entrance import set_companion

    set_companion(Companion(statement, build))
