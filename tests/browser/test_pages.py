"""Every page: no complaint of the browser, no serious finding of axe-core, no sideways scroll, the right language."""

import re
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.template import loader
from playwright.sync_api import Route

from tests.browser.conftest import KWOK, MEIYAN, ROSA, Portal
from tests.browser.pages import ELSEWHERE, VISITS, Visit, admin_visits, every_view
from tests.browser.watching import Watched
from tests.whole import is_due

pytestmark = pytest.mark.timeout(120, func_only=True)
HTML_LANG = {"en": "en-HK", "zh-hant": "zh-Hant-HK", "zh-hans": "zh-Hans"}


def test_no_page_is_left_out() -> None:
    visited = {visit.view for visit in VISITS}
    assert every_view() - visited - set(ELSEWHERE) == set()
    assert set(ELSEWHERE) - every_view() == set()


@pytest.fixture(scope="package")
def rosa_has_everything(portal: Portal) -> None:
    """The person of the account pages has a password, an app, recovery codes and a key."""
    RecoveryCodes.activate(portal.give_password_and_app(ROSA))


@pytest.mark.parametrize("visit", [*VISITS, *admin_visits()], ids=str)
def test_a_page(visit: Visit, shared_page: Watched, portal: Portal, rosa_has_everything: None) -> None:
    reader = portal.user(visit.reader) if visit.reader else None
    path = visit.find(reader)
    problems: list[str] = []
    shared_page.complaints.clear()
    # English always; Chinese of every fifteenth page in an everyday run (tests/whole.py).
    for language in ("en", "zh-hant") if is_due(str(visit), 15) else ("en",):
        portal.sign_in(shared_page.page.context, visit.reader, language)
        shared_page.go(path, visit.status)
        assert shared_page.page.url == portal.url + path, f"led on to {shared_page.page.url}"
        lang = shared_page.page.locator("html").get_attribute("lang")
        if not visit.view.startswith("admin:"):
            assert lang == HTML_LANG[language]
        # What fits into 320 px fits into 390, but for a rule that begins there.
        widths = (390, 320) if is_due(f"390 {visit}", 6) else (320,)
        problems += [f"{width} px: {one}" for width in widths for one in shared_page.sideways(width)]
        # Before axe, which sets inline styles of its own and so is complained of.
        problems += shared_page.complaints
        if language == "en" and is_due(f"light {visit}", 3):
            problems += [f"light: {one}" for one in shared_page.findings()]
        # Colours do not change with the language: Chinese is looked at in the dark alone.
        if language != "en" or is_due(f"dark {visit}", 6):
            problems += [f"dark: {one}" for one in shared_page.in_the_dark(colours_alone=language == "en")]
        shared_page.complaints.clear()
        problems = [f"{language} {one}" if not one.startswith(("en ", "zh-hant ")) else one for one in problems]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    ("name", "status"), [("400", 400), ("403", 403), ("403_csrf", 403), ("429", 429), ("500", 500)]
)
def test_an_error_page(name: str, status: int, shared_page: Watched, portal: Portal) -> None:
    """As the server would send it, under the portal's own policy."""
    from csp.utils import build_policy

    body = loader.get_template(f"{name}.html").render()
    policy = build_policy(nonce="n")

    def answer(route: Route) -> None:
        headers = {"Content-Security-Policy": policy, "Content-Type": "text/html; charset=utf-8"}
        route.fulfill(status=status, body=body, headers=headers)

    shared_page.complaints.clear()
    shared_page.page.route("**/refused/", answer)
    try:
        shared_page.go("/refused/", status)
    finally:
        shared_page.page.unroute("**/refused/")
    problems = [*shared_page.complaints, *shared_page.sideways(320)]
    problems += shared_page.findings() + shared_page.in_the_dark(colours_alone=True)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("language", list(HTML_LANG))
def test_pages_say_in_which_language_they_are(language: str, shared_page: Watched, portal: Portal) -> None:
    for reader, path in ((None, "/roadmap/"), (MEIYAN, "/"), (MEIYAN, "/consultations/cp-2026-05/"), (KWOK, "/admin/")):
        portal.sign_in(shared_page.page.context, reader, language)
        shared_page.go(path)
        lang = shared_page.page.locator("html").get_attribute("lang") or ""
        wanted = HTML_LANG[language]
        assert lang == wanted or (path == "/admin/" and wanted.lower().startswith(lang.lower())), path
    chinese = re.search("[\u4e00-\u9fff]", shared_page.page.locator("h1").first.inner_text())
    assert bool(chinese) == (language != "en")


def test_the_theme_that_a_person_chose_is_kept_without_script(watched: Any, portal: Portal) -> None:
    page = watched(MEIYAN, java_script_enabled=False)
    page.go("/")
    page.page.locator(".acct summary").click()
    page.page.get_by_role("button", name="Dark").click()
    assert page.page.locator("html").get_attribute("data-theme") == "dark"
    page.page.locator(".acct summary").click()
    page.page.get_by_role("button", name="As the device").click()
    assert page.page.locator("html").get_attribute("data-theme") is None


def test_a_person_changes_the_language_of_pages_and_of_mail(watched: Any, portal: Portal) -> None:
    page = watched(ROSA)
    page.go("/")
    page.page.locator("button[value=zh-hant]").click()
    assert page.page.locator("html").get_attribute("lang") == "zh-Hant-HK"
    assert portal.user(ROSA).language == "zh-hant"
    assert settings.LANGUAGE_COOKIE_NAME in {cookie["name"] for cookie in page.page.context.cookies()}
