"""The SFC's list of licensed platforms in the admin site: choose a file, read what it would change, commit it whole."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import policies, workflow
from members.admin_base import RegulatorAdmin
from members.enums import ImportState, LicenceState
from members.models import RegisterImport
from members.register import reading, words
from members.register.comparing import Comparison, present_comparison
from members.viewer import Viewer
from portal.common.errors import Conflict, Refused

PER_PAGE = 100


class ListForm(forms.Form):
    """The list as a file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV in UTF-8, or an Excel workbook (.xlsx) with one sheet."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )


@admin.register(RegisterImport)
class RegisterImportAdmin(RegulatorAdmin[RegisterImport]):
    """Lists that were read in. A new one is the form with a file, and one of them its preview."""

    list_display = ("read_at", "file_name", "read_by", "state", "decided_at")
    list_display_links = ("read_at", "file_name")
    list_filter = ("state",)
    list_select_related = ("read_by",)
    search_fields = ("file_name", "digest")
    date_hierarchy = "read_at"
    actions = None

    def can_write(self, viewer: Viewer) -> bool:
        return policies.can_keep_register(viewer)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RegisterImport]:
        return super().get_queryset(request).defer("rows", "lines", "absent")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Choose a file. It is read and compared; nothing of the register changes."""
        viewer = self._viewer(request)
        policies.require(policies.can_keep_register(viewer))
        form = ListForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                imported = _take_in(form.cleaned_data["file"], viewer)
            except Refused as refusal:
                form.add_error("file", refusal.message)
            else:
                return HttpResponseRedirect(imported.get_absolute_url())
        context = self._context(request, _("Read in the SFC’s list"), form=form, columns=reading.COLUMNS)
        return render(request, "admin/members/register/upload.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What the list would change or has changed, line by line; a form of it commits or discards."""
        imported = self.get_object(request, unquote(object_id))
        if imported is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        if request.method == "POST":
            policies.require(policies.can_keep_register(self._viewer(request)))
            return self._decide(request, imported)
        return self._preview(request, imported)

    def _preview(self, request: HttpRequest, imported: RegisterImport) -> HttpResponse:
        counts = {outcome: imported.count(outcome) for outcome in words.OUTCOMES}
        wrong = imported.is_previewed and counts["error"]
        show = request.GET.get("show", "error" if wrong else "")
        lines = [line for line in imported.lines if show not in counts or line["outcome"] == show]
        page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
        since = None if imported.is_previewed else present_comparison(imported)
        context = self._context(
            request,
            _("Preview of the list") if imported.is_previewed else _("A list that was read in"),
            imported=imported,
            seal=Comparison(imported.lines, imported.absent).seal,
            shows=[("", _("All rows"), len(imported.lines), show not in counts)]
            + [(one, label, counts[one], show == one) for one, label in words.OUTCOMES.items()],
            show=show,
            page=page,
            lines=[_Shown(line) for line in page],
            absent=[_Absent(one) for one in imported.absent],
            wrong=wrong,
            changes=counts["new"] + counts["changed"],
            can_decide=imported.is_previewed and policies.can_keep_register(self._viewer(request)),
            differing=since.count if since and imported.state == ImportState.COMMITTED else None,
        )
        return render(request, "admin/members/register/preview.html", context)

    def _decide(self, request: HttpRequest, imported: RegisterImport) -> HttpResponse:
        act, viewer = request.POST.get("act"), self._viewer(request)
        seal = request.POST.get("seal", "")
        if act == "commit" and "confirmed" not in request.POST and imported.is_previewed:
            return self._ask(request, imported, seal)
        try:
            if act == "commit":
                workflow.commit_register(imported, actor=viewer, seal=seal)
                self.message_user(request, _("The list was committed whole."), messages.SUCCESS)
            elif act == "discard":
                workflow.discard_register(imported, actor=viewer)
                self.message_user(request, _("The list was put aside. Nothing was changed."), messages.SUCCESS)
            elif act == "anew":
                workflow.compare_anew(imported, actor=viewer)
                self.message_user(request, _("The list was compared with the register anew."), messages.SUCCESS)
        except Conflict as conflict:
            workflow.compare_anew(imported, actor=viewer)
            self.message_user(request, conflict.message, messages.ERROR)
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
        return HttpResponseRedirect(imported.get_absolute_url())

    def _ask(self, request: HttpRequest, imported: RegisterImport, seal: str) -> HttpResponse:
        changing = [_Shown(line) for line in imported.lines if line["outcome"] in {"new", "changed"}]
        context = self._context(
            request, _("Commit the list"), imported=imported, seal=seal, lines=changing, wrong=imported.count("error")
        )
        return render(request, "admin/members/register/commit.html", context)

    def _context(self, request: HttpRequest, title: str, **more: Any) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"title": title, "opts": self.opts, **more}


def _take_in(file: Any, viewer: Viewer) -> RegisterImport:
    if file.size > reading.MAX_BYTES:
        raise reading.too_large()
    return workflow.preview_register(file.read(), file_name=file.name, actor=viewer)


class _Shown:
    """A line in the reader's language."""

    def __init__(self, line: dict[str, Any]) -> None:
        self.number, self.outcome = line["row"], line["outcome"]
        self.name, self.reference = line["name"], line["reference"]
        self.label = words.OUTCOMES[line["outcome"]]
        self.said = words.said(line)


class _Absent:
    """A firm that the list does not have."""

    def __init__(self, firm: dict[str, Any]) -> None:
        self.name, self.reference = firm["name"], firm["reference"]
        self.licence = LicenceState(firm["licence"]).label if firm["licence"] else ""
