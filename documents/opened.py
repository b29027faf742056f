"""What of this room the log of openings names, and how (members.openings)."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from documents.models import Document, Version
from members.audience import parents_q
from members.openings import Kind, register
from members.viewer import Viewer


def register_kinds() -> None:
    register(
        Document,
        Kind(
            gettext_lazy("Documents"),
            lambda n: ngettext("%(count)s document", "%(count)s documents", n) % {"count": n},
            _documents,
            name_is_text=True,
        ),
    )
    register(
        Version,
        Kind(
            gettext_lazy("Files of documents"),
            lambda n: ngettext("%(count)s file of a document", "%(count)s files of documents", n) % {"count": n},
            _versions,
        ),
    )


def _documents(viewer: Viewer, keys: Collection[str]) -> Mapping[str, tuple[str, str]]:
    rows = Document.objects.visible_to(viewer).filter(pk__in=keys)
    return {str(row.pk): (str(row.title), reverse("documents:document", args=[row.pk])) for row in rows}


def _versions(viewer: Viewer, keys: Collection[str]) -> Mapping[str, tuple[str, str]]:
    rows = Version.objects.filter(parents_q(Version, viewer), pk__in=keys).select_related("document")
    return {
        str(row.pk): (
            _("%(title)s, version %(number)s") % {"title": row.document.title, "number": row.number},
            reverse("documents:document", args=[row.document_id]),
        )
        for row in rows
    }
