"""The inbox, how mail reaches a person, and the door out of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from notifications import emails, kinds, workflow
from notifications.enums import Category, EmailChoice
from notifications.models import DigestPreference, Notice, Preference
from notifications.readers import still_readable

PER_PAGE = 50


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What happened that concerns this person, newest first. What they may no longer read is not listed."""
    user = _user(request)
    mine = Notice.objects.filter(user=user).select_related("event")
    only_unread = request.GET.get("show") == "unread"
    if only_unread:
        mine = mine.filter(read_at=None)
    # One count for the pages and for the bell.
    counts = mine.aggregate(every=Count("pk"), unread=Count("pk", filter=Q(read_at=None)))
    paginator = Paginator(mine, PER_PAGE)
    paginator.count = counts["every"]
    page = paginator.get_page(request.GET.get("page"))
    notices = list(page.object_list)
    allowed = still_readable((user.pk, notice.event) for notice in notices)
    lines = [
        (notice, emails.item_of(notice.event), kinds.get(notice.event.kind).icon)
        for notice in notices
        if (user.pk, str(notice.event_id)) in allowed
    ]
    context = {"page": page, "lines": lines, "only_unread": only_unread, "unread_count": counts["unread"]}
    return render(request, "notifications/inbox.html", context)


@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go where it points. Somebody else's notice is not there."""
    user = _user(request)
    notice = Notice.objects.select_related("event").filter(pk=pk, user=user).first()
    if notice is None or not still_readable([(user.pk, notice.event)]):
        return redirect("notifications:inbox")
    workflow.mark_read(user, notice_ids=[notice.pk])
    return redirect(notice.event.url or "notifications:inbox")


@require_POST
def mark_all_read(request: HttpRequest) -> HttpResponse:
    workflow.mark_read(_user(request))
    messages.success(request, _("Everything is marked as read."))
    return redirect("notifications:inbox")


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """How mail of each category reaches this person."""
    user = _user(request)
    if request.method == "POST":
        for category in Category:
            choice = request.POST.get(category.value, "")
            if choice in EmailChoice.values:
                workflow.set_preference(user.pk, category, choice)
        workflow.set_digest(user.pk, request.POST.get("daily") == "on")
        messages.success(request, _("Your notification settings were saved."))
        return redirect("notifications:settings")
    chosen = dict(Preference.objects.filter(user=user).values_list("category", "email"))
    rows = [
        {
            "category": category,
            "kinds": [kind for kind in kinds.every() if kind.category == category],
            "chosen": chosen.get(category.value) or _default_choice(category),
        }
        for category in Category
        if any(kind.category == category and not kind.mandatory for kind in kinds.every())
    ]
    daily = not DigestPreference.objects.filter(user=user, daily=False).exists()
    return render(
        request, "notifications/settings.html", {"rows": rows, "choices": EmailChoice.choices, "daily": daily}
    )


def _default_choice(category: Category) -> str:
    defaults = {kind.default_email for kind in kinds.every() if kind.category == category and not kind.mandatory}
    return str(EmailChoice.NOW if EmailChoice.NOW in defaults else EmailChoice.DIGEST)


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: a POST with the token stops that mail at once; a GET shows a button and changes nothing."""
    found = emails.read_unsubscribe_token(token)
    if found is None:
        return render(request, "notifications/unsubscribe.html", {"unknown": True}, status=404)
    user_id, what = found
    label = _("the daily digest") if what == emails.DIGEST else str(Category(what).label)
    if request.method == "GET":
        return render(request, "notifications/unsubscribe.html", {"label": label, "token": token})
    if what == emails.DIGEST:
        workflow.set_digest(user_id, daily=False)
    else:
        workflow.set_preference(user_id, what, EmailChoice.NEVER)
    return render(request, "notifications/unsubscribe.html", {"label": label, "done": True})
