"""A paper that is open, for tests without a browser; Chromium and its options as the browser tests have them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from consultations.models import Consultation
from portal.common import clock
from tests.browser.conftest import browser_type_launch_args  # noqa: F401
from tests.consultations.conftest import NOW, make_paper


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def open_paper(world: Any) -> Iterator[Consultation]:
    with clock.at(NOW):
        yield make_paper(world)
