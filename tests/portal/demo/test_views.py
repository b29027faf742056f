"""Entering as somebody, and the mail that was sent: on a developer's machine only."""

import mailbox
import os
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from portal import checks
from services.area import ROOT
from tests.world import World

DOOR = "/demo/enter/"


@pytest.mark.django_db
def test_entering_as_somebody_counts_as_signed_in_with_a_second_factor(world: World) -> None:
    client = Client()
    answer = client.post(DOOR, {"email": world.mei.email})
    assert answer.headers["Location"] == "/"
    assert client.get("/notifications/").status_code == 200


@pytest.mark.django_db
def test_the_language_follows_the_person(world: World) -> None:
    world.mei.language = "zh-hant"
    world.mei.save()
    client = Client()
    client.post(DOOR, {"email": world.mei.email})
    assert 'lang="zh-Hant-HK"' in client.get("/").content.decode()


@pytest.mark.django_db
def test_nobody_enters_as_a_person_outside_the_demonstration(world: World) -> None:
    world.mei.email = "mei@harbour.com"
    world.mei.save()
    world.kalok.is_active = False
    world.kalok.save()
    for email in ("mei@harbour.com", world.kalok.email, "nobody@harbour.example", ""):
        client = Client()
        assert client.post(DOOR, {"email": email}).status_code == 404, email
        assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_entering_is_a_post_with_a_token() -> None:
    assert Client().get(DOOR).status_code == 405
    assert Client(enforce_csrf_checks=True).post(DOOR, {"email": "mei@harbour.example"}).status_code == 403


@pytest.mark.django_db
def test_the_session_of_before_does_not_live_on(world: World) -> None:
    client = world.client("kalok")
    before = client.session.session_key
    client.post(DOOR, {"email": world.mei.email})
    assert client.session.session_key != before
    assert int(client.session["_auth_user_id"]) == world.mei.pk


@pytest.fixture
def box(settings: Any, tmp_path: Path) -> mailbox.Maildir:
    settings.MAILBOX = str(tmp_path / "mail")
    return mailbox.Maildir(settings.MAILBOX, create=True)


def drop(box: mailbox.Maildir, subject: str, date: str, html: str = "<p>Hello</p>") -> str:
    message = EmailMessage()
    message["Subject"], message["To"], message["Date"] = subject, "Mei <mei@harbour.example>", date
    message.set_content("Hello in plain text")
    message.add_alternative(html, subtype="html")
    return box.add(mailbox.MaildirMessage(message))


@pytest.mark.django_db
def test_mail_stands_newest_first_with_its_subject_decoded(box: mailbox.Maildir) -> None:
    drop(box, "意見已收到", "Mon, 23 Nov 2026 09:00:00 +0800")
    drop(box, "A later mail", "Tue, 24 Nov 2026 09:00:00 +0800")
    text = Client().get("/demo/mailbox/").content.decode()
    assert text.index("A later mail") < text.index("意見已收到")


@pytest.mark.django_db
def test_a_mail_is_shown_as_text_and_its_html_in_a_box_where_nothing_runs(box: mailbox.Maildir) -> None:
    key = drop(box, "News", "Tue, 24 Nov 2026 09:00:00 +0800", "<script>steal()</script><p>Hello</p>")
    page = Client().get(f"/demo/mailbox/{key}/")
    assert "Hello in plain text" in page.content.decode()
    assert b"steal()" not in page.content
    frame = Client().get(f"/demo/mailbox/{key}/html/")
    policy = frame.headers["Content-Security-Policy"]
    assert "script-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["no-such-mail", "..%2F..%2Fetc%2Fpasswd", "..", "new"])
def test_a_key_opens_mail_of_the_mailbox_alone(box: mailbox.Maildir, key: str) -> None:
    for path in (f"/demo/mailbox/{key}/", f"/demo/mailbox/{key}/html/"):
        assert Client().get(path).status_code in {301, 302, 404}
    assert b"root:" not in Client().get(f"/demo/mailbox/{key}/", follow=True).content


@pytest.mark.django_db
def test_without_a_mailbox_there_is_no_page(settings: Any) -> None:
    settings.MAILBOX = ""
    for path in ("/demo/mailbox/", "/demo/mailbox/x/", "/demo/mailbox/x/html/"):
        assert Client().get(path).status_code == 404, path


PRODUCTION = """
import django; django.setup()
from django.conf import settings
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
for path in ("/demo/", "/demo/enter/", "/demo/mailbox/"):
    try:
        print("FOUND", resolve(path))
    except Resolver404:
        pass
try:
    print("FOUND", reverse("demo:enter"))
except NoReverseMatch:
    pass
print("demo" if any("demo" in app for app in settings.INSTALLED_APPS) else "clean")
"""


def _production(**changes: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DJANGO_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "DJANGO_ALLOWED_HOSTS": "portal.example",
        "PORTAL_BASE_URL": "https://portal.example",
        **changes,
    }


def test_in_production_there_is_neither_door_nor_mailbox() -> None:
    argv = [sys.executable, "-c", PRODUCTION]
    done = subprocess.run(argv, cwd=ROOT, env=_production(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "clean"), done.stderr


@pytest.mark.parametrize(("name", "value"), [("PORTAL_DEMO", "true"), ("PORTAL_MAILBOX", "/tmp/mail")])
def test_a_production_start_with_either_is_refused_in_words(name: str, value: str) -> None:
    argv = [sys.executable, "-c", "import portal.wsgi"]
    env = _production(**{name: value})
    done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert f"{name} is" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_system_check_says_the_same(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "LOCAL", False)
    settings.DEMO, settings.MAILBOX = True, "/tmp/mail"
    found = " ".join(error.msg for error in checks.production_configuration(None))
    assert "PORTAL_DEMO is on" in found
    assert "PORTAL_MAILBOX is set" in found
    assert django_settings.DEMO
