from typing import Any

import pytest

from initiatives.policies import can_keep_roadmap


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (None, False),
        ("chair", True),
        ("secretary", True),
        ("officer", True),
        ("admin", False),
        ("mei", False),
        ("poon", False),
        ("fan", False),
        ("leaver", False),
        ("ngai", False),
    ],
)
def test_the_chair_the_secretariat_and_policy_officers_keep_the_roadmap(world: Any, who: str | None, may: bool) -> None:
    assert can_keep_roadmap(world.viewer(who)) is may
