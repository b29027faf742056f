"""What can happen to the roadmap.

`actor` None is the operator of the machine, who loads the roadmap file (`manage.py load_roadmap`). What an
officer has changed is theirs from then on: `from_file` becomes false and the loader leaves the row alone.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from initiatives import emails, policies
from initiatives.enums import DatePrecision, InitiativeStatus, MilestoneKind, Verification
from initiatives.models import (
    Fact,
    Initiative,
    InitiativeUpdate,
    Milestone,
    MilestoneInitiative,
    Pillar,
    StatusChange,
)
from members.audience import Audience
from members.publication import carry_out
from members.viewer import Viewer
from portal.common import clock, markdown
from portal.common.errors import Refused

FactT = TypeVar("FactT", bound=Fact)

PILLAR_WORDING = frozenset(
    {"name_en", "name_zh_hant", "name_zh_hans", "aim_en", "aim_zh_hant", "aim_zh_hans", "source_url", "as_at"}
)
INITIATIVE_WORDING = frozenset({"name_en", "name_zh_hant", "name_zh_hans", "source_url", "as_at"})
MILESTONE_FIELDS = frozenset(
    {
        "date",
        "date_precision",
        "kind",
        "ref",
        "title_en",
        "title_zh_hant",
        "title_zh_hans",
        "source_url",
        "as_at",
        "verification",
    }
)
_CIRCULAR = re.compile(r"^\d{2}EC\d+$")


def _require_keeper(actor: Viewer | None) -> None:
    if actor is not None:
        policies.require(policies.can_keep_roadmap(actor))


def _lock(fact: FactT) -> FactT:
    return type(fact)._default_manager.select_for_update().get(pk=fact.pk)


def _save_changes(fact: Fact, values: dict[str, Any], actor: Viewer | None) -> dict[str, list[str]]:
    """Write what differs, and return it as {column: [before, after]}."""
    changes = {
        name: [str(getattr(fact, name)), str(value)] for name, value in values.items() if getattr(fact, name) != value
    }
    if not changes:
        return {}
    for name, value in values.items():
        setattr(fact, name, value)
    fact.from_file = actor is None and fact.from_file
    fact.full_clean()
    fact.save(update_fields=[*changes, "from_file", "updated_at"])
    return changes


# Pillars and initiatives


def enter_pillar(*, code: str, actor: None = None, **fields: Any) -> Pillar:
    """Add a pillar as the SFC published it. Only the operator: the five are fixed."""
    with transaction.atomic():
        pillar = Pillar(code=code, from_file=True, **fields)
        pillar.full_clean()
        pillar.save(force_insert=True)
        record("initiatives.pillar_entered", pillar, actor=actor)
    return pillar


def enter_initiative(
    *,
    number: int,
    pillar: Pillar,
    status: str,
    as_at: date,
    actor: None = None,
    reasons: dict[str, str],
    **fields: Any,
) -> Initiative:
    """Add an initiative as the SFC published it, with its first editorial status. Nobody is notified.

    `reasons`: why it has this status: reason, reason_zh_hant, reason_zh_hans.
    """
    with transaction.atomic():
        initiative = Initiative(
            number=number,
            pillar=pillar,
            status=status,
            status_since=as_at,
            status_as_at=as_at,
            as_at=as_at,
            from_file=True,
            **fields,
        )
        initiative.full_clean(validate_constraints=False)
        initiative.save(force_insert=True)
        texts = {"reason_en" if name == "reason" else name: text for name, text in reasons.items()}
        StatusChange.objects.create(initiative=initiative, status=status, on=as_at, **texts)
        record("initiatives.initiative_entered", initiative, actor=actor, status=status)
    return initiative


def reword_pillar(
    pillar: Pillar, *, actor: Viewer | None, verifications: dict[str, str] | None = None, **wording: Any
) -> bool:
    """Correct a pillar's names, aims, source. A reworded text is unverified until it is confirmed again.

    Returns whether anything changed. `verifications` is the loader's.
    """
    _require_keeper(actor)
    return _reword(pillar, wording, PILLAR_WORDING, verifications, actor, "initiatives.pillar_reworded")


def reword_initiative(
    initiative: Initiative,
    *,
    actor: Viewer | None,
    verifications: dict[str, str] | None = None,
    **wording: Any,
) -> bool:
    """Correct an initiative's names or their source. As `reword_pillar`."""
    _require_keeper(actor)
    return _reword(initiative, wording, INITIATIVE_WORDING, verifications, actor, "initiatives.initiative_reworded")


_JUDGES = {
    "name_en": ("name_verification", "name_en_verification"),
    "name_zh_hant": ("name_verification", "name_zh_verification"),
    "name_zh_hans": ("name_verification", "name_zh_verification"),
    "aim_en": ("aim_verification",),
    "aim_zh_hant": ("aim_zh_verification",),
    "aim_zh_hans": ("aim_zh_verification",),
}


def _reword(
    fact: Fact,
    wording: dict[str, Any],
    allowed: frozenset[str],
    verifications: dict[str, str] | None,
    actor: Viewer | None,
    verb: str,
) -> bool:
    if unknown := wording.keys() - allowed:
        raise TypeError(f"not part of the wording: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        locked = _lock(fact)
        values = dict(wording)
        columns = {field.name for field in locked._meta.get_fields()}
        for name in wording:
            if getattr(locked, name) != wording[name]:
                values |= {judge: Verification.WORKING for judge in _JUDGES.get(name, ()) if judge in columns}
        changes = _save_changes(locked, values | (verifications or {}), actor)
        if changes:
            record(verb, locked, actor=actor, changes=changes)
    fact.refresh_from_db()
    return bool(changes)


# Status


def update_initiative_status(
    initiative: Initiative,
    *,
    status: str,
    reason: str,
    actor: Viewer | None,
    on: date | None = None,
    source_url: str = "",
    verification: str = Verification.VERIFIED,
    **reasons: str,
) -> StatusChange:
    """Record that the initiative stands at `status` since `on` (Hong Kong day, default today), and why.

    `reasons`: reason_zh_hant, reason_zh_hans. Every member hears of it, by default in the digest.
    Refused: the same status again, no reason, a day to come, a day before the present status began.
    """
    _require_keeper(actor)
    day = on or clock.today()
    if not reason.strip():
        raise Refused(_("Say why the status changes: readers see the reason."), field="reason")
    if day > clock.today():
        raise Refused(_("A status cannot begin on a day to come."), field="on")
    status = InitiativeStatus(status)
    with transaction.atomic():
        locked = _lock(initiative)
        if locked.status == status:
            raise Refused(_("The initiative already has this status. Confirm it instead."), field="status")
        if day < locked.status_since:
            raise Refused(_("The present status began later than this day."), field="on")
        before = locked.status
        locked.status, locked.status_since, locked.status_as_at = status, day, max(day, locked.status_as_at)
        locked.status_source_url, locked.status_verification = source_url, verification
        locked.from_file = actor is None and locked.from_file
        locked.full_clean()
        locked.save(
            update_fields=[
                "status",
                "status_since",
                "status_as_at",
                "status_source_url",
                "status_verification",
                "from_file",
                "updated_at",
            ]
        )
        change = StatusChange.objects.create(
            initiative=locked,
            status=status,
            on=day,
            reason_en=reason.strip(),
            source_url=source_url,
            recorded_by_id=actor.user_id if actor else None,
            recorded_role=actor.role if actor else "",
            **reasons,
        )
        record("initiatives.status_changed", locked, actor=actor, before=before, after=status, on=str(day))
        _tell_members(locked, actor)
    initiative.refresh_from_db()
    return change


def _tell_members(initiative: Initiative, actor: Viewer | None) -> None:
    carry_out(
        emails.plan_of_status(initiative, actor=actor),
        params={
            "number": initiative.number,
            "status": initiative.status,
            "name_en": initiative.name_en,
            "name_zh_hant": initiative.name_zh_hant,
            "name_zh_hans": initiative.name_zh_hans,
        },
        url=initiative.get_absolute_url(),
        thread=f"initiative-{initiative.number}",
    )


# Milestones


def reference_warning(kind: str, ref: str) -> str:
    """A warning, never a refusal, for a circular whose number does not look like one (25EC44)."""
    if kind == MilestoneKind.CIRCULAR and ref and not _CIRCULAR.match(ref):
        return _("This does not look like the number of an SFC circular, such as 25EC44. Check it.")
    return ""


def require_published(day: date, *, source_url: str, verification: str) -> None:
    """A date to come is shown only if the SFC published it: it needs a source that somebody has read."""
    if day > clock.today() and (not source_url or verification != Verification.VERIFIED):
        raise Refused(
            _("Give the page on which this date was published, read in the issuer's own text. "
              "The roadmap shows no other date to come."),
            field="source_url",
        )  # fmt: skip
    if verification == Verification.VERIFIED and not source_url:
        raise Refused(_("A verified fact needs the address at which it was read."), field="source_url")


def _first_of(day: date, precision: str) -> date:
    match precision:
        case DatePrecision.MONTH:
            return day.replace(day=1)
        case DatePrecision.QUARTER:
            return date(day.year, day.month - (day.month - 1) % 3, 1)
        case DatePrecision.YEAR:
            return date(day.year, 1, 1)
        case _:
            return day


def add_milestone(
    *, initiatives: Iterable[Initiative], actor: Viewer | None, key: str | None = None, **fields: Any
) -> Milestone:
    """Record a dated event that touches `initiatives`. Refused: none of them; a date to come without source.

    `fields`: those of MILESTONE_FIELDS.
    """
    _require_keeper(actor)
    touched = _touched(initiatives)
    milestone = Milestone(key=key, from_file=actor is None, **fields)
    milestone.date = _first_of(milestone.date, milestone.date_precision)
    require_published(milestone.date, source_url=milestone.source_url, verification=milestone.verification)
    with transaction.atomic():
        milestone.full_clean()
        milestone.save(force_insert=True)
        MilestoneInitiative.objects.bulk_create(
            MilestoneInitiative(milestone=milestone, initiative=one) for one in touched
        )
        record("initiatives.milestone_added", milestone, actor=actor, initiatives=[one.number for one in touched])
    return milestone


def _touched(initiatives: Iterable[Initiative]) -> list[Initiative]:
    touched = sorted(set(initiatives), key=lambda one: one.number)
    if not touched:
        raise Refused(_("Choose at least one initiative."), field="initiatives")
    return touched


def correct_milestone(
    milestone: Milestone,
    *,
    actor: Viewer | None,
    initiatives: Iterable[Initiative] | None = None,
    **fields: Any,
) -> bool:
    """Change what a milestone says; its history stays. Returns whether anything changed.

    `fields`: those of MILESTONE_FIELDS. `initiatives` None leaves them. Refused as in `add_milestone`.
    """
    _require_keeper(actor)
    if unknown := fields.keys() - MILESTONE_FIELDS:
        raise TypeError(f"not part of a milestone: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        locked = _lock(milestone)
        said = {name: getattr(locked, name) for name in MILESTONE_FIELDS} | fields
        fields["date"] = _first_of(said["date"], said["date_precision"])
        require_published(fields["date"], source_url=said["source_url"], verification=said["verification"])
        changes: dict[str, Any] = _save_changes(locked, fields, actor)
        if initiatives is not None:
            changes |= _retouch(locked, _touched(initiatives), actor)
        if changes:
            record("initiatives.milestone_corrected", locked, actor=actor, changes=changes)
    milestone.refresh_from_db()
    return bool(changes)


def _retouch(milestone: Milestone, touched: list[Initiative], actor: Viewer | None) -> dict[str, list[str]]:
    before = {link.initiative.number: link for link in milestone.links.select_related("initiative")}
    after = {one.number: one for one in touched}
    if before.keys() == after.keys():
        return {}
    for number in before.keys() - after.keys():
        before[number].delete()
    MilestoneInitiative.objects.bulk_create(
        MilestoneInitiative(milestone=milestone, initiative=after[number])
        for number in sorted(after.keys() - before.keys())
    )
    milestone.from_file = actor is None and milestone.from_file
    milestone.save(update_fields=["from_file", "updated_at"])
    return {"initiatives": [str(sorted(before)), str(sorted(after))]}


# Confirmation


def confirm_fact(fact: Fact, part: str, *, actor: Viewer, source_url: str = "", as_at: date | None = None) -> None:
    """An officer has read `part` of `fact` (a key of its PARTS) in the issuer's own text: it is verified now.

    `source_url` replaces the recorded source if given; `as_at` defaults to today in Hong Kong.
    Refused: without a source, a day to come.
    """
    policies.require(policies.can_keep_roadmap(actor))
    spec = fact.PARTS[part]
    day = as_at or clock.today()
    if day > clock.today():
        raise Refused(_("The day up to which the source was read cannot be to come."), field="as_at")
    with transaction.atomic():
        locked = _lock(fact)
        source = source_url or getattr(locked, spec.source_url)
        if spec.needs_source and not source:
            raise Refused(_("A verified fact needs the address at which it was read."), field="source_url")
        changes = _save_changes(
            locked,
            {spec.verification: Verification.VERIFIED, spec.source_url: source, spec.as_at: day},
            actor,
        )
        record("initiatives.fact_confirmed", locked, actor=actor, part=part, changes=changes)
    fact.refresh_from_db()


# Updates in words


def post_update(
    initiative: Initiative,
    *,
    actor: Viewer,
    title_en: str,
    body_en: str,
    audience: str = Audience.REGULATOR,
    source_url: str = "",
    **texts: str,
) -> InitiativeUpdate:
    """Write news about an initiative in Markdown. The default audience is a draft that only the SFC reads.

    `texts`: title_ and body_ in zh_hant and zh_hans. Raises Refused if a text passes its limits.
    """
    policies.require(policies.can_keep_roadmap(actor))
    if audience not in policies.UPDATE_AUDIENCES:
        raise Refused(
            _("An update on the roadmap is the SFC's: choose SFC internal, all members or public."),
            field="audience",
        )
    bodies = {
        "en": body_en,
        "zh_hant": texts.get("body_zh_hant", ""),
        "zh_hans": texts.get("body_zh_hans", ""),
    }
    with transaction.atomic():
        # A keeper has an account and an organisation, which the types cannot know.
        update = InitiativeUpdate(  # type: ignore[misc]
            initiative=initiative,
            organisation_id=actor.organisation_id,
            audience=audience,
            title_en=title_en.strip(),
            title_zh_hant=texts.get("title_zh_hant", ""),
            title_zh_hans=texts.get("title_zh_hans", ""),
            source_url=source_url,
            posted_by_id=actor.user_id,
            posted_role=actor.role,
        )
        for code, body in bodies.items():
            source = markdown.clean_source(body)
            setattr(update, f"body_{code}", source)
            setattr(update, f"html_{code}", markdown.render(source) if source else "")
        update.full_clean(exclude=["organisation", "posted_by"])
        update.save(force_insert=True)
        record("initiatives.update_posted", update, actor=actor, initiative=initiative.number)
    return update


def publish_update(update: InitiativeUpdate, *, actor: Viewer) -> None:
    """Let everybody read an update from now on. Refused if it is public already."""
    policies.require(policies.can_keep_roadmap(actor))
    with transaction.atomic():
        locked = InitiativeUpdate.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=update.pk)
        if locked.audience == Audience.PUBLIC:
            raise Refused(_("This update is public already."))
        before, locked.audience, locked.posted_at = locked.audience, Audience.PUBLIC, clock.now()
        locked.save(update_fields=["audience", "posted_at"])
        record("initiatives.update_published", locked, actor=actor, before=before)
    update.refresh_from_db()
