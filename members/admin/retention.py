"""The retention schedule, proposals for disposal, and legal holds."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from members import policies, workflow
from members.admin_base import Act, Affected, ModelT, ReasonForm, RegulatorAdmin
from members.desk.confirming import NAMED_AT_MOST
from members.desk.filters import HoldStands
from members.models import DisposalProposal, LegalHold, RetentionRule
from members.models.retention import ProposalState
from members.retention.kinds import BY_NAME, KINDS, free, words_of
from members.viewer import Viewer
from portal.common.errors import Refused


class RuleForm(forms.ModelForm[RetentionRule]):
    kind = forms.ChoiceField(label=gettext_lazy("kind of record"))

    class Meta:
        model = RetentionRule
        fields = ("kind", "days", "basis")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].choices = [(one.name, one.label) for one in KINDS]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("days") is not None and not (data.get("basis") or "").strip():
            self.add_error("basis", _("Name the decision or the law that the period rests on."))
        return data


class HoldForm(forms.ModelForm[LegalHold]):
    """The person by address: a list of everybody would grow with the portal."""

    person = forms.EmailField(label=gettext_lazy("Email address of the person"), required=False)

    class Meta:
        model = LegalHold
        fields = ("organisation", "person", "reason")

    def clean_person(self) -> User | None:
        address = self.cleaned_data.get("person")
        if not address:
            return None
        found = User.objects.filter(email__iexact=address).first()
        if found is None:
            raise forms.ValidationError(_("Nobody has this address."))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and (data.get("organisation") is None) == (data.get("person") is None):
            self.add_error("organisation", _("Choose a firm or a person, and not both."))
        return data


class _RetentionAdmin(RegulatorAdmin[ModelT]):
    shelf = "rules"

    @admin.display(description=gettext_lazy("kind of record"), ordering="kind")
    def kind_words(self, row: Any) -> str:
        return words_of(row.kind)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The verb has recorded it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The verb has recorded it."""


@admin.register(RetentionRule)
class RetentionRuleAdmin(_RetentionAdmin[RetentionRule]):
    """What the office has decided. A kind without a row is kept until somebody decides."""

    form = RuleForm
    list_display = ("kind_words", "days", "basis", "set_by", "set_at")
    list_select_related = ("set_by",)
    search_fields = ("kind", "basis")

    def counted(self, count: int) -> str:
        return ngettext("%(count)s retention period", "%(count)s retention periods", count) % {"count": f"{count:,}"}

    def can_write(self, viewer: Viewer) -> bool:
        return policies.can_set_retention(viewer)

    def get_readonly_fields(self, request: HttpRequest, obj: RetentionRule | None = None) -> tuple[str, ...]:
        return ("kind_words",) if obj else ()

    def get_fields(self, request: HttpRequest, obj: RetentionRule | None = None) -> tuple[str, ...]:
        return ("kind_words" if obj else "kind", "days", "basis")

    def save_model(self, request: HttpRequest, obj: RetentionRule, form: Any, change: bool) -> None:
        given = form.cleaned_data
        saved = workflow.set_retention(
            given.get("kind") or obj.kind, days=given["days"], basis=given["basis"], actor=self._viewer(request)
        )
        obj.pk, obj._state.adding = saved.pk, False


@admin.register(DisposalProposal)
class DisposalProposalAdmin(_RetentionAdmin[DisposalProposal]):
    list_display = ("kind_words", "cutoff", "count", "held", "made_at", "state", "decided_by", "disposed")
    list_filter = ("state",)
    list_select_related = ("decided_by",)
    search_fields = ("kind", "reason")
    date_hierarchy = "made_at"
    fields = ("kind_words", "cutoff", "count", "held", "made_at", "state", "decided_by", "decided_at", "reason",
              "disposed")  # fmt: skip
    readonly_fields = fields
    actions = ("approve", "decline")

    def offers(self, row: DisposalProposal, verb: str) -> bool:
        return row.state == ProposalState.PROPOSED

    def can_act(self, viewer: Viewer) -> bool:
        return policies.can_decide_disposal(viewer)

    @admin.action(description=gettext_lazy("Approve the disposal"), permissions=["act"])
    def approve(self, request: HttpRequest, queryset: QuerySet[DisposalProposal]) -> HttpResponse | None:
        viewer = self._viewer(request)

        def affected(rows: list[DisposalProposal]) -> list[Affected]:
            found = []
            for row in rows:
                kind = BY_NAME[row.kind]
                going = free(kind, row.cutoff)
                names = list(kind.people(going))[: NAMED_AT_MOST + 1]
                count = going.count()
                how_many = ngettext("%(counter)s record", "%(counter)s records", count) % {"counter": f"{count:,}"}
                found.append(Affected(how_many, str(kind.label)))
                found += [Affected(name, str(kind.what)) for name in names]
            return found

        return self.confirmed(
            request,
            queryset,
            Act(
                name="approve",
                title=_("Approve the disposal"),
                explains=_(
                    "What is named here goes for good, apart from what a legal hold keeps at that moment. The audit"
                    " trail and the history of records keep what they have recorded of it."
                ),
                button=_("Dispose of these records"),
                verb=lambda row, given: workflow.approve_disposal(row, actor=viewer),
                affected=affected,
            ),
        )

    @admin.action(description=gettext_lazy("Decline the disposal"), permissions=["act"])
    def decline(self, request: HttpRequest, queryset: QuerySet[DisposalProposal]) -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            queryset,
            Act(
                name="decline",
                title=_("Decline the disposal"),
                explains=_("The records stay. They are proposed again, unless the period is changed."),
                button=_("Keep these records"),
                verb=lambda row, given: workflow.decline_disposal(row, reason=given["reason"], actor=viewer),
                affected=lambda rows: [],
                form=ReasonForm,
            ),
        )


@admin.register(LegalHold)
class LegalHoldAdmin(_RetentionAdmin[LegalHold]):
    """Holds on firms and people are placed here, on papers in their list."""

    form = HoldForm
    list_display = ("what", "reason", "placed_by", "placed_at", "lifted_at")
    list_filter = (HoldStands,)
    list_select_related = ("organisation", "person", "placed_by")
    search_fields = ("organisation__name_en", "person__name_en", "label", "reason")
    date_hierarchy = "placed_at"
    actions = ("lift",)

    def offers(self, row: LegalHold, verb: str) -> bool:
        return row.lifted_at is None

    def can_write(self, viewer: Viewer) -> bool:
        return policies.can_hold_records(viewer)

    def can_act(self, viewer: Viewer) -> bool:
        return policies.can_hold_records(viewer)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("What is held"))
    def what(self, row: LegalHold) -> str:
        return str(row)

    def get_fields(self, request: HttpRequest, obj: LegalHold | None = None) -> Any:
        if obj is None:
            return ("organisation", "person", "reason")
        return ("organisation", "person", "label", "reason", "placed_by", "placed_at", "lifted_by", "lifted_at",
                "lift_reason")  # fmt: skip

    def save_model(self, request: HttpRequest, obj: LegalHold, form: Any, change: bool) -> None:
        try:
            placed = workflow.place_hold(actor=self._viewer(request), **form.cleaned_data)
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
        else:
            obj.pk, obj._state.adding = placed.pk, False

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> Any:
        if obj.pk is None:
            return self.response_post_save_add(request, obj)
        return super().response_add(request, obj, post_url_continue)

    @admin.action(description=gettext_lazy("Lift the hold"), permissions=["act"])
    def lift(self, request: HttpRequest, queryset: QuerySet[LegalHold]) -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            queryset,
            Act(
                name="lift",
                title=_("Lift the hold"),
                explains=_("What the hold kept can be proposed for disposal again, once its period is over."),
                button=_("Lift the hold"),
                verb=lambda row, given: workflow.lift_hold(row, reason=given["reason"], actor=viewer),
                affected=lambda rows: [Affected(str(row), row.reason) for row in rows],
                form=ReasonForm,
            ),
        )
