"""Comments: held back, released, marked and withdrawn through their verbs."""

from collections.abc import Callable

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations import policies, workflow
from consultations.admin.reading import ReadingAdmin
from consultations.models import Comment, Consultation
from members.admin_base import Act, ReasonForm, people_of
from members.audience import Audience
from members.viewer import Viewer


@admin.register(Comment)
class CommentAdmin(ReadingAdmin[Comment]):
    """What firms wrote for themselves is left out, as everywhere in this site."""

    list_display = (
        "created_at",
        "consultation",
        "place",
        "author",
        "organisation",
        "audience",
        "state",
        "official_answer",
    )
    list_filter = ("audience", "state", "official_answer", "consultation")
    list_select_related = ("section", "paragraph", "question")
    search_fields = ("author__name_en", "author__name_zh_hant", "organisation__name_en", "consultation__reference")
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    hidden = frozenset(
        {"parent", "root", "membership", "thread_at", "passage_before", "passage_after", "passage_language"}
    )
    actions = ("hold", "release", "mark_official", "withdraw")

    def can_act(self, viewer: Viewer) -> bool:
        return policies.can_extend(viewer)

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Comment]":
        """As everywhere in this site, but without joining the papers: PostgreSQL expects few readable ones, begins with
        them and sorts all comments, where it could walk the index by time."""
        viewer = self._viewer(request)
        papers = list(Consultation.objects.visible_to(viewer).order_by().values_list("pk", flat=True))
        return (
            Comment.objects.filter(Comment.own_q(viewer), consultation__in=papers)
            .exclude(audience=Audience.ORGANISATION)
            .prefetch_related("consultation", "author", "organisation")
        )

    @admin.display(description=gettext_lazy("Place"))
    def place(self, row: Comment) -> str:
        return row.anchor_key

    def _decide(
        self,
        request: HttpRequest,
        queryset: "models.QuerySet[Comment]",
        name: str,
        words: tuple[str, str, str],
        verb: Callable[[Comment, str], object],
        *,
        form: type[forms.Form] | None = None,
    ) -> HttpResponse | None:
        """`words`: the title, what happens, and what it means for the author."""
        title, explains, what = words
        return self.confirmed(
            request,
            queryset.select_related("author", "organisation", "consultation", "membership__organisation"),
            Act(
                name=name,
                title=title,
                explains=explains,
                button=title,
                verb=lambda row, given: verb(row, given.get("reason", "")),
                affected=lambda rows: people_of(rows, "author", "organisation", what),
                form=form,
            ),
        )

    @admin.action(description=gettext_lazy("Hold back"), permissions=["act"])
    def hold(self, request: HttpRequest, queryset: "models.QuerySet[Comment]") -> HttpResponse | None:
        viewer = self._viewer(request)
        return self._decide(
            request,
            queryset,
            "hold",
            (
                _("Hold back"),
                _("Until the moderator has decided, the author's firm and the SFC alone read these comments."),
                _("is told, with the reason"),
            ),
            lambda row, reason: workflow.hold_comment(row, actor=viewer, reason=reason),
            form=ReasonForm,
        )

    @admin.action(description=gettext_lazy("Release"), permissions=["act"])
    def release(self, request: HttpRequest, queryset: "models.QuerySet[Comment]") -> HttpResponse | None:
        viewer = self._viewer(request)
        return self._decide(
            request,
            queryset,
            "release",
            (
                _("Release"),
                _("These comments stand where they were written, for all whom their authors chose as readers."),
                _("is told"),
            ),
            lambda row, reason: workflow.release_comment(row, actor=viewer),
        )

    @admin.action(description=gettext_lazy("Mark as official answer"), permissions=["act"])
    def mark_official(self, request: HttpRequest, queryset: "models.QuerySet[Comment]") -> HttpResponse | None:
        viewer = self._viewer(request)
        mine = [row.pk for row in queryset if policies.can_mark_official(viewer, row)]
        return self._decide(
            request,
            queryset.filter(pk__in=mine),
            "mark_official",
            (
                _("Mark as official answer"),
                _("These comments stand as the SFC's answer, above all others in their thread."),
                _("is named as the author of the answer"),
            ),
            lambda row, reason: workflow.mark_official_answer(row, actor=viewer),
        )

    @admin.action(description=gettext_lazy("Withdraw"), permissions=["act"])
    def withdraw(self, request: HttpRequest, queryset: "models.QuerySet[Comment]") -> HttpResponse | None:
        viewer = self._viewer(request)
        return self._decide(
            request,
            queryset,
            "withdraw",
            (
                _("Withdraw"),
                _("The text goes from the page; that there was a comment, its author and the reason stay."),
                _("reads the reason"),
            ),
            lambda row, reason: workflow.withdraw_comment(row, actor=viewer, reason=reason),
            form=ReasonForm,
        )
