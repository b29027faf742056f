"""What of this room the log of openings names, and how (members.openings)."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consultations.models import Attachment, ClarificationRequest, Comment, Extension, ExtensionRequest, Response
from consultations.places import place_of
from members.audience import parents_q
from members.openings import Kind, register
from members.viewer import Viewer

Named = Mapping[str, tuple[str, str]]


def register_kinds() -> None:
    register(
        Comment,
        Kind(
            gettext_lazy("Comments"),
            lambda n: ngettext("%(count)s comment", "%(count)s comments", n) % {"count": n},
            _comments,
        ),
    )
    register(
        Attachment,
        Kind(
            gettext_lazy("Files of comments"),
            lambda n: ngettext("%(count)s file of a comment", "%(count)s files of comments", n) % {"count": n},
            _files,
        ),
    )
    register(
        ClarificationRequest,
        Kind(
            gettext_lazy("Requests for clarification"),
            lambda n: (
                ngettext("%(count)s request for clarification", "%(count)s requests for clarification", n)
                % {"count": n}
            ),
            _of_paper(ClarificationRequest, "clarifications"),
        ),
    )
    register(
        ExtensionRequest,
        Kind(
            gettext_lazy("Requests for more time"),
            lambda n: ngettext("%(count)s request for more time", "%(count)s requests for more time", n) % {"count": n},
            _of_paper(ExtensionRequest, "consultation"),
        ),
    )
    register(
        Extension,
        Kind(
            gettext_lazy("Extensions"),
            lambda n: ngettext("%(count)s extension", "%(count)s extensions", n) % {"count": n},
            _of_paper(Extension, "consultation"),
        ),
    )
    register(
        Response,
        Kind(
            gettext_lazy("Responses"),
            lambda n: ngettext("%(count)s response", "%(count)s responses", n) % {"count": n},
            _of_paper(Response, "consultation"),
        ),
    )


def _where(comment: Comment) -> str:
    return _("%(reference)s, %(place)s") % {
        "reference": comment.consultation.reference,
        "place": place_of(comment),
    }


def _comments(viewer: Viewer, keys: Collection[str]) -> Named:
    rows = Comment.objects.visible_to(viewer).filter(pk__in=keys).defer("body", "body_html")
    rows = rows.select_related("consultation", "section", "paragraph", "question")
    return {str(row.pk): (_where(row), row.get_absolute_url()) for row in rows}


def _files(viewer: Viewer, keys: Collection[str]) -> Named:
    rows = Attachment.objects.filter(parents_q(Attachment, viewer), pk__in=keys).select_related(
        "comment__consultation", "comment__section", "comment__paragraph", "comment__question"
    )
    return {
        str(row.pk): (
            _("%(file)s (%(place)s)") % {"file": row.file_name, "place": _where(row.comment)},
            row.comment.get_absolute_url(),
        )
        for row in rows
    }


def _of_paper(model: type[models.Model], page: str) -> Callable[[Viewer, Collection[str]], Named]:
    """Rows that the paper's reference names well enough."""

    def named(viewer: Viewer, keys: Collection[str]) -> Named:
        rows: Any = model._default_manager.all()
        rows = rows.visible_to(viewer).filter(pk__in=keys).select_related("consultation")
        return {
            str(row.pk): (row.consultation.reference, reverse(f"consultations:{page}", args=[row.consultation.key]))
            for row in rows
        }

    return named
