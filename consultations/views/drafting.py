"""The workspace of a draft. A page for its contents, one for each section and annex, one for each part's form."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consultations import policies
from consultations.enums import State
from consultations.forms.drafting import DetailsForm, PartForm, details_initial, part_form
from consultations.importing import write_markdown
from consultations.models import Annex, Consultation, Section
from consultations.numbering import numbered_by_section, references, renumbering
from consultations.outlining import entries, outline_of
from consultations.page import Piece
from consultations.parts import KINDS, TEXTS, TIED, following, kind_of, laid_out, number_of, parts_of, seal
from consultations.views.common import differences, viewer_of
from consultations.workflow import drafting
from consultations.workspace import annex_lines, contents, gaps, imports, languages_of, pieces, section_lines
from members.policies import require
from portal.common.errors import Conflict, Refused
from portal.common.markdown import render as render_markdown
from portal.common.translated import HTML_LANG

GAPS_SHOWN = 200


def draft_or_404(request: HttpRequest, key: str) -> Consultation:
    """The paper, for an officer who may work on it; 403 for everybody else, whether it exists or not."""
    viewer = viewer_of(request)
    require(policies.can_run(viewer))
    rows = Consultation.objects.visible_to(viewer).select_related("working_group", "statement", "lead", "contact")
    found = rows.filter(key=key).first()
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


def published(request: HttpRequest, paper: Consultation) -> HttpResponse | None:
    """Where an officer is led who would work on a paper that is a draft no longer."""
    if paper.state == State.DRAFT:
        return None
    messages.info(request, _("The paper is published, so the workspace is closed. Make a correction instead."))
    return redirect(paper.get_absolute_url())


def add_refusal(form: Form, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def add_invalid(form: Form, problem: ValidationError) -> None:
    """Errors of columns beside their fields."""
    by_field = problem.error_dict if hasattr(problem, "error_dict") else {"": problem.error_list}
    for name, errors in by_field.items():
        for error in errors:
            form.add_error(name if name in form.fields else None, error)


# --- the head of the paper ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    viewer = viewer_of(request)
    require(policies.can_run(viewer))
    form = DetailsForm(request.POST or None, viewer=viewer)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                details = _details(form, viewer)
                paper = drafting.begin_paper(actor=viewer, texts=form.texts, relations=form.relations, **details)
        except ValidationError as problem:
            add_invalid(form, problem)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The draft is begun. Write it here, or import a file."))
            return redirect("consultations:draft", paper.key)
    status = 422 if request.method == "POST" else 200
    return render(request, "consultations/drafting/details.html", {"form": form}, status=status)


def _details(form: DetailsForm, viewer: Any) -> dict[str, Any]:
    details = form.details
    if form.cleaned_data["statement_version"]:
        version = form.cleaned_data["statement_version"]
        details["statement"] = drafting.new_statement(version, form.statement_texts, actor=viewer)
    return details


@require_http_methods(["GET", "POST"])
def details(request: HttpRequest, key: str) -> HttpResponse:
    paper, viewer = draft_or_404(request, key), viewer_of(request)
    if elsewhere := published(request, paper):
        return elsewhere
    initial = {**details_initial(paper), "seen": drafting.details_seal(paper)}
    form = DetailsForm(request.POST or None, viewer=viewer, consultation=paper, initial=initial)
    status, found = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with transaction.atomic():
                    changed = drafting.revise_paper(
                        paper,
                        actor=viewer,
                        seen=form.cleaned_data["seen"],
                        texts=form.texts,
                        relations=form.relations,
                        **_details(form, viewer),
                    )
            except Conflict as conflict:
                status = 409
                paper.refresh_from_db()
                form.add_error(None, conflict.message)
                found = differences(form, details_initial(paper))
                form.data = {**form.data.dict(), **_lists(form), "seen": drafting.details_seal(paper)}  # type: ignore[attr-defined]
            except ValidationError as problem:
                add_invalid(form, problem)
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Saved."))
                return redirect("consultations:draft", changed.key)
    context = {"form": form, "consultation": paper, "differences": found}
    return render(request, "consultations/drafting/details.html", context, status=status)


def _lists(form: Form) -> dict[str, Any]:
    names = ("languages", "initiatives", "depends_on", "follows")
    return {name: form.data.getlist(name) for name in names}  # type: ignore[attr-defined]


# --- contents ----------------------------------------------------------------------------------------------------


@require_GET
def draft(request: HttpRequest, key: str) -> HttpResponse:
    """The draft's contents, what is missing, and the files that were read for it."""
    paper, viewer = draft_or_404(request, key), viewer_of(request)
    if elsewhere := published(request, paper):
        return elsewhere
    context = {
        "consultation": paper,
        "contents": contents(paper),
        "imports": imports(viewer, paper),
        "foreword": pieces(paper, ["foreword_html"], languages_of(paper)),
        "languages": languages_of(paper),
    }
    return render(request, "consultations/drafting/draft.html", context)


@require_GET
def draft_gaps(request: HttpRequest, key: str) -> HttpResponse:
    """What has no text in a language of the paper, and which translations are behind."""
    paper = draft_or_404(request, key)
    if elsewhere := published(request, paper):
        return elsewhere
    found = gaps(paper)
    context = {
        "consultation": paper,
        "gaps": found[:GAPS_SHOWN],
        "count": len(found),
        "missing": sum(len(one.missing) for one in found),
        "behind": sum(1 for one in found if one.is_stale),
        "languages": languages_of(paper),
    }
    return render(request, "consultations/drafting/gaps.html", context)


@require_GET
def section(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    paper = draft_or_404(request, key)
    if elsewhere := published(request, paper):
        return elsewhere
    sections = list(parts_of(paper, "section"))
    place = next((number for number, one in enumerate(sections) if one.pk == pk), None)
    if place is None:
        raise Http404
    found = sections[place]
    context = {
        "consultation": paper,
        "section": found,
        "sections": sections,
        "lines": section_lines(paper, found),
        "previous": sections[place - 1] if place else None,
        "next": sections[place + 1] if place + 1 < len(sections) else None,
        "languages": languages_of(paper),
    }
    return render(request, "consultations/drafting/section.html", context)


@require_GET
def annex(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    paper = draft_or_404(request, key)
    if elsewhere := published(request, paper):
        return elsewhere
    found = paper.annexes.filter(pk=pk).first()
    if found is None:
        raise Http404
    context = {
        "consultation": paper,
        "annex": found,
        "lines": annex_lines(found, paper),
        "body": pieces(found, ["html"], languages_of(paper)),
        "languages": languages_of(paper),
        "adds": {"marked_text": "clause", "terms": "term"}.get(found.kind, ""),
    }
    return render(request, "consultations/drafting/annex.html", context)


# --- parts -------------------------------------------------------------------------------------------------------


def _part_or_404(paper: Consultation, kind: str, pk: int) -> Any:
    found = KINDS[kind].objects.filter(consultation=paper, pk=pk).first() if kind in KINDS else None
    if found is None:
        raise Http404
    found.consultation = paper
    return found


def place_of(part: Any) -> str:
    """The address of a part within the workspace."""
    kind, key = kind_of(part), part.consultation.key
    if kind == "section":
        return reverse("consultations:draft_section", args=[key, part.pk])
    if kind == "annex":
        return reverse("consultations:draft_annex", args=[key, part.pk])
    if kind in {"clause", "term"}:
        return f"{reverse('consultations:draft_annex', args=[key, part.annex_id])}#{kind}-{part.pk}"
    return f"{reverse('consultations:draft_section', args=[key, part.section_id])}#{kind}-{part.pk}"


def _previews(form: PartForm) -> list[list[Piece]]:
    """The texts of the form as they will read; what cannot be laid out says why beside its field."""
    shown = []
    for row in form.text_rows:
        found = []
        for bound in row:
            text, _name, code = bound.name.partition("_")
            source = str(form.data.get(bound.name, ""))
            if text not in {"body", "meaning"} or not source.strip():
                continue
            try:
                html = laid_out(form.kind, source, bound.name) if text == "body" else render_markdown(source)
            except Refused as refusal:
                form.add_error(bound.name, refusal.message)
            else:
                found.append(Piece(html, HTML_LANG[code], False))
        if found:
            shown.append(found)
    return shown


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: str, kind: str, pk: int) -> HttpResponse:
    """The form of a part, its preview, and where somebody else was faster, what stands now against what was typed."""
    paper, viewer = draft_or_404(request, key), viewer_of(request)
    if elsewhere := published(request, paper):
        return elsewhere
    part = _part_or_404(paper, kind, pk)
    form = part_form(part, request.POST or None, initial={"seen": seal(part)})
    context: dict[str, Any] = {"form": form, "consultation": paper, "part": part, "kind": kind}
    status = 200
    if request.method == "POST" and "preview" in request.POST:
        form.is_valid()
        context["previews"] = _previews(form)
        status = 422 if form.errors else 200
    elif request.method == "POST":
        status = 422
        if form.is_valid():
            values = form.values
            checked = form.cleaned_data.get("checked", False)
            try:
                changed = drafting.revise_part(
                    part, actor=viewer, seen=form.cleaned_data["seen"], texts=form.texts, checked=checked, **values
                )
            except Conflict as conflict:
                status = 409
                part = _part_or_404(paper, kind, pk)
                form.add_error(None, conflict.message)
                now = {f"{t}_{c}": getattr(part, f"{t}_{c}") for t in TEXTS[kind] for c in HTML_LANG}
                context |= {"differences": differences(form, now), "is_conflict": True, "part": part}
                # The next attempt starts from what stands now, which the page shows beside the officer's own text.
                form.data = {**form.data.dict(), "seen": seal(part)}  # type: ignore[attr-defined]
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                return redirect(place_of(changed))
    context["back"] = place_of(part)
    return render(request, "consultations/drafting/part.html", context, status=status)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """A new part. `after`: the part of the same kind that it follows; `section` or `annex`: where it stands."""
    paper, viewer = draft_or_404(request, key), viewer_of(request)
    if elsewhere := published(request, paper):
        return elsewhere
    if kind not in KINDS:
        raise Http404
    after = _named(paper, kind, request.GET.get("after", ""))
    within, place = _place(request, paper, kind, after)
    if within is None:
        messages.info(request, _("Make a section first: paragraphs and questions stand in one."))
        return redirect("consultations:draft_add", paper.key, "section")
    rows = parts_of(within, kind)
    taken = [number_of(row) for row in rows] if kind != "term" else []
    before = after or _last_in(rows, place)
    number = _suggested(kind, before, taken, place)
    on = _named(paper, "paragraph", request.GET.get("on", "")) if kind in TIED else None
    tied = on.number if on else ""
    form = PartForm(request.POST or None, kind=kind, consultation=paper, section=place, number=number, tied=tied)
    beside = after or place or (within if isinstance(within, Annex) else None)
    back = place_of(beside) if beside else reverse("consultations:draft", args=[key])
    context: dict[str, Any] = {"form": form, "consultation": paper, "kind": kind, "back": back}
    status = 200
    if request.method == "POST" and "preview" in request.POST:
        form.is_valid()
        context["previews"] = _previews(form)
        status = 422 if form.errors else 200
    elif request.method == "POST":
        status = 422
        if form.is_valid():
            values = form.values
            # Somebody who chose another section in the form wants it there, not after what it would have followed.
            moved = "section_id" in values and after is not None and after.section_id != values["section_id"]
            try:
                part = drafting.insert_part(
                    within, kind, actor=viewer, texts=form.texts, after=None if moved else after, **values
                )
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                if "another" in request.POST:
                    return redirect(f"{reverse('consultations:draft_add', args=[key, kind])}?after={part.pk}")
                return redirect(place_of(part))
    return render(request, "consultations/drafting/part.html", context, status=status)


def _named(paper: Consultation, kind: str, value: str) -> Any:
    if not value:
        return None
    if not value.isdecimal():
        raise Http404
    return _part_or_404(paper, kind, int(value))


def _place(request: HttpRequest, paper: Consultation, kind: str, after: Any) -> tuple[Any, Section | None]:
    """The paper or the annex in which the part stands, and its section."""
    if kind in {"clause", "term"}:
        found = after.annex if after else _named(paper, "annex", request.GET.get("annex", ""))
        if found is None:
            raise Http404
        found.consultation = paper
        return found, None
    if kind not in {"paragraph", "question"}:
        return paper, None
    section = after.section if after else _named(paper, "section", request.GET.get("section", ""))
    section = section or parts_of(paper, "section").last()
    if section is None:
        return None, None
    section.consultation = paper
    return paper, section


def _last_in(rows: Any, place: Section | None) -> Any:
    if place is None:
        return rows.last()
    return rows.filter(section__position__lte=place.position).last()


def _suggested(kind: str, before: Any, taken: list[str], place: Section | None) -> str:
    if kind == "annex":
        return next((letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter not in taken), "")
    if kind == "paragraph" and place is not None and (before is None or before.section_id != place.pk):
        by_section = any("." in number for number in taken)
        if by_section:
            return f"{place.number}.1" if f"{place.number}.1" not in taken else ""
    return following(number_of(before) if before else "", taken)


@require_POST
def move(request: HttpRequest, key: str, kind: str, pk: int) -> HttpResponse:
    paper, viewer = draft_or_404(request, key), viewer_of(request)
    if elsewhere := published(request, paper):
        return elsewhere
    part = _part_or_404(paper, kind, pk)
    if not drafting.move_part(part, actor=viewer, up=request.POST.get("to") == "up"):
        messages.info(request, _("It stands at the end already."))
    part.refresh_from_db()
    part.consultation = paper
    if kind in {"section", "annex"}:
        return redirect(reverse("consultations:draft", args=[key]) + f"#{kind}-{pk}")
    return redirect(place_of(part))


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, key: str, kind: str, pk: int) -> HttpResponse:
    """Asks first, and says what goes along."""
    paper, viewer = draft_or_404(request, key), viewer_of(request)
    if elsewhere := published(request, paper):
        return elsewhere
    part = _part_or_404(paper, kind, pk)
    back, problem, status = place_of(part), "", 200
    if request.method == "POST":
        try:
            drafting.remove_part(part, actor=viewer, seen=request.POST.get("seen", ""))
        except Refused as refusal:
            problem, status = refusal.message, 409 if isinstance(refusal, Conflict) else 422
            part = _part_or_404(paper, kind, pk)
        else:
            messages.success(request, _("It is removed from the draft. Its text stays in the history."))
            if kind in {"section", "annex"}:
                back = reverse("consultations:draft", args=[key])
            return redirect(back.partition("#")[0])
    shown = next(name for name in ("html", "title", "term") if hasattr(part, f"{name}_en"))
    along = {"section": ("paragraphs", "questions"), "annex": ("clauses", "terms")}.get(kind, ())
    context = {
        "consultation": paper,
        "part": part,
        "kind": kind,
        "number": number_of(part),
        "seen": seal(part),
        "counts": {name: getattr(part, name).count() for name in along},
        "body": pieces(part, [shown], HTML_LANG),
        "is_html": shown == "html",
        "back": back,
        "problem": problem,
    }
    return render(request, "consultations/drafting/remove.html", context, status=status)


@require_http_methods(["GET", "POST"])
def renumber(request: HttpRequest, key: str) -> HttpResponse:
    """Which numbers would become others; then they do."""
    paper, viewer = draft_or_404(request, key), viewer_of(request)
    if elsewhere := published(request, paper):
        return elsewhere
    if request.method == "POST":
        changed = drafting.renumber(paper, actor=viewer, by_section=request.POST.get("scheme") == "section")
        messages.success(request, _("%(count)s numbers were changed.") % {"count": len(changed)})
        return redirect("consultations:draft", paper.key)
    scheme = request.GET.get("scheme") or ("section" if numbered_by_section(paper) else "running")
    changes = renumbering(paper, by_section=scheme == "section")
    language = languages_of(paper)[0]
    found = references(one.text for one in entries(outline_of(paper, language)))
    context = {"consultation": paper, "scheme": scheme, "changes": changes, "references": found}
    return render(request, "consultations/drafting/renumber.html", context)


@require_GET
def markdown(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """The draft in one language as a Markdown file, to be taken away and imported again."""
    paper = draft_or_404(request, key)
    if elsewhere := published(request, paper):
        return elsewhere
    if language not in HTML_LANG:
        raise Http404
    text = write_markdown(outline_of(paper, language, written_only=True))
    response = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{paper.key}-{language.replace("_", "-")}.md"'
    response["Cache-Control"] = "private, no-store"
    return response
