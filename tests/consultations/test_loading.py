"""The demonstration data of this room, whole and exactly, and twice."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

import initiatives.loading
from consultations import loading
from consultations.models import Answer, Comment, Consultation, Response
from members.viewer import acting_as
from portal.demo.loader import Loader

DATA = Path(settings.BASE_DIR) / "portal" / "demo" / "data"


@pytest.fixture(scope="module")
def loaded(django_db_setup: Any, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Loader, list[str]]]:
    """The demonstration takes the place of the tests' own people, once for both tests: neither may change it."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
        patch.setattr(Loader, "_roadmap", lambda self: initiatives.loading.load())
        patch.setattr(Loader, "_meetings", lambda self: None)
        loader = Loader(say=lambda line: None)
        yield loader, loader.load()
        call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)


def test_every_comment_and_response_is_loaded(loaded: tuple[Loader, list[str]]) -> None:
    loader, left_out = loaded
    wanted: Counter[str] = Counter()
    for path in (DATA / "threads").glob("*.yaml"):
        for row in yaml.safe_load(path.read_text())["comments"]:
            wanted[row["audience"] if row.get("state") != "held" else "shared"] += 1
    found: Counter[str] = Counter()
    with acting_as(loader.actor("kwok-sze-nga")):
        assert Consultation.objects.count() == 5
        found.update(Comment.objects.values_list("audience", flat=True))
    for key in loader.organisations:
        people = [name for name, user in loader.people.items() if user.memberships.get().organisation.key == key]
        for name in people:
            try:
                viewer = loader.actor(name)
            except Exception:  # noqa: S112 - this person has left
                continue
            with acting_as(viewer):
                found.update(Comment.objects.filter(audience="organisation").values_list("audience", flat=True))
            break
    assert found == wanted
    assert [line for line in left_out if line.startswith(("Comment", "Response"))] == []


def test_loading_twice_changes_nothing(loaded: tuple[Loader, list[str]]) -> None:
    loader, _left_out = loaded

    def counts() -> list[int]:
        with acting_as(loader.actor("kwok-sze-nga")):
            return [model.objects.count() for model in (Consultation, Comment, Response, Answer)]

    before = counts()
    Loader(say=lambda line: None).load()
    assert counts() == before
    assert loading.LANGUAGES[0] == "en"
