from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from bench.floor.models import Comment, Firm, Mark, Topic

SHOWN = 100
ROWS = 50


def hello(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


def login(request: HttpRequest) -> HttpResponse:
    return render(request, "floor/login.html", {"form": AuthenticationForm(request)})


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """Session, user, count, rows."""
    page = Paginator(Topic.objects.order_by("-last_at"), ROWS).get_page(request.GET.get("page"))
    return render(request, "floor/listing.html", {"page": page})


def _read_at(request: HttpRequest, topic: Topic) -> datetime | None:
    found: datetime | None = (
        Mark.objects.filter(user=request.user.pk, topic=topic).values_list("read_at", flat=True).first()
    )
    return found


@login_required
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Session, user, topic, comments, authors, firms, mark."""
    topic = get_object_or_404(Topic, pk=pk)
    comments = list(Comment.objects.filter(topic=topic).order_by("created_at").defer("html")[:SHOWN])
    authors = User.objects.in_bulk({comment.author_id for comment in comments})
    firms = Firm.objects.in_bulk({comment.firm_id for comment in comments})
    for comment in comments:
        comment.author, comment.firm = authors[comment.author_id], firms[comment.firm_id]
    context = {"topic": topic, "comments": comments, "read_at": _read_at(request, topic)}
    return render(request, "floor/thread.html", context)


@login_required
def thread_lean(request: HttpRequest, pk: int) -> HttpResponse:
    """The same queries and the same bytes; each comment's HTML is stored."""
    topic = get_object_or_404(Topic, pk=pk)
    rows = list(
        Comment.objects.filter(topic=topic).order_by("created_at").values_list("html", "author_id", "firm_id")[:SHOWN]
    )
    User.objects.in_bulk({author for _html, author, _firm in rows})
    Firm.objects.in_bulk({firm for _html, _author, firm in rows})
    context = {
        "topic": topic,
        "html": "".join(html for html, _author, _firm in rows),
        "read_at": _read_at(request, topic),
    }
    return render(request, "floor/thread_lean.html", context)


@login_required
@require_POST
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """Session, user, topic, comment, topic's count, mark sought, mark set."""
    topic = get_object_or_404(Topic, pk=pk)
    moment = timezone.now()
    body = request.POST["body"]
    with transaction.atomic():
        Comment.objects.create(
            topic=topic, author_id=request.user.pk, firm_id=1, audience="group", body=body, created_at=moment
        )
        Topic.objects.filter(pk=pk).update(comments=F("comments") + 1, last_at=moment)
        mark = Mark.objects.get(user=request.user.pk, topic=topic)
        mark.read_at = moment
        mark.save(update_fields=["read_at"])
    return redirect(f"/topics/{pk}/")
