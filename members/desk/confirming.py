"""Actions are verbs: each says what it will do and whom it affects, and waits for a yes.

The page is templates/admin/confirm.html.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext, pgettext

from members.desk.typing import ModelT
from portal.common.errors import Refused

Words = str | Promise
# Names shown one by one; of more, the number is said.
NAMED_AT_MOST = 60


@dataclass(frozen=True)
class Affected:
    """A person, a firm or a group of readers whom an action touches, and how."""

    name: str
    what: str = ""


@dataclass(frozen=True)
class Act:
    """What a confirmation page says of an action, and what a yes calls.

    `verb(row, given)` is called for each row with the form's clean values; `affected(rows)` names who is touched.
    """

    name: str
    title: Words
    explains: Words
    button: Words
    verb: Callable[[Any, dict[str, Any]], object]
    affected: Callable[[list[Any]], Iterable[Affected]]
    form: type[forms.Form] | None = None
    initial: dict[str, Any] = field(default_factory=dict)
    done: Words = ""


class ReasonForm(forms.Form):
    """A reason that the affected person reads."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=250, widget=forms.Textarea(attrs={"rows": 3}), required=True
    )


def people_of(rows: Iterable[Any], person: str, firm: str = "", what: str = "") -> list[Affected]:
    """The person of each row, once, with the firm for which they act there."""
    found: dict[Any, Affected] = {}
    for row in rows:
        user = getattr(row, person, None)
        if user is not None and user.pk not in found:
            behind = getattr(row, firm, None) if firm else None
            found[user.pk] = Affected(
                pgettext("between name and title", ", ").join(str(one) for one in (user, behind) if one), what
            )
    return list(found.values())


class ConfirmingAdmin(admin.ModelAdmin[ModelT]):
    """`confirmed` is what an action returns: the page first, and with the yes the verb for each row."""

    def confirmed(self, request: HttpRequest, queryset: "models.QuerySet[ModelT]", act: Act) -> HttpResponse | None:
        rows = list(queryset)
        said_yes = "confirmed" in request.POST
        form = act.form(request.POST if said_yes else None, initial=act.initial) if act.form else None
        if not said_yes or (form is not None and not form.is_valid()):
            return self._confirmation(request, rows, act, form, status=422 if said_yes else 200)
        given = form.cleaned_data if form is not None else {}
        refusals = self._call(rows, given, act.verb)
        done = len(rows) - len(refusals)
        beside = next((r for _row, r in refusals if form is not None and r.field in form.fields), None)
        if beside is not None and not done and form is not None:
            form.add_error(beside.field, beside.message)
            return self._confirmation(request, rows, act, form, status=422)
        for row, refusal in refusals:
            self.message_user(request, f"{row}: {refusal.message}", messages.ERROR)
        if done:
            words = str(act.done) or ngettext("%(count)s row changed.", "%(count)s rows changed.", done) % {
                "count": done
            }
            self.message_user(request, words, messages.SUCCESS)
        return None

    def _call(
        self, rows: list[ModelT], given: dict[str, Any], verb: Callable[[Any, dict[str, Any]], object]
    ) -> list[tuple[ModelT, Refused]]:
        refusals = []
        for row in rows:
            try:
                verb(row, given)
            except Refused as refusal:
                refusals.append((row, refusal))
        return refusals

    def _confirmation(
        self, request: HttpRequest, rows: list[ModelT], act: Act, form: Any, *, status: int
    ) -> HttpResponse:
        affected = list(act.affected(rows))
        context = self.admin_site.each_context(request) | {
            "title": act.title,
            "act": act,
            "form": form,
            "rows": rows,
            "affected": affected[:NAMED_AT_MOST],
            "affected_more": max(0, len(affected) - NAMED_AT_MOST),
            "opts": self.opts,
        }
        return render(request, "admin/confirm.html", context, status=status)
