"""The secretariat's desk as a browser shows it: start page, list, confirmation, history; in the dark and at 390 px.

With PORTAL_SHOTS=folder each step leaves its picture there.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from members.models import Membership
from tests.browser.conftest import KWOK, ROSA, Portal
from tests.whole import WHOLE

pytestmark = pytest.mark.timeout(180, func_only=True)
SHOTS = os.environ.get("PORTAL_SHOTS", "")


def _look(page: Any, name: str, language: str = "en") -> list[str]:
    """What is wrong with the page that is open."""
    problems = [f"{name} {width} px: {one}" for width in (390, 320) for one in page.sideways(width)]
    problems += [f"{name}: {one}" for one in page.complaints]
    problems += [f"{name}: {one}" for one in page.findings()]
    if SHOTS:
        for width in (1280, 390):
            page.page.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                page.page.emulate_media(color_scheme=scheme)
                page.page.screenshot(path=Path(SHOTS) / f"{name}-{language}-{width}-{scheme}.png", full_page=True)
        page.page.set_viewport_size({"width": 1280, "height": 900})
        page.page.emulate_media(color_scheme="light")
    # Colours do not change with the language.
    if language == "en" or WHOLE:
        problems += [f"{name} dark: {one}" for one in page.in_the_dark(colours_alone=True)]
    page.complaints.clear()
    return problems


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_from_what_waits_to_a_confirmation_and_to_the_history(watched: Any, portal: Portal, language: str) -> None:
    page = watched()
    portal.sign_in(page.page.context, KWOK, language)
    seat = Membership.objects.get(user__email=ROSA)
    page.go("/admin/")
    assert page.page.locator(".waits__table tbody tr").count() >= 3
    problems = _look(page, "start", language)

    page.go(reverse("admin:consultations_comment_changelist"))
    problems += _look(page, "comments", language)
    page.go(reverse("admin:members_membership_changelist") + "?runs=now&q=rosa")
    problems += _look(page, "list", language)
    page.page.locator(f"input[name=_selected_action][value='{seat.pk}']").check()
    page.page.locator("select[name=action]").select_option("end_memberships")
    page.page.locator(".actions button").click()
    assert "Rosa" in page.page.locator(".confirm").inner_text() or "馮" in page.page.locator(".confirm").inner_text()
    problems += _look(page, "confirm", language)
    seat.refresh_from_db()
    assert seat.ends_on is None

    page.go(reverse("admin:members_membership_history", args=[seat.pk]))
    assert page.page.locator(".moment").count() >= 1
    problems += _look(page, "history", language)
    page.go(reverse("admin:members_retentionrule_add"))
    problems += _look(page, "retention", language)
    assert not problems, "\n".join(problems)
