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


class AddFields(Operation):
    """Many columns in one step: [(model name, field name, field), ...].

    Django's AddField renders all related models anew for each column, 0.2 s a time in this house. Here they are
    rendered once.
    """

    reversible = True

    def __init__(self, fields: Sequence[tuple[str, str, Any]]) -> None:
        self.fields = list(fields)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [], {"fields": self.fields})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        for model_name, name, field in self.fields:
            state.models[app_label, model_name.lower()].fields[name] = field
        _render_anew(state, app_label, {model_name for model_name, _name, _field in self.fields})

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model_name, name, _field in self.fields:
            model = to_state.apps.get_model(app_label, model_name)
            schema_editor.add_field(from_state.apps.get_model(app_label, model_name), model._meta.get_field(name))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model_name, name, _field in reversed(self.fields):
            model = from_state.apps.get_model(app_label, model_name)
            schema_editor.remove_field(model, model._meta.get_field(name))

    def describe(self) -> str:
        return f"Add {len(self.fields)} fields"


class AddConstraints(Operation):
    """Many constraints in one step: [(model name, constraint), ...]."""

    reversible = True

    def __init__(self, constraints: Sequence[tuple[str, Any]]) -> None:
        self.constraints = list(constraints)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [], {"constraints": self.constraints})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        for model_name, constraint in self.constraints:
            options = state.models[app_label, model_name.lower()].options
            options["constraints"] = [*options.get("constraints", []), constraint]
        _render_anew(state, app_label, {model_name for model_name, _constraint in self.constraints})

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model_name, constraint in self.constraints:
            schema_editor.add_constraint(to_state.apps.get_model(app_label, model_name), constraint)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model_name, constraint in reversed(self.constraints):
            schema_editor.remove_constraint(from_state.apps.get_model(app_label, model_name), constraint)

    def describe(self) -> str:
        return f"Add {len(self.constraints)} constraints"


def _render_anew(state: ProjectState, app_label: str, model_names: set[str]) -> None:
    state._relations = None  # type: ignore[attr-defined]
    state.reload_models({(app_label, name.lower()) for name in model_names}, delay=True)
