"""Every verb that the code records has words, in three languages."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from audit import words

ROOT = Path(settings.BASE_DIR)
ROOMS = (*settings.FIRST_PARTY_APPS, "portal")
VERB = re.compile(rf"(?:{'|'.join(ROOMS)})\.[a-z_]+")
WRITERS = {"record", "record_inside", "_record"}
# Verbs that are put together while the portal runs: what stands in the braces.
PUT_TOGETHER = {"meetings.{state}": ("adjourned", "cancelled")}


def constants(node: ast.AST) -> set[str]:
    found = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return {text for text in found if VERB.fullmatch(text)}


@cache
def recorded() -> dict[str, str]:
    """Each verb with the file that records it. Where a verb is handed on by a name, every text of the file that looks
    like one of its room's verbs counts."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for call in ast.walk(tree):
                if not (isinstance(call, ast.Call) and call.args):
                    continue
                name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
                if name not in WRITERS:
                    continue
                verb = call.args[0]
                if isinstance(verb, ast.JoinedStr):
                    known = ast.unparse(verb)[2:-1]
                    texts = {known.replace("{state}", state) for state in PUT_TOGETHER[known]}
                elif not (texts := constants(verb)):
                    texts = {text for text in constants(tree) if text.startswith(f"{room}.")}
                found |= {text: str(path.relative_to(ROOT)) for text in texts}
    return found


def test_every_verb_has_words() -> None:
    found = recorded()
    assert len(found) > 150
    missing = {verb: path for verb, path in found.items() if verb not in words.every()}
    assert not missing, f"say in words what these record, in verbs.py of their room: {missing}"


def test_no_words_are_left_of_a_verb_that_is_gone() -> None:
    assert not words.every().keys() - recorded().keys()


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans"])
def test_the_words_are_chinese_in_chinese(language: str) -> None:
    with translation.override(language):
        english = [verb for verb in words.every() if not re.search("[一-鿿]", words.words_of(verb))]
    assert not english


def test_a_verb_of_the_past_is_shown_as_it_was_recorded() -> None:
    assert words.words_of("meetings.no_such_verb") == "meetings.no_such_verb"
