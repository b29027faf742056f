"""Who hears of a comment, and how the news reads. No mail and no notice carries a comment's text."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from consultations import policies
from consultations.models import Comment, Consultation
from members.audience import Audience
from members.enums import OrganisationKind
from members.viewer import Viewer, memberships_with_access, readable_pairs, viewer_of
from notifications import kinds
from notifications.enums import Category
from notifications.workflow import Recipient, publish
from portal.common.prepared import Prepared
from portal.common.translated import column_language, in_languages

COMMENT_POSTED = "consultations.comment_posted"
OFFICIAL_ANSWER = "consultations.official_answer"
LEAD = gettext_noop("You lead this consultation")
TEAM = gettext_noop("Your team runs this consultation")
PARTICIPANT = gettext_noop("You wrote in this thread")


def register_kinds() -> None:
    kinds.register(
        kinds.Kind(
            name=COMMENT_POSTED,
            category=Category.COMMENTS,
            title=_title_of_comment,
            context_line=context_line,
            template="consultations/emails/comment_posted",
            icon="message-square",
            readable=readable,
        )
    )
    kinds.register(
        kinds.Kind(
            name=OFFICIAL_ANSWER,
            category=Category.COMMENTS,
            title=_title_of_answer,
            context_line=context_line,
            template="consultations/emails/comment_posted",
            icon="circle-check-big",
            readable=readable,
        )
    )


def place_words(kind: str, number: str) -> str:
    """The place of a comment in words: paragraph 16, question 3, section 2, the whole paper."""
    match kind:
        case "paragraph":
            return _("paragraph %(number)s") % {"number": number}
        case "question":
            return _("question %(number)s") % {"number": number}
        case "section":
            return _("section %(number)s") % {"number": number}
        case _:
            return _("the whole paper")


def said(params: Mapping[str, Any], name: str) -> str:
    """A text of the particulars in the active language, or in the nearest that there is."""
    wanted = column_language()
    for code in dict.fromkeys((wanted, "zh_hant" if wanted == "zh_hans" else wanted, "en", "zh_hant")):
        if params.get(f"{name}_{code}"):
            return str(params[f"{name}_{code}"])
    return ""


def _title_of_comment(params: Mapping[str, Any]) -> str:
    words = {
        "by": said(params, "by"),
        "reference": params["reference"],
        "place": place_words(params["place"], params["number"]),
    }
    if params["audience"] == Audience.ORGANISATION:
        return _("New internal note on %(place)s of %(reference)s") % words
    if params["audience"] == Audience.REGULATOR:
        return _("New SFC internal comment on %(place)s of %(reference)s") % words
    if params["reply"]:
        return _("%(by)s replied on %(place)s of %(reference)s") % words
    return _("%(by)s commented on %(place)s of %(reference)s") % words


def _title_of_answer(params: Mapping[str, Any]) -> str:
    return _("Official answer on %(place)s of %(reference)s") % {
        "reference": params["reference"],
        "place": place_words(params["place"], params["number"]),
    }


def context_line(params: Mapping[str, Any]) -> str:
    return _("%(reference)s: %(title)s") % {"reference": params["reference"], "title": said(params, "title")}


def tell_of_comment(comment: Comment, *, actor: Viewer, official: bool = False, without: Collection[int] = ()) -> None:
    """Tell those who take part in the thread, and for a firm's comment the paper's officers; never the writer, and
    never anybody who cannot read it. `without`: users who have been told already."""
    consultation = comment.consultation
    recipients = [one for one in _recipients(comment, consultation, actor) if one.user_id not in without]
    if not recipients:
        return
    publish(
        OFFICIAL_ANSWER if official else COMMENT_POSTED,
        subject=comment,
        recipients=recipients,
        params=particulars(comment),
        url=comment.get_absolute_url(),
        thread=f"comment-{comment.thread_id}",
    )


def particulars(comment: Comment) -> dict[str, Any]:
    """What the news of a comment says: where it stands and, where others read it, by whom it is. Never its text."""
    consultation = comment.consultation
    place = comment.anchor
    whole = isinstance(place, Consultation)
    return {
        "reference": consultation.reference,
        **in_languages(consultation, "title"),
        "place": "whole" if whole else place._meta.model_name,
        "number": getattr(place, "number", ""),
        "audience": comment.audience,
        "reply": comment.parent_id is not None,
        **_writer(comment),
    }


def _writer(comment: Comment) -> dict[str, str]:
    """Whose name the news gives. None for internal notes: that somebody wrote one is the firm's own affair."""
    if comment.audience in {Audience.ORGANISATION, Audience.REGULATOR}:
        return {}
    if comment.posted_as:
        return {"by_en": comment.posted_as}
    author = comment.author
    return in_languages(author, "name", "by")


@Prepared
def _concerned(viewer: Viewer, thread: uuid.UUID, author: int, lead: int | None, team: str | None) -> "QuerySet[Any]":
    """Who takes part in a thread as `viewer` reads it, the paper's lead and its team; never viewer and author."""
    comments = Comment.objects.visible_to(viewer).of_thread(thread)
    wanted = Q(user__in=comments.order_by().values("author"))
    if lead is not None:
        wanted |= Q(user=lead)
    if team is not None:
        wanted |= Q(organisation__kind=OrganisationKind.REGULATOR, team=team)
    return memberships_with_access().filter(wanted).exclude(user=viewer.user_id).exclude(user=author)


def _recipients(comment: Comment, consultation: Consultation, actor: Viewer) -> list[Recipient]:
    writer = comment.membership.organisation if comment.membership else comment.organisation
    by_firm = writer.kind == OrganisationKind.PLATFORM and comment.audience in {
        Audience.GROUP,
        Audience.SHARED,
        Audience.PUBLIC,
    }
    rows = _concerned(
        viewer=actor,
        thread=comment.thread_id,
        author=comment.author_id,
        lead=consultation.lead_id if by_firm else None,
        team=(consultation.team or None) if by_firm else None,
    )
    found = []
    for row in rows:
        if not policies.can_read(viewer_of(row), comment):
            continue
        if by_firm and row.user_id == consultation.lead_id:
            reason = LEAD
        elif (
            by_firm
            and row.team
            and row.team == consultation.team
            and row.organisation.kind == OrganisationKind.REGULATOR
        ):
            reason = TEAM
        else:
            reason = PARTICIPANT
        found.append(Recipient(user_id=row.user_id, reason=reason))
    return found


def readable(user_ids: Collection[int], subject_ids: Collection[str]) -> set[tuple[int, str]]:
    """The pairs of user and comment that are still readable: one query for each group of users who read alike."""
    standing = Comment.objects.filter(withdrawn_at=None)
    return readable_pairs(user_ids, lambda viewer: standing.visible_among(viewer, subject_ids))
