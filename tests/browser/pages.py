"""Every page of the portal, with somebody who reads it. tests/browser/test_pages.py fails for one that is missing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.contrib import admin
from django.db import models
from django.urls import get_resolver, reverse

from accounts.encryption import encrypt
from accounts.models import User
from accounts.workflow import create_invitation
from consultations import workflow as consultations
from consultations.calendar import next_working_moment
from consultations.models import (
    Clarification,
    ClarificationRequest,
    Comment,
    Consultation,
    ExtensionRequest,
    OpeningRequest,
    ProposalOutcome,
)
from consultations.workflow import drafting, importing
from documents.models import Document
from members import workflow as members
from members.admin_base import RegulatorAdmin
from members.models import IdentityProvider, Membership, MembershipOffer, Organisation, Override
from members.viewer import Viewer, acting_as, viewer_for
from notifications.emails import unsubscribe_token
from tests.browser.conftest import HO, KALOK, KWOK, MEIYAN, POON, ROSA, TSE, WONG

PUBLIC = None
SECRETARIAT = Viewer(user_id=1, organisation_id=1, kind="regulator", role="secretariat")
OPEN = "cp-2026-05"
ANALYSING = "is-2026-01"
Find = Callable[[User | None], str]


@dataclass(frozen=True)
class Visit:
    """One address as one reader; `status` is what it must answer."""

    view: str
    reader: str | None
    path: str | Find = ""
    status: int = 200
    note: str = ""

    def find(self, reader: User | None) -> str:
        if callable(self.path):
            return self.path(reader)
        return self.path or reverse(self.view)

    def __str__(self) -> str:
        who = self.reader.partition("@")[0] if self.reader else "public"
        return "-".join(part for part in (self.view, who, self.note) if part)


def _paper(query: str = "", key: str = OPEN) -> str:
    return f"/consultations/{key}/{query}"


def _comment(view: str, **wanted: Any) -> Find:
    """The page of a comment of the reader's own that lies under the open paper."""

    def find(reader: User | None) -> str:
        assert reader is not None
        with acting_as(viewer_for(reader)):
            rows = Comment.objects.visible_to(viewer_for(reader)).filter(
                consultation__key=OPEN, withdrawn_at=None, **wanted
            )
            comment = (rows if wanted else rows.filter(author=reader)).earliest("created_at")
        return reverse(view, args=[OPEN, comment.pk])

    return find


def _identity_provider(view: str, *arguments: str) -> Find:
    """The page, once Banyan has a provider of its own."""

    def find(_reader: User | None) -> str:
        IdentityProvider.objects.get_or_create(
            organisation=Organisation.objects.get(key="banyan"),
            defaults={
                "issuer": "http://127.0.0.1:9",
                "client_id": "portal",
                "client_secret": encrypt("x"),
                "domains": ["banyan.example"],
            },
        )
        return reverse(view, args=arguments)

    return find


def _reply(reader: User | None) -> str:
    assert reader is not None
    with acting_as(viewer_for(reader)):
        comment = (
            Comment.objects.visible_to(viewer_for(reader))
            .filter(consultation__key=OPEN, audience="shared", withdrawn_at=None)
            .earliest("created_at")
        )
    return _paper(f"?reply={comment.pk}")


def _outcome(view: str) -> Find:
    """The first proposal in the conclusions that are being written."""

    def find(reader: User | None) -> str:
        assert reader is not None
        with acting_as(viewer_for(reader)):
            row = ProposalOutcome.objects.filter(conclusions__consultation__key=ANALYSING).earliest("position")
        return reverse(view, args=[ANALYSING, row.pk])

    return find


DRAFTED = """# Staking by platforms

## 1. Background

1. The SFC hears what protects clients.[^1]

[^1]: A footnote with a link to <https://www.sfc.hk>.

2. Platforms hold what is staked:

| Tier | Least share in cold storage | Reported |
| --- | --- | --- |
| One | 98% | each month |
| Two | 95% | each quarter |

> **Question 1**
>
> Do you agree that platforms keep control?

Something that stands alone

## Annex A: Draft terms (marked-up text)

**5.1** A platform {++must++}{--may--} keep control.
"""
DRAFTED_IN_CHINESE = """# 平台的質押服務

## 1. 背景

1. 證監會徵詢如何保障客戶。
"""


def _draft(view: str, *wanted: str) -> Find:
    """A page of a draft of the reader's: made once, from a file, with its translation read and not yet taken over."""

    def find(reader: User | None) -> str:
        assert reader is not None
        viewer = viewer_for(reader)
        with acting_as(viewer):
            paper = Consultation.objects.visible_to(viewer).filter(key="cp-drafted").first() or _made(viewer)
            arguments: list[Any] = [paper.key]
            for name in wanted:
                if name == "block":
                    arguments.append(paper.imports.first().blocks[0]["id"])
                elif name == "imports":
                    arguments.append(paper.imports.first().pk)
                elif hasattr(paper, name):
                    arguments.append(getattr(paper, name).first().pk)
                else:
                    arguments.append(name)
        return reverse(view, args=arguments)

    return find


def _made(viewer: Viewer) -> Consultation:
    paper = drafting.begin_paper(
        actor=viewer, texts={"title": {"en": "Staking by platforms"}, "purpose": {"en": "To hear what protects."}},
        relations={}, key="cp-drafted", reference="CP 2027-09", kind="panel", audience="group", lead=viewer.user,
        languages=["en", "zh_hant"],
    )  # fmt: skip
    english = importing.take_in(paper, actor=viewer, source=DRAFTED.encode(), file_name="staking.md", language="en")
    importing.commit_import(english, actor=viewer, version=1, choices=importing.Choices())
    importing.take_in(
        paper, actor=viewer, source=DRAFTED_IN_CHINESE.encode(), file_name="staking-zh.md", language="zh_hant"
    )
    return paper


def _colleagues(reader: User | None) -> str:
    """The page on which a colleague's comment is given back."""
    assert reader is not None
    viewer = viewer_for(reader)
    with acting_as(viewer):
        mine = Comment.objects.visible_to(viewer).filter(
            consultation__key=OPEN, membership__organisation=viewer.organisation_id, withdrawn_at=None
        )
        comment = mine.exclude(author=reader).earliest("created_at")
    return reverse("consultations:give_back", args=[OPEN, comment.pk])


def _opening(view: str) -> Find:
    """The request by which the open paper was opened."""

    def find(reader: User | None) -> str:
        assert reader is not None
        with acting_as(viewer_for(reader)):
            asked = OpeningRequest.objects.visible_to(viewer_for(reader)).get(consultation__key=OPEN)
        return reverse(view, args=[OPEN, asked.pk])

    return find


def _letter(reader: User | None) -> str:
    """Where the letter of Mei-yan's appointment is filed."""
    return reverse("documents:appointment_letter", args=[viewer_for(User.objects.get(email=MEIYAN)).membership.pk])


def _extension_request(reader: User | None) -> str:
    """What Mei-yan's firm asks the secretariat for."""
    mei = viewer_for(User.objects.get(email=MEIYAN))
    with acting_as(mei):
        rows = ExtensionRequest.objects.visible_to(mei).filter(consultation__key=OPEN)
        asked = rows.first()
        if asked is None:
            paper = Consultation.objects.visible_to(mei).get(key=OPEN)
            until = next_working_moment(paper.closes_at + timedelta(days=7))
            asked = consultations.ask_for_extension(paper, actor=mei, until=until, reason="Wallet migration.")
    return reverse("consultations:decide_extension", args=[OPEN, asked.pk])


def _clarification(view: str) -> Find:
    """The page of the newest clarification of the open paper."""

    def find(reader: User | None) -> str:
        assert reader is not None
        with acting_as(viewer_for(reader)):
            row = Clarification.objects.visible_to(viewer_for(reader)).filter(consultation__key=OPEN).latest("pk")
        return reverse(view, args=[OPEN, row.pk])

    return find


def _clarification_request(reader: User | None) -> str:
    assert reader is not None
    with acting_as(viewer_for(reader)):
        rows = ClarificationRequest.objects.visible_to(viewer_for(reader)).filter(consultation__key=OPEN)
        return reverse("consultations:decline_clarification", args=[OPEN, rows.earliest("asked_at").pk])


def _document(reader: User | None) -> str:
    assert reader is not None
    with acting_as(viewer_for(reader)):
        found = Document.objects.visible_to(viewer_for(reader)).first()
    assert found is not None
    return reverse("documents:document", args=[found.pk])


def _invitation(reader: User | None) -> str:
    _made, token = create_invitation("newcomer@harbour.example", invited_by=None, name_en="New Comer")
    return reverse("accounts:invitation", args=[token])


def _seat(view: str) -> Find:
    """A page about a colleague of the coordinator's."""

    def find(reader: User | None) -> str:
        seat = Membership.objects.get(user__email=ROSA, ends_on=None)
        return reverse(view, args=[seat.pk])

    return find


def _override(view: str) -> Find:
    """The request of the demonstration that waits for a second officer."""

    def find(reader: User | None) -> str:
        assert reader is not None
        with acting_as(viewer_for(reader)):
            row = Override.objects.filter(state="asked").first()
        assert row is not None
        return reverse(view, args=[row.pk])

    return find


def _offer(view: str) -> Find:
    """A page about an invitation of the coordinator's that is open."""

    def find(reader: User | None) -> str:
        assert reader is not None
        viewer = viewer_for(reader)
        waiting = MembershipOffer.objects.filter(
            organisation=viewer.organisation_id, invitation__accepted_at=None, invitation__revoked_at=None
        )
        if not waiting.exists():
            assert viewer.organisation is not None
            with acting_as(viewer):
                members.invite(
                    viewer.organisation, email="june.lok@harbour.example", name_en="June Lok", role="contributor",
                    actor=viewer,
                )  # fmt: skip
        return reverse(view, args=[waiting.latest("pk").pk])

    return find


def _unsubscribe(reader: User | None) -> str:
    token = unsubscribe_token(User.objects.get(email=MEIYAN).pk, "comments")
    return reverse("notifications:unsubscribe", args=[token])


def _mail(reader: User | None) -> str:
    import mailbox

    from django.conf import settings

    return reverse("demo:mail", args=[mailbox.Maildir(settings.MAILBOX).keys()[0]])


def _key(view: str) -> Find:
    """A security key of the reader's."""

    def find(reader: User | None) -> str:
        from allauth.mfa.models import Authenticator

        assert reader is not None
        key, _new = Authenticator.objects.get_or_create(
            user=reader, type="webauthn", defaults={"data": {"name": "Office key", "credential": {}}}
        )
        return reverse(view, args=[key.pk])

    return find


VISITS = [
    Visit("home", PUBLIC),
    Visit("home", MEIYAN),
    Visit("home", WONG),
    Visit("initiatives:roadmap", PUBLIC),
    Visit("initiatives:roadmap", PUBLIC, "/roadmap/?view=table", note="table"),
    Visit("initiatives:roadmap", PUBLIC, "/roadmap/?view=list", note="list"),
    Visit("initiatives:initiative", PUBLIC, "/roadmap/3/"),
    Visit("initiatives:initiative", MEIYAN, "/roadmap/9/"),
    Visit("consultations:list", PUBLIC),
    Visit("consultations:list", MEIYAN),
    Visit("consultations:calendar", MEIYAN),
    Visit("consultations:calendar", WONG, note="officer"),
    Visit("consultations:calendar", WONG, "/consultations/calendar/?firm=harbour", note="one firm"),
    Visit("consultations:calendar_days", MEIYAN),
    Visit("consultations:calendar_days", KWOK),
    Visit("consultations:calendar_check", WONG, "/consultations/calendar/check/?deadline_0=2026-12-12", note="tried"),
    Visit("consultations:new", WONG),
    Visit("consultations:draft", WONG, _draft("consultations:draft")),
    Visit("consultations:draft_details", WONG, _draft("consultations:draft_details")),
    Visit("consultations:draft_gaps", WONG, _draft("consultations:draft_gaps")),
    Visit("consultations:draft_renumber", WONG, _draft("consultations:draft_renumber")),
    Visit("consultations:draft_section", WONG, _draft("consultations:draft_section", "sections")),
    Visit("consultations:draft_annex", WONG, _draft("consultations:draft_annex", "annexes")),
    Visit("consultations:draft_add", WONG, _draft("consultations:draft_add", "paragraph")),
    Visit("consultations:draft_part", WONG, _draft("consultations:draft_part", "paragraph", "paragraphs")),
    Visit("consultations:draft_remove", WONG, _draft("consultations:draft_remove", "paragraph", "paragraphs")),
    Visit("consultations:import_new", WONG, _draft("consultations:import_new")),
    Visit("consultations:import", WONG, _draft("consultations:import", "imports")),
    Visit("consultations:import_block", WONG, _draft("consultations:import_block", "imports", "block")),
    Visit("consultations:import_commit", WONG, _draft("consultations:import_commit", "imports")),
    Visit("consultations:consultation", MEIYAN, _paper()),
    Visit("consultations:consultation", MEIYAN, _paper("?text=both"), note="both languages"),
    Visit("consultations:consultation", MEIYAN, _paper("?compose=p16"), note="composer"),
    Visit("consultations:consultation", MEIYAN, _paper(key="cp-2026-06"), note="second"),
    Visit("consultations:consultation", MEIYAN, _paper(key="is-2025-01"), note="concluded"),
    Visit("consultations:consultation", KALOK, _paper(key="is-2026-02"), note="questionnaire"),
    Visit("consultations:consultation", WONG, _paper()),
    Visit("consultations:consultation", WONG, _reply, note="reply"),
    Visit("consultations:manage", WONG, _paper("manage/")),
    Visit("consultations:manage", KWOK, _paper("manage/", key="cp-2026-06"), note="desk"),
    Visit("consultations:audience_preview", WONG, _paper("manage/preview/")),
    Visit("consultations:ask_to_open", WONG, _paper("manage/open/")),
    Visit("consultations:take_back_opening", WONG, _paper("manage/open/take-back/")),
    Visit("consultations:approve_opening", KWOK, _opening("consultations:approve_opening")),
    Visit("consultations:return_opening", KWOK, _opening("consultations:return_opening")),
    Visit("consultations:move_deadline", WONG, _paper("manage/deadline/?after=correction")),
    Visit("consultations:extend", KWOK, _paper("manage/extend/")),
    Visit("consultations:decide_extension", KWOK, _extension_request),
    Visit("consultations:withdraw_paper", WONG, _paper("manage/withdraw/")),
    Visit("consultations:effect", WONG, _paper("manage/effect/", key="is-2025-01")),
    Visit("consultations:manage", WONG, _paper("manage/", key=ANALYSING), note="analysing"),
    Visit("consultations:conclusions", WONG, _paper("manage/conclusions/", key=ANALYSING)),
    Visit("consultations:conclusions_head", WONG, _paper("manage/conclusions/head/", key=ANALYSING)),
    Visit("consultations:publish_conclusions", WONG, _paper("manage/conclusions/publish/", key=ANALYSING)),
    Visit("consultations:add_outcome", WONG, _paper("manage/conclusions/proposals/add/", key=ANALYSING)),
    Visit("consultations:outcome", WONG, _outcome("consultations:outcome")),
    Visit("consultations:remove_outcome", WONG, _outcome("consultations:remove_outcome")),
    Visit("consultations:amend", WONG, _paper("amend/p16/")),
    Visit("consultations:part_history", MEIYAN, _paper("history/p12/", key="cp-2026-06")),
    Visit("consultations:ask_for_extension", MEIYAN, _paper("extension/")),
    Visit("consultations:reconfirm", MEIYAN, _paper("reconfirm/", key="cp-2026-06")),
    Visit("consultations:thread", MEIYAN, _paper("thread/q1/")),
    Visit("consultations:thread", WONG, _paper("thread/whole/"), note="whole"),
    Visit("consultations:export", MEIYAN, _paper("export/")),
    Visit("consultations:export", WONG, _paper("export/?text=both&audience=shared", key="is-2025-01"), note="officer"),
    Visit("notifications:feeds", MEIYAN),
    Visit("consultations:moderation", KWOK),
    Visit("consultations:hold", KWOK, _comment("consultations:hold", audience="group", state="published")),
    Visit("consultations:clarifications", MEIYAN, _paper("clarifications/")),
    Visit("consultations:clarifications", WONG, _paper("clarifications/"), note="officer"),
    Visit("consultations:ask_clarification", MEIYAN, _paper("clarifications/ask/")),
    Visit("consultations:write_clarification", WONG, _paper("clarifications/write/")),
    Visit("consultations:clarification", WONG, _clarification("consultations:clarification")),
    Visit("consultations:change_clarification", WONG, _clarification("consultations:change_clarification")),
    Visit("consultations:clarification_history", MEIYAN, _paper("clarifications/1/history/")),
    Visit("consultations:decline_clarification", WONG, _clarification_request),
    Visit("consultations:edit", MEIYAN, _comment("consultations:edit")),
    Visit("consultations:withdraw", MEIYAN, _comment("consultations:withdraw")),
    Visit("consultations:readers", MEIYAN, _comment("consultations:readers")),
    Visit("consultations:drafts", MEIYAN),
    Visit("consultations:waiting", MEIYAN),
    Visit("consultations:shortcuts", MEIYAN),
    Visit("consultations:give_back", MEIYAN, _colleagues, note="give back"),
    Visit("consultations:comment_history", MEIYAN, _comment("consultations:comment_history", edited_at__isnull=False)),
    Visit("meetings:list", MEIYAN),
    Visit("meetings:actions", MEIYAN),
    Visit("meetings:actions", KWOK),
    Visit("meetings:meeting", MEIYAN, "/meetings/8/", note="ahead"),
    Visit("meetings:meeting", MEIYAN, "/meetings/7/", note="held"),
    Visit("meetings:meeting", KWOK, "/meetings/7/", note="held"),
    Visit("documents:list", MEIYAN),
    Visit("documents:document", MEIYAN, _document),
    Visit("members:directory", MEIYAN),
    Visit("firm:people", POON),
    Visit("firm:people", MEIYAN, note="colleague"),
    Visit("firm:invite", POON),
    Visit("firm:certification", POON),
    Visit("firm:role", POON, _seat("firm:role")),
    Visit("firm:end", POON, _seat("firm:end")),
    Visit("firm:withdraw", POON, _offer("firm:withdraw")),
    Visit("firm:send_again", POON, _offer("firm:send_again")),
    Visit("members:directory", KWOK, note="office"),
    Visit("oversight:overrides", MEIYAN),
    Visit("oversight:overrides", KWOK, note="office"),
    Visit("oversight:overrides", HO, note="supervision"),
    Visit("oversight:ask", HO),
    Visit("oversight:decide", KWOK, _override("oversight:decide")),
    Visit("oversight:end", HO, _override("oversight:end")),
    Visit("oversight:openings", MEIYAN),
    Visit("oversight:openings", KWOK, note="office"),
    Visit("documents:appointment_letter", KWOK, _letter),
    Visit("members:delegations", MEIYAN),
    Visit("members:delegations", KWOK, note="office"),
    Visit("members:delegate", MEIYAN),
    Visit("members:views", MEIYAN),
    Visit("members:views", KWOK, note="office"),
    Visit("members:view_as", KWOK, "/members/view-as/harbour/"),
    Visit("notifications:inbox", MEIYAN),
    Visit("notifications:inbox", KWOK, "/notifications/?show=unread", note="unread"),
    Visit("notifications:settings", MEIYAN),
    Visit("notifications:unsubscribe", PUBLIC, _unsubscribe),
    Visit("notifications:unsubscribe", PUBLIC, "/u/no.such.token/", status=404, note="broken"),
    Visit("help", PUBLIC),
    Visit("accessibility", PUBLIC),
    Visit("privacy", MEIYAN),
    Visit("demo:confirm", WONG),
    Visit("demo:mailbox", PUBLIC),
    Visit("demo:mail", PUBLIC, _mail),
    Visit("account_login", PUBLIC),
    Visit("account_signup", PUBLIC),
    Visit("accounts:invitation", PUBLIC, _invitation),
    Visit("accounts:invitation", PUBLIC, "/account/invitation/spent/", status=410, note="closed"),
    Visit("account_reset_password", PUBLIC),
    Visit("account_inactive", PUBLIC),
    Visit("account_password_reset_completed", PUBLIC),
    Visit("accounts:profile", ROSA),
    Visit("account_logout", ROSA),
    Visit("account_email", ROSA),
    Visit("account_change_password", ROSA),
    Visit("account_set_password", TSE),
    Visit("account_reauthenticate", ROSA),
    Visit("mfa_index", ROSA),
    Visit("mfa_reauthenticate", ROSA),
    Visit("mfa_activate_totp", TSE),
    Visit("mfa_deactivate_totp", ROSA),
    Visit("mfa_view_recovery_codes", ROSA),
    Visit("mfa_generate_recovery_codes", ROSA),
    Visit("mfa_list_webauthn", ROSA),
    Visit("mfa_add_webauthn", ROSA),
    Visit("mfa_edit_webauthn", ROSA, _key("mfa_edit_webauthn")),
    Visit("mfa_remove_webauthn", ROSA, _key("mfa_remove_webauthn")),
    Visit("usersessions_list", ROSA),
    Visit("audit_room:entries", KWOK),
    Visit("members:through_a_firm", PUBLIC),
    Visit("members:to_firm", PUBLIC, _identity_provider("members:to_firm", "banyan")),
    Visit("members:firm_sign_in", KALOK, _identity_provider("members:firm_sign_in")),
    Visit("admin:index", KWOK),
    Visit("admin:index", MEIYAN, "/admin/login/?next=/admin/", status=403, note="refused"),
    Visit("no such page", PUBLIC, "/no-such-page/", status=404),
]

# Addresses that show no page of their own, or one that tests/browser/test_signing_in.py walks through.
ELSEWHERE = {
    "accounts:theme": "a form's target",
    "accounts:end_session": "a form's target",
    "accounts:carry_on": "test_what_was_typed_is_kept",
    "account_confirm_login_code": "switched off",
    "account_confirm_password_reset_code": "test_a_forgotten_password",
    "account_complete_password_reset": "test_a_forgotten_password",
    "account_email_verification_sent": "only where an address is not proved; an invitation proves it",
    "consultations:draft_markdown": "a file",
    "consultations:advance": "a form's target",
    "consultations:move_outcome": "a form's target",
    "consultations:confirm_answer": "a form's target",
    "consultations:keep_draft": "a form's target",
    "consultations:draft_move": "a form's target",
    "consultations:import_discard": "a form's target",
    "consultations:import_file": "a file",
    "consultations:attachment": "a file",
    "consultations:discard_draft": "a form's target",
    "consultations:let_out": "a form's target",
    "consultations:pin": "a form's target",
    "consultations:release_wish": "a form's target",
    "consultations:save_draft": "a form's target",
    "consultations:news": "a part of the paper",
    "consultations:decide": "a form's target",
    "consultations:take_back_clarification": "a form's target",
    "consultations:official": "a form's target",
    "consultations:change_day": "a form's target",
    "consultations:undo_change": "a form's target",
    "consultations:move_deadlines": "a form's target",
    "consultations:set_window": "a form's target",
    "consultations:lift_window": "a form's target",
    "consultations:post": "a form's target",
    "consultations:resolve": "a form's target",
    "demo:enter": "a form's target",
    "demo:mail_html": "the mail itself, in a frame of demo:mail",
    "documents:download": "a file",
    "oversight:opening_file": "a file",
    "consultations:export_file": "a file",
    "audit_room:export_csv": "a file",
    "audit_room:export_xlsx": "a file",
    "consultations:feed": "a feed for programs",
    "notifications:revoke_feed_key": "a form's target",
    "favicon": "a picture",
    "meetings:reply": "a form's target",
    "members:connect_firm": "leads to the firm's provider",
    "members:disconnect_firm": "a form's target",
    "members:from_firm": "test_signing_in_through_a_firm",
    "members:go_to_firm": "leads to the firm's provider",
    "members:stop_view_as": "a form's target",
    "members:end_delegation": "a form's target",
    "metrics": "figures for a machine",
    "mfa_authenticate": "test_the_main_job and test_a_passkey",
    "mfa_download_recovery_codes": "a file",
    "mfa_login_webauthn": "data for a script",
    "mfa_reauthenticate_webauthn": "test_a_passkey",
    "notifications:mark_all_read": "a form's target",
    "notifications:open": "a form's target",
    "set_language": "a form's target",
}


def _change(model: type[models.Model]) -> Find:
    """The form of the first row of this model that the admin site shows the reader; the list when there is none."""

    def find(reader: User | None) -> str:
        assert reader is not None
        viewer = viewer_for(reader)
        site = admin.site._registry[model]
        with acting_as(viewer):
            row = site.get_queryset(SimpleNamespace(viewer=viewer, user=reader, GET={})).first()  # type: ignore[arg-type]
        opts = model._meta
        if row is None:
            return reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])

    return find


def admin_visits() -> list[Visit]:
    """List and form of every model of ours, and the form for a new row where somebody of the regulator may add one."""
    visits = []
    for model, site in admin.site._registry.items():
        if not isinstance(site, RegulatorAdmin):
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        reader = KWOK
        visits.append(Visit(f"{name}_changelist", reader))
        visits.append(Visit(f"{name}_change", reader, _change(model)))
        if site.has_add_permission(SimpleNamespace(viewer=SECRETARIAT)):  # type: ignore[arg-type]
            visits.append(Visit(f"{name}_add", reader))
    visits.append(Visit("admin:members_membership_invite", KWOK))
    visits.append(Visit("admin:members_identityprovider_set", KWOK))
    return visits


def every_view() -> set[str]:
    """The names of all addresses of the portal, but not of the admin site."""

    def names(resolver: Any, space: str = "") -> set[str]:
        found = set()
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                found |= names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
            else:
                found.add(f"{space}{pattern.name}")
        return found

    return {name for name in names(get_resolver()) if not name.startswith("admin:")}
