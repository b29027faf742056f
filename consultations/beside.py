"""What hangs on the comments of a page besides their text: files, people named, readings, whether they are resolved.

One query for all comments of the page.
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.functions import JSONObject

from consultations.models import Attachment, Comment, Mention, Resolution, Seen
from documents.enums import ScanState
from members.viewer import Viewer
from portal.common.prepared import Prepared
from portal.common.translated import Translated, translated

_LANGUAGES = ("en", "zh_hant", "zh_hans")


@dataclass(frozen=True)
class File:
    pk: str
    name: str
    size: int
    is_clean: bool


@dataclass(frozen=True)
class Reader:
    """Somebody who has had an official post before them."""

    user_id: int
    name: Translated
    organisation_id: int
    at: datetime


@dataclass
class Beside:
    files: list[File] = field(default_factory=list)
    named: list[Translated] = field(default_factory=list)
    seen: list[Reader] = field(default_factory=list)
    resolved: SimpleNamespace | None = None

    @staticmethod
    def of(viewer: Viewer, comments: Sequence[Comment]) -> "dict[uuid.UUID, Beside]":
        """For each comment of the page that has any. The comments are those that `visible_to` gave."""
        ids = [comment.pk for comment in comments]
        if not ids:
            return {}
        official = [comment.pk for comment in comments if comment.official_answer]
        rows = _beside(viewer=viewer, ids=ids, official=official if official and viewer.is_member else None)
        found: dict[uuid.UUID, Beside] = defaultdict(Beside)
        for pk, kind, row in rows:
            found[pk]._take(kind, row)
        for one in found.values():
            one.files.sort(key=lambda file: file.name)
            one.seen.sort(key=lambda reader: (reader.at, reader.user_id))
        return found

    def _take(self, kind: str, row: dict[str, Any]) -> None:
        match kind:
            case "resolved":
                self.resolved = SimpleNamespace(at=datetime.fromisoformat(row["at"]), by=_name(row))
            case "file":
                self.files.append(File(row["pk"], row["name"], row["size"], row["state"] == ScanState.CLEAN))
            case "named":
                self.named.append(_name(row))
            case "seen":
                self.seen.append(
                    Reader(row["user"], _name(row), row["organisation"], datetime.fromisoformat(row["at"]))
                )


@Prepared
def _beside(viewer: Viewer, ids: list[uuid.UUID], official: list[uuid.UUID] | None) -> Any:
    return _rows(
        Resolution.objects.filter(comment__in=ids, reopened_at=None), "resolved", at="resolved_at",
        **_names("resolved_by"),
    ).union(
        _rows(Attachment.objects.filter(comment__in=ids), "file", pk="pk", name="file_name", size="size",
              state="scan_state", at="created_at"),
        _rows(Mention.objects.filter(comment__in=ids), "named", **_names("user")),
        *(
            [
                # Whoever reads the comments: they are those that `visible_to` gave.
                _rows(Seen.objects.filter(Seen.own_q(viewer), comment__in=official), "seen", at="at",
                      organisation="organisation_id", user="user_id", **_names("user"))
            ]
            if official
            else []
        ),
        all=True,
    )  # fmt: skip


def _names(person: str) -> dict[str, Any]:
    return {f"name_{code}": F(f"{person}__name_{code}") for code in _LANGUAGES}


def _name(row: dict[str, Any]) -> Translated:
    return translated(SimpleNamespace(**row), "name")


def _rows(rows: Any, kind: str, **columns: Any) -> Any:
    return (
        rows.order_by()
        .annotate(what=Value(kind, output_field=CharField()), row=JSONObject(**columns))
        .values_list("comment_id", "what", "row")
    )
