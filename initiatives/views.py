import hashlib
from datetime import UTC, datetime, time
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages import get_messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from initiatives import deadlines, policies, related
from initiatives import roadmap as reading
from initiatives.models import Initiative, InitiativeUpdate
from initiatives.publication import PUBLISHED_ON, TITLE, source_url
from portal.common import clock

VIEWS = ("timeline", "table", "milestones")


@cache
def _release() -> str:
    """A mark of this release's templates, wording and styles, so that no browser keeps those of another."""
    mark = hashlib.sha256()
    for folder, pattern in (("templates", "**/*.html"), ("locale", "**/*.mo"), ("static/css", "*.css")):
        for path in sorted((settings.BASE_DIR / folder).glob(pattern)):
            mark.update(path.read_bytes())
    return mark.hexdigest()


def _etag(request: HttpRequest, *args: Any, **kwargs: Any) -> str | None:
    """What the public's page depends on, without rendering it. None: this answer is not to be kept.

    The cookies stand for theme, language and the token in the page's forms. A message waiting for the reader
    is shown once, so a page with one is not kept.
    """
    if request.viewer.is_authenticated or len(get_messages(request)):  # type: ignore[attr-defined]
        return None
    stamp = deadlines.stamp()
    if stamp is None:
        return None
    newest = request._newest = reading.newest_change()  # type: ignore[attr-defined]
    parts = (
        newest,
        stamp,
        get_language(),
        clock.today(),
        request.get_full_path(),
        *(request.headers.get(name, "") for name in ("Cookie", "HX-Request", "HX-History-Restore-Request")),
        _release(),
    )
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _keepable(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Say when it changed. The browser asks each time, with the ETag: the date alone decides nothing."""
    patch_vary_headers(response, ["Cookie", "Accept-Language", "HX-Request"])
    newest = getattr(request, "_newest", None)
    if newest is not None:
        midnight = datetime.combine(clock.today(), time.min, clock.HONG_KONG)
        moments = [one for one in newest.values() if isinstance(one, datetime)]
        response["Last-Modified"] = http_date(max([midnight, *moments]).astimezone(UTC).timestamp())
        patch_cache_control(response, private=True, no_cache=True)
    return response


@login_not_required
@require_safe
@condition(etag_func=_etag)
def roadmap(request: HttpRequest) -> HttpResponse:
    """The whole roadmap as timeline, table or milestone list. htmx asks for the panel alone."""
    view = request.GET.get("view", VIEWS[0])
    context = {
        "roadmap": reading.read(request.viewer),  # type: ignore[attr-defined]
        "view": view if view in VIEWS else VIEWS[0],
        "published_on": PUBLISHED_ON,
        "roadmap_title": TITLE,
        "roadmap_source": source_url(),
    }
    panel = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    template = "initiatives/roadmap.html#panel" if panel else "initiatives/roadmap.html"
    return _keepable(request, render(request, template, context))


@login_not_required
@require_safe
def initiative(request: HttpRequest, number: int) -> HttpResponse:
    """One initiative: where it stands, by which milestones, from which sources."""
    viewer = request.viewer  # type: ignore[attr-defined]
    try:
        found = reading.read_one(viewer, number)
    except Initiative.DoesNotExist:
        raise Http404 from None
    row = found.rows[0]
    numbers = list(Initiative.objects.values_list("number", flat=True))
    at = numbers.index(number)
    context = {
        "roadmap": found,
        "row": row,
        "initiative": row.initiative,
        "updates": InitiativeUpdate.objects.visible_to(viewer).filter(initiative=row.initiative),
        "status_changes": row.initiative.status_changes.all(),
        "related": related.of(viewer, number),
        "total": len(numbers),
        "previous": numbers[at - 1] if at else None,
        "next": numbers[at + 1] if at + 1 < len(numbers) else None,
        "published_on": PUBLISHED_ON,
        "roadmap_title": TITLE,
        "roadmap_source": source_url(),
        "can_keep": policies.can_keep_roadmap(viewer),
    }
    return render(request, "initiatives/initiative.html", context)
