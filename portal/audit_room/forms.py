"""What can be asked of the record."""

from itertools import groupby
from typing import Any

from django import forms
from django.apps import apps
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit import words
from members.models import Organisation
from portal.audit_room.reading import Filters

# Django's own, and what no verb is ever recorded about.
_ROOMS = ("accounts", "members", "documents", "initiatives", "consultations", "meetings", "audit")


def _verbs() -> list[tuple[str, Any]]:
    by_room = groupby(words.every().items(), key=lambda pair: pair[0].partition(".")[0])
    names = {room: apps.get_app_config(room).verbose_name for room in (*_ROOMS, "notifications", "portal")}
    groups: list[tuple[str, Any]] = [(str(names[room]), list(pairs)) for room, pairs in by_room]
    return [("", _("Everything")), *groups]


def _kinds() -> list[tuple[str, Any]]:
    found = [
        (model._meta.label_lower, str(model._meta.verbose_name))
        for room in _ROOMS
        for model in apps.get_app_config(room).get_models()
        if not hasattr(model, "pgh_tracked_model")
    ]
    return [("", _("Every kind")), *sorted(found, key=lambda pair: pair[1])]


class FirmField(forms.ModelChoiceField[Organisation]):
    """Each organisation with its CE reference and its former names, by which it may be looked for."""

    def label_from_instance(self, obj: Any) -> str:
        more = [obj.ce_reference, *(_("formerly %(name)s") % {"name": one.name} for one in obj.former_names.all())]
        said = str(_("; ")).join(filter(None, more))
        return f"{obj} ({said})" if said else str(obj)


class FilterForm(forms.Form):
    person = forms.CharField(label=_("Person: name or email address"), max_length=200, required=False, strip=True)
    firm = FirmField(
        Organisation.objects.order_by("kind", "name_en").prefetch_related("former_names"),
        label=_("Organisation"),
        required=False,
        empty_label=_("Every organisation"),
    )
    verb = forms.ChoiceField(label=pgettext_lazy("verb of the record", "What was done"), choices=_verbs, required=False)
    kind = forms.ChoiceField(label=_("Kind of object"), choices=_kinds, required=False)
    thing = forms.CharField(label=_("Object: its number, or its name"), max_length=250, required=False, strip=True)
    since = forms.DateField(label=_("From the day"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("Up to the day"), required=False, widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            one.widget.attrs["class"] = "input"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("thing") and not given.get("kind"):
            self.add_error("thing", _("Choose the kind of object, too."))
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", _("The period ends before it begins."))
        return given

    @property
    def filters(self) -> Filters:
        """What was asked for; nothing of a form that is not right."""
        given = self.cleaned_data if self.is_valid() else {}
        firm = given.get("firm")
        return Filters(
            person=given.get("person", ""),
            firm=firm.pk if firm else None,
            kind=given.get("kind", ""),
            thing=given.get("thing", ""),
            verb=given.get("verb", ""),
            since=given.get("since"),
            until=given.get("until"),
        )
