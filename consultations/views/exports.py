"""What goes out of a consultation: the page that says what goes into a file, the files, and the feed."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import structlog
from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from consultations import feeds
from consultations.exports.content import BOTH, choose_text, comments_of, languages_of
from consultations.exports.files import FORMATS, WHATS, disposition, file_name, make
from consultations.models import Consultation
from consultations.views.common import paper_or_404, viewer_of
from consultations.workflow.exports import note_export
from members.audience import NARROW_TO_WIDE, Audience
from members.viewer import Viewer, acting_as, viewer_for
from notifications.feeds import owner_of
from portal.common import clock
from portal.common.errors import Refused
from portal.common.translated import HTML_LANG

logger = structlog.get_logger(__name__)
# Files in ten minutes, for one person or one address of the public; and how long one waits for its turn, in seconds.
FILES: Final = 40
PUBLIC_FILES: Final = 15
WINDOW: Final = 600
TURN: Final = 25
# Fetches of feeds in an hour with one key: a reader asks every few minutes, for some papers.
FETCHES: Final = 600
HOUR: Final = 3600
# A long file takes a processor for seconds: one at a time in each process.
_turn = threading.BoundedSemaphore(1)
_WORDS: Final = {"en": "English", "zh_hant": "繁體中文", "zh_hans": "简体中文"}


@login_not_required
@require_GET
def export(request: HttpRequest, key: str) -> HttpResponse:
    """What can be taken, by whom it may be read, in which language and of which comments."""
    paper = paper_or_404(request, key)
    return _page(request, paper)


def _page(request: HttpRequest, paper: Consultation, *, problem: str = "", status: int = 200) -> HttpResponse:
    viewer = viewer_of(request)
    text, audience, question = _choices(request, paper)
    query = request.GET.copy()
    query.clear()
    for name, value in (("text", text), ("audience", audience), ("question", question)):
        if value:
            query[name] = value
    now = clock.now()
    counts = _counts(viewer, paper)
    context = {
        "consultation": paper,
        "problem": problem,
        "text": text,
        "audience": audience,
        "question": question,
        "texts": _texts(paper),
        "audiences": [
            (str(one), str(Audience(one).label), counts[one]) for one in reversed(NARROW_TO_WIDE) if one in counts
        ],
        "questions": list(paper.questions.order_by("position").values_list("number", flat=True)),
        "chosen": comments_of(viewer, paper, audience=audience, question=question).count(),
        "total": sum(counts.values()),
        "query": query.urlencode(),
        "whats": [
            {
                "what": what,
                "formats": [(FORMATS[one], file_name(paper.reference, what.key, one, now)) for one in what.formats],
            }
            for what in WHATS.values()
        ],
        "now": now,
    }
    return render(request, "consultations/export.html", context, status=status)


def _choices(request: HttpRequest, paper: Consultation) -> tuple[str, str, str]:
    """The language, the audience and the question that the address asks for; what does not exist counts as not said."""
    audience = request.GET.get("audience", "")
    question = request.GET.get("question", "")
    return (
        choose_text(paper, request.GET.get("text", "")),
        audience if audience in Audience.values else "",
        question if question and paper.questions.filter(number=question).exists() else "",
    )


def _counts(viewer: Viewer, paper: Consultation) -> dict[Any, int]:
    """How many comments the viewer can read, by their readers."""
    rows = comments_of(viewer, paper).order_by().values_list("audience").annotate(n=Count("pk"))
    return {Audience(audience): number for audience, number in rows}


def _texts(paper: Consultation) -> list[tuple[str, str, str]]:
    found = [(code, _WORDS[code], HTML_LANG[code]) for code in languages_of(paper)]
    both = {"en", "zh_hant"} <= {code for code, _words, _lang in found}
    return [*found, (BOTH, _("English and Traditional Chinese side by side"), "")] if both else found


@login_not_required
@require_GET
def export_file(request: HttpRequest, key: str, what: str, extension: str) -> HttpResponse:
    """The file, with what this viewer may see at this moment. A member's is recorded."""
    chosen = WHATS.get(what)
    if chosen is None or extension not in chosen.formats:
        raise Http404
    paper, viewer = paper_or_404(request, key), viewer_of(request)
    if _too_many(_who(request, viewer), PUBLIC_FILES if not viewer.is_member else FILES, WINDOW):
        return _page(request, paper, problem=_("You have taken many files. Wait ten minutes, then go on."), status=429)
    text, audience, question = _choices(request, paper)
    try:
        with _one_at_a_time():
            content = make(
                viewer, paper, what=chosen, form=FORMATS[extension], text=text, audience=audience, question=question
            )
    except Refused as refusal:
        return _page(request, paper, problem=refusal.message, status=503)
    note_export(paper, actor=viewer, what=what, extension=extension, text=text)
    response = HttpResponse(content, content_type=FORMATS[extension].media_type)
    response["Content-Disposition"] = disposition(paper.reference, what, extension, clock.now())
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if not _turn.acquire(timeout=TURN):
        raise Refused(_("Other files are being made at the moment. Try again in a minute."))
    try:
        yield
    finally:
        _turn.release()


def _who(request: HttpRequest, viewer: Viewer) -> str:
    return f"person-{viewer.user_id}" if viewer.is_member else f"address-{get_adapter().get_client_ip(request)}"


def _too_many(who: str, limit: int, seconds: int) -> bool:
    """Counts one more, and whether it is more than `limit` in this window. Without the cache nothing is refused."""
    name = f"exports:{hashlib.sha256(who.encode()).hexdigest()[:24]}"
    try:
        cache.add(name, 0, timeout=seconds)
        return int(cache.incr(name)) > limit
    except ValueError:  # it ran out between the two
        return False
    except Exception as problem:
        logger.warning("limit_not_counted", reason=type(problem).__name__)
        return False


@login_not_required
@require_safe
def feed(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """The feed of a paper by a key: no session, and the reader is whoever its owner is at this moment.

    An unknown key, a revoked one, one whose owner has no access any more, and a paper that the owner cannot read give
    the same 404. A key that is used too often is told to wait.
    """
    owner = owner_of(token)
    viewer = viewer_for(owner) if owner is not None else None
    if owner is None or viewer is None or not viewer.is_member:
        raise Http404
    if _too_many(f"feed-{owner.pk}", FETCHES, HOUR):
        return HttpResponse(status=429, headers={"Retry-After": "900", "Cache-Control": "private, no-store"})
    with acting_as(viewer):
        paper = Consultation.objects.visible_to(viewer).filter(key=key).first()
        if paper is None:
            raise Http404
        content = feeds.write(viewer, paper, owner.language or translation.get_language())
    tag = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    headers = {"ETag": tag, "Cache-Control": "private, max-age=0, must-revalidate", "Referrer-Policy": "no-referrer"}
    if tag in {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}:
        response = HttpResponse(status=304, headers=headers)
    else:
        response = HttpResponse(content, content_type=feeds.MEDIA_TYPE, headers=headers)
    response["X-Content-Type-Options"] = "nosniff"
    patch_vary_headers(response, ("Accept-Encoding",))
    return response
