"""The Atom feed of one consultation for one person: that something happened, and where. Never what was written.

A feed is fetched by programs and kept by services of others, so an entry says no more than a mail's subject may.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.emails import place_words
from consultations.enums import CommentState
from consultations.models import Clarification, Comment, Conclusions, Consultation
from members.viewer import Viewer, acting_as, viewer_for
from notifications import feeds
from portal.common import clock
from portal.common.dates import long_day_and_time

ENTRIES: Final = 100
MEDIA_TYPE: Final = "application/atom+xml; charset=utf-8"
_NEVER: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    id: str
    title: str
    path: str
    published: datetime
    updated: datetime


class _Feed(Atom1Feed):
    """Says when its newest entry is from, and of an empty one always the same, so that it can be compared."""

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=_NEVER)


def register() -> None:
    feeds.register(addresses)


def address(key: str, token: str) -> str:
    return reverse("consultations:feed", args=[key, token])


def addresses(user: User, token: str) -> Iterator[feeds.Feed]:
    """The feeds of all papers that this person can read now."""
    viewer = viewer_for(user)
    if not viewer.is_member:
        return
    with acting_as(viewer):
        rows = list(Consultation.objects.visible_to(viewer).in_reading_order()[:50])
    for paper in rows:
        yield feeds.Feed(f"{paper.reference} {paper.short_title}", address(paper.key, token))


def write(viewer: Viewer, paper: Consultation, language: str) -> bytes:
    """The feed of `paper` (from `visible_to`) with what `viewer` can read now, newest first."""
    with translation.override(language):
        entries = sorted(_entries(viewer, paper), key=lambda one: (one.updated, one.id), reverse=True)[:ENTRIES]
        page = f"{settings.BASE_URL}{paper.get_absolute_url()}"
        feed = _Feed(
            title=f"{paper.reference} {paper.title}",
            link=page,
            description=None,
            language=language,
            author_name="ASPIRe Portal",
            feed_guid=page,
        )
        for entry in entries:
            feed.add_item(
                title=entry.title,
                link=f"{settings.BASE_URL}{entry.path}",
                description=None,  # type: ignore[arg-type]
                unique_id=entry.id,
                pubdate=entry.published,
                updateddate=entry.updated,
            )
        return feed.writeString("utf-8").encode()


def _entries(viewer: Viewer, paper: Consultation) -> Iterator[Entry]:
    yield from _comments(viewer, paper)
    yield from _of_the_paper(viewer, paper)
    yield from _clarifications(viewer, paper)


def _comments(viewer: Viewer, paper: Consultation) -> Iterator[Entry]:
    rows = (
        Comment.objects.visible_to(viewer)
        .filter(consultation=paper, withdrawn_at=None, state=CommentState.PUBLISHED)
        .select_related("section", "paragraph", "question")
        .defer("body", "body_html", "passage")
        .annotate(updated=Greatest("created_at", Coalesce("edited_at", "created_at")))
        .order_by("-updated", "-pk")[:ENTRIES]
    )
    for row in rows:
        row.consultation = paper
        key = row.anchor_key
        kind = {"s": "section", "p": "paragraph", "q": "question"}.get(key[:1], "whole") if key != "whole" else "whole"
        where = place_words(kind, key[1:])
        words = _("Official answer on %(where)s") if row.official_answer else _("Comment on %(where)s")
        yield Entry(row.pk.urn, words % {"where": where}, row.get_absolute_url(), row.created_at, row.updated)


def _of_the_paper(viewer: Viewer, paper: Consultation) -> Iterator[Entry]:
    now, page = clock.now(), paper.get_absolute_url()

    def entry(name: str, title: str, at: datetime, path: str = page) -> Entry:
        return Entry(f"{settings.BASE_URL}{page}#{name}", title, path, at, at)

    if paper.opens_at and paper.opens_at <= now:
        yield entry("opened", _("Open for comments"), paper.opens_at)
    if paper.withdrawn_at and paper.withdrawn_at <= now:
        yield entry("withdrawn", _("The paper was withdrawn"), paper.withdrawn_at)
    for row in paper.corrections.select_related("paragraph", "question"):
        part: Any = row.paragraph or row.question
        title = _("Correction of the paper")
        if part:
            kind = "paragraph" if row.paragraph else "question"
            title = _("Correction of %(where)s") % {"where": place_words(kind, part.number)}
        path = f"{page}#{part.anchor_key}" if part else page
        yield entry(f"correction-{part.anchor_key if part else 'paper'}-{row.from_version}-{row.made_at:%Y%m%dT%H%M%S}",
                    title, row.made_at, path)  # fmt: skip
    for change in paper.deadline_changes.all():
        title = _("New deadline: %(date)s") % {"date": long_day_and_time(change.after)}
        yield entry(f"deadline-{change.made_at:%Y%m%dT%H%M%S}", title, change.made_at)
    found = Conclusions.objects.visible_to(viewer).filter(consultation=paper, released_at__lte=now).first()
    if found is not None and found.released_at is not None:
        yield entry("conclusions", _("The consultation conclusions are published"), found.released_at)


def _clarifications(viewer: Viewer, paper: Consultation) -> Iterator[Entry]:
    rows = (
        Clarification.objects.visible_to(viewer)
        .filter(consultation=paper, released_at__lte=clock.now())
        .only("number", "released_at", "consultation_id")
        .order_by("-number")[:ENTRIES]
    )
    page = paper.get_absolute_url()
    for row in rows:
        title = _("Clarification %(number)s") % {"number": row.number}
        path = f"{page}#{row.anchor_key}"
        released: Any = row.released_at
        yield Entry(f"{settings.BASE_URL}{path}", title, path, released, released)
