"""What this room hears from the rooms to its left."""

from typing import Any

from django.db import connection
from django.db.models import Q
from django.dispatch import receiver

from audit.workflow import record
from consultations.models import Consultation
from members.enums import OrganisationKind
from members.models import HandOver
from members.reach import everything
from members.signals import Handed, membership_ended
from members.viewer import acting_as


@receiver(membership_ended)
def hand_over_open_work(hand_over: HandOver, **kwargs: Any) -> Handed:
    """Drafts of comments and the work on a response go to the successor by the owner's function, which gives back
    numbers alone (migration 0004); so do the papers that an officer leads, until their conclusions are published."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT moved, kept FROM consultations_hand_over(%s)", [hand_over.pk])
        moved, kept = cursor.fetchone()
    if hand_over.organisation.kind == OrganisationKind.REGULATOR:
        with acting_as(everything()):
            papers = _papers(hand_over)
        moved, kept = (moved, kept + papers) if hand_over.successor_id is None else (moved + papers, kept)
    return Handed(moved=moved, kept=kept)


def _papers(hand_over: HandOver) -> int:
    """Another lead is another text of a paper: a standing approval of a draft has to be asked for again."""
    leaver, successor = hand_over.membership.user_id, hand_over.successor_id
    mine = Consultation.objects.filter(Q(lead=leaver) | Q(contact=leaver), concluded_at=None, withdrawn_at=None)
    papers = list(mine.select_for_update(of=("self",)).order_by("pk"))
    for paper in papers if successor is not None else ():
        changed = [name for name in ("lead", "contact") if getattr(paper, f"{name}_id") == leaver]
        for name in changed:
            setattr(paper, f"{name}_id", successor)
        paper.save(update_fields=changed)
        record("consultations.paper_handed_over", paper, actor=None, former=leaver, successor=successor)
    return len(papers)
