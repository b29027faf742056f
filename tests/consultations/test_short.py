"""Short keys in addresses."""

import uuid

import pytest

from consultations.short import key_of, shortened

KEY = uuid.UUID("9f9b0187-4626-5b2c-b030-df0e469fa07e")


def test_a_short_key_names_its_comment_and_so_does_the_full_one() -> None:
    assert shortened(KEY) == "n5sBh0YmWyywMN8ORp-gfg"
    assert key_of(shortened(KEY)) == key_of(str(KEY)) == key_of(KEY.hex) == KEY
    for number in range(300):
        one = uuid.uuid5(KEY, str(number))
        assert key_of(shortened(one)) == one


@pytest.mark.parametrize(
    "text", ["", "nonsense", "n5sBh0YmWyywMN8ORp-gf", "n5sBh0YmWyywMN8ORp!gfg", "a" * 23, "文" * 22]
)
def test_anything_else_names_nothing(text: str) -> None:
    assert key_of(text) is None
