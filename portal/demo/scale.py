"""The demonstration many times over, for measuring: always the same rows for the same scale.

A step copies the whole group (its platforms, 52 people, four papers, eight meetings) under new keys, further
back in time, and writes threads until there are 2,000 comments a step. It goes past the verbs and the row
history, as the owner, since row-level security would let no single viewer write all of it.
"""

import random
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pgtrigger
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connections, models, transaction

from accounts.models import User
from consultations.models import (
    Annex,
    Answer,
    Comment,
    Consultation,
    Paragraph,
    Question,
    Resolution,
    Response,
    Section,
)
from meetings.models import AgendaItem, Attendance, Meeting, Presenter
from members.audience import Audience
from members.enums import OrganisationKind, Role
from members.models import LicenceStatus, Membership, Organisation, WorkingGroup, WorkingGroupMembership
from notifications.models import Event, Notice
from portal.common import clock
from portal.common.errors import Refused

OWNER = "owner"
COMMENTS_A_STEP = 2_000
# How far back in time each step lies: the papers of the past pile up, those that are open now do not.
STEP_BACK = timedelta(days=14)
# Of a step's comments, the last ones whose news people still have in their inbox.
NEWS_A_STEP = 160
BATCH = 2_000
# Of a step's comments, the shares of its four papers; of its threads, the shares of their readers.
PAPER_WEIGHTS = (45, 25, 18, 12)
AUDIENCES = {
    Audience.GROUP: 64,
    Audience.SHARED: 15,
    Audience.ORGANISATION: 14,
    Audience.REGULATOR: 4,
    Audience.PUBLIC: 3,
}
_COPIED = r"-x\d+$"
NAMESPACE = uuid.UUID("5f0c6f0e-6f3c-4d0b-9a63-2f7f6f1f5a11")

Say = Callable[[str], None]


def multiply(scale: int, *, say: Say) -> None:
    """Bring the loaded demonstration to `scale` times its size. What is there already is left as it is.

    Refused without the owner's connection (DATABASE_OWNER_URL) and without a loaded demonstration.
    """
    if OWNER not in settings.DATABASES:
        raise Refused("Multiplying the demonstration needs the owner's connection: set DATABASE_OWNER_URL.")
    there = set(Organisation.objects.using(OWNER).filter(key__regex=_COPIED).values_list("key", flat=True))
    base: Base | None = None
    for step in range(2, scale + 1):
        with transaction.atomic(using=OWNER), pgtrigger.ignore(databases=[OWNER]):
            base = base or Base.read()
            if f"{base.platforms[0].key}-x{step}" in there:
                continue
            _write_step(base, step)
        if step % 10 == 0 or step == scale:
            say(f"scale {step}: {step * len(base.people)} people, {step * COMMENTS_A_STEP} comments")
    with connections[OWNER].cursor() as cursor:
        cursor.execute("ANALYZE")


@dataclass(frozen=True)
class Author:
    """Somebody who comments, in the role in which they do."""

    user_id: int
    membership_id: int
    organisation_id: int
    is_regulator: bool
    names: dict[str, str]


@dataclass(frozen=True)
class Text:
    body: str
    html: str
    language: str


@dataclass
class Base:
    """The demonstration as it was loaded, read once."""

    platforms: list[Organisation]
    people: list[User]
    consultations: list[Consultation]
    meetings: list[Meeting]
    groups: list[WorkingGroup]
    texts: list[Text]
    authors: list[Author]
    comments: int

    @classmethod
    def read(cls) -> "Base":
        original = Organisation.objects.using(OWNER).exclude(key__regex=_COPIED)
        platforms = list(original.filter(kind=OrganisationKind.PLATFORM).order_by("key"))
        if not platforms:
            raise Refused("Load the demonstration before multiplying it.")
        people = list(User.objects.using(OWNER).exclude(email__regex=r"\.x\d+@").order_by("pk"))
        comments = Comment.objects.using(OWNER).filter(withdrawn_at=None, author__in=people)
        return cls(
            platforms=platforms,
            people=people,
            consultations=list(Consultation.objects.using(OWNER).exclude(key__regex=_COPIED).order_by("key")),
            meetings=list(Meeting.objects.using(OWNER).exclude(key__regex=_COPIED).order_by("key")),
            groups=list(WorkingGroup.objects.using(OWNER).exclude(key__regex=_COPIED).order_by("key")),
            texts=[
                Text(*row) for row in comments.order_by("created_at", "pk").values_list("body", "body_html", "language")
            ],
            authors=authors_among(people),
            comments=Comment.objects.using(OWNER).count(),
        )


def authors_among(people: Iterable[User]) -> list[Author]:
    """Those of `people` who hold a role now and write: the regulator's staff and the platforms'."""
    seats = (
        Membership.objects.using(OWNER)
        .filter(user__in=list(people), ends_on=None)
        .exclude(organisation__kind=OrganisationKind.AGENCY)
        .select_related("organisation", "user")
        .order_by("user")
    )
    return [
        Author(
            user_id=seat.user_id,
            membership_id=seat.pk,
            organisation_id=seat.organisation_id,
            is_regulator=seat.organisation.kind == OrganisationKind.REGULATOR,
            names={f"by_{code}": getattr(seat.user, f"name_{code}") for code in ("en", "zh_hant", "zh_hans")},
        )
        for seat in seats
    ]


class Copier:
    """Copies rows with their references among one another: a key of a copied row becomes its copy's."""

    def __init__(self, step: int) -> None:
        self.step = step
        self.copies: dict[type[models.Model], dict[Any, Any]] = {}

    def copy(self, rows: Iterable[models.Model], **changes: Callable[[Any], Any]) -> list[Any]:
        """The copies of `rows`, saved; `changes` gives a column's value from the row that is copied."""
        originals = list(rows)
        if not originals:
            return []
        model = type(originals[0])
        made = [self._copied(model, row, changes) for row in originals]
        model._default_manager.using(OWNER).bulk_create(made, batch_size=BATCH)
        self.copies.setdefault(model, {}).update({old.pk: new.pk for old, new in zip(originals, made, strict=True)})
        return made

    def _copied(self, model: type[models.Model], row: Any, changes: dict[str, Callable[[Any], Any]]) -> Any:
        values: dict[str, Any] = {}
        for field in model._meta.concrete_fields:
            if field.primary_key:
                if isinstance(field, models.UUIDField):
                    values[field.attname] = uuid.uuid5(NAMESPACE, f"{model._meta.label} {row.pk} {self.step}")
                continue
            value = getattr(row, field.attname)
            if field.is_relation:
                value = self.copies.get(field.related_model, {}).get(value, value)  # type: ignore[arg-type]
            values[field.attname] = value
        return model(**values | {name: change(row) for name, change in changes.items()})

    def links(self, model: type[models.Model], *names: str) -> None:
        """The many-to-many rows of the copied rows of `model`."""
        for name in names:
            through: Any = model._meta.get_field(name).remote_field.through  # type: ignore[union-attr]
            column = model._meta.get_field(name).m2m_field_name()  # type: ignore[union-attr]
            rows = through.objects.using(OWNER).filter(**{f"{column}__in": list(self.copies.get(model, {}))})
            self.copy(rows.order_by("pk"))

    def children(self, model: type[models.Model], parent: str, **changes: Callable[[Any], Any]) -> list[Any]:
        """Copies of the rows of `model` whose foreign key `parent` points to rows that were copied."""
        related: Any = model._meta.get_field(parent).related_model
        rows = model._default_manager.using(OWNER).filter(**{f"{parent}__in": list(self.copies.get(related, {}))})
        return self.copy(rows.order_by("pk"), **changes)


def _write_step(base: Base, step: int) -> None:
    copier = Copier(step)
    mark = f"-x{step}"
    people = _copy_group(base, copier, mark)
    papers = _copy_papers(base, copier, mark)
    _copy_meetings(base, copier, mark)
    # The first step also makes up for what the demonstration itself has less.
    missing = COMMENTS_A_STEP if step > 2 else 2 * COMMENTS_A_STEP - base.comments
    rng = random.Random(f"portal demonstration, step {step}")  # noqa: S311
    authors = base.authors + authors_among(people)
    written: list[Comment] = []
    for number, (paper, count) in enumerate(zip(papers, shared_out(missing, PAPER_WEIGHTS), strict=True)):
        written += write_threads(paper, count, authors=authors, texts=base.texts, rng=rng, name=f"{step} {number}")
    tell(written[-NEWS_A_STEP:], authors, name=f"step {step}")


def shared_out(total: int, weights: Sequence[int]) -> list[int]:
    """`total` divided by weight; what rounding leaves goes to the first."""
    parts = [total * weight // sum(weights) for weight in weights]
    parts[0] += total - sum(parts)
    return parts


def _copy_group(base: Base, copier: Copier, mark: str) -> list[User]:
    number = copier.step

    def numbered(row: Any, name: str) -> str:
        text = getattr(row, name)
        return f"{text} {number}" if text else ""

    copier.copy(
        base.platforms,
        key=lambda row: f"{row.key}{mark}",
        name_en=lambda row: numbered(row, "name_en"),
        short_en=lambda row: numbered(row, "short_en"),
        short_zh_hant=lambda row: numbered(row, "short_zh_hant"),
        ce_reference=lambda row: None,
    )
    copier.children(LicenceStatus, "organisation")
    people = copier.copy(
        base.people,
        email=lambda row: row.email.replace("@", f".x{number}@"),
        name_en=lambda row: numbered(row, "name_en"),
        last_login=lambda row: None,
    )
    copier.children(EmailAddress, "user", email=lambda row: row.email.replace("@", f".x{number}@"))
    copier.children(
        Membership,
        "user",
        # There is one chair; and a team stays as large as a team is.
        role=lambda row: Role.POLICY_OFFICER if row.role == Role.CHAIR else row.role,
        team=lambda row: f"{row.team} / {number}" if row.team else "",
    )
    copier.copy(base.groups, key=lambda row: f"{row.key}{mark}", name_en=lambda row: numbered(row, "name_en"))
    copier.children(WorkingGroupMembership, "group")
    return people


def _back(copier: Copier, name: str) -> Callable[[Any], Any]:
    """A date or moment of the row, as far back as the step lies."""

    def change(row: Any) -> Any:
        value = getattr(row, name)
        return value - copier.step * STEP_BACK if value else value

    return change


def _moved(copier: Copier, model: type[models.Model]) -> dict[str, Callable[[Any], Any]]:
    """Every date of `model` moved back."""
    dated = (models.DateTimeField, models.DateField)
    return {f.attname: _back(copier, f.attname) for f in model._meta.concrete_fields if isinstance(f, dated)}


def _copy_papers(base: Base, copier: Copier, mark: str) -> list[Consultation]:
    number = copier.step
    papers = copier.copy(
        base.consultations,
        **_moved(copier, Consultation),
        key=lambda row: f"{row.key}{mark}",
        reference=lambda row: f"{row.reference}{mark}",
        title_en=lambda row: f"{row.title_en} ({number})",
        team=lambda row: f"{row.team} / {number}" if row.team else "",
    )
    copier.links(Consultation, "initiatives")
    for part in (Section, Paragraph, Question, Annex):
        copier.children(part, "consultation")
    copier.links(Question, "paragraphs")
    copier.children(
        Response,
        "consultation",
        **_moved(copier, Response),
        receipt=lambda row: f"{row.receipt}{mark}" if row.receipt else "",
    )
    copier.children(Answer, "response", **_moved(copier, Answer))
    return papers


def _copy_meetings(base: Base, copier: Copier, mark: str) -> None:
    number = copier.step
    copier.copy(
        base.meetings,
        **_moved(copier, Meeting),
        key=lambda row: f"{row.key}{mark}",
        number=lambda row: row.number + 100 * number if row.number else None,
        title_en=lambda row: f"{row.title_en} ({number})",
    )
    copier.links(Meeting, "consultations")
    copier.children(AgendaItem, "meeting", **_moved(copier, AgendaItem))
    copier.links(AgendaItem, "initiatives", "consultations")
    copier.children(Presenter, "item")
    copier.children(Attendance, "meeting", **_moved(copier, Attendance))


def write_threads(
    paper: Consultation,
    count: int,
    *,
    authors: Sequence[Author],
    texts: Sequence[Text],
    rng: random.Random,
    name: str,
) -> list[Comment]:
    """`count` comments in threads of one to eight on all parts of `paper`, for all readers; by time.

    `name` makes the keys: the same name gives the same rows.
    """
    anchors: list[dict[str, Any]] = [{"is_whole": True}]
    for part in (Paragraph, Question):
        column = f"{part._meta.model_name}_id"
        keys = (
            part._default_manager.using(OWNER)
            .filter(consultation=paper)
            .order_by("position")
            .values_list("pk", flat=True)
        )
        anchors += [{column: pk} for pk in keys]
    writers = Writers(authors)
    begin = paper.opens_at or clock.now() - timedelta(days=60)
    end = min(paper.closes_at or clock.now(), clock.now())
    made: list[Comment] = []
    while len(made) < count:
        size = min(count - len(made), rng.choice((1, 1, 2, 3, 3, 4, 5, 8)))
        made += _thread(
            paper,
            size,
            rng.choice(anchors),
            writers,
            texts,
            rng,
            (_between(begin, end, rng), end),
            f"{name} {len(made)}",
        )
    Comment._default_manager.using(OWNER).bulk_create(made, batch_size=BATCH)
    settled = [comment for comment in made if comment.parent_id and comment.official_answer]
    Resolution._default_manager.using(OWNER).bulk_create(
        [
            Resolution(
                id=uuid.uuid5(NAMESPACE, f"resolution {comment.pk}"),
                comment_id=comment.thread_id,
                consultation=paper,
                resolved_by_id=comment.author_id,
                resolved_at=comment.created_at,
            )
            for comment in {comment.root_id: comment for comment in settled}.values()
        ]
    )
    return sorted(made, key=lambda comment: comment.created_at)


def _between(begin: datetime, end: datetime, rng: random.Random) -> datetime:
    return begin + rng.random() * max(end - begin, timedelta(hours=1))


class Writers:
    """Who can have written a comment for certain readers."""

    def __init__(self, authors: Sequence[Author]) -> None:
        self.staff = [author for author in authors if author.is_regulator]
        self.firms: dict[int, list[Author]] = {}
        for author in authors:
            if not author.is_regulator:
                self.firms.setdefault(author.organisation_id, []).append(author)

    def owner(self, audience: Audience, rng: random.Random) -> int:
        """The organisation whose matter a thread for these readers is."""
        if audience == Audience.REGULATOR:
            return self.staff[0].organisation_id
        return rng.choice(list(self.firms))

    def one(self, audience: Audience, owner: int, reply: bool, rng: random.Random) -> Author:
        if audience == Audience.REGULATOR:
            return rng.choice(self.staff)
        if audience == Audience.ORGANISATION:
            return rng.choice(self.firms[owner])
        if reply and rng.random() < 0.35:
            return rng.choice(self.staff)
        if audience == Audience.SHARED:
            return rng.choice(self.firms[owner])
        return rng.choice(self.firms[rng.choice(list(self.firms))])


def _thread(
    paper: Consultation,
    size: int,
    anchor: dict[str, Any],
    writers: Writers,
    texts: Sequence[Text],
    rng: random.Random,
    span: tuple[datetime, datetime],
    name: str,
) -> list[Comment]:
    """A comment and its answers, all for the same readers: so no answer is wider than what it answers."""
    audience = rng.choices(list(AUDIENCES), weights=list(AUDIENCES.values()))[0]
    if audience == Audience.PUBLIC and paper.audience != Audience.PUBLIC:
        audience = Audience.GROUP
    owner = writers.owner(audience, rng)
    made: list[Comment] = []
    began, end = span
    at = began
    for number in range(size):
        author = writers.one(audience, owner, reply=number > 0, rng=rng)
        text = rng.choice(texts)
        parent = rng.choice(made) if made else None
        withdrawn = number > 0 and rng.random() < 0.01
        narrow = audience in {Audience.SHARED, Audience.ORGANISATION, Audience.REGULATOR}
        made.append(
            Comment(
                id=uuid.uuid5(NAMESPACE, f"comment {name} {number}"),
                consultation_id=paper.pk,
                parent_id=parent.pk if parent else None,
                root_id=made[0].pk if made else None,
                thread_at=began,
                audience=audience,
                organisation_id=owner if narrow else author.organisation_id,
                working_group_id=paper.working_group_id,
                author_id=author.user_id,
                membership_id=author.membership_id,
                body="" if withdrawn else text.body,
                body_html="" if withdrawn else text.html,
                language=text.language,
                created_at=at,
                edited_at=at + timedelta(minutes=20) if number and rng.random() < 0.04 else None,
                withdrawn_at=at + timedelta(hours=2) if withdrawn else None,
                withdrawn_by_id=author.user_id if withdrawn else None,
                withdrawal_reason="Posted on the wrong paragraph." if withdrawn else "",
                official_answer=author.is_regulator
                and audience == Audience.GROUP
                and not withdrawn
                and rng.random() < 0.4,
                **anchor,
            )
        )
        # Answers come ever closer together towards the end, and none after it.
        at += min(timedelta(minutes=rng.randint(15, 36 * 60)), (end - at) / 2)
    return made


def tell(comments: Sequence[Comment], authors: Sequence[Author], *, name: str) -> int:
    """News of `comments` to those who wrote in the same thread; the latter half unseen. How many."""
    names = {author.user_id: author.names for author in authors}
    readers: dict[uuid.UUID, set[int]] = {}
    for comment in comments:
        readers.setdefault(comment.thread_id, set()).add(comment.author_id)
    papers = {
        paper.pk: paper
        for paper in Consultation.objects.using(OWNER).filter(pk__in={c.consultation_id for c in comments})
    }
    numbers = {
        part: dict(part._default_manager.using(OWNER).filter(consultation__in=papers).values_list("pk", "number"))
        for part in (Paragraph, Question)
    }
    events: list[Event] = []
    notices: list[Notice] = []
    for position, comment in enumerate(comments):
        paper = papers[comment.consultation_id]
        place, number, fragment = _place(comment, numbers)
        event = Event(
            id=uuid.uuid5(NAMESPACE, f"event {name} {comment.pk}"),
            kind="consultations.comment_posted",
            at=comment.created_at,
            subject_id=str(comment.pk),
            thread=f"comment-{comment.thread_id}",
            params={
                "reference": paper.reference,
                **{f"title_{code}": getattr(paper, f"title_{code}") for code in ("en", "zh_hant", "zh_hans")},
                "place": place,
                "number": number,
                "audience": comment.audience,
                "reply": comment.parent_id is not None,
                **({} if comment.audience in {Audience.ORGANISATION, Audience.REGULATOR} else names[comment.author_id]),
            },
            url=f"/consultations/{paper.key}/?thread={fragment}#c-{comment.pk}",
        )
        events.append(event)
        seen = comment.created_at if position < len(comments) // 2 else None
        notices += [
            Notice(
                event=event,
                user_id=reader,
                at=comment.created_at,
                reason="You wrote in this thread",
                read_at=seen,
                digested_at=seen,
            )
            for reader in sorted(readers[comment.thread_id] - {comment.author_id})
        ]
    Event.objects.using(OWNER).bulk_create(events, batch_size=BATCH)
    Notice.objects.using(OWNER).bulk_create(notices, batch_size=BATCH)
    return len(notices)


def _place(comment: Comment, numbers: dict[Any, dict[int, str]]) -> tuple[str, str, str]:
    """Kind and number of the comment's place, and its fragment on the page."""
    if comment.paragraph_id:
        number = numbers[Paragraph][comment.paragraph_id]
        return "paragraph", number, f"p{number}"
    if comment.question_id:
        number = numbers[Question][comment.question_id]
        return "question", number, f"q{number}"
    return "whole", "", "whole"
