"""Papers: first expected by a day, then published with their file."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.workflow import record
from documents import workflow as documents
from documents.enums import DocumentKind
from meetings import policies
from meetings.enums import PaperState
from meetings.models import AgendaItem, Paper
from members.audience import Audience
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused

CLASSES = frozenset({Audience.PUBLIC, Audience.GROUP, Audience.REGULATOR})


def expect_paper(
    item: AgendaItem,
    *,
    actor: Viewer,
    number: str,
    author: User,
    audience: str = Audience.GROUP,
    due: date | None = None,
    **fields: Any,
) -> Paper:
    """Announce a paper for `item`. `audience` is its classification: public, group or regulator."""
    require(policies.can_run(actor, item.meeting))
    if audience not in CLASSES:
        raise Refused(_("A paper for the group cannot be written for one firm."), field="audience")
    with transaction.atomic():
        paper = Paper(
            meeting=item.meeting,
            item=item,
            audience=audience,
            organisation_id=item.meeting.organisation_id,
            working_group_id=item.meeting.working_group_id,
            number=number,
            position=int(number.rsplit("/", 1)[-1]),
            author=author,
            due=due,
            **fields,
        )
        paper.full_clean()
        paper.save(force_insert=True)
        record("meetings.paper_expected", paper, actor=actor, due=str(due or ""))
    return paper


def file_paper(
    paper: Paper, *, actor: Viewer, file_name: str, content: bytes, pages: int | None = None, trusted: bool = False
) -> None:
    """Publish the paper, or a new version of it: its file becomes a document with the paper's own readers."""
    require(policies.can_file_paper(actor, paper))
    with transaction.atomic():
        locked = Paper.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=paper.pk)
        document = locked.document or documents.file_document(
            actor=actor,
            organisation=locked.organisation,
            audience=locked.audience,
            working_group=locked.working_group,
            titles={"en": locked.title_en, "zh_hant": locked.title_zh_hant, "zh_hans": locked.title_zh_hans},
            kind=DocumentKind.PAPER,
            reference=locked.number,
            pages=pages,
            released_at=clock.now(),
        )
        documents.file_version(document, actor=actor, file_name=file_name, content=content, trusted=trusted)
        locked.document = document
        locked.state = PaperState.PUBLISHED
        locked.published_at = locked.published_at or clock.now()
        locked.pages = pages or locked.pages
        locked.save(update_fields=["document", "state", "published_at", "pages"])
        record("meetings.paper_filed", locked, actor=actor)
    paper.document, paper.state, paper.published_at, paper.pages = (
        locked.document, locked.state, locked.published_at, locked.pages,
    )  # fmt: skip
