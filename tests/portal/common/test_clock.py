from datetime import UTC, datetime

import pytest

from portal.common import clock


def test_the_block_happens_at_the_moment_given_and_only_the_block() -> None:
    moment = datetime(2025, 2, 14, 15, tzinfo=clock.HONG_KONG)
    with clock.at(moment):
        assert clock.now() == moment
    assert clock.now() > moment


def test_today_is_the_day_in_hong_kong() -> None:
    with clock.at(datetime(2026, 11, 23, 17, tzinfo=UTC)):
        assert clock.today().isoformat() == "2026-11-24"


def test_a_moment_without_a_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.at(datetime(2026, 1, 1)):
        pass
