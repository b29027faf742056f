"""Load the demonstration data whole, through the verbs, at the moments at which things happened.

Loading twice changes nothing. What no room can hold yet is returned as sentences, and printed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pghistory
import yaml
from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import Invitation, User
from consultations import loading as consultations
from consultations import workflow as consultation_verbs
from consultations.models import Attachment, BlackoutWindow, Comment, DayChange
from initiatives.loading import load as load_roadmap
from meetings.loading import load as load_meetings
from members import openings
from members import workflow as members
from members.audience import Audience
from members.certification import first_day_of, half_a_year_after
from members.enums import OrganisationKind, Role
from members.models import (
    Delegation,
    LegalHold,
    Membership,
    Organisation,
    Override,
    RegisterImport,
    WorkingGroup,
)
from members.viewer import PUBLIC, Viewer, acting_as, memberships_with_access, viewer_of
from notifications.workflow import without_mail
from portal.common import clock
from portal.common.errors import Refused
from portal.demo.viewing import look_as_a_firm

DATA = Path(__file__).parent / "data"
CONSULTATIONS = ("is-2025-01", "is-2026-01", "cp-2026-05", "cp-2026-06", "is-2026-02")
# What happened from this moment on is still unseen in the inbox.
UNSEEN_FROM = datetime(2026, 11, 16, tzinfo=clock.HONG_KONG)
KINDS = {"regulator": "regulator", "platform": "platform", "observer": "agency"}


def read(name: str) -> dict[str, Any]:
    with (DATA / name).open(encoding="utf-8") as file:
        return dict(yaml.safe_load(file))


def texts(field_name: str, value: dict[str, str] | None) -> dict[str, str]:
    """{en, zh_hant} of the data as the columns name_en, name_zh_hant."""
    return {f"{field_name}_{language}": text for language, text in (value or {}).items()}


@dataclass
class Loader:
    """One loading: who is who, and what was left out."""

    say: Callable[[str], None] = print
    people: dict[str, User] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    today: date = field(default_factory=clock.today)

    def load(self) -> list[str]:
        """Everything, or nothing: one transaction. Returns sentences about what was left out."""
        with (
            transaction.atomic(),
            pghistory.context(source="demonstration data"),
            without_mail(seen_before=UNSEEN_FROM),
        ):
            data = read("organisations.yaml")
            with acting_as(PUBLIC):
                self._organisations(data["organisations"])
                self._people(data["people"])
                self._working_groups(data["working_groups"])
            self._roadmap()
            self._consultations()
            self._meetings()
            self._calendar()
            self._certifications()
            self._delegations()
            self._register_list()
            self._desk()
            self._oversight()
            look_as_a_firm(self.organisations["harbour"], self.secretary())
        return self.left_out

    def actor(self, key: str) -> Viewer:
        """The person of that key as a viewer at the moment of the clock."""
        membership = memberships_with_access().filter(user=self.people[key]).first()
        if membership is None:
            raise Refused(f"{key} was not a member at {clock.now():%Y-%m-%d}")
        return viewer_of(membership)

    def secretary(self) -> Viewer:
        return self.actor("kwok-sze-nga")

    def _organisations(self, rows: list[dict[str, Any]]) -> None:
        added = 0
        for row in rows:
            found = Organisation.objects.filter(key=row["key"]).first()
            if found is None:
                found = self._register(row)
                added += 1
            self.organisations[row["key"]] = found
        self.say(f"organisations: {added} added, {len(rows) - added} there already")

    def _register(self, row: dict[str, Any]) -> Organisation:
        begin = row.get("licence_date") or date(2025, 2, 3)
        with clock.at(datetime.combine(begin, time(9), clock.HONG_KONG)):
            organisation = members.register_organisation(
                actor=None,
                key=row["key"],
                kind=OrganisationKind(KINDS[row["kind"]]),
                **texts("name", row["name"]),
                **texts("short", row.get("short")),
                **texts("platform_name", row.get("platform_name")),
                email_domain=row.get("email_domain", ""),
                ce_reference=row.get("ce_reference") or None,
                licence_date=row.get("licence_date"),
                licence_kinds=row.get("licence_kinds", []),
            )
        for change in row.get("status_history", []):
            last = change is row["status_history"][-1]
            with clock.at(datetime.combine(change["date"], time(9), clock.HONG_KONG)):
                members.set_licence_status(
                    organisation,
                    state=change["status"],
                    effective_on=change["date"],
                    note=row.get("status_note", "") if last else "",
                    actor=None,
                )
        return organisation

    def _people(self, rows: list[dict[str, Any]]) -> None:
        added = 0
        for row in rows:
            found = User.objects.filter(email=row["email"]).first()
            if found is None:
                found = self._appoint(row)
                added += 1
            self.people[row["key"]] = found
        self.say(f"people: {added} added, {len(rows) - added} there already")

    def _appoint(self, row: dict[str, Any]) -> User:
        with clock.at(datetime.combine(row["from"], time(9), clock.HONG_KONG)):
            user = User.objects.create_user(
                row["email"], None, language=row["language"].replace("_", "-"), **texts("name", row["name"])
            )
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
            members.appoint(
                user,
                self.organisations[row["organisation"]],
                role=row["role"],
                team=row.get("team", ""),
                capacities=row["capacities"],
                # As if each firm had certified its people lately, and not since the day of the appointment.
                confirm_by=self._confirmed_until(row),
                starts_on=row["from"],
                ends_on=row.get("to"),
                actor=None,
                **texts("title", row["title"]),
            )
        return user

    def _confirmed_until(self, row: dict[str, Any]) -> date | None:
        return first_day_of(self.organisations[row["organisation"]], self.today)

    def _certifications(self) -> None:
        """One firm has somebody whose confirmation is overdue, and somebody whose is due soon."""
        for key, days in (("daniel-ho", -9), ("yuen-hiu-tung", 12)):
            seat = Membership.objects.get(user=self.people[key], ends_on=None)
            if seat.confirm_by != first_day_of(seat.organisation, self.today):
                continue
            wanted = self.today + timedelta(days=days)
            # Six months and a few days back: months differ in length, and the verb counts in months.
            moment = datetime.combine(wanted, time(10), clock.HONG_KONG) - timedelta(days=184)
            while half_a_year_after(moment.date()) < wanted:
                moment += timedelta(days=1)
            with clock.at(moment), acting_as(actor := self.actor("poon-ka-wing")):
                members.confirm_access(seat, actor=actor)

    def _delegations(self) -> None:
        """A representative is away for three weeks; the chair will be, and a deputy is recorded."""
        if Delegation.objects.exists():
            return
        for by, giver, holder, first, days in (
            ("ko-wai-kit", "ko-wai-kit", "tai-chi-hang", 0, 21),
            ("kwok-sze-nga", "tse-man-hin", "karen-wong", 9, 5),
        ):
            actor = self.actor(by)
            seats = [Membership.objects.get(user=self.people[key], ends_on=None) for key in (giver, holder)]
            starts_on = self.today + timedelta(days=first)
            with acting_as(actor):
                members.delegate(
                    seats[0],
                    to=seats[1],
                    starts_on=starts_on,
                    ends_on=starts_on + timedelta(days=days - 1),
                    actor=actor,
                )

    def _register_list(self) -> None:
        """The secretariat has read in the newest list and not committed it: a new firm, two changes, one absent."""
        content = (DATA / "register.csv").read_bytes()
        with clock.at(datetime(2026, 11, 23, 9, 40, tzinfo=clock.HONG_KONG)):
            actor = self.secretary()
            with acting_as(actor):
                if not RegisterImport.objects.filter(file_name="vatp-list.csv").exists():
                    members.preview_register(content, file_name="vatp-list.csv", actor=actor)
        self.say("list of licensed platforms: previewed")

    def _desk(self) -> None:
        """What the secretariat's desk shows: an invitation that nobody has taken up, and a firm's records on hold."""
        harbour = self.organisations["harbour"]
        address = "newcomer@harbour.example"
        with clock.at(datetime(2026, 11, 12, 11, 0, tzinfo=clock.HONG_KONG)):
            actor = self.secretary()
            with acting_as(actor):
                if not Invitation.objects.filter(email=address).exists():
                    members.invite(harbour, email=address, name_en="Lau Wing-sum", role=Role.CONTRIBUTOR, actor=actor)
                if not LegalHold.objects.exists():
                    members.place_hold(
                        organisation=harbour, reason="Demonstration: an inquiry that is still open.", actor=actor
                    )
        self.say("desk: an open invitation and a legal hold")

    def _oversight(self) -> None:
        """An override that runs, one that waits for a second officer, and who opened what a firm shares."""
        with acting_as(self.secretary()):
            if Override.objects.exists():
                return
        tomorrow = datetime.combine(self.today + timedelta(days=1), time(18), clock.HONG_KONG)
        asked = (
            ("harbour", "Complaint 2026/114: orders of 3 November that were not executed.", 6, True),
            ("banyan", "Client assets: the reconciliation of 31 October, as the firm explained it here.", 13, False),
        )
        for firm, reason, days, approved in asked:
            with clock.at(tomorrow - timedelta(days=3)):
                officer = self.actor("ho-siu-man")
                with acting_as(officer):
                    override = members.ask_for_override(
                        self.organisations[firm], actor=officer, reason=reason, ends_at=tomorrow + timedelta(days=days)
                    )
            if approved:
                with clock.at(tomorrow - timedelta(days=2)):
                    chair = self.actor("tse-man-hin")
                    with acting_as(chair):
                        members.approve_override(override, actor=chair)
        self._openings(tomorrow)
        self.say("oversight: an override that runs, one that waits, and openings of shared content")

    def _openings(self, tomorrow: datetime) -> None:
        for key, how, days in (("karen-wong", "read", 9), ("karen-wong", "download", 8), ("kwok-sze-nga", "export", 4)):
            with clock.at(tomorrow - timedelta(days=days, hours=2)):
                viewer = self.actor(key)
                with acting_as(viewer), openings.collecting(viewer) as ledger:
                    files = Attachment.objects.filter(comment__audience=Audience.SHARED).select_related("comment")
                    if how == "download":
                        for file in files:
                            openings.note_part(file, file.comment)
                    else:
                        openings.note(Comment.objects.visible_to(viewer).filter(audience=Audience.SHARED), how=how)
                    if ledger is not None:
                        ledger.write("/consultations/cp-2026-05/")

    def _working_groups(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if WorkingGroup.objects.filter(key=row["key"]).exists():
                continue
            seats = Membership.objects.filter(user__in=[self.people[key] for key in row["members"]])
            members.form_working_group(
                key=row["key"],
                convener=self.people[row["convener"]],
                people=seats,
                actor=None,
                **texts("name", row["name"]),
            )

    def _roadmap(self) -> None:
        """The roadmap is no demonstration: its facts are the SFC's and stand in initiatives/data."""
        with acting_as(PUBLIC):
            counted = load_roadmap()
        self.say("roadmap: " + ", ".join(f"{count} {word}" for word, count in sorted(counted.items())))

    def _consultations(self) -> None:
        loaded = {key: read(f"consultations/{key}.yaml") for key in CONSULTATIONS}
        common: Any = {"people": self.people, "organisations": self.organisations, "actor_for": self.actor}
        for data in loaded.values():
            self.left_out += consultations.load_consultation(data, statements=loaded, **common)
            self.say(f"consultation {data['consultation']['reference']}")
        for key in CONSULTATIONS:
            data = read(f"threads/{key}.yaml")
            self.left_out += consultations.load_thread(data, **common)
            self.say(f"comments on {key}: {len(data['comments'])}")
        for key in CONSULTATIONS:
            if (DATA / "responses" / f"{key}.yaml").exists():
                data = read(f"responses/{key}.yaml")
                self.left_out += consultations.load_responses(data, **common)
                self.say(f"responses to {key}: {len(data['responses'])}")

        data = read("clarifications/cp-2026-05.yaml")
        self.left_out += consultations.load_clarifications(data, actor_for=self.actor)
        self.say(f"clarifications: {len(data['clarifications'])}")

    def _meetings(self) -> None:
        data = read("meetings.yaml")
        self.left_out += load_meetings(data, people=self.people, organisations=self.organisations, actor_for=self.actor)
        self.say(f"meetings: {len(data['meetings'])}, actions and commitments: {len(data['actions'])}")

    def _calendar(self) -> None:
        """Days that a storm closed and blackout windows, for the calendar of asks."""
        data = read("calendar.yaml")
        for row in data["windows"]:
            with clock.at(row["at"].replace(tzinfo=clock.HONG_KONG)):
                actor = self.actor(row["by"])
                with acting_as(actor):
                    if not BlackoutWindow.objects.filter(starts_on=row["from"], ends_on=row["to"]).exists():
                        consultation_verbs.set_window(row["from"], row["to"], actor=actor, reason=row["reason"])
        for row in data["days"]:
            with clock.at(row["at"].replace(tzinfo=clock.HONG_KONG)):
                actor = self.actor(row["by"])
                with acting_as(actor):
                    if not DayChange.objects.filter(day=row["day"]).exists():
                        consultation_verbs.change_day(
                            row["day"], actor=actor, kind=row["kind"], cause=row["cause"], reason=row["reason"]
                        )
        self.say(f"blackout windows: {len(data['windows'])}, changed days: {len(data['days'])}")
