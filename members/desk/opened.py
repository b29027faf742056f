"""The admin site shows what firms share with the regulator too: each page, list and file of it is an opening."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from audit.models import Entry
from members import openings
from members.audience import Restricted
from members.desk.typing import ModelT


class OpenedAdmin(admin.ModelAdmin[ModelT]):
    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> ModelT | None:
        row = super().get_object(request, object_id, from_field)
        self._note([row] if row is not None else [])
        return row

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        found = super().get_changelist_instance(request)
        # A form that was sent from the list shows a confirmation or hands out a file, which is noted for itself.
        if request.method == "GET":
            self._note(found.result_list)
        return found

    def after_export(self, request: HttpRequest, rows: list[ModelT]) -> None:
        self._note(rows, openings.How.EXPORT)

    def _note(self, rows: Any, how: str = openings.How.READ) -> None:
        if issubclass(self.model, Restricted):
            openings.note(rows, how=how)
        elif issubclass(self.model, Entry):
            openings.note_trail(rows, how=how)
