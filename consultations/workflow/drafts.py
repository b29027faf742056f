"""What somebody is writing and has not posted: kept as they type, theirs alone (row security by person)."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from audit.workflow import record, record_inside
from consultations import policies
from consultations.models import Attachment, Comment, CommentDraft, Consultation, DraftAttachment
from consultations.passages import Passage
from documents import storing
from documents.limits import MAX_FILES
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Conflict, Refused
from portal.common.prepared import Prepared

# More than fits into a comment, so that what is too long is kept until it is shortened.
DRAFT_LIMIT = 100_000
# So long after its text was posted a request that saves some of that text counts as late, and not as a new draft.
LATE = timedelta(minutes=2)


@dataclass(frozen=True)
class Spot:
    """Where somebody writes: at a place of the paper, in answer to a comment, or at a comment of their own."""

    paper: Consultation
    anchor: str
    parent: Comment | None = None
    edits: Comment | None = None

    def find(self, viewer: Viewer) -> CommentDraft | None:
        """The viewer's draft here."""
        found: list[CommentDraft] = _drafts(
            viewer=viewer,
            paper=self.paper.pk,
            anchor=self.anchor,
            parent=self.parent.pk if self.parent else None,
            edits=self.edits.pk if self.edits else None,
        )
        prefetch_related_objects(found, "attachments")
        return found[0] if found else None

    def hold(self, person_id: Any) -> None:
        """Until the transaction ends, keep away who would save a draft of the person here while it is posted."""
        above = [one.pk if one else None for one in (self.parent, self.edits)]
        name = f"{person_id} {self.paper.pk} {self.anchor} {above}"
        with connection.cursor() as cursor:
            number = int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


@Prepared
def _drafts(
    viewer: Viewer, paper: int, anchor: str, parent: uuid.UUID | None, edits: uuid.UUID | None
) -> "QuerySet[Any]":
    rows = CommentDraft.objects.visible_to(viewer)
    return rows.filter(consultation=paper, anchor=anchor, parent=parent, edits=edits)[:1]


def save_draft(
    spot: Spot, *, actor: Viewer, body: str, expected_version: int | None = None, passage: Passage | None = None,
    for_files: bool = False, goes_on: bool = False, **fields: Any,
) -> CommentDraft | None:  # fmt: skip
    """Keep what the actor has typed so far; None, and nothing is left, for a draft without words and files.
    What is there already, word for word, stays at its version: a save that comes twice is no other window's.

    `expected_version`: of the draft from which this text went on, 0 for none; `Conflict`, and nothing is overwritten,
    where another window has written since. None: whatever stands there is replaced. `for_files`: files come, so that
    it is needed without words as well. `goes_on`: sent while an earlier save was perhaps under way; what this text
    holds as a whole is that save, and no other window. With a version, what arrives after its text was posted leaves
    nothing. `fields`: audience, as_team, official.
    """
    require(policies.can_write(actor))
    if len(body) > DRAFT_LIMIT:
        raise Refused(_("The text is too long to be kept. Shorten it, or attach it as a file."), field="body")
    body = body.replace("\r\n", "\n").replace("\x00", "")
    with transaction.atomic():
        spot.hold(actor.user_id)
        draft = _locked(spot, actor)
        standing = draft.version if draft else 0
        is_known = draft is None or draft.body == body or (goes_on and draft.body.strip() in body)
        if expected_version is not None and draft is not None and standing != expected_version and not is_known:
            raise Conflict(
                _("This draft was changed in another window. Nothing was overwritten; both texts are below.")
            )
        if draft is None:
            if not for_files and (
                not body.strip() or (expected_version is not None and _was_posted(spot, actor, body))
            ):
                return None
            draft = CommentDraft(
                consultation=spot.paper, author=actor.person, anchor=spot.anchor, parent=spot.parent,
                edits=spot.edits, version=0, confirmed_at=clock.now(),
            )  # fmt: skip
        elif not body.strip() and not for_files and not draft.attachments.exists():
            draft.delete()
            return None
        before = _seen(draft)
        _write(draft, body, passage, fields)
        if draft.pk and draft.version > 1 and _seen(draft) == before:
            draft.refresh_from_db(fields=["version", "updated_at"])
            return draft
        try:
            with transaction.atomic():
                draft.save(force_insert=draft.version == 1)
        except IntegrityError:  # the other window was faster
            raise Conflict(
                _("This draft was changed in another window. Nothing was overwritten; both texts are below.")
            ) from None
    return draft


def _seen(draft: CommentDraft) -> tuple[Any, ...]:
    names = (
        "body",
        "audience",
        "as_team",
        "official",
        "passage",
        "passage_language",
        "passage_before",
        "passage_after",
    )
    return tuple(getattr(draft, name) for name in names)


def add_to_draft(draft: CommentDraft, spot: Spot, *, actor: Viewer, body: str) -> None:
    """Put words that have lost their own place below a draft that stands here, so that neither is lost.

    Not twice: what stands at its end already is left.
    """
    if draft.body.endswith(body):
        return
    both = f"{draft.body}\n\n{body}"
    save_draft(spot, actor=actor, body=both, expected_version=draft.version, audience=draft.audience)


def _locked(spot: Spot, actor: Viewer) -> CommentDraft | None:
    found: CommentDraft | None = (
        CommentDraft.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .filter(consultation=spot.paper, anchor=spot.anchor, parent=spot.parent, edits=spot.edits)
        .first()
    )
    return found


def _was_posted(spot: Spot, actor: Viewer, body: str) -> bool:
    """The actor has just posted here what holds this text: the request that would keep it came too late."""
    since = clock.now() - LATE
    mine = Comment.objects.visible_to(actor).filter(author=actor.user_id, consultation=spot.paper)
    if spot.edits is not None:
        mine = mine.filter(pk=spot.edits.pk, edited_at__gte=since)
    else:
        mine = mine.filter(parent=spot.parent, created_at__gte=since, withdrawn_at=None)
    found = mine.select_related("section", "paragraph", "question", "consultation")
    return any(one.anchor_key == spot.anchor and one.body.startswith(body.strip()) for one in found)


def forget_posted(spot: Spot, comment: Comment, *, by: Viewer) -> None:
    """Remove the draft that was saved while its text was being posted, and that has nothing else."""
    standing = _locked(spot, by)
    if standing is not None and comment.body.startswith(standing.body.strip()) and not standing.attachments.exists():
        standing.delete()


def _write(draft: CommentDraft, body: str, passage: Passage | None, fields: dict[str, Any]) -> None:
    draft.body = body
    for name in ("audience", "as_team", "official"):
        if name in fields:
            setattr(draft, name, fields[name])
    draft.passage, draft.passage_language = (passage.words, passage.language) if passage else ("", "")
    draft.passage_before, draft.passage_after = (passage.before, passage.after) if passage else ("", "")
    draft.version += 1
    draft.updated_at = clock.now()


def discard_draft(draft: CommentDraft, *, actor: Viewer) -> None:
    """Remove a draft with its files."""
    require(policies.can_write(actor) and draft.author_id == actor.user_id)
    with transaction.atomic():
        files = list(draft.attachments.all())
        for file in files:
            storing.discard(file)
        record_inside("consultations.draft_discarded", actor=actor, files=len(files))
        draft.delete()


def attach(draft: CommentDraft, source: Any, *, actor: Viewer) -> DraftAttachment:
    """Take a file in beside the draft. Refused, beside "files": too many, or what the check objects to."""
    require(policies.can_write(actor) and draft.author_id == actor.user_id)
    if draft.attachments.count() >= MAX_FILES:
        raise Refused(_("At most %(count)s files go with a comment.") % {"count": MAX_FILES}, field="files")
    received = storing.receive(source, field="files")
    with transaction.atomic():
        row = storing.keep(DraftAttachment(draft=draft), received, organisation=actor.organisation, field="files")
        record_inside("consultations.draft_file_kept", actor=actor, sha256=row.sha256, size=row.size)
    return row


def detach(file: DraftAttachment, *, actor: Viewer) -> None:
    """Take a file off the draft again."""
    require(policies.can_write(actor) and file.draft.author_id == actor.user_id)
    with transaction.atomic():
        record_inside("consultations.draft_file_removed", actor=actor, sha256=file.sha256)
        storing.discard(file)


def become_attachments(draft: CommentDraft, comment: Comment, *, by: Viewer) -> None:
    """The files of a draft are the comment's now; the bytes stay where they are. The draft is gone.

    A draft that another window has written on since, and that the posted text does not hold, stays.
    """
    columns = ("file_name", "media_type", "size", "sha256", "scan_state", "storage_name")
    files = list(draft.attachments.order_by("created_at", "pk"))
    if comment.attachments.count() + len(files) > MAX_FILES:
        raise Refused(_("At most %(count)s files go with a comment.") % {"count": MAX_FILES}, field="files")
    for file in files:
        row = Attachment(comment=comment, **{name: getattr(file, name) for name in columns})
        row.save(force_insert=True)
        record("consultations.file_attached", comment, actor=by, file=str(row.pk), sha256=row.sha256)
    DraftAttachment.objects.filter(pk__in=[file.pk for file in files]).delete()
    standing = CommentDraft.objects.visible_to(by).filter(pk=draft.pk).first()
    if standing is not None and (standing.version == draft.version or comment.body.startswith(standing.body.strip())):
        standing.delete()


def note_attachment_download(attachment: Attachment, *, actor: Viewer) -> None:
    """The view has let the reader through."""
    if actor.is_member:
        record("consultations.file_downloaded", attachment.comment, actor=actor, file=str(attachment.pk))
