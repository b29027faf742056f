"""Migration operations of our own."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class AddTriggers(Operation):
    """Many pgtrigger triggers in one step: [(model name, compiled trigger), ...].

    pgtrigger's AddTrigger renders all related models anew for each trigger, which made a fresh database take
    three times as long. A trigger changes no model, so nothing is rendered here.
    """

    reversible = True

    def __init__(self, triggers: Sequence[tuple[str, Any]]) -> None:
        self.triggers = list(triggers)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [], {"triggers": self.triggers})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        for model_name, trigger in self.triggers:
            options = state.models[app_label, model_name].options
            options["triggers"] = [*options.get("triggers", []), trigger]

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for _model_name, trigger in self.triggers:
            schema_editor.execute(trigger.install_sql, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for _model_name, trigger in self.triggers:
            schema_editor.execute(trigger.uninstall_sql, params=None)

    def describe(self) -> str:
        return f"Create {len(self.triggers)} triggers"
