"""The house's order, held by tests where no linter holds it (docs/architecture.md)."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from members.audience import Restricted

ROOT = Path(settings.BASE_DIR)
# From left to right: what stands right may know what stands left of it, never the other way round.
ROOMS = ["accounts", "audit", "notifications", "members", "documents", "initiatives", "consultations", "meetings"]


def trees(*patterns: str) -> Iterator[tuple[str, ast.Module]]:
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


# --- order of the rooms ------------------------------------------------------------------------------------------


def test_the_import_contract_names_every_module_of_the_portal() -> None:
    """A module of `portal` that the contract does not name could be imported from a room without anybody noticing."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        (contract,) = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    named = {name.strip() for layer in contract["layers"] for name in re.split(r"[|:]", layer)}
    modules = {
        f"portal.{path.stem}"
        for path in (ROOT / "portal").iterdir()
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()
    }
    assert {name for name in named if name.startswith("portal.")} == modules
    assert [layer for layer in reversed(contract["layers"]) if layer in ROOMS] == ROOMS


def test_foreign_keys_point_left() -> None:
    place = {room: number for number, room in enumerate(ROOMS)}
    seen = 0
    for model in apps.get_models(include_auto_created=True):
        here = model._meta.app_label
        if here not in place:
            continue
        for field in [*model._meta.fields, *model._meta.many_to_many]:
            other = field.related_model
            if isinstance(other, type) and issubclass(other, models.Model) and other._meta.app_label in place:
                seen += 1
                assert place[other._meta.app_label] <= place[here], f"{model._meta.label}.{field.name} points right"
    assert seen > 100


# --- verbs leave a trace -----------------------------------------------------------------------------------------

# Verbs that write and record no entry of their own, with what records them instead.
WITHOUT_ENTRY = {
    "consultations.save_draft": "at each pause of typing, and nobody but its writer may learn that it was",
    "consultations.add_to_draft": "words whose place is gone are put by: a draft like any other",
    "members.note_page": "the row is the record: which page was shown in a view as a firm, that the firm reads",
    "consultations.note_seen": "the row is the record: who had the post before them, and when",
}


def verbs() -> dict[str, dict[str, ast.FunctionDef]]:
    """The functions of each room's workflow, public and private, by room and name."""
    found: dict[str, dict[str, ast.FunctionDef]] = {}
    for path, tree in trees("*/workflow.py", "*/workflow/*.py", "*/*/workflow.py"):
        room = path.split("/")[0]
        if room in {*ROOMS, "portal"}:
            for node in tree.body:
                if isinstance(node, ast.FunctionDef):
                    found.setdefault(room, {})[node.name] = node
    return found


def calls(node: ast.AST) -> set[str]:
    return {
        call.func.id if isinstance(call.func, ast.Name) else call.func.attr
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute)
    }


def records(name: str, functions: dict[str, ast.FunctionDef], seen: frozenset[str] = frozenset()) -> bool:
    """Whether the function writes an entry, itself or by a function of the same room."""
    called = calls(functions[name])
    if called & {"record", "record_inside"}:
        return True
    return any(other not in seen and records(other, functions, seen | {name}) for other in called & functions.keys())


def test_every_verb_with_an_actor_writes_an_audit_entry() -> None:
    silent, asked = set(), 0
    for room, functions in verbs().items():
        for name, node in functions.items():
            arguments = {one.arg for one in [*node.args.args, *node.args.kwonlyargs]}
            if name.startswith("_") or "actor" not in arguments or room == "audit":
                continue
            asked += 1
            if not records(name, functions):
                silent.add(f"{room}.{name}")
    assert asked > 50
    assert silent == set(WITHOUT_ENTRY)


def test_every_verb_asks_for_the_right_first() -> None:
    """A verb with an actor requires something of that actor, itself or by a function of the same room."""
    missing = set()
    for room, functions in verbs().items():
        for name, node in functions.items():
            arguments = {one.arg for one in [*node.args.args, *node.args.kwonlyargs]}
            if name.startswith("_") or "actor" not in arguments or room == "audit":
                continue
            if not _requires(name, functions):
                missing.add(f"{room}.{name}")
    assert missing == set(WITHOUT_RIGHT)


# The reader reads: what is noted is that they did.
WITHOUT_RIGHT = {
    "documents.note_download": "called after the view has let the reader through",
    "documents.note_opening": "called after the view has let the reader through",
    "consultations.note_attachment_download": "called after the view has let the reader through",
    "members.close": "a part of `end_membership` and `replace`, which ask",
    "members.name": "a part of `end_membership` and `name_successor`, which ask",
    "initiatives.enter_pillar": "`actor` is always None: the roadmap's file, by the operator of the machine",
    "initiatives.enter_initiative": "`actor` is always None: the roadmap's file, by the operator of the machine",
}


def _requires(name: str, functions: dict[str, ast.FunctionDef], seen: frozenset[str] = frozenset()) -> bool:
    called = calls(functions[name])
    if "require" in called:
        return True
    return any(other not in seen and _requires(other, functions, seen | {name}) for other in called & functions.keys())


# --- reads start from visible_to ---------------------------------------------------------------------------------

READING = ("*/views.py", "*/emails.py", "*/exports.py", "*/exports/*.py", "*/feeds.py", "*/page.py", "*/related.py",
           "*/linked.py", "*/roadmap.py", "*/deadlines.py", "*/tasks.py", "*/readers.py", "*/admin.py", "*/admin/*.py",
           "*/desk.py", "*/forms.py",
           "*/asks.py", "*/calendar.py", "*/templatetags/*.py", "portal/*.py", "*/views/*.py", "*/views_*.py",
           "*/rows.py", "*/beside.py", "*/clarified.py", "*/filters.py", "*/moderated.py", "*/workspace.py",
           "*/places.py", "*/openings.py")  # fmt: skip
# Reads of a restricted model that do not begin with `visible_to`: file, function, model; and why none is needed.
UNFILTERED = {
    ("consultations/admin/comments.py", "get_queryset", "Comment"): "its own columns' rule, in papers of `visible_to`",
    ("consultations/beside.py", "_beside", "Seen"): "its own columns' rule, of comments that `visible_to` gave",
    ("portal/home.py", "_own_responses", "Consultation"): "the papers of a list that `visible_to` gave",
    ("portal/home.py", "_action_tasks", "ActionPart"): "the viewer's own part of an action that `visible_to` gave",
    ("portal/home.py", "_unanswered_tasks", "Comment"): "whether a comment that `visible_to` gave has an answer",
    (
        "consultations/emails.py",
        "readable",
        "Comment",
    ): "each row is then asked for by `visible_to`, per class of readers",
    (
        "meetings/emails.py",
        "_attending",
        "Attendance",
    ): "who is told, by the one who sends: `readable` asks again per reader",
}


def restricted_names() -> set[str]:
    return {model.__name__ for model in apps.get_models() if issubclass(model, Restricted)}


def unfiltered_reads() -> set[tuple[str, str, str]]:
    names, found = restricted_names(), set()
    for path, tree in trees(*READING):
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                # Model.objects.<first>
                if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)):
                    continue
                manager = node.value
                if manager.attr not in {"objects", "_default_manager", "_base_manager"}:
                    continue
                if isinstance(manager.value, ast.Name) and manager.value.id in names and node.attr != "visible_to":
                    found.add((path, function.name, manager.value.id))
    return found


def test_every_read_of_a_restricted_model_starts_from_visible_to() -> None:
    assert unfiltered_reads() == set(UNFILTERED)


def test_the_check_of_reads_sees_reads() -> None:
    """It would find a filter that was taken away: there are many reads, all in this form."""
    reads = sum(
        len(re.findall(r"\.objects\.visible_to\(", (ROOT / path).read_text(encoding="utf-8")))
        for path, _ in trees(*READING)
    )
    assert reads > 40


# --- small things ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", [r"\bmark_safe\(", r"\|safe\b", r"autoescape off", r"\.extra\(", r"RawSQL\("])
def test_nothing_goes_around_escaping_and_the_query_builder(pattern: str) -> None:
    found = []
    for path in [*ROOT.glob("*/**/*.py"), *ROOT.glob("templates/**/*")]:
        relative = path.relative_to(ROOT)
        if (
            relative.parts[0] not in {*ROOMS, "portal", "templates"}
            or not path.is_file()
            or "migrations" in relative.parts
        ):
            continue
        if re.search(pattern, path.read_text(encoding="utf-8", errors="ignore")):
            found.append(str(relative))
    assert sorted(found) == ESCAPES.get(pattern, [])


# What they let through is HTML that portal.common.markdown has cleaned when it was written, drawings of ours, a
# writer that escapes each text itself (consultations/templatetags/), or the text part of a mail.
ESCAPES: dict[str, list[str]] = {
    r"\bmark_safe\(": [
        "consultations/templatetags/discussion.py",
        "consultations/templatetags/paper.py",
        "initiatives/templatetags/roadmap.py",
        "portal/common/templatetags/portal.py",
    ],
    r"\|safe\b": [
        "templates/consultations/clarifications/decline.html",
        "templates/consultations/clarifications/one.html",
        "templates/consultations/clarifications/register.html",
        "templates/consultations/clarifications/text.html",
        "templates/consultations/comment_edit.html",
        "templates/consultations/comment_history.html",
        "templates/consultations/comment_withdraw.html",
        "templates/consultations/moderation/hold.html",
        "templates/consultations/question_answer.html",
    ],
    "autoescape off": ["templates/emails/base.txt"],
}


def test_domain_code_asks_the_portals_clock() -> None:
    """A test that moves the clock moves every rule: `timezone.now()` and `date.today()` would stay behind."""
    found = []
    for path, tree in trees(*(f"{room}/**/*.py" for room in ROOMS), "portal/*.py"):
        if "migrations" in path:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow"}:
                owner = node.value
                if isinstance(owner, ast.Name) and owner.id in {"timezone", "datetime", "date"}:
                    found.append(f"{path}:{node.lineno}")
    assert found == []
