"""An officer looks through a firm's eyes: the frame says so at every width, in both colours, and never leaves sight."""

from typing import Any

import pytest

from tests.browser.conftest import KWOK, Portal
from tests.browser.watching import Watched

pytestmark = pytest.mark.timeout(120, func_only=True)


def look(page: Watched) -> None:
    page.go("/members/view-as/harbour/")
    page.page.get_by_label("Principal representative").check()
    page.page.get_by_label("Reason").fill("A call about the consultation on custody")
    page.page.get_by_role("button", name="Start the view").click()


def test_the_frame_stays_in_sight_and_stop_ends_it(watched: Any, portal: Portal) -> None:
    page: Watched = watched(KWOK, viewport={"width": 1280, "height": 900})
    look(page)
    problems: list[str] = []
    for path in ("/", "/consultations/cp-2026-05/"):
        page.go(path)
        problems += [f"{path} {width} px: {one}" for width in (390, 320) for one in page.sideways(width)]
        page.page.set_viewport_size({"width": 390, "height": 844})
        page.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        bar = page.page.locator(".mirrorbar")
        box = bar.bounding_box()
        assert box is not None
        assert -1 <= box["y"] <= 1, "scrolled to the end, the bar is still at the top"
        assert box["height"] < 844 / 4, "it leaves the page to its reader"
        assert bar.get_by_role("button", name="Stop").is_visible()
        problems += [f"{path}: {one}" for one in [*page.complaints, *page.findings()]]
        problems += [f"{path} dark: {one}" for one in page.in_the_dark(colours_alone=True)]
        page.complaints.clear()
    assert not problems, "\n".join(problems)
    page.page.locator(".mirrorbar").get_by_role("button", name="Stop").click()
    assert page.page.url.endswith("/members/views/")
    assert page.page.locator(".mirrorbar").count() == 0
    page.complaints.clear()


def test_it_works_without_script(watched: Any, portal: Portal) -> None:
    page: Watched = watched(KWOK, java_script_enabled=False)
    look(page)
    assert page.page.locator(".mirrorbar").is_visible()
    page.page.locator(".mirrorbar").get_by_role("button", name="Stop").click()
    assert "Stopped" in page.page.locator("main").inner_text()
