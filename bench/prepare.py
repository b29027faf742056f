"""``python -m bench.prepare FILE [--again]``: rows that are measured, and who asks for them.

Papers of 10, 1,000 and 5,000 comments, a meeting of 100 agenda items, 30 unseen notices for everybody, and
sessions that have proved a second factor. Runs with the portal's settings and the owner's connection.
"""

from __future__ import annotations

import json
import random
import sys
import uuid
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import django

django.setup()

import pgtrigger  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connections, transaction  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.test import Client  # noqa: E402

from accounts import second_factor  # noqa: E402
from accounts.models import User  # noqa: E402
from consultations.models import (  # noqa: E402
    Annex,
    Comment,
    Consultation,
    Paragraph,
    Question,
    Section,
)
from meetings.models import AgendaItem, Meeting, Paper, Presenter  # noqa: E402
from members.audience import Audience  # noqa: E402
from members.viewer import memberships_with_access  # noqa: E402
from notifications.models import Event, Notice  # noqa: E402
from portal.common import clock  # noqa: E402
from portal.demo.scale import BATCH, OWNER, Base, Copier, tell, write_threads  # noqa: E402

PAPER = "cp-2026-05"
SIZES = (10, 1000, 5000)
ITEMS = 100
UNSEEN = 30
INBOX = 120
NEWS = 400
READER = "meiyan.chan@harbour.example"
SECRETARY = "sn.kwok@sfc.example"
POSTERS = 8
BACKEND = "accounts.backends.Backend"


def papers(base: Base) -> None:
    """The same paper three times, open now, with ever more comments."""
    original = Consultation.objects.using(OWNER).get(key=PAPER)
    now = clock.now()
    for size in SIZES:
        copier = Copier(100_000 + size)
        (paper,) = copier.copy(
            [original],
            key=lambda row, size=size: f"bench-{size}",  # type: ignore[misc]
            reference=lambda row, size=size: f"BENCH-{size}",  # type: ignore[misc]
            opens_at=lambda row: now - timedelta(days=60),
            closes_at=lambda row: now + timedelta(days=30),
        )
        for part in (Section, Paragraph, Question, Annex):
            copier.children(part, "consultation")
        copier.links(Question, "paragraphs")
        rng = random.Random(size)  # noqa: S311
        write_threads(paper, size, authors=base.authors, texts=base.texts, rng=rng, name=f"bench {size}")


def meeting(base: Base) -> None:
    """A meeting with an agenda of 100 items, each with a presenter and a paper."""
    full = Meeting.objects.using(OWNER).filter(papers__isnull=False).order_by("-starts_at").distinct()
    original = full.first()
    assert original is not None
    item = AgendaItem.objects.using(OWNER).filter(meeting=original, papers__isnull=False).order_by("number")[0]
    paper = Paper.objects.using(OWNER).filter(item=item).order_by("position")[0]
    copier = Copier(200_000)
    (made,) = copier.copy(
        [original], key=lambda row: "bench-100-items", number=lambda row: 9_999 if row.number else None
    )
    items = [
        AgendaItem(
            meeting=made,
            organisation_id=item.organisation_id,
            audience=item.audience,
            released_at=item.released_at,
            number=number,
            title_en=f"{item.title_en} ({number})",
            purpose=item.purpose,
            starts_at=made.starts_at + timedelta(minutes=number),
            minutes_planned=1,
        )
        for number in range(1, ITEMS + 1)
    ]
    AgendaItem.objects.using(OWNER).bulk_create(items)
    Presenter.objects.using(OWNER).bulk_create(
        [
            Presenter(item=item, user_id=author.user_id, organisation_id=author.organisation_id)
            for item, author in zip(items, base.authors * 3, strict=False)
        ]
    )
    fields = [f.attname for f in Paper._meta.concrete_fields if f.attname not in {"id", "meeting_id", "item_id"}]
    common = {name: getattr(paper, name) for name in fields}
    Paper.objects.using(OWNER).bulk_create(
        [
            Paper(meeting=made, item=item, **common | {"number": f"B{item.number}", "position": item.number})
            for item in items
        ]
    )


def news(base: Base, reader: User) -> int:
    """30 unseen notices for everybody who may enter, 120 for the reader; how many people that are."""
    comments = list(
        Comment.objects.using(OWNER)
        .filter(consultation__key=f"bench-{SIZES[1]}", audience=Audience.GROUP, withdrawn_at=None)
        .order_by("created_at")[:NEWS]
    )
    found = Event.objects.using(OWNER).filter(subject_id__in=[str(comment.pk) for comment in comments])
    if not found.exists():
        tell(comments, base.authors, name="bench")
    events = list(found.all())
    people = list(memberships_with_access().using(OWNER).order_by("user").values_list("user", flat=True).distinct())
    Notice.objects.using(OWNER).filter(event__in=events).delete()
    Notice.objects.using(OWNER).filter(user__in=people, read_at=None).update(digested_at=clock.now())
    Notice.objects.using(OWNER).bulk_create(
        [
            Notice(event=event, user_id=user_id, at=event.at, reason="You wrote in this thread")
            for position, user_id in enumerate(people)
            for event in some(events, position, INBOX if user_id == reader.pk else UNSEEN)
        ],
        batch_size=BATCH,
    )
    return len(people)


def some(events: Sequence[Event], position: int, count: int) -> list[Event]:
    """`count` of the events, others for each person."""
    begin = position * 7
    return [events[(begin + number) % len(events)] for number in range(min(count, len(events)))]


def session(user: User) -> str:
    """The cookie of a browser in which this person has signed in with a second factor."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    request = HttpRequest()
    request.session = client.session
    request.user = user
    second_factor.mark_proved(request, user, type="totp")
    request.session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def main() -> None:
    reader = User.objects.get(email=READER)
    with transaction.atomic(using=OWNER), pgtrigger.ignore(databases=[OWNER]):
        base = Base.read()
        if "--again" not in sys.argv:
            papers(base)
            meeting(base)
        people = news(base, reader)
    with connections[OWNER].cursor() as cursor:
        cursor.execute("ANALYZE")
    firms = [author for author in base.authors if not author.is_regulator]
    writing = memberships_with_access().exclude(confirm_by__lt=clock.today())
    current = set(writing.values_list("user", flat=True))
    posters = User.objects.filter(pk__in=[a.user_id for a in firms if a.user_id in current]).order_by("pk")[:POSTERS]
    Path(sys.argv[1]).write_text(
        json.dumps(
            {
                "session_cookie": settings.SESSION_COOKIE_NAME,
                "csrf_cookie": settings.CSRF_COOKIE_NAME,
                "reader": session(reader),
                "secretary": session(User.objects.get(email=SECRETARY)),
                "posters": [session(person) for person in posters],
                "people": people,
                "users": User.objects.count(),
                "comments": Comment.objects.using(OWNER).count(),
                "mark": uuid.uuid4().hex,
            }
        )
    )


if __name__ == "__main__":
    main()
