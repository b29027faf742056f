"""Minutes: drafted with two texts a paragraph, circulated without names, confirmed at the next meeting."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from audit.workflow import record
from meetings import emails, policies
from meetings.enums import MINUTES_TRANSITIONS, MeetingState, MinutesState, ParagraphKind, Silence
from meetings.models import AgendaItem, Meeting, MinuteAttribution, MinuteParagraph, Minutes
from meetings.workflow.convening import lock, move, take_over
from members.audience import Audience
from members.enums import OrganisationKind
from members.models import Membership, Organisation
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused


def record_minutes(meeting: Meeting, *, actor: Viewer, taken_by: User | None = None, summary: str = "") -> Minutes:
    """Open the minutes of a meeting that was held."""
    require(policies.can_run(actor, meeting))
    with transaction.atomic():
        locked = lock(meeting)
        move(locked, MeetingState.MINUTES_DRAFTED)
        locked.save(update_fields=["state"])
        minutes = Minutes(
            meeting=locked,
            audience=locked.audience,
            organisation_id=locked.organisation_id,
            working_group_id=locked.working_group_id,
            taken_by=taken_by,
            summary=summary,
        )
        minutes.save(force_insert=True)
        record("meetings.minutes_recorded", minutes, actor=actor)
    take_over(meeting, locked)
    return minutes


def named_in(text: str) -> set[int]:
    """The organisations, apart from the regulator, that a text names: by a name of theirs or of one of their people."""
    outside = ~Q(kind=OrganisationKind.REGULATOR)
    found = {
        pk
        for pk, *names in Organisation.objects.filter(outside).values_list(
            "pk", "name_en", "name_zh_hant", "name_zh_hans", "short_en", "short_zh_hant", "short_zh_hans"
        )
        if any(name and name in text for name in names)
    }
    people = Membership.objects.filter(~Q(organisation__kind=OrganisationKind.REGULATOR))
    for pk, *names in people.values_list("organisation", "user__name_en", "user__name_zh_hant"):
        if any(name and name in text for name in names):
            found.add(pk)
    return found


def write_paragraph(
    minutes: Minutes,
    *,
    actor: Viewer,
    number: str,
    text: str,
    attributed: str = "",
    item: AgendaItem | None = None,
    kind: str = ParagraphKind.RECORD,
    at: datetime | None = None,
    concerns: Collection[int] | None = None,
) -> MinuteParagraph:
    """Write a paragraph: `text` for the circulated minutes, `attributed` with names, for the regulator.

    `concerns`: the organisations (ids) that `attributed` speaks of; by default those that it names. If that is one
    firm, the firm reads the passage too; if several, no firm does. Refused: a circulated text that names a firm or
    its people, and an attributed one that would show a firm the name of another.
    """
    require(policies.can_write_minutes(actor, minutes))
    if named_in(text):
        raise Refused(_("The circulated text names a firm or one of its people."), field="text")
    with transaction.atomic():
        locked = Minutes.objects.select_for_update().get(pk=minutes.pk)
        require(policies.can_write_minutes(actor, locked))
        paragraph = MinuteParagraph(
            minutes=locked,
            item=item,
            number=number,
            position=int(number.rsplit(".", 1)[-1]),
            kind=kind,
            at=at,
            text=text,
        )
        paragraph.full_clean(exclude=["minutes", "item"])
        paragraph.save(force_insert=True)
        if attributed and attributed != text:
            _attribute(paragraph, locked, attributed, concerns)
        record("meetings.paragraph_written", locked, actor=actor, number=number)
    return paragraph


def _attribute(
    paragraph: MinuteParagraph, minutes: Minutes, text: str, concerns: Collection[int] | None
) -> MinuteAttribution:
    named = named_in(text)
    about = named if concerns is None else set(concerns)
    if len(about) == 1 and named - about:
        raise Refused(_("The attributed text names another firm than the one that would read it."), field="attributed")
    one = about.pop() if len(about) == 1 else None
    attribution = MinuteAttribution(
        paragraph=paragraph,
        audience=Audience.SHARED if one else Audience.REGULATOR,
        organisation_id=one or minutes.organisation_id,
        working_group_id=minutes.working_group_id,
        text=text,
    )
    attribution.save(force_insert=True)
    return attribution


def circulate_minutes(
    minutes: Minutes, *, actor: Viewer, comment_by: datetime | None = None, silence: str = Silence.NOTHING
) -> None:
    """Send the draft to the members for comment by `comment_by`; `silence` says what no reply counts as."""
    require(policies.can_run(actor, minutes.meeting))
    with transaction.atomic():
        meeting = lock(minutes.meeting)
        move(meeting, MeetingState.MINUTES_CIRCULATED)
        meeting.save(update_fields=["state"])
        locked = _move_minutes(minutes, MinutesState.DRAFT_FOR_COMMENT)
        locked.circulated_at = locked.released_at = clock.now()
        locked.comment_by, locked.silence = comment_by, Silence(silence)
        locked.save(update_fields=["state", "circulated_at", "released_at", "comment_by", "silence"])
        record("meetings.minutes_circulated", locked, actor=actor)
        emails.minutes_circulated(locked, actor=actor)
    take_over(minutes.meeting, meeting)
    minutes.refresh_from_db()


def confirm_minutes(minutes: Minutes, *, actor: Viewer, at_meeting: Meeting) -> None:
    """Note that the members confirmed the minutes at `at_meeting`. They cannot be changed afterwards."""
    require(policies.can_run(actor, minutes.meeting))
    if at_meeting.starts_at > clock.now():
        raise Refused(_("That meeting has not begun."))
    with transaction.atomic():
        meeting = lock(minutes.meeting)
        move(meeting, MeetingState.MINUTES_CONFIRMED)
        meeting.save(update_fields=["state"])
        locked = _move_minutes(minutes, MinutesState.CONFIRMED)
        locked.confirmed_at, locked.confirmed_at_meeting = clock.now(), at_meeting
        locked.save(update_fields=["state", "confirmed_at", "confirmed_at_meeting"])
        record("meetings.minutes_confirmed", locked, actor=actor)
    take_over(minutes.meeting, meeting)
    minutes.refresh_from_db()


def _move_minutes(minutes: Minutes, state: MinutesState) -> Minutes:
    locked = Minutes.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=minutes.pk)
    if state not in MINUTES_TRANSITIONS[locked.state]:
        raise Refused(_("These minutes cannot be moved on."))
    locked.state = state
    return locked
