"""What can happen to a list of licensees: read, compared anew, committed all or nothing, discarded."""

import hashlib
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from audit.workflow import record
from members import policies
from members.enums import ImportState, LicenceState, OrganisationKind
from members.models import Organisation, RegisterImport
from members.register import reading
from members.register.comparing import (
    CHANGED,
    ERROR,
    NEW,
    Comparison,
    compare,
    present_comparison,
    present_register,
    stored,
)
from members.viewer import Viewer
from members.workflow.register import amend_organisation, register_organisation, set_licence_status
from portal.common import clock
from portal.common.errors import Conflict, Refused

_NAME_LENGTH: Final = 160
# Two lists are not committed at the same moment: each would be checked against the register without the other.
_LOCK: Final = 4_127_013


def preview_register(content: bytes, *, file_name: str, actor: Viewer | None) -> RegisterImport:
    """Read a list and keep what it would change. Nothing of the register is touched.

    Refused for a file that is no list (members.register.reading). Rows that are wrong are lines of the preview.
    `actor` None is the operator of the machine.
    """
    _require(actor)
    rows = reading.read(content)
    comparison = compare(rows, present_register())
    with transaction.atomic():
        imported = RegisterImport.objects.create(
            file_name=file_name[-_NAME_LENGTH:] or "-",
            digest=hashlib.sha256(content).hexdigest(),
            read_at=clock.now(),
            read_by=actor.user if actor else None,
            compared_at=clock.now(),
            rows=stored(rows),
            lines=comparison.lines,
            absent=comparison.absent,
        )
        record("members.register_previewed", imported, actor=actor, digest=imported.digest, **_counts(imported))
    return imported


def compare_anew(imported: RegisterImport, *, actor: Viewer | None) -> None:
    """Bring a preview up to date with the register."""
    _require(actor)
    with transaction.atomic():
        locked = _previewed(imported)
        comparison = present_comparison(locked)
        locked.lines, locked.absent, locked.compared_at = comparison.lines, comparison.absent, clock.now()
        locked.save(update_fields=["lines", "absent", "compared_at"])
        record("members.register_compared_anew", locked, actor=actor, **_counts(locked))
    _take_over(imported, locked)


def commit_register(imported: RegisterImport, *, actor: Viewer | None, seal: str) -> None:
    """Write all that a preview says, or nothing. `seal` is that of the comparison which the actor has read.

    Refused while a row is wrong. Conflict when the register, or the preview, is no longer what the actor has read.
    """
    _require(actor)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        locked = _previewed(imported)
        list(Organisation.objects.select_for_update().order_by("pk").values_list("pk"))
        comparison = present_comparison(locked)
        if comparison.seal != seal or seal != Comparison(locked.lines, locked.absent).seal:
            raise Conflict(
                _("The register has changed since this preview was made. Nothing was written. Read the new preview.")
            )
        if locked.count(ERROR):
            raise Refused(_("Nothing can be committed while a row is wrong. Correct the file and read it again."))
        values = {row["number"]: row["values"] for row in locked.rows}
        for line in comparison.lines:
            _write(line, values[line["row"]], actor)
        locked.state, locked.decided_at = ImportState.COMMITTED, clock.now()
        locked.decided_by = actor.user if actor else None
        locked.save(update_fields=["state", "decided_at", "decided_by"])
        record("members.register_committed", locked, actor=actor, digest=locked.digest, **_counts(locked))
    _take_over(imported, locked)


def discard_register(imported: RegisterImport, *, actor: Viewer | None) -> None:
    """Put a preview aside. It stays in the list of imports."""
    _require(actor)
    with transaction.atomic():
        locked = _previewed(imported)
        locked.state, locked.decided_at = ImportState.DISCARDED, clock.now()
        locked.decided_by = actor.user if actor else None
        locked.save(update_fields=["state", "decided_at", "decided_by"])
        record("members.register_discarded", locked, actor=actor, digest=locked.digest)
    _take_over(imported, locked)


def _require(actor: Viewer | None) -> None:
    if actor is not None:
        policies.require(policies.can_keep_register(actor))


def _previewed(imported: RegisterImport) -> RegisterImport:
    locked = RegisterImport.objects.select_for_update().get(pk=imported.pk)
    if not locked.is_previewed:
        raise Refused(_("This list was committed or discarded already."))
    return locked


def _take_over(imported: RegisterImport, locked: RegisterImport) -> None:
    for name in ("state", "lines", "absent", "compared_at", "decided_at", "decided_by_id"):
        setattr(imported, name, getattr(locked, name))


def _counts(imported: RegisterImport) -> dict[str, int]:
    found = {outcome: imported.count(outcome) for outcome in (NEW, CHANGED, ERROR)}
    return {"rows": len(imported.lines), **found, "absent": len(imported.absent)}


def _write(line: dict[str, Any], values: dict[str, str], actor: Viewer | None) -> None:
    if line["outcome"] not in {NEW, CHANGED}:
        return
    try:
        if line["outcome"] == NEW:
            _register(values, actor)
        else:
            _amend(line, actor)
    except ValidationError as error:
        words = _("Row %(row)s cannot be written: %(reason)s Nothing was written.")
        raise Refused(words % {"row": line["row"], "reason": " ".join(error.messages)}) from error


def _fields(values: dict[str, str]) -> dict[str, Any]:
    """Texts as the columns take them; an unknown reference or day is none at all."""
    return {name: values[name] or None if name in {"ce_reference", "licence_date"} else values[name] for name in values}


def _register(values: dict[str, str], actor: Viewer | None) -> None:
    fields = _fields(values)
    if fields["licence_date"]:
        fields["licence_date"] = _day(fields["licence_date"])
    organisation = register_organisation(actor=actor, key=_free_key(values), kind=OrganisationKind.PLATFORM, **fields)
    if organisation.licence_date:
        set_licence_status(
            organisation, state=LicenceState.LICENSED, effective_on=organisation.licence_date, actor=actor
        )


def _amend(line: dict[str, Any], actor: Viewer | None) -> None:
    organisation = Organisation.objects.get(pk=line["firm"])
    changed = {one["field"]: one["new"] for one in line["changes"]}
    for name, text in changed.items():
        setattr(organisation, name, _day(text) if name == "licence_date" else text)
    organisation.clean_fields(exclude=[one.name for one in Organisation._meta.fields if one.name not in changed])
    amend_organisation(organisation, changed=list(changed), actor=actor)


def _day(text: str) -> Any:
    return Organisation._meta.get_field("licence_date").to_python(text)


def _free_key(values: dict[str, str]) -> str:
    """A short key for addresses, from the platform's name or else the legal one, that nobody has yet."""
    begin = slugify(values["platform_name_en"])[:32].strip("-") or slugify(values["name_en"])[:32].strip("-")
    begin = begin or values["ce_reference"].lower() or "platform"
    taken = set(Organisation.objects.filter(key__startswith=begin).values_list("key", flat=True))
    if begin not in taken:
        return begin
    return next(key for key in (f"{begin}-{number}" for number in range(2, 10_000)) if key not in taken)
