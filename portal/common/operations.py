"""Migration operations of our own."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
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


class RemoveTriggers(Operation):
    """Take triggers away before their tables change: [(model name, trigger name), ...]."""

    reversible = True

    def __init__(self, triggers: Sequence[tuple[str, str]]) -> None:
        self.triggers = list(triggers)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [], {"triggers": self.triggers})

    @staticmethod
    def _split(state: ProjectState, app_label: str, model_name: str, name: str) -> tuple[list[Any], list[Any]]:
        known = state.models[app_label, model_name].options.get("triggers", [])
        return [one for one in known if one.name == name], [one for one in known if one.name != name]

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        for model_name, name in self.triggers:
            state.models[app_label, model_name].options["triggers"] = self._split(state, app_label, model_name, name)[1]

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model_name, name in self.triggers:
            for trigger in self._split(from_state, app_label, model_name, name)[0]:
                schema_editor.execute(trigger.uninstall_sql, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model_name, name in self.triggers:
            for trigger in self._split(to_state, app_label, model_name, name)[0]:
                schema_editor.execute(trigger.install_sql, params=None)

    def describe(self) -> str:
        return f"Remove {len(self.triggers)} triggers"


class Together(Operation):
    """Operations that do not build on one another, with the models of the house rendered once for all of them.

    Django renders every related model anew for each new table and column, up to a second a time in this house. The
    steps see the state before all of them and the state after all of them: no step may need what another has made,
    other than as the target of a foreign key. A table that is made here is made as it stands after all of them: what
    makemigrations adds to it in steps of their own (a column, a constraint, an index) is in it already.
    """

    reversible = True
    serialization_expand_args: ClassVar[list[str]] = ["operations"]

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [], {"operations": self.operations})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # what is not rendered is not rendered anew
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for operation in self._not_done_by_others():
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for operation in reversed(self._not_done_by_others()):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def _not_done_by_others(self) -> list[Operation]:
        made = {one.name_lower for one in self.operations if isinstance(one, CreateModel)}
        return [one for one in self.operations if getattr(one, "model_name", "").lower() not in made]

    def describe(self) -> str:
        return f"{len(self.operations)} steps together"
