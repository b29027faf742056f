"""New posts on a page that stays open: the page asks every half minute, and nearly always hears that nothing is new.

The stamp of what a reader can see is the moment at which the newest comment was shown to them. It comes with the
page, goes back as `If-None-Match`, and answers 304 in two statements: the entrance of the request, and one row of
an index. A stamp says nothing about what its holder cannot read.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from consultations.filters import Filters
from consultations.models import Comment
from consultations.page import Reading, find
from consultations.views.common import viewer_of
from members.viewer import Viewer
from portal.common import clock
from portal.common.dates import microseconds
from portal.common.prepared import Prepared

# So many places are brought up to date in one answer; beyond, the page offers to load itself anew.
AT_MOST = 6
_START = datetime(1970, 1, 1, tzinfo=UTC)


def stamp_of(moment: datetime | None) -> str:
    """The entity tag of a page on which the newest comment was shown at `moment`; "1" where there is none."""
    return f'"{microseconds(moment)}"' if moment else '"1"'


def moment_of(stamp: str) -> datetime | None:
    """The moment of a stamp that we gave; None for anything else."""
    digits = stamp.strip().removeprefix("W/").strip('"')
    if not digits.isascii() or not digits.isdigit() or len(digits) > 17:
        return None
    return _START + timedelta(microseconds=int(digits))


@Prepared
def _newest(viewer: Viewer, key: str) -> "QuerySet[Any]":
    """When the last comment that the viewer can read was shown."""
    rows = Comment.objects.visible_to(viewer).filter(consultation__key=key)
    return rows.order_by("-shown_at").values_list("shown_at", flat=True)[:1]


@login_not_required
@require_GET
def news(request: HttpRequest, key: str) -> HttpResponse:
    """304 without anything new; else the places at which there is something, as they are now.

    A hidden and an absent paper have no news. Without a stamp there is nothing to compare: 204.
    """
    viewer = viewer_of(request)
    sent = request.headers.get("If-None-Match", "") or request.GET.get("stamp", "")
    since = moment_of(sent)
    newest = next(iter(_newest(viewer=viewer, key=key)), None)
    stamp = stamp_of(newest)
    if newest is None or since is None:
        return HttpResponse(status=204)
    if newest <= since:
        return _marked(HttpResponse(status=304), stamp)
    return _marked(_answer(request, key, since, newest), stamp)


def _marked(response: HttpResponse, stamp: str) -> HttpResponse:
    response["ETag"] = stamp
    # The browser must not keep it: it is one person's view, and a rival may sit down at the same machine.
    response["Cache-Control"] = "private, no-store"
    return response


def _answer(request: HttpRequest, key: str, since: datetime, newest: datetime) -> HttpResponse:
    viewer = viewer_of(request)
    paper = find(viewer, key)
    if paper is None:
        return HttpResponse(status=204)
    fresh = list(
        Comment.objects.visible_to(viewer)
        .filter(consultation=paper, shown_at__gt=since)
        .select_related("section", "paragraph", "question", "author")
        .order_by("shown_at")[:500]
    )
    of_others = [one for one in fresh if one.author_id != viewer.user_id]
    keys = list(dict.fromkeys(_place(one, paper) for one in fresh))
    reading = Reading(
        viewer,
        paper,
        text=request.GET.get("text", ""),
        filters=Filters.of(request.GET),
        address=paper.get_absolute_url(),
    )
    shown = [one for one in keys if one in reading.places][:AT_MOST]
    places = []
    for place in shown:
        reading.fill(only=place)
        places.append(reading.places[place])
    context: dict[str, Any] = {
        "consultation": paper,
        "reading": reading,
        "places": places,
        "lines": [(one, reading.places.get(_place(one, paper))) for one in of_others[:12]],
        "count": len(of_others),
        "stamp": stamp_of(newest),
        "at": clock.now(),
    }
    return render(request, "consultations/news.html", context)


def _place(comment: Comment, paper: Any) -> str:
    comment.consultation = paper
    return comment.anchor_key


# A page that is left open must not keep its session alive for ever.
news.is_polling = True  # type: ignore[attr-defined]
