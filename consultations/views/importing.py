"""Reading a paper from a file: choose it, look through what was recognised, correct it, take it over."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consultations import correcting
from consultations.entering import Choices, known_statement
from consultations.enums import State, TextLanguage
from consultations.forms.drafting import CommitForm, UploadForm
from consultations.importing import Remark, Role, say
from consultations.importing.remarks import ROLE_NAMES, say_source
from consultations.marked_text import render_marked
from consultations.models import Consultation, PaperImport
from consultations.outlining import Change, Comparison, Difference, counts
from consultations.page import Piece
from consultations.views.common import viewer_of
from consultations.views.drafting import add_refusal, draft_or_404, published
from consultations.workflow import importing
from documents.serving import serve
from portal.common import diffs
from portal.common.errors import Conflict, Refused
from portal.common.markdown import PAPER_LIMIT
from portal.common.markdown import render as render_markdown
from portal.common.translated import HTML_LANG

PER_PAGE = 100
LISTED = 100
LOOKS = 12


def import_or_404(request: HttpRequest, paper: Consultation, pk: uuid.UUID) -> PaperImport:
    rows = PaperImport.objects.visible_to(viewer_of(request)).filter(consultation=paper, pk=pk)
    found = rows.select_related("made_by", "committed_by").first()
    if found is None:
        raise Http404
    found.consultation = paper
    return found


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, key: str) -> HttpResponse:
    """Choose a file. It is checked and read; nothing of the draft changes."""
    paper, viewer = draft_or_404(request, key), viewer_of(request)
    if elsewhere := published(request, paper):
        return elsewhere
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = importing.take_in(paper, actor=viewer, source=data["file"], language=data["language"])
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("consultations:import", paper.key, made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "consultations/importing/upload.html", {"form": form, "consultation": paper}, status=status)


@dataclass
class Shown:
    """A block on the page: what is recognised, and what a person has set in the form that was not saved."""

    block: Mapping[str, Any]
    role: str
    number: str
    level: int
    language: str = "en"
    differs: bool = False
    picked: bool = False

    @property
    def id(self) -> int:
        return int(self.block["id"])

    @property
    def source(self) -> str:
        return say_source(str(self.block.get("source") or ""))

    @property
    def pieces(self) -> list[Piece]:
        return pieces_of(self.block, self.language)

    @property
    def remarks(self) -> list[str]:
        return [say(Remark.from_json(one)) for one in self.block.get("remarks") or ()]

    @property
    def left_out(self) -> str:
        return str(self.block.get("left_out") or "")

    @property
    def needs_a_look(self) -> bool:
        return correcting.needs_a_look(dict(self.block))

    @property
    def is_out(self) -> bool:
        return _is_out(self.block)

    @property
    def label(self) -> str:
        """What it is, in words: for its check box and its link."""
        name = str(ROLE_NAMES[Role(self.block["role"])])
        return f"{name} {self.block['number']}" if self.block.get("number") else name


def pieces_of(block: Mapping[str, Any], language: str) -> list[Piece]:
    """The text of a block as it will read; what cannot be laid out is shown as it is written."""
    text, role = str(block["text"]), block["role"]
    if role in correcting.PLAIN:
        html = f"<p>{escape(text)}</p>"
    else:
        try:
            html = render_marked(text) if role == Role.CLAUSE else render_markdown(text, limit=PAPER_LIMIT)
        except Refused:
            html = f"<pre>{escape(text)}</pre>"
    return [Piece(html, HTML_LANG[language], False)]


def _is_out(block: Mapping[str, Any]) -> bool:
    """Not part of the paper: left out by a person, or recognised as what no paper keeps."""
    return bool(block.get("left_out")) or block["role"] in {Role.CONTENTS, Role.FURNITURE}


SHOWN: Mapping[str, Callable[[dict[str, Any]], bool]] = {
    "all": lambda one: True,
    "look": correcting.needs_a_look,
    "out": _is_out,
}


def _page(request: HttpRequest, row: PaperImport) -> Page[Any]:
    """100 blocks; `?block=` is the page that has this one."""
    chosen = SHOWN.get(request.GET.get("show", ""), SHOWN["all"])
    blocks = [one for one in row.blocks if chosen(one)]
    wanted = request.GET.get("block", "")
    number: Any = request.GET.get("page")
    if wanted.isdecimal():
        place = next((place for place, one in enumerate(blocks) if one["id"] == int(wanted)), 0)
        number = place // PER_PAGE + 1
    return Paginator(blocks, PER_PAGE).get_page(number)


def _shown(block: Mapping[str, Any], language: str, sent: QueryDict | None = None) -> Shown:
    found = Shown(block, str(block["role"]), str(block.get("number") or ""), int(block.get("level") or 0), language)
    if sent is not None:
        name = f"-{block['id']}"
        found.role = sent.get(f"role{name}") or found.role
        found.number = sent.get(f"number{name}", found.number)
        level = sent.get(f"level{name}", "")
        found.level = int(level) if level.isdecimal() else found.level
        mine = (found.role, found.number, found.level)
        found.differs = mine != (block["role"], str(block.get("number") or ""), int(block.get("level") or 0))
        found.picked = str(block["id"]) in sent.getlist("pick")
    return found


def _preview(
    request: HttpRequest, paper: Consultation, row: PaperImport, *, sent: QueryDict | None = None, problem: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    page = _page(request, row)
    file = importing.outline(row)
    looks = [_shown(one, row.language) for one in row.blocks if correcting.needs_a_look(one)]
    remarks = [Remark.from_json(one) for one in row.remarks]
    context = {
        "consultation": paper,
        "import": row,
        "page": page,
        "shown": [_shown(one, row.language, sent) for one in page],
        "roles": [(role.value, ROLE_NAMES[role]) for role in Role],
        "show": request.GET.get("show", "all") if request.GET.get("show") in SHOWN else "all",
        "looks": looks[:LOOKS],
        "looks_count": len(looks),
        "remarks": [(say(one), one.text, one.block) for one in remarks],
        "problems": [(say(one), one.block) for one in file.problems],
        "decided": [(say(one), one.block) for one in file.remarks],
        "outline": file,
        "counts": counts(file),
        "total": len(row.blocks),
        "out_count": sum(1 for one in row.blocks if _is_out(one)),
        "languages": TextLanguage.choices,
        "problem": problem,
        "reason": sent.get("reason", "") if sent else "",
        "is_live": row.committed_at is None and row.discarded_at is None,
    }
    return render(request, "consultations/importing/preview.html", context, status=status)


@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    """Every block in order with what it was recognised as; POST corrects those of the page."""
    paper, viewer = draft_or_404(request, key), viewer_of(request)
    row = import_or_404(request, paper, pk)
    if request.method == "GET":
        return _preview(request, paper, row)
    if paper.state != State.DRAFT:
        return published(request, paper) or redirect(paper.get_absolute_url())
    version = request.POST.get("version", "")
    try:
        if "language" in request.POST.getlist("do"):
            language = request.POST.get("language", "")
            if language not in TextLanguage:
                raise Refused(_("Choose a language."))
            importing.set_language(row, actor=viewer, version=_number(version), language=language)
        else:
            wish = _Wish.of(request.POST)
            importing.correct_import(row, actor=viewer, version=_number(version), correction=wish.apply)
    except Refused as refusal:
        row = import_or_404(request, paper, pk)
        status = 409 if isinstance(refusal, Conflict) else 422
        return _preview(request, paper, row, sent=request.POST, problem=refusal.message, status=status)
    messages.success(request, _("Saved. The draft changes only once you take the file over."))
    anchor = f"#b{request.POST.getlist('pick')[0]}" if _first_pick(request.POST) else ""
    return redirect(request.get_full_path() + anchor)


def _first_pick(sent: QueryDict) -> bool:
    picks = sent.getlist("pick")
    return bool(picks) and picks[0].isdecimal() and sent.get("do") not in {"join"}


def _number(value: str) -> int:
    return int(value) if value.isdecimal() else -1


@dataclass
class _Wish:
    """What a person asks for on the page: fields that they changed, and an act on the blocks that they picked."""

    fields: dict[int, dict[str, Any]]
    picked: set[int]
    act: str
    role: str
    reason: str

    @classmethod
    def of(cls, sent: QueryDict) -> "_Wish":
        fields: dict[int, dict[str, Any]] = {}
        for name, value in sent.items():
            what, _dash, number = name.partition("-")
            if what in {"role", "number", "level"} and number.isdecimal():
                if what == "level" and not str(value).isdecimal():
                    continue
                fields.setdefault(int(number), {})[what] = value
        picked = {int(one) for one in sent.getlist("pick") if one.isdecimal()}
        return cls(fields, picked, sent.get("do", "save"), sent.get("to_role", ""), sent.get("reason", ""))

    def apply(self, blocks: list[correcting.Block]) -> list[correcting.Block]:
        blocks = correcting.change(blocks, self.fields)
        if self.act == "save":
            return blocks
        if not self.picked:
            raise Refused(_("Tick the pieces first."))
        match self.act:
            case "role":
                return correcting.change(blocks, {one: {"role": self.role} for one in self.picked})
            case "join":
                return correcting.join(blocks, self.picked)
            case "leave_out":
                return correcting.leave_out(blocks, self.picked, self.reason)
            case "take_back":
                return correcting.take_back(blocks, self.picked)
            case "accept":
                return correcting.accept(blocks, self.picked)
        return blocks


@require_http_methods(["GET", "POST"])
def block(request: HttpRequest, key: str, pk: uuid.UUID, block: int) -> HttpResponse:
    """The text of one block, to be corrected or split."""
    paper, viewer = draft_or_404(request, key), viewer_of(request)
    if elsewhere := published(request, paper):
        return elsewhere
    row = import_or_404(request, paper, pk)
    place = next((place for place, one in enumerate(row.blocks) if one["id"] == block), None)
    if place is None:
        raise Http404
    text, problem, status, version = str(row.blocks[place]["text"]), "", 200, row.version
    typed, difference = text, None
    if request.method == "POST":
        typed = request.POST.get("text", "")
        try:
            importing.correct_import(
                row,
                actor=viewer,
                version=_number(request.POST.get("version", "")),
                correction=lambda blocks: correcting.split(blocks, block, typed),
            )
        except Refused as refusal:
            problem, status = refusal.message, 422
            if isinstance(refusal, Conflict):
                status = 409
                row = import_or_404(request, paper, pk)
                version = row.version
                now = next((str(one["text"]) for one in row.blocks if one["id"] == block), "")
                difference = diffs.rows(now, typed)
        else:
            return redirect(f"{_address(paper, row)}?block={block}#b{block}")
    context = {
        "consultation": paper,
        "import": row,
        "piece": _shown(row.blocks[place], row.language) if place < len(row.blocks) else None,
        "text": typed,
        "version": version,
        "problem": problem,
        "difference": difference,
        "back": f"{_address(paper, row)}?block={block}#b{block}",
        "split": correcting.SPLIT,
    }
    return render(request, "consultations/importing/block.html", context, status=status)


def _address(paper: Consultation, row: PaperImport) -> str:
    return reverse("consultations:import", args=[paper.key, row.pk])


@dataclass(frozen=True)
class ShownDifference:
    one: Difference
    diff: SafeString | None

    @property
    def words(self) -> str:
        names = {
            "title": _("Title"),
            "foreword": _("Foreword"),
            "section": _("Section %(number)s"),
            "paragraph": _("Paragraph %(number)s"),
            "question": _("Question %(number)s"),
            "annex": _("Annex %(number)s"),
            "clause": _("Clause %(number)s"),
        }
        return names[self.one.kind] % {"number": self.one.number}


def _listed(found: Comparison, change: Change) -> list[ShownDifference]:
    rows = found.of(change)[:LISTED]
    wants_diff = change == Change.CHANGED
    return [
        ShownDifference(one, diffs.rows(one.before[:5000], one.after[:5000]) if wants_diff and number < 40 else None)
        for number, one in enumerate(rows)
    ]


@require_http_methods(["GET", "POST"])
def commit(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    """What would change in the draft; then it does, all of it or nothing."""
    paper, viewer = draft_or_404(request, key), viewer_of(request)
    if elsewhere := published(request, paper):
        return elsewhere
    row = import_or_404(request, paper, pk)
    if row.committed_at or row.discarded_at:
        return redirect("consultations:import", key, pk)
    file = importing.outline(row)
    found = importing.comparison(row, paper, file)
    initial = {
        "version": row.version,
        "take_title": not found.second_language or not getattr(paper, f"title_{row.language}"),
        "add_new": not found.second_language,
        "remove_gone": False,
    }
    form = CommitForm(request.POST or None, initial=initial)
    asks_statement = bool(file.statement) and known_statement(file) is None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            choices = Choices(
                add_new=data["add_new"] or found.is_empty,
                remove_gone=data["remove_gone"],
                take_title=data["take_title"],
                older=data["older"],
            )
            version = data["statement_version"] if data["statement"] == "new" else ""
            try:
                importing.commit_import(
                    row,
                    actor=viewer,
                    version=data["version"],
                    choices=choices,
                    statement=importing.StatementChoice(version),
                )
            except Refused as refusal:
                if isinstance(refusal, Conflict):
                    status = 409
                    row = import_or_404(request, paper, pk)
                    form.data = {**form.data.dict(), "version": str(row.version)}  # type: ignore[attr-defined]
                add_refusal(form, refusal)
            else:
                messages.success(request, _("The file is taken over into the draft."))
                return redirect("consultations:draft", paper.key)
    context = {
        "consultation": paper,
        "import": row,
        "form": form,
        "found": found,
        "counts": counts(file),
        "lists": [
            (str(change), found.count(change), _listed(found, change))
            for change in (Change.NEW, Change.FILLED, Change.CHANGED, Change.GONE)
        ],
        "unchanged": found.count(Change.UNCHANGED),
        "gone": found.count(Change.GONE),
        "is_new": found.count(Change.NEW),
        "problems": [(say(one), one.block) for one in file.problems],
        "asks_statement": asks_statement,
        "statement": pieces_of({"role": "statement", "text": file.statement}, row.language) if asks_statement else [],
        "has_chinese": row.language != "en",
        "limit": LISTED,
    }
    return render(request, "consultations/importing/commit.html", context, status=status)


@require_POST
def discard(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    paper, viewer = draft_or_404(request, key), viewer_of(request)
    if elsewhere := published(request, paper):
        return elsewhere
    row = import_or_404(request, paper, pk)
    try:
        importing.discard_import(row, actor=viewer)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("consultations:import", key, pk)
    messages.success(request, _("The import is discarded. The file is kept and can still be downloaded."))
    return redirect("consultations:draft", key)


@require_GET
def original(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponseBase:
    """The file as it came."""
    paper = draft_or_404(request, key)
    row = import_or_404(request, paper, pk)
    try:
        return serve(row)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("consultations:import", key, pk)
