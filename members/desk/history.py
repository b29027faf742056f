"""The history of a record: each of its states as the database's triggers kept it, with who changed what from where,
and each verb of the audit trail that names it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten, unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from audit.models import Entry
from audit.particulars import Reading, field_words
from audit.words import words_of
from members.audience import Audience
from members.desk.typing import ModelT
from members.models import Organisation
from portal.common import diffs

SHOWN_AT_MOST = 100
# Longer texts are compared word by word.
SHORT = 60


@dataclass
class Change:
    label: str
    before: str
    after: str
    words: SafeString | str = ""


@dataclass
class Moment:
    """Something that happened to the record: a state of its row, or a verb."""

    at: datetime
    what: str
    who: str = ""
    ip: str = ""
    url: str = ""
    behalf: str = ""
    changes: list[Change] = field(default_factory=list)
    is_verb: bool = False
    person: int | None = None


class HistoryAdmin(admin.ModelAdmin[ModelT]):
    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Row security decides which states can be read; of those, the columns that the record's own page shows."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        names = [str(name) for name in flatten(list(self.get_fields(request, row)))]
        moments = [*_states(self.model, row.pk, names), *_verbs(self.opts.label_lower, row.pk)]
        moments.sort(key=lambda moment: (moment.at, moment.is_verb), reverse=True)
        context = self.admin_site.each_context(request) | {
            "title": _("History"),
            "subtitle": str(row),
            "moments": moments[:SHOWN_AT_MOST],
            "is_capped": len(moments) > SHOWN_AT_MOST,
            "keeps_states": hasattr(self.model, "pgh_event_model"),
            "object": row,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return render(request, "admin/history.html", context)


def _states(model: type[models.Model], pk: Any, names: Iterable[str]) -> Iterator[Moment]:
    kept: Any = getattr(model, "pgh_event_model", None)
    if kept is None:
        return
    events = list(kept.objects.filter(pgh_obj=pk).order_by("-pgh_id")[: SHOWN_AT_MOST + 1])
    known = {one.name for one in kept._meta.fields}
    fields = [f for f in model._meta.concrete_fields if f.name in set(names) & known and f.name != "id"]
    said = _Names(events, fields)
    people = _people(event.pgh_context for event in events)
    # With the last of what is read begins what is not shown.
    before = [*((later, earlier) for later, earlier in pairwise(events)), *((e, None) for e in events[-1:])]
    for later, earlier in before[:SHOWN_AT_MOST]:
        context = later.pgh_context or {}
        yield Moment(
            at=later.pgh_created_at,
            what=_("Added") if later.pgh_label == "insert" else _("Changed"),
            who=people.get(context.get("user"), ""),
            ip=str(context.get("ip") or ""),
            url=str(context.get("url") or ""),
            changes=list(_changes(later, earlier, fields, said)),
        )


def _changes(later: Any, earlier: Any, fields: list[Any], said: "_Names") -> Iterator[Change]:
    for one in fields:
        new = getattr(later, one.attname)
        old = getattr(earlier, one.attname) if earlier is not None else None
        if new == old or (earlier is None and new in (None, "", [], {})):
            continue
        before = said.words(one, old) if earlier is not None else ""
        after = said.words(one, new)
        long = max(len(before), len(after)) > SHORT or "\n" in before + after
        words = format_html('<div class="diff">{}</div>', diffs.rows(before, after)) if long and before else ""
        yield Change(capfirst(str(one.verbose_name)), before, after, words)


class _Names:
    """How values are said: a related row by its name, if it can be read, and one query for each kind."""

    def __init__(self, events: list[Any], fields: list[Any]) -> None:
        wanted: dict[Any, set[Any]] = defaultdict(set)
        for one in fields:
            if one.is_relation:
                wanted[one.related_model] |= {getattr(event, one.attname) for event in events} - {None}
        self.rows = {model: model._default_manager.in_bulk(list(keys)) for model, keys in wanted.items()}

    def words(self, one: Any, value: Any) -> str:
        if value is None or value == "":
            return ""
        if one.is_relation:
            found = self.rows[one.related_model].get(value)
            return str(found) if found is not None else f"#{value}"
        if isinstance(value, dict):
            return json.dumps(value, ensure_ascii=False)
        return field_words(one, value)


def _people(contexts: Iterable[Any]) -> dict[Any, str]:
    ids = {context.get("user") for context in contexts if context} - {None}
    return {pk: str(user) for pk, user in User.objects.in_bulk(list(ids)).items()} if ids else {}


def _verbs(label: str, pk: Any) -> Iterator[Moment]:
    """What the audit trail says of the record; what a firm did inside is not told here."""
    entries = (
        Entry.objects.filter(object_type=label, object_id=str(pk))
        .exclude(audience=Audience.ORGANISATION)
        .order_by("-at")[: SHOWN_AT_MOST + 1]
    )
    rows = list(entries)
    said = Reading(rows)
    firms = Organisation.objects.in_bulk([row.on_behalf_of for row in rows if row.on_behalf_of])
    for entry in rows:
        firm = firms.get(entry.on_behalf_of) if entry.on_behalf_of else None
        yield Moment(
            at=entry.at,
            what=words_of(entry.verb),
            who=entry.actor_name,
            ip=str(entry.ip or ""),
            behalf=str(firm or ""),
            changes=[Change(capfirst(one.name), one.before or "", one.after) for one in said.changes(entry)],
            is_verb=True,
        )
