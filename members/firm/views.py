"""A firm's own pages. Its coordinator acts here; its other people see who acts for the firm."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.second_factor import Factors, factors_of
from members import policies, workflow
from members.certification import coordinators_of, is_asked, people_of
from members.enums import Capacity, Role
from members.firm.forms import END, KEEP, CertificationForm, EndForm, InviteForm, RoleForm
from members.models import FirmChange, Membership, MembershipOffer, Organisation
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused

CHANGES_SHOWN = 12


@dataclass(frozen=True)
class Seat:
    """A row of the list, with what its reader may see and do."""

    membership: Membership
    capacities: list[str]
    factors: Factors
    can_change: bool
    is_self: bool

    @property
    def is_overdue(self) -> bool:
        due = self.membership.confirm_by
        return due is not None and due < clock.today()


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def _own_firm(viewer: Viewer) -> Organisation:
    policies.require(policies.can_see_firm(viewer))
    assert viewer.organisation is not None
    return viewer.organisation


def _firm_to_look_after(request: HttpRequest) -> tuple[Viewer, Organisation]:
    viewer = _viewer(request)
    firm = _own_firm(viewer)
    policies.require(policies.is_coordinator_of(viewer, firm.pk))
    return viewer, firm


def _seat_or_404(firm: Organisation, pk: int, viewer: Viewer) -> Membership:
    found = people_of(firm.pk).filter(pk=pk).first()
    if found is None:
        raise Http404
    policies.require(policies.can_end_membership(viewer, found))
    return found


def _open_offers(firm: Organisation) -> Any:
    rows = MembershipOffer.objects.filter(
        organisation=firm, invitation__accepted_at=None, invitation__revoked_at=None
    ).select_related("invitation__invited_by", "organisation")
    return rows.order_by("-invitation__created_at")


def _offer_or_404(firm: Organisation, pk: int) -> MembershipOffer:
    found: MembershipOffer | None = _open_offers(firm).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _colleagues(firm: Organisation, besides: set[int]) -> list[Membership]:
    """Who can take over: people of the firm today, without those who leave."""
    return [one for one in people_of(firm.pk) if one.is_current and one.user_id not in besides]


def _is_last_coordinator(membership: Membership) -> bool:
    if membership.role != Role.COORDINATOR:
        return False
    return not coordinators_of(membership.organisation_id).exclude(user=membership.user_id).exists()


@dataclass(frozen=True)
class Change:
    """A line of what changed: an act of a coordinator, or that nobody confirmed somebody in time."""

    at: datetime
    act: FirmChange | None = None
    lapsed: Membership | None = None


def _what_changed(acts: Any, rows: list[Membership]) -> list[Change]:
    acts = acts.select_related("membership__user", "offer__invitation", "made_by")[:CHANGES_SHOWN]
    lapsed = [row for row in rows if row.confirm_by is not None and row.confirm_by < clock.today()]
    found = [Change(act.made_at, act=act) for act in acts]
    found += [Change(_day_after(row.confirm_by), lapsed=row) for row in lapsed if row.confirm_by]
    return sorted(found, key=lambda one: one.at, reverse=True)[:CHANGES_SHOWN]


def _day_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), clock.HONG_KONG)


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who acts for the firm. Last sign-in, second factor, invitations and changes are the coordinator's alone."""
    viewer = _viewer(request)
    firm = _own_firm(viewer)
    looks_after = policies.is_coordinator_of(viewer, firm.pk)
    rows = list(people_of(firm.pk))
    factors = factors_of([row.user_id for row in rows]) if looks_after else {}
    seats = [
        Seat(
            membership=row,
            capacities=[str(Capacity(one).label) for one in row.capacities],
            factors=factors.get(row.user_id, Factors()),
            can_change=policies.can_end_membership(viewer, row) and not viewer.is_unconfirmed,
            is_self=row.user_id == viewer.user_id,
        )
        for row in rows
    ]
    context: dict[str, Any] = {"firm": firm, "seats": seats, "looks_after": looks_after}
    if looks_after:
        changes = FirmChange.objects.visible_to(viewer).filter(organisation=firm)
        context |= {
            "offers": list(_open_offers(firm)),
            "changes": _what_changed(changes, rows),
            "asked": [row for row in is_asked(rows) if row.user_id != viewer.user_id],
            "may_write": not viewer.is_unconfirmed,
            "is_alone": not any(row.role == Role.COORDINATOR and row.user_id != viewer.user_id for row in rows),
            "own_last_day": viewer.membership.ends_on if viewer.membership else None,
        }
    return render(request, "members/firm/people.html", context)


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    viewer, firm = _firm_to_look_after(request)
    form = InviteForm(request.POST or None, organisation_id=firm.pk, initial={"language": "en"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if "confirmed" not in request.POST:
            if "change" in request.POST:
                return render(request, "members/firm/invite.html", {"form": form, "firm": firm})
            foreign = firm.email_domain and not data["email"].lower().endswith("@" + firm.email_domain.lower())
            context = {"form": form, "firm": firm, "role": Role(data["role"]).label, "is_foreign": foreign}
            return render(request, "members/firm/invite_confirm.html", context)
        try:
            workflow.invite(firm, actor=viewer, **data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("The invitation was sent to %s.") % data["email"])
            return redirect("firm:people")
    context = {"form": form, "firm": firm}
    return render(request, "members/firm/invite.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    viewer, firm = _firm_to_look_after(request)
    offer = _offer_or_404(firm, pk)
    if request.method == "POST":
        try:
            workflow.withdraw_invitation(offer, actor=viewer)
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("The invitation is withdrawn: its link opens nothing any more."))
        return redirect("firm:people")
    return render(request, "members/firm/invitation.html", {"offer": offer, "firm": firm, "withdraws": True})


@require_http_methods(["GET", "POST"])
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    viewer, firm = _firm_to_look_after(request)
    offer = _offer_or_404(firm, pk)
    if request.method == "POST":
        try:
            workflow.send_invitation_again(offer, actor=viewer)
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("A new invitation was sent to %s.") % offer.invitation.email)
        return redirect("firm:people")
    return render(request, "members/firm/invitation.html", {"offer": offer, "firm": firm, "withdraws": False})


@require_http_methods(["GET", "POST"])
def role(request: HttpRequest, pk: int) -> HttpResponse:
    viewer, firm = _firm_to_look_after(request)
    membership = _seat_or_404(firm, pk, viewer)
    form = RoleForm(request.POST or None, membership=membership)
    context: dict[str, Any] = {"form": form, "firm": firm, "membership": membership, "person": membership.user}
    if request.method == "POST" and form.is_valid() and "change" in request.POST:
        return render(request, "members/firm/role.html", context)
    if request.method == "POST" and form.is_valid() and form.changes_nothing:
        form.add_error(None, _("This is how it stands: nothing would change."))
    elif request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if "confirmed" not in request.POST:
            labels = [str(Capacity(one).label) for one in data["capacities"]]
            context |= {"role": Role(data["role"]).label, "capacities": labels}
            context["is_last"] = _is_last_coordinator(membership) and data["role"] != Role.COORDINATOR
            return render(request, "members/firm/role_confirm.html", context)
        try:
            workflow.change_role(membership, actor=viewer, role=data["role"], capacities=data["capacities"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("Changed. %s is told.") % membership.user.display_name)
            return redirect("firm:people")
    return render(request, "members/firm/role.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    viewer, firm = _firm_to_look_after(request)
    membership = _seat_or_404(firm, pk, viewer)
    form = EndForm(request.POST or None, colleagues=_colleagues(firm, {membership.user_id}))
    context: dict[str, Any] = {"form": form, "firm": firm, "membership": membership, "person": membership.user}
    context["is_last"] = _is_last_coordinator(membership)
    if request.method == "POST" and form.is_valid():
        if "change" in request.POST:
            return render(request, "members/firm/end.html", context)
        given = {"last_day": form.cleaned_data["last_day"], "successor": form.colleague}
        try:
            if "confirmed" not in request.POST:
                workflow.check_end(membership, **given)
                return render(request, "members/firm/end_confirm.html", context | given)
            workflow.end_membership(membership, actor=viewer, **given)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("The membership of %s ends.") % membership.user.display_name)
            return redirect("firm:people")
    return render(request, "members/firm/end.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def certification(request: HttpRequest) -> HttpResponse:
    """Everybody of the firm on one page: still needs access, or the access ends."""
    viewer, firm = _firm_to_look_after(request)
    rows = [row for row in people_of(firm.pk) if row.confirm_by is not None]
    others = [row for row in rows if policies.can_confirm(viewer, row)]
    sent = request.method == "POST"
    form = CertificationForm(request.POST if sent else None, memberships=others)
    form.offer_successors(_colleagues(firm, set()))
    context: dict[str, Any] = {"form": form, "firm": firm, "today": clock.today()}
    context["rows"] = [(row, form[f"need-{row.pk}"]) for row in others]
    context["own"] = next((row for row in rows if row.user_id == viewer.user_id), None)
    context["is_alone"] = not any(row.role == Role.COORDINATOR for row in others)
    if sent and "change" not in request.POST and form.is_valid():
        kept, ended = form.answered(KEEP), form.answered(END)
        staying = _colleagues(firm, {row.user_id for row in ended})
        form.offer_successors(staying)
        if ended and "confirmed" not in request.POST:
            return _confirm_certification(request, context, kept, ended)
        try:
            successors = {row: form.successor_of(row, staying) for row in ended}
            workflow.certify(firm, confirmed=kept, ended=successors, actor=viewer)
        except Refused as refusal:
            field = f"need-{refusal.field}"
            form.add_error(field if field in form.fields else None, refusal.message)
        else:
            count = len(kept) + len(ended)
            said = ngettext(
                "Done for %(count)s colleague.", "Done for %(count)s colleagues.", count
            ) % {"count": count}  # fmt: skip
            messages.success(request, said)
            return redirect("firm:people")
    status = 422 if sent and "change" not in request.POST else 200
    return render(request, "members/firm/certification.html", context, status=status)


def _confirm_certification(
    request: HttpRequest, context: dict[str, Any], kept: list[Membership], ended: list[Membership]
) -> HttpResponse:
    form: CertificationForm = context["form"]
    context |= {
        "kept": kept,
        "ended": [(row, form[f"successor-{row.pk}"]) for row in ended],
        "answers": [form[f"need-{pk}"] for pk in form.memberships],
    }
    return render(request, "members/firm/certification_confirm.html", context)
