"""Chromium against the portal with the demonstration loaded: once for all browser tests of a worker.

The tests share one database and one browser. They add to the data and take nothing away, and none counts on what
another did.
"""

import mailbox
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import timezone, translation
from playwright.sync_api import Browser, BrowserContext
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from portal.common import clock
from services import browser as chromium
from tests.browser.watching import Watched
from tests.world import enter

# The demonstration plays on this day: Tuesday 24 November 2026, 10:00 in Hong Kong.
BEGAN = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PASSWORD = "a long enough password of the tests"
SECRET = "JBSWY3DPEHPK3PXP"

MEIYAN = "meiyan.chan@harbour.example"
ROSA = "rosa.fung@harbour.example"
POON = "kawing.poon@harbour.example"
NINA = "nina.szeto@kite.example"
KALOK = "kalok.ho@banyan.example"
WONG = "k.wong@sfc.example"
KWOK = "sn.kwok@sfc.example"
TSE = "mh.tse@sfc.example"
HO = "sm.ho@sfc.example"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's own Chromium, which calls nobody but us."""
    return {
        "executable_path": chromium.ensure(),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            # No name but our own leads anywhere, also where a page that is attacked would ask another host.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
        ],
    }


class Portal:
    """The server with its people."""

    def __init__(self, url: str) -> None:
        self.url = url

    def user(self, email: str) -> User:
        return User.objects.get(email=email)

    def cookie(self, email: str, *, second: bool = True) -> dict[str, str]:
        """A fresh session of this person."""
        client = Client()
        enter(client, self.user(email), second=second)
        return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.url}

    def sign_in(self, context: BrowserContext, email: str | None, language: str = "en") -> None:
        """Make the context this person's, or the public's; the next page is in `language`."""
        context.clear_cookies()
        cookies: list[Any] = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": self.url}]
        if email:
            cookies.append(self.cookie(email))
        context.add_cookies(cookies)

    def give_password_and_app(self, email: str) -> User:
        """The person has chosen a password and set up an authenticator app."""
        user = self.user(email)
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        Authenticator.objects.filter(user=user).delete()
        TOTP.activate(user, SECRET)
        return user


def _empty() -> None:
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)


@pytest.fixture(scope="package")
def portal(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """The portal on a port of this machine, at the time of the demonstration; the clock goes on from there."""
    from portal.demo.loader import Loader
    from tests.world import build

    folder = tmp_path_factory.mktemp("portal")
    started = time.monotonic()
    patch = pytest.MonkeyPatch()
    # The rules' clock alone, in all threads: sessions, codes and the browser go by the machine's.
    patch.setattr(
        clock,
        "timezone",
        SimpleNamespace(now=lambda: BEGAN + timedelta(seconds=time.monotonic() - started), is_naive=timezone.is_naive),
    )
    patch.setattr(settings, "MEDIA_ROOT", folder / "media")
    patch.setattr(settings, "MAILBOX", str(folder / "mail"))
    with django_db_blocker.unblock():
        _empty()
        Loader(say=lambda line: None).load()
        _write_a_mail(folder / "mail")
        # Passkeys work under a name, never under an address of numbers.
        server = LiveServer("localhost")
        try:
            yield Portal(server.url)
        finally:
            server.stop()
            patch.undo()
            connections["default"].close()
            close_pool = getattr(connections["default"], "close_pool", None)
            if close_pool:
                close_pool()
            _empty()
            build()


def _write_a_mail(folder: Path) -> None:
    """The digest of a person of the demonstration, as the mail catcher would keep it."""
    from notifications import emails
    from notifications.models import Delivery, Notice

    user = User.objects.get(email=MEIYAN)
    events = [notice.event for notice in Notice.objects.filter(user=user).select_related("event")[:20]]
    message = emails.digest_mail(Delivery(user=user, kind="digest", period=clock.today()), events).message()
    mailbox.Maildir(folder, create=True).add(mailbox.MaildirMessage(message))


@pytest.fixture
def own_context(browser: Browser, portal: Portal) -> Iterator[Any]:
    """A factory of contexts that are closed with the test: `own_context(email, java_script_enabled=False)`."""
    opened: list[BrowserContext] = []

    def make(email: str | None = None, **options: Any) -> BrowserContext:
        context = browser.new_context(base_url=portal.url, locale="en-HK", **options)
        context.set_default_timeout(20_000)
        opened.append(context)
        if email:
            portal.sign_in(context, email)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def watched(own_context: Any, portal: Portal) -> Iterator[Any]:
    """A factory of watched pages: what the browser complains of fails the test at its end."""
    pages: list[Watched] = []

    def make(email: str | None = None, **options: Any) -> Watched:
        page = Watched(own_context(email, **options).new_page(), portal.url)
        pages.append(page)
        return page

    yield make
    complaints = [complaint for page in pages for complaint in page.complaints]
    assert complaints == []


@pytest.fixture(scope="package")
def shared_page(browser: Browser, portal: Portal) -> Iterator[Watched]:
    """One page for the walk through all pages: the browser's cache stays warm."""
    context = browser.new_context(base_url=portal.url, locale="en-HK", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    yield Watched(context.new_page(), portal.url)
    context.close()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Playwright runs in this thread: what a test reads from the product's code is in English."""
    with translation.override("en"):
        yield
