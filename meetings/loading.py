"""Meetings of the past and of the near future from a file, through the verbs, each at its own moment.

The shape of the file is that of portal/demo/data/meetings.yaml. Loading again changes nothing: what is there by
its key or number is left as it is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from accounts.models import User
from consultations.models import Consultation
from initiatives.models import Initiative
from meetings import workflow
from meetings.enums import ActionState, CompetitionCheck, MeetingKind, Reply
from meetings.models import Action, AgendaItem, Meeting, MinuteParagraph, Minutes, Paper
from meetings.workflow import Presents
from members.enums import OrganisationKind
from members.models import Membership, Organisation, WorkingGroup
from members.viewer import Viewer, acting_as
from portal.common import clock

SECRETARY = "kwok-sze-nga"  # who enters what bears no other name
NOON = time(12, 0)


class _Loader:
    def __init__(
        self,
        data: dict[str, Any],
        people: Mapping[str, User],
        organisations: Mapping[str, Organisation],
        actor_for: Callable[[str], Viewer],
    ) -> None:
        self.data = data
        self.people = people
        self.organisations = organisations
        self.actor_for = actor_for
        self.left_out: list[str] = []
        self.regulator = next(o for o in organisations.values() if o.kind == OrganisationKind.REGULATOR)
        users = {user.pk for user in people.values()}
        self.seat = {m.user_id: m for m in Membership.objects.filter(user__in=users).select_related("organisation")}
        self.initiatives = {row.number: row for row in Initiative.objects.all()}
        self.meetings: dict[int, Meeting] = {}

    # Moments and people

    @contextmanager
    def by(self, person: str, moment: datetime) -> Iterator[Viewer]:
        with clock.at(moment):
            actor = self.actor_for(person)
            with acting_as(actor):
                yield actor

    def organisation_of(self, user: User) -> Organisation:
        return self.seat[user.pk].organisation

    def latest(self) -> datetime:
        """The last moment that the meetings tell of: when what bears no date of its own is entered."""
        moments = [m.get("agenda_issued_at") for m in self.data["meetings"]]
        moments += [p.get("published_at") for m in self.data["meetings"] for p in m.get("papers", ())]
        moments += [m.get("minutes", {}).get("circulated_at") for m in self.data["meetings"]]
        found: datetime = max(moment for moment in moments if moment)
        return found

    def consultations(self, keys: Iterable[str], where: str) -> list[Consultation]:
        wanted = list(keys)
        found = {row.key: row for row in Consultation.objects.filter(key__in=wanted)}
        for key in wanted:
            if key not in found:
                self.left_out.append(f"{where}: the consultation {key} is not on the portal.")
        return [found[key] for key in wanted if key in found]

    # Meetings

    def load(self) -> list[str]:
        for entry in self.data["meetings"]:
            self.meeting(entry)
        for entry in self.data.get("sessions", ()):
            self.session(entry)
        for entry in self.data.get("actions", ()):
            self.action(entry)
        return self.left_out

    def meeting(self, entry: dict[str, Any]) -> None:
        with self.by(SECRETARY, self.latest()):
            found = Meeting.objects.filter(key=str(entry["number"])).first()
        if found is not None:
            self.meetings[entry["number"]] = found
            return
        meeting = self.create(entry)
        self.meetings[entry["number"]] = meeting
        if "notice_issued_at" in entry:
            self.convene(meeting, entry)
        else:
            with self.by(SECRETARY, entry["ends_at"]) as actor:
                workflow.enter_past(meeting, actor=actor)
        if "attendance" in entry:
            self.attendance(meeting, entry)
        if "attendance_summary" in entry:
            with self.by(SECRETARY, entry["ends_at"]) as actor:
                workflow.record_totals(meeting, actor=actor, **entry["attendance_summary"])
        if "minutes" in entry:
            self.minutes(meeting, entry["minutes"])
        elif "summary" in entry:
            self.summary(meeting, entry)
        # The minutes of a meeting are confirmed at a later one, once that has begun.
        for earlier in self.data["meetings"]:
            if earlier.get("confirmed_at_meeting") == entry["number"]:
                self.confirm(self.meetings[earlier["number"]], at=meeting)

    def create(self, entry: dict[str, Any]) -> Meeting:
        with self.by(SECRETARY, entry.get("notice_issued_at", entry["ends_at"])) as actor:
            meeting = workflow.create_meeting(
                actor=actor,
                organisation=self.regulator,
                key=str(entry["number"]),
                number=entry["number"],
                chair=self.people[entry["chair"]],
                starts_at=entry["starts_at"],
                ends_at=entry["ends_at"],
                by_video=entry.get("by_video", False),
                reply_by=entry.get("reply_by"),
                items_proposed_by=entry.get("items_proposed_by"),
                seats_per_platform=entry.get("seats_per_platform"),
                **_texts("title", entry["title"]),
                **_texts("place", entry.get("place", {})),
            )
            for item in entry["agenda"]:
                self.item(meeting, item, entry, actor)
        return meeting

    def item(self, meeting: Meeting, item: dict[str, Any], entry: dict[str, Any], actor: Viewer) -> None:
        # An agenda of which the check is not told, and which went out, had passed it; earlier ones knew none.
        default = CompetitionCheck.CLEARED if "agenda_issued_at" in entry else CompetitionCheck.NOT_RECORDED
        start = item.get("starts")
        workflow.add_agenda_item(
            meeting,
            actor=actor,
            number=item["number"],
            purpose=item["purpose"],
            minutes_planned=item["minutes_planned"],
            starts_at=_on(meeting, start) if start else None,
            presenters=[self.presents(key) for key in item.get("presenters", ())],
            initiatives=[self.initiatives[n] for n in item.get("initiatives", ()) if n in self.initiatives],
            consultations=self.consultations(
                item.get("consultations", ()), f"Meeting {meeting.number}, item {item['number']}"
            ),
            competition_check=item.get("competition_check", default),
            title_en=item["title"],
            title_zh_hant=item.get("title_zh_hant", ""),
            note_en=item.get("note", ""),
        )
        for number in item.get("initiatives", ()):
            if number not in self.initiatives:
                self.left_out.append(f"Meeting {meeting.number}: initiative {number} is not on the roadmap.")

    def presents(self, key: str) -> Presents:
        user = self.people[key]
        return Presents(user, self.organisation_of(user), self.seat[user.pk].team)

    def convene(self, meeting: Meeting, entry: dict[str, Any]) -> None:
        """Notice, invitations, replies, agenda, papers, and the meeting itself, in the order in which they came."""
        with self.by(SECRETARY, entry["notice_issued_at"]) as actor:
            workflow.issue_notice(meeting, actor=actor)
            self.invite(meeting, entry, actor)
            for paper in entry.get("papers", ()):
                self.expect(meeting, paper, actor)
        with self.by(SECRETARY, entry["agenda_issued_at"]) as actor:
            workflow.circulate_agenda(meeting, actor=actor)
        for paper in entry.get("papers", ()):
            if "published_at" in paper:
                self.publish(meeting, paper)

    def invite(self, meeting: Meeting, entry: dict[str, Any], actor: Viewer) -> None:
        for answer, keys in entry.get("replies", {}).items():
            for key in keys:
                user = self.people[key]
                seat = workflow.invite(meeting, actor=actor, user=user, organisation=self.organisation_of(user))
                if answer != "no_reply":
                    workflow.note_reply(seat, actor=actor, answer=Reply(answer))
        for key in entry.get("observers", ()):
            user = self.people[key]
            workflow.invite(meeting, actor=actor, user=user, organisation=self.organisation_of(user), is_observer=True)

    def expect(self, meeting: Meeting, paper: dict[str, Any], actor: Viewer) -> None:
        workflow.expect_paper(
            meeting.agendaitems.get(number=paper["item"]),
            actor=actor,
            number=paper["number"],
            author=self.people[paper["by"]],
            audience=paper["classification"],
            due=paper.get("due"),
            title_en=paper["title"],
        )

    def publish(self, meeting: Meeting, paper: dict[str, Any]) -> None:
        """File a title page in place of the paper, whose text the data do not have."""
        with self.by(paper["by"], paper["published_at"]) as actor:
            workflow.file_paper(
                Paper.objects.select_related("meeting", "organisation", "working_group", "document").get(
                    meeting=meeting, number=paper["number"]
                ),
                actor=actor,
                file_name=f"paper-{paper['number'].replace('/', '-')}.md",
                content=title_page(meeting, paper, self.people[paper["by"]]),
                pages=paper.get("pages"),
                trusted=True,
            )

    # The meeting itself

    def attendance(self, meeting: Meeting, entry: dict[str, Any]) -> None:
        with self.by(SECRETARY, entry["ends_at"]) as actor:
            workflow.hold(meeting, actor=actor)
            for row in entry["attendance"]:
                user = self.people[row["person"]]
                organisation = self.organisation_of(user)
                workflow.record_attendance(
                    meeting,
                    actor=actor,
                    user=user,
                    organisation=organisation,
                    mode=row["mode"],
                    statement_accepted=row.get("statement_accepted", False),
                    for_items=row.get("for_items", ()),
                    left_at=_on(meeting, row["left_at"]) if "left_at" in row else None,
                    is_observer=organisation.kind == OrganisationKind.AGENCY,
                )
        for row in entry.get("interests", ()):
            self.interest(meeting, row)

    def interest(self, meeting: Meeting, row: dict[str, Any]) -> None:
        user = self.people[row["person"]]
        with self.by(SECRETARY, meeting.starts_at) as actor:
            interest = workflow.declare_interest(
                meeting,
                actor=actor,
                user=user,
                organisation=self.organisation_of(user),
                text=row["interest"],
                items=meeting.agendaitems.filter(number__in=row["items"]),
            )
        with self.by(row["decided_by"], meeting.starts_at) as actor:
            workflow.decide_interest(interest, actor=actor, handling=row["handling"])

    # Minutes

    def summary(self, meeting: Meeting, entry: dict[str, Any]) -> None:
        with self.by(SECRETARY, entry["ends_at"]) as actor:
            workflow.record_minutes(meeting, actor=actor, summary=entry["summary"])

    def confirm(self, meeting: Meeting, *, at: Meeting) -> None:
        """Only the meeting that confirmed them is on record: they are tabled and confirmed there."""
        with self.by(SECRETARY, at.starts_at) as actor:
            minutes = Minutes.objects.select_related("meeting").get(meeting=meeting)
            workflow.circulate_minutes(minutes, actor=actor)
            workflow.confirm_minutes(minutes, actor=actor, at_meeting=at)

    def minutes(self, meeting: Meeting, entry: dict[str, Any]) -> None:
        with self.by(SECRETARY, meeting.ends_at) as actor:
            minutes = workflow.record_minutes(meeting, actor=actor, taken_by=self.people[entry["taken_by"]])
            for block in entry["items"]:
                item = AgendaItem.objects.get(meeting=meeting, number=block["item"])
                for paragraph in block["paragraphs"]:
                    self.paragraph(minutes, item, paragraph, actor)
        with self.by(entry["taken_by"], entry["circulated_at"]) as actor:
            workflow.circulate_minutes(
                minutes, actor=actor, comment_by=entry["comment_by"], silence=entry["no_reply_counts_as"]
            )

    def paragraph(self, minutes: Minutes, item: AgendaItem, entry: dict[str, Any], actor: Viewer) -> None:
        workflow.write_paragraph(
            minutes,
            actor=actor,
            number=entry["number"],
            item=item,
            text=entry["unattributed"],
            attributed=entry["attributed"],
            at=_on(minutes.meeting, entry["at"]) if "at" in entry else None,
            **({"kind": entry["kind"]} if "kind" in entry else {}),
        )

    # Working sessions and actions

    def session(self, entry: dict[str, Any]) -> None:
        with self.by(SECRETARY, self.latest()) as actor:
            if Meeting.objects.filter(key=entry["key"]).exists():
                return
            meeting = workflow.create_meeting(
                actor=actor,
                organisation=self.regulator,
                kind=MeetingKind.SESSION,
                working_group=WorkingGroup.objects.get(key=entry["working_group"]),
                key=entry["key"],
                chair=self.people[entry["convener"]],
                starts_at=entry["starts_at"],
                ends_at=entry["ends_at"],
                by_video="video" in entry["place"].get("en", ""),
                **_texts("title", entry["title"]),
                **_texts("place", entry["place"]),
            )
            meeting.consultations.set(self.consultations(entry.get("consultations", ()), f"Session {entry['key']}"))
            workflow.issue_notice(meeting, actor=actor, undated=True)

    def action(self, entry: dict[str, Any]) -> None:
        meeting = self.meetings.get(entry.get("meeting", 0))
        moment = meeting.ends_at if meeting else self.latest()
        with self.by(SECRETARY, moment) as actor:
            if Action.objects.filter(number=entry["number"]).exists():
                return
            owner, source = entry["owner"], entry.get("source", {})
            action = workflow.add_action(
                actor=actor,
                organisation=self.organisations[entry["organisation"]] if "organisation" in entry else self.regulator,
                audience=entry["audience"],
                meeting=meeting,
                item=AgendaItem.objects.get(meeting=meeting, number=entry["item"]) if "item" in entry else None,
                paragraph=self.paragraph_of(meeting, entry),
                number=entry["number"],
                text=entry["text"],
                due=entry["due"],
                due_first=entry.get("due_first"),
                side=entry["by"],
                owner_team=owner.get("team", ""),
                owner_organisation=self.organisations[owner["organisation"]] if "organisation" in owner else None,
                owner_user=self.people[owner["person"]] if "person" in owner else None,
                all_platforms=owner.get("all_platforms", False),
                source_consultation=self.one_consultation(source, entry),
                source_comment_key=source.get("comment", ""),
            )
            self.parts(action, entry, actor)
        self.report(action, entry)

    def paragraph_of(self, meeting: Meeting | None, entry: dict[str, Any]) -> MinuteParagraph | None:
        if meeting is None or "paragraph" not in entry:
            return None
        return MinuteParagraph.objects.get(minutes__meeting=meeting, number=entry["paragraph"])

    def one_consultation(self, reference: dict[str, Any], entry: dict[str, Any]) -> Consultation | None:
        if "consultation" not in reference:
            return None
        return next(iter(self.consultations([reference["consultation"]], f"Action {entry['number']}")), None)

    def parts(self, action: Action, entry: dict[str, Any], actor: Viewer) -> None:
        done, still = entry.get("done_by", []), entry.get("open_for", [])
        if done or still:
            workflow.add_parts(action, actor=actor, organisations=[self.organisations[key] for key in [*done, *still]])
            for key in done:
                workflow.record_part(action, actor=actor, organisation=self.organisations[key])

    def report(self, action: Action, entry: dict[str, Any]) -> None:
        """The state now. Overdue is told by the due day: such an action is open."""
        state = ActionState.OPEN if entry["state"] == "overdue" else ActionState(entry["state"])
        if state == ActionState.OPEN:
            return
        kept = entry.get("kept_by", {})
        done_on: date | None = entry.get("done_on")
        moment = datetime.combine(done_on, NOON, clock.HONG_KONG) if done_on else self.latest()
        paper = kept.get("paper")
        with self.by(SECRETARY, max(moment, action.created_at)) as actor:
            workflow.update_action(
                action,
                actor=actor,
                state=state,
                done_on=done_on,
                kept_by_paper=Paper.objects.filter(number=paper).first() if paper else None,
                kept_by_consultation=self.one_consultation(kept, entry),
                kept_by_paragraph=kept.get("paragraph"),
            )


def _texts(field: str, texts: Mapping[str, str]) -> dict[str, Any]:
    return {f"{field}_{language}": text for language, text in texts.items()}


def _on(meeting: Meeting, clock_time: str) -> datetime:
    """`16:50` on the day of the meeting, Hong Kong time."""
    day = meeting.starts_at.astimezone(clock.HONG_KONG).date()
    return datetime.combine(day, time.fromisoformat(clock_time), clock.HONG_KONG)


def title_page(meeting: Meeting, paper: dict[str, Any], author: User) -> bytes:
    """The first page of a paper as Markdown: what the data know of it."""
    day = meeting.starts_at.astimezone(clock.HONG_KONG).date()
    rows = [
        f"# Paper {paper['number']}: {paper['title']}",
        "",
        f"{meeting.title_en}, {day.day} {day:%B %Y}, item {paper['item']}",
        "",
        f"By {author.name_en}, Securities and Futures Commission (demo)",
        "",
        "For members of the advisory group only." if paper["classification"] == "group" else "",
        "",
        "This is demonstration material: the file holds the title page of a paper that was never written.",
        "",
    ]
    return "\n".join(rows).encode()


def load(
    data: dict[str, Any],
    *,
    people: Mapping[str, User],
    organisations: Mapping[str, Organisation],
    actor_for: Callable[[str], Viewer],
) -> list[str]:
    """Load meetings, working sessions and actions; returns a sentence for each thing that was left out.

    `actor_for(key)` is asked inside `clock.at(...)` for the viewer that a person is at that moment. The caller
    decides about mail (`notifications.workflow.without_mail()`).
    """
    return _Loader(data, people, organisations, actor_for).load()
