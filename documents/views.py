from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from documents import policies, related, scanning, workflow
from documents.forms import LetterForm
from documents.models import Document, Version
from documents.serving import serve
from members import openings
from members.models import Membership
from members.policies import require
from members.viewer import Viewer
from portal.common.errors import Refused

PER_PAGE = 50


def _viewer(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined, no-any-return]


@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    viewer = _viewer(request)
    require(policies.can_browse(viewer))
    documents = Document.objects.visible_to(viewer).with_versions()
    page = Paginator(documents, PER_PAGE).get_page(request.GET.get("page"))
    mentions = related.mentions(viewer, [document.pk for document in page])
    openings.note(page)
    rows = [(document, mentions[document.pk]) for document in page]
    return render(request, "documents/list.html", {"page": page, "rows": rows})


@require_safe
def document(request: HttpRequest, pk: UUID) -> HttpResponse:
    viewer = _viewer(request)
    require(policies.can_browse(viewer))
    found = get_object_or_404(Document.objects.visible_to(viewer).with_versions(), pk=pk)
    openings.note([found])
    workflow.note_opening(found, actor=viewer)
    mentions = related.mentions(viewer, [found.pk])[found.pk]
    return render(
        request,
        "documents/document.html",
        {"document": found, "mentions": mentions, "is_scanned": scanning.is_connected()},
    )


@require_safe
def download(request: HttpRequest, pk: UUID, number: int) -> HttpResponseBase:
    """The file itself. The document is asked for again, through `visible_to`, at every download."""
    viewer = _viewer(request)
    require(policies.can_browse(viewer))
    parent = get_object_or_404(Document.objects.visible_to(viewer), pk=pk)
    version = get_object_or_404(Version.objects.select_related("document"), document=parent, number=number)
    if not policies.can_download(viewer, version):
        return render(request, "documents/not_clean.html", {"document": parent, "version": version}, status=409)
    response = serve(version)
    openings.note_part(version, parent)
    workflow.note_download(version, actor=viewer)
    return response


@require_http_methods(["GET", "POST"])
def appointment_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the chair's office files the letter of a membership; what is filed already stands there."""
    viewer = _viewer(request)
    require(policies.can_file_letter(viewer))
    membership = get_object_or_404(Membership.objects.select_related("user", "organisation"), pk=pk)
    sent = request.method == "POST"
    form = LetterForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            letter = workflow.file_appointment_letter(membership, actor=viewer, file_name=file.name, content=file)
        except Refused as refusal:
            form.add_error("file", refusal.message)
        else:
            messages.success(request, _("The letter is filed."))
            return redirect(letter)
    letters = Document.objects.visible_to(viewer).filter(appointment=membership)
    openings.note(letters)
    context = {"membership": membership, "form": form, "letters": letters}
    return render(request, "documents/appointment_letter.html", context, status=422 if form.errors else 200)
