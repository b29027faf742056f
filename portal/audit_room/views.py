"""The audit room: what happened, for the regulator's office."""

from tempfile import TemporaryFile

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from audit.models import Batch
from members import openings
from members.policies import require
from portal.audit_room import exporting, policies, reading, rows, workflow
from portal.audit_room.forms import FilterForm
from portal.common import clock
from portal.common.spreadsheets import TYPES


@require_GET
def entries(request: HttpRequest) -> HttpResponse:
    """Entries, the newest first: who, what, to what, when, from where, on whose behalf, before and after."""
    viewer = request.viewer  # type: ignore[attr-defined]
    require(policies.can_read_record(viewer))
    form = FilterForm(request.GET)
    found = reading.page(
        form.filters,
        viewer,
        before=reading.Place.read(request.GET.get("before", "")),
        after=reading.Place.read(request.GET.get("after", "")),
    )
    openings.note_trail(found.entries)
    query = request.GET.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    context = {
        "form": form,
        "rows": list(rows.rows_of(found.entries, rows.firms())),
        "newer": _link(request, "after", found.newer),
        "older": _link(request, "before", found.older),
        "query": query.urlencode(),
        "is_narrowed": bool(form.filters.as_text()),
        "batch": Batch.objects.order_by("-number").first(),
    }
    # Nothing is changed by a wrong filter: the page says what is wrong with it.
    return render(request, "portal/audit/entries.html", context, status=200 if form.is_valid() else 422)


def _link(request: HttpRequest, name: str, place: str) -> str:
    if not place:
        return ""
    query = request.GET.copy()
    for other in ("before", "after"):
        query.pop(other, None)
    query[name] = place
    return f"?{query.urlencode()}"


@require_GET
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """All entries that pass the filters, as a file. That it was taken is an entry itself."""
    viewer = request.viewer  # type: ignore[attr-defined]
    require(policies.can_read_record(viewer))
    form = FilterForm(request.GET)
    if not form.is_valid():
        return render(request, "portal/audit/entries.html", {"form": form}, status=422)
    # The file is read after the request; what it names is written down before.
    for selected in reading.selections(form.filters, viewer):
        openings.note_trail(openings.named_in_trail(selected), how=openings.How.EXPORT)
    workflow.note_export(actor=viewer, form=extension, **form.filters.as_text())
    language = get_language() or "en"
    response: HttpResponseBase
    if extension == "csv":
        response = StreamingHttpResponse(
            exporting.csv_pieces(form.filters, viewer, language), content_type=TYPES["csv"]
        )
    else:
        file = TemporaryFile()  # noqa: SIM115 - the response closes it
        exporting.write_xlsx(file, form.filters, viewer, language)
        file.seek(0)
        response = FileResponse(file, content_type=TYPES["xlsx"])
    response["Content-Disposition"] = f'attachment; filename="audit-{clock.today():%Y-%m-%d}.{extension}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
