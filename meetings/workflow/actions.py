"""Actions and commitments: who owes what by when, and how it was kept."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from meetings import emails, policies
from meetings.enums import ActionState, Side
from meetings.models import Action, ActionPart, Meeting, Paper
from members.audience import Audience
from members.models import Organisation
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused


def add_action(
    *,
    actor: Viewer,
    organisation: Organisation,
    number: str,
    text: str,
    due: date,
    side: str,
    audience: str = Audience.GROUP,
    meeting: Meeting | None = None,
    due_first: date | None = None,
    **fields: Any,
) -> Action:
    """Note an action or commitment. Read by all members, or (`shared`) by the regulator and `organisation` alone.

    `due_first` only where the record that is entered tells of an earlier date. One owner is needed: a team, an
    organisation, a person, or all platforms.
    """
    require(policies.is_office(actor) or (meeting is not None and policies.can_run(actor, meeting)))
    if audience not in {Audience.GROUP, Audience.SHARED, Audience.REGULATOR}:
        raise Refused(_("An action is read by all members, or by the SFC and one firm."), field="audience")
    action = Action(
        organisation=organisation,
        audience=audience,
        meeting=meeting,
        working_group_id=meeting.working_group_id if meeting else None,
        number=number,
        position=_position(number, meeting),
        text=text,
        due=due,
        due_first=due_first,
        side=Side(side),
        created_at=clock.now(),
        **fields,
    )
    if not (action.owner_team or action.owner_organisation_id or action.owner_user_id or action.all_platforms):
        raise Refused(_("Say who owes it."), field="owner")
    with transaction.atomic():
        action.full_clean(exclude=["meeting", "item", "paragraph"])
        action.save(force_insert=True)
        record("meetings.action_added", action, actor=actor, due=str(due))
        emails.action_assigned(action, actor=actor)
    return action


def _position(number: str, meeting: Meeting | None) -> int:
    """`7.3` of meeting 7 comes at 7003; a commitment outside meetings, `C-2`, after all of them."""
    last = int("".join(c for c in number.replace("-", ".").rsplit(".", 1)[-1] if c.isdigit()) or 0)
    before = meeting.number if meeting is not None and meeting.number else 1_000_000
    return before * 1000 + last


def add_parts(action: Action, *, actor: Viewer, organisations: Iterable[Organisation]) -> None:
    """Give each of these platforms its part of an action that all owe. Repeating it adds none."""
    require(policies.is_office(actor))
    with transaction.atomic():
        locked = Action.objects.select_for_update().get(pk=action.pk)
        owing = set(locked.parts.values_list("organisation", flat=True))
        for organisation in organisations:
            if organisation.pk not in owing:
                part = ActionPart(
                    action=locked,
                    organisation=organisation,
                    audience=Audience.SHARED,
                    working_group_id=locked.working_group_id,
                )
                part.save(force_insert=True)
        _count(locked)
        record("meetings.action_parted", locked, actor=actor, parts=locked.parts_total)
    _take_over(action, locked)


def record_part(action: Action, *, actor: Viewer, organisation: Organisation, done: bool = True) -> None:
    """Note whether one platform has done its part."""
    require(policies.can_keep_action(actor, action))
    with transaction.atomic():
        locked = Action.objects.select_for_update().get(pk=action.pk)
        if not locked.parts.filter(organisation=organisation).update(done=done):
            raise Refused(_("This platform has no part in the action."), field="organisation")
        _count(locked)
        record("meetings.action_part_recorded", locked, actor=actor, done=locked.parts_done)
    _take_over(action, locked)


def _count(action: Action) -> None:
    states = list(action.parts.values_list("done", flat=True))
    action.parts_total, action.parts_done = len(states), sum(states)
    action.save(update_fields=["parts_total", "parts_done"])


def move_due(action: Action, *, actor: Viewer, due: date) -> None:
    """Give the action another day. The first one stays on record and is shown beside it."""
    require(policies.can_keep_action(actor, action))
    with transaction.atomic():
        locked = Action.objects.select_for_update().get(pk=action.pk)
        if locked.is_done:
            raise Refused(_("The action is done."))
        before = locked.due
        locked.due_first, locked.due = locked.due_first or before, due
        locked.save(update_fields=["due", "due_first"])
        record("meetings.action_moved", locked, actor=actor, before=str(before), after=str(due))
    _take_over(action, locked)


def update_action(
    action: Action,
    *,
    actor: Viewer,
    state: str,
    done_on: date | None = None,
    kept_by_paper: Paper | None = None,
    kept_by_consultation: Any = None,
    kept_by_paragraph: int | None = None,
) -> None:
    """Report on an action. Done needs a day (today by default), and may say what kept it."""
    require(policies.can_keep_action(actor, action))
    with transaction.atomic():
        locked = Action.objects.select_for_update().get(pk=action.pk)
        locked.state = ActionState(state)
        locked.done_on = (done_on or clock.today()) if locked.is_done else None
        if locked.done_on and locked.done_on > clock.today():
            raise Refused(_("The day lies in the future."), field="done_on")
        locked.kept_by_paper = kept_by_paper or locked.kept_by_paper
        locked.kept_by_consultation = kept_by_consultation or locked.kept_by_consultation
        locked.kept_by_paragraph = kept_by_paragraph or locked.kept_by_paragraph
        locked.save(update_fields=["state", "done_on", "kept_by_paper", "kept_by_consultation", "kept_by_paragraph"])
        record("meetings.action_updated", locked, actor=actor, state=state)
    _take_over(action, locked)


def _take_over(action: Action, locked: Action) -> None:
    for name in ("state", "done_on", "due", "due_first", "parts_done", "parts_total"):
        setattr(action, name, getattr(locked, name))
