"""Use limitation: the regulator's supervision is signed in and outside of what the group works on.

Which rows it reads is in the grid (test_audience.py)."""

import pytest
from django.urls import reverse

from members.enums import Role
from members.viewer import Viewer, viewer_for
from tests.world import World, enter, person


@pytest.fixture
def supervision(world: World) -> Viewer:
    world.users["sun"] = person("sun", world.sfc, Role.SUPERVISION)
    return viewer_for(world.sun)


def test_supervision_is_no_member_and_no_regulator_of_the_group(supervision: Viewer) -> None:
    assert supervision.is_supervision
    assert not any((supervision.is_member, supervision.is_regulator, supervision.is_platform))
    assert supervision.opened_firms == ()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("home", 200),
        ("consultations:list", 200),
        ("initiatives:roadmap", 200),
        ("accounts:profile", 200),
        ("meetings:list", 403),
        ("members:directory", 403),
        ("consultations:calendar", 403),
        ("consultations:moderation", 403),
        ("admin:login", 403),
    ],
)
def test_supervision_reaches_what_the_public_reaches(world: World, supervision: Viewer, name: str, status: int) -> None:
    browser = world.client(None)
    enter(browser, world.sun)
    assert browser.get(reverse(name)).status_code == status
