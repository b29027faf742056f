"""Making a paper, part by part, until it is published. Two officers at one part never overwrite each other unseen."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _

from audit.workflow import record
from consultations import policies
from consultations.locking import changed_since, locked_draft
from consultations.models import Annex, Consultation, Paragraph, PersonalInformationStatement, Section
from consultations.numbering import Renumbering, renumbering
from consultations.parts import (
    CHINESE,
    KINDS,
    LAST,
    NUMBER_LENGTH,
    STEP,
    TIED,
    Texts,
    kind_of,
    number_column,
    number_of,
    parts_of,
    reordered,
    seal,
    sealed,
    siblings,
    text_columns,
    written,
)
from consultations.workflow.opening import void_approval
from consultations.workflow.paper import adopt_statement, columns, rendered
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused

# --- the paper as a whole ----------------------------------------------------------------------------------------

DETAIL_TEXTS = ("title", "short_title", "summary", "purpose", "foreword", "lead_body", "late_note")
DETAILS = ("key", "reference", "kind", "audience", "working_group", "statement", "lead", "contact", "team", "channel",
           "languages", "partly_translated", "opens_at", "closes_at", "conclusions_planned_by")  # fmt: skip
RELATIONS = ("initiatives", "depends_on", "follows")


def begin_paper(
    *, actor: Viewer, texts: Mapping[str, Texts], relations: Mapping[str, Iterable[Any]], **details: Any
) -> Consultation:
    """A new draft. `details`: columns of DETAILS; `texts`: of DETAIL_TEXTS by language.

    Raises ValidationError for columns that do not hold together, Refused where a text cannot be laid out.
    """
    require(policies.can_run(actor))
    with transaction.atomic():
        consultation = Consultation(organisation=actor.organisation, **details)
        _write_details(consultation, texts)
        consultation.full_clean(exclude=["statement"])
        consultation.save(force_insert=True)
        for name in RELATIONS:
            getattr(consultation, name).set(relations.get(name, ()))
        record("consultations.drafted", consultation, actor=actor)
    return consultation


def revise_paper(
    consultation: Consultation,
    *,
    actor: Viewer,
    seen: str,
    texts: Mapping[str, Texts],
    relations: Mapping[str, Iterable[Any]],
    **details: Any,
) -> Consultation:
    """Change what stands at the head of a draft. `seen`: its `details_seal` when the officer read it.

    Conflict: somebody else changed it since. Raises ValidationError as `begin_paper` does.
    """
    require(policies.can_run(actor))
    with transaction.atomic():
        locked = locked_draft(consultation, actor)
        if details_seal(locked) != seen:
            raise changed_since()
        before = {name: getattr(locked, name) for name in _detail_columns()}
        for name, value in details.items():
            setattr(locked, name, value)
        _write_details(locked, texts)
        locked.full_clean(exclude=["statement"])
        changed = [name for name in _detail_columns() if getattr(locked, name) != before[name]]
        html = [f"foreword_html_{name.removeprefix('foreword_')}" for name in changed if name.startswith("foreword_")]
        if changed:
            locked.save(update_fields=[*(name.removesuffix("_id") for name in changed), *html])
        changed += [name for name in RELATIONS if name in relations and _set(getattr(locked, name), relations[name])]
        if changed:
            record("consultations.details_revised", locked, actor=actor, fields=changed)
            void_approval(locked, actor)
    return locked


def details_seal(consultation: Consultation) -> str:
    """The checksum of all that stands at the head of the paper."""
    seen: dict[str, Any] = {name: str(getattr(consultation, name)) for name in _detail_columns()}
    seen |= {name: sorted(getattr(consultation, name).values_list("pk", flat=True)) for name in RELATIONS}
    return sealed(seen)


def _detail_columns() -> list[str]:
    foreign = {"working_group", "statement", "lead", "contact"}
    own = [f"{name}_id" if name in foreign else name for name in DETAILS]
    return [*own, *(column for text in DETAIL_TEXTS for column in text_columns(text))]


def _write_details(consultation: Consultation, texts: Mapping[str, Texts]) -> None:
    for text, given in texts.items():
        for name in text_columns(text):
            if name.removeprefix(f"{text}_") in given:
                setattr(consultation, name, "")
                if text == "foreword":
                    setattr(consultation, name.replace("foreword_", "foreword_html_"), "")
        try:
            found = rendered(text, given) if text == "foreword" else columns(text, given)
        except Refused as refusal:
            raise Refused(refusal.message, field=f"{text}_en") from None
        for name, value in found.items():
            setattr(consultation, name, value)


def _set(manager: Any, wanted: Iterable[Any]) -> bool:
    before = set(manager.values_list("pk", flat=True))
    manager.set(wanted)
    return before != set(manager.values_list("pk", flat=True))


def new_statement(version: str, body: Texts, *, actor: Viewer) -> PersonalInformationStatement:
    """A new version of the Personal Information Collection Statement. Refused: that version has another text."""
    require(policies.can_run(actor))
    version = version.strip()
    if not version:
        raise Refused(_("Give the new version a number or a date."), field="statement_version")
    if not any(text.strip() for text in body.values()):
        raise Refused(_("Write the text of the new version."), field="statement_en")
    kept = adopt_statement(version, body, actor=actor)
    if any(getattr(kept, name) != value for name, value in columns("body", body).items()):
        raise Refused(
            _("Version %(version)s exists with another text, and a version never changes. Give this text a new one.")
            % {"version": version},
            field="statement_version",
        )
    return kept


# --- its parts ---------------------------------------------------------------------------------------------------


def insert_part(
    within: Consultation | Annex,
    kind: str,
    /,
    *,
    actor: Viewer,
    texts: Mapping[str, Texts],
    after: Any = None,
    paragraphs: Iterable[Paragraph] | None = None,
    **fields: Any,
) -> Any:
    """A new part right after `after`, which is of the same kind; without it, at the end of its section or of all.

    `within`: the paper, or the annex of a clause or term. `fields`: columns of parts.FIELDS, the number among them.
    Refused: the number is taken, or a text does not fit, each beside its field.
    """
    consultation = within.consultation if isinstance(within, Annex) else within
    require(policies.can_run(actor))
    with transaction.atomic():
        locked = locked_draft(consultation, actor)
        rows = parts_of(within, kind)
        number = _checked_number(kind, rows, fields.get(number_column(kind), ""))
        if number is not None:
            fields[number_column(kind)] = number
        if isinstance(within, Annex):
            fields["annex"] = within
        part = KINDS[kind](consultation=locked, **fields, **written(kind, texts))
        part.position = _room_after(rows, after or _place_before(part, rows))
        part.save(force_insert=True)
        if kind in TIED and paragraphs is not None:
            part.paragraphs.set(paragraphs)
        record("consultations.part_added", locked, actor=actor, part=kind, number=number_of(part))
        void_approval(locked, actor)
    return part


def _checked_number(kind: str, rows: Any, number: str, own: Any = None) -> str | None:
    if kind not in NUMBER_LENGTH:
        return None
    number, column = number.strip(), number_column(kind)
    if not number:
        raise Refused(_("Give it a number."), field=column)
    if len(number) > NUMBER_LENGTH[kind]:
        raise Refused(_("A number has at most %(limit)s characters.") % {"limit": NUMBER_LENGTH[kind]}, field=column)
    others = rows.exclude(pk=own) if own else rows
    if others.filter(**{column: number}).exists():
        raise Refused(_("The number %(number)s is taken.") % {"number": number}, field=column)
    return number


def _place_before(part: Any, rows: Any) -> Any:
    """What the part comes after when nobody says: the last of its section, or of the sections before; None: nothing."""
    if kind_of(part) not in {"paragraph", "question"}:
        return rows.last()
    return rows.filter(section__position__lte=part.section.position).last()


def _room_after(rows: Any, after: Any) -> int:
    """A position right after `after` (None: before all); those that follow move on where there is no room."""
    place = after.position if after else 0
    later = rows.filter(position__gt=place).first()
    if later is None and place + STEP <= LAST:
        return int(place + STEP)
    if later is not None and later.position - place > 1:
        return int((place + later.position) // 2)
    if rows.last().position + STEP > LAST:
        return _closed_up(rows, after)
    rows.filter(position__gt=place).update(position=F("position") + STEP)
    return int(place + STEP // 2)


def _closed_up(rows: Any, after: Any) -> int:
    """Number all positions anew, with one left free after `after`."""
    place, free = (0, 0) if after else (1, 1)
    changed = []
    for row in rows:
        place += 2
        if row.position != place:
            row.position = place
            changed.append(row)
        if after and row.pk == after.pk:
            free = place + 1
    rows.model.objects.bulk_update(changed, ["position"], batch_size=500)
    return free


def revise_part(
    part: Any,
    /,
    *,
    actor: Viewer,
    seen: str,
    texts: Mapping[str, Texts],
    paragraphs: Iterable[Paragraph] | None = None,
    checked: bool = False,
    **fields: Any,
) -> Any:
    """Change a part of a draft. `seen`: its seal when the officer read it; Conflict when it is another by now.

    The Chinese falls behind when the English changes without it, unless `checked`: somebody has compared them.
    """
    require(policies.can_run(actor))
    with transaction.atomic():
        locked = locked_draft(part.consultation, actor)
        row = KINDS[kind_of(part)].objects.get(pk=part.pk)
        kind = kind_of(row)
        if seal(row) != seen:
            raise changed_since()
        before = {column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields}
        number = fields.get(number_column(kind))
        if number is not None:
            fields[number_column(kind)] = _checked_number(kind, siblings(row), number, own=row.pk)
        for name, value in {**fields, **written(kind, texts)}.items():
            setattr(row, name, value)
        if kind in {"paragraph", "question"}:
            _note_translation(row, before, checked)
        changed = [name for name, value in before.items() if getattr(row, name) != value]
        if "section_id" in changed:
            others = siblings(row).exclude(pk=row.pk)
            row.position = _room_after(others, _place_before(row, others))
            changed.append("position")
        if changed:
            row.save(update_fields=[name.removesuffix("_id") for name in dict.fromkeys(changed)])
        if kind in TIED and paragraphs is not None and _set(row.paragraphs, paragraphs):
            changed.append("paragraphs")
        if changed:
            record(
                "consultations.part_revised",
                locked,
                actor=actor,
                part=kind,
                number=number_of(row),
                fields=[name for name in changed if not name.startswith("html_")],
            )
            void_approval(locked, actor)
    return row


def _note_translation(row: Any, before: Mapping[str, Any], checked: bool) -> None:
    present = [f"body_{code}" for code in CHINESE if getattr(row, f"body_{code}")]
    changed = [name for name in present if getattr(row, name) != before[name]]
    if checked or not present or not row.body_en:
        row.stale_since, row.stale_reason = None, ""
    elif row.body_en != before["body_en"] and before["body_en"] and len(changed) < len(present):
        row.stale_since, row.stale_reason = row.stale_since or clock.now(), ""
    elif changed == present:
        row.stale_since, row.stale_reason = None, ""


def move_part(part: Any, *, actor: Viewer, up: bool) -> bool:
    """One place up or down among its kind. A paragraph at its section's edge goes over into the next section.

    False: it stands at the end already. A section takes its paragraphs and questions along.
    """
    require(policies.can_run(actor))
    with transaction.atomic():
        locked = locked_draft(part.consultation, actor)
        row = KINDS[kind_of(part)].objects.get(pk=part.pk)
        kind = kind_of(row)
        moved = _moved_into_section(row, up) if kind in {"paragraph", "question"} else _swapped(row, siblings(row), up)
        if moved:
            record("consultations.part_moved", locked, actor=actor, part=kind, number=number_of(row), up=up)
            void_approval(locked, actor)
    return moved


def _swapped(row: Any, rows: Any, up: bool) -> bool:
    order = list(rows)
    here = next(place for place, one in enumerate(order) if one.pk == row.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        return False
    order[here], order[there] = order[there], order[here]
    _save_order(order)
    if isinstance(row, Section):
        _follow_sections(row.consultation)
    return True


def _save_order(order: list[Any]) -> None:
    moved = reordered(order)
    if not moved:
        return
    model = type(moved[0])
    if model is KINDS["term"]:
        # Their positions are unique: out of the way first.
        model.objects.filter(pk__in=[one.pk for one in moved]).update(position=F("position") + LAST // 2)
    model.objects.bulk_update(moved, ["position"], batch_size=500)


def _follow_sections(consultation: Consultation) -> None:
    """Paragraphs and questions in the order of their sections."""
    for kind in ("paragraph", "question"):
        rows = parts_of(consultation, kind).select_related("section").order_by("section__position", "position", "pk")
        _save_order(list(rows.only("position", "section__position")))


def _moved_into_section(row: Any, up: bool) -> bool:
    within = list(siblings(row).filter(section=row.section_id))
    here = next(place for place, one in enumerate(within) if one.pk == row.pk)
    if 0 <= (here - 1 if up else here + 1) < len(within):
        return _swapped(row, siblings(row).filter(section=row.section_id), up)
    sections = list(parts_of(row.consultation, "section"))
    place = next(number for number, one in enumerate(sections) if one.pk == row.section_id) + (-1 if up else 1)
    if not 0 <= place < len(sections):
        return False
    # At the edge of the other section it stands where it stood, in the order of all.
    row.section = sections[place]
    row.save(update_fields=["section"])
    return True


def remove_part(part: Any, *, actor: Viewer, seen: str) -> None:
    """Take a part out of a draft; a section goes with all that is in it, an annex with its clauses.

    Its texts stay in the history of rows. Conflict: somebody else changed it since it was read.
    """
    require(policies.can_run(actor))
    with transaction.atomic():
        locked = locked_draft(part.consultation, actor)
        row = KINDS[kind_of(part)].objects.get(pk=part.pk)
        if seal(row) != seen:
            raise changed_since()
        kind, number = kind_of(row), number_of(row)
        try:
            _gone, counts = row.delete()
        except ProtectedError:
            raise Refused(_("Comments or answers hang on it, so it cannot be removed.")) from None
        removed = {label.partition(".")[2].lower(): count for label, count in counts.items() if "_" not in label}
        record("consultations.part_removed", locked, actor=actor, part=kind, number=number, removed=removed)
        void_approval(locked, actor)


def renumber(consultation: Consultation, *, actor: Viewer, by_section: bool) -> list[Renumbering]:
    """Number sections, paragraphs and questions anew in reading order; `by_section`: 2.1, 2.2 within section 2.

    References inside of texts ("see paragraph 12") stay as they are written. Returns what changed.
    """
    require(policies.can_run(actor))
    with transaction.atomic():
        locked = locked_draft(consultation, actor)
        changes = renumbering(locked, by_section=by_section)
        for model in {type(one.row) for one in changes}:
            rows = [one for one in changes if type(one.row) is model]
            # Numbers are unique: out of each other's way first.
            for place, one in enumerate(rows):
                one.row.number = f"~{place}"
            model.objects.bulk_update([one.row for one in rows], ["number"], batch_size=500)
            for one in rows:
                one.row.number = one.after
            model.objects.bulk_update([one.row for one in rows], ["number"], batch_size=500)
        if changes:
            record("consultations.renumbered", locked, actor=actor, changed=len(changes), by_section=by_section)
            void_approval(locked, actor)
    return changes
