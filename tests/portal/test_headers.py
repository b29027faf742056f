"""Headers, cookies, CSRF and what a production start refuses."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from portal.middleware import ResponseHeadersMiddleware
from tests.portal.access import Address
from tests.portal.test_access_matrix import ALL, address_of, cases, class_of
from tests.world import World, enter

ROOT = Path(settings.BASE_DIR)
pytestmark = pytest.mark.django_db

WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POWERS = ("camera=()", "microphone=()", "geolocation=()")


def boom(*args: Any, **kwargs: Any) -> HttpResponse:
    raise RuntimeError("a fault of the program")


@pytest.fixture
def answers(world: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """One answer of each sort, as a member and as the public."""
    member, public = world.client("mei", raise_request_exception=False), Client(raise_request_exception=False)
    found = {
        "200 member": member.get(reverse("home")),
        "200 public": public.get(reverse("home")),
        "200 sign-in": public.get(reverse("account_login")),
        "200 admin": world.client("secretary").get("/admin/"),
        "302 public": public.get(reverse("meetings:list")),
        "302 member": member.post(reverse("notifications:mark_all_read")),
        "403 member": Client(enforce_csrf_checks=True).post(reverse("set_language")),
        "403 closed": world.client("leaver").get(reverse("home")),
        "404 member": member.get("/meetings/nothing/"),
        "404 public": public.get("/nothing/"),
        "405 member": member.put(reverse("home")),
    }
    monkeypatch.setattr("portal.home.dashboard", boom)
    found["500 member"] = member.get(reverse("home"))
    monkeypatch.setattr("portal.home.welcome", boom)
    found["500 public"] = public.get(reverse("home"))
    for name, response in found.items():
        assert response.status_code == int(name.split()[0]), name
    return found


def test_every_answer_has_the_headers(answers: dict[str, Any]) -> None:
    for name, response in answers.items():
        for header, value in WANTED.items():
            assert response.headers.get(header) == value, (name, header)
        for power in POWERS:
            assert power in response.headers["Permissions-Policy"], name


def test_every_answer_has_a_strict_content_security_policy(answers: dict[str, Any]) -> None:
    for name, response in answers.items():
        policy = response.headers["Content-Security-Policy"]
        parts = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}
        assert "unsafe" not in policy, name
        assert parts["default-src"] == ["'none'"], name
        assert parts["script-src"][0] == "'self'", name
        assert not {"*", "https:", "http:", "data:", "blob:"} & set(parts["script-src"]), name
        assert parts["style-src"] == ["'self'"], name
        for closed in ("object-src", "base-uri", "frame-ancestors"):
            assert parts[closed] == ["'none'"], (name, closed)
        assert parts["form-action"] == ["'self'"], name


def test_a_nonce_is_never_used_twice(world: World) -> None:
    client = world.client("mei")
    seen: set[str] = set()
    for _ in range(3):
        found = re.findall(r"nonce-([\w+/=-]+)", client.get(reverse("home")).headers["Content-Security-Policy"])
        assert not seen & set(found)
        seen |= set(found)


@pytest.mark.parametrize(
    "name", ["200 member", "302 member", "403 closed", "404 member", "405 member", "500 member", "200 admin"]
)
def test_what_a_member_sees_is_kept_by_nobody(answers: dict[str, Any], name: str) -> None:
    kept = answers[name].headers.get("Cache-Control", "")
    assert "private" in kept
    assert "no-store" in kept
    assert "public" not in kept


def test_error_pages_tell_nothing(answers: dict[str, Any]) -> None:
    for name in ("404 member", "404 public", "500 member", "500 public", "403 member"):
        body = answers[name].content.decode()
        for word in ("Traceback", "RuntimeError", "a fault of the program", "portal_app", "DJANGO", str(ROOT)):
            assert word not in body, (name, word)


def test_cookies_are_closed_to_scripts_and_other_sites(world: World) -> None:
    client = world.client("mei")
    client.get(reverse("accounts:profile"))
    chosen = client.post(reverse("accounts:theme"), {"theme": "dark"})
    assert "theme" in chosen.cookies
    names = {"sessionid", "csrftoken", "theme"}
    assert names <= set(client.cookies)
    response = client.get(reverse("accounts:profile"))
    set_now: SimpleCookie = SimpleCookie({})
    for cookies in (chosen.cookies, response.cookies):
        for name, morsel in cookies.items():
            set_now[name] = morsel.value
            assert morsel["samesite"] == "Lax", name
            assert morsel["httponly"] is True, name
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert (settings.SESSION_COOKIE_SAMESITE, settings.CSRF_COOKIE_SAMESITE) == ("Lax", "Lax")


def test_an_unknown_host_is_refused(world: World) -> None:
    with override_settings(ALLOWED_HOSTS=["portal.test"]):
        client = Client(raise_request_exception=False)
        assert client.get(reverse("help"), headers={"host": "evil.example"}).status_code == 400
        answer = client.get(reverse("meetings:list"), headers={"host": "portal.test"})
    assert "evil" not in answer.headers["Location"]


def test_a_forwarded_host_changes_no_address(world: World) -> None:
    answer = Client().get(reverse("home"), headers={"x-forwarded-host": "evil.example"})
    assert b"evil.example" not in answer.content


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_no_address_of_another_site_is_followed(world: World, target: str) -> None:
    for name, data in (("set_language", {"language": "en"}), ("accounts:theme", {"theme": "dark"})):
        answer = Client().post(reverse(name), {**data, "next": target})
        assert answer.headers["Location"] == "/", (name, target)
    sign_in = Client().post(
        f"{reverse('account_login')}?next={target}",
        {"login": world.mei.email, "password": "correct horse battery staple"},
    )
    assert "evil.example" not in sign_in.headers.get("Location", "")


def test_metrics_are_for_the_machine_itself(world: World) -> None:
    client = Client()
    assert client.get(reverse("metrics"), REMOTE_ADDR="127.0.0.1").status_code == 200
    assert client.get(reverse("metrics"), REMOTE_ADDR="10.0.0.7").status_code == 404
    forwarded = client.get(reverse("metrics"), REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": "10.0.0.7"})
    assert forwarded.status_code == 404


def test_headers_that_a_view_has_set_are_left() -> None:
    request = RequestFactory().get("/")
    request.user = type("Somebody", (), {"is_authenticated": True})()  # type: ignore[assignment]
    own = HttpResponse(headers={"Cache-Control": "private, no-cache"})
    answered = ResponseHeadersMiddleware(lambda _request: own)(request)
    assert answered.headers["Cache-Control"] == "private, no-cache"


# --- CSRF --------------------------------------------------------------------------------------------------------

# RFC 8058: the mail program of the reader posts here, without a page of ours before it.
WITHOUT_TOKEN = {"notifications:unsubscribe"}


def _unsafe() -> Iterator[tuple[str, Address]]:
    for name in sorted(ALL):
        address = class_of(name)
        if address is not None and address.methods & {"POST", "PUT", "DELETE"}:
            yield name, address


def test_nothing_is_changed_without_a_token(secrets: Any, count_cells: Any) -> None:
    """Every address that takes an unsafe method, as somebody whom it would let in: 403 from the CSRF check."""
    clients = {}
    for role in ("mei", "chair"):
        clients[role] = Client(enforce_csrf_checks=True, raise_request_exception=False)
        enter(clients[role], secrets.world.users[role])
    cells, problems = 0, []
    for name, address in _unsafe():
        client = clients["chair" if name.startswith("admin:") else "mei"]
        case = cases(secrets, name, address)[0]
        for method in ("POST", "PUT", "DELETE"):
            cache.clear()
            with transaction.atomic():
                answer = getattr(client, method.lower())(address_of(name, case))
                transaction.set_rollback(True)
            cells += 1
            refused = answer.status_code == 403
            if refused == (name in WITHOUT_TOKEN) and method == "POST":
                problems.append((method, name, answer.status_code))
    count_cells("CSRF", cells)
    assert not problems


def test_a_page_that_names_the_reason_refuses_a_form_without_a_token(world: World) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "x"})
    assert answer.status_code == 403


# --- production --------------------------------------------------------------------------------------------------

GOOD = {
    "PORTAL_ENV": "production",
    "PORTAL_DEMO": "false",
    "DJANGO_DEBUG": "false",
    "DJANGO_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_",
    "DJANGO_ALLOWED_HOSTS": "portal.example",
    "PORTAL_BASE_URL": "https://portal.example",
    "DATABASE_URL": "postgres://portal_app@/portal?host=/nowhere",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "PORTAL_DB_POOLED": "false",
    "EMAIL_URL": "smtp://mail.portal.example:25",
}
SAY = """
import sys
from portal.checks import refuse_unsafe_start
import django; django.setup()
refuse_unsafe_start()
from django.conf import settings
from django.urls import NoReverseMatch, resolve, reverse
names = []
for name in ("demo:enter", "demo:mailbox"):
    try:
        names.append(reverse(name))
    except NoReverseMatch:
        pass
flags = [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.LANGUAGE_COOKIE_SECURE,
         settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS >= 31536000,
         settings.SECURE_HSTS_INCLUDE_SUBDOMAINS,
         not settings.DEBUG, "portal.demo" not in " ".join(settings.INSTALLED_APPS), settings.SESSION_COOKIE_HTTPONLY,
         settings.SESSION_COOKIE_SAMESITE == "Lax", settings.ALLOWED_HOSTS == ["portal.example"]]
print("demo:", names, "flags:", all(flags), flags)
"""


def start(**changes: str) -> "subprocess.CompletedProcess[str]":
    """Begin as gunicorn and the workers do, with the environment of production."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DJANGO_"))}
    environment |= GOOD | {"DJANGO_SETTINGS_MODULE": "portal.settings"} | changes
    return subprocess.run(
        [sys.executable, "-c", SAY], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize(("address", "warned"), [("", True), ("records@archive.example", False)])
def test_a_deploy_check_warns_where_the_head_of_the_record_stays_in_the_house(address: str, warned: bool) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DJANGO_"))}
    environment |= GOOD | {"PORTAL_AUDIT_HEAD_ADDRESS": address}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert ("portal.W001" in done.stderr) == warned
    assert ("write the whole record anew" in done.stderr) == warned


def test_a_good_production_start_has_no_demonstration_and_closed_cookies() -> None:
    done = start()
    assert done.returncode == 0, done.stderr
    assert "demo: [] flags: True" in done.stdout


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"DJANGO_SECRET_KEY": ""}, "DJANGO_SECRET_KEY"),
        ({"DJANGO_SECRET_KEY": "short"}, "DJANGO_SECRET_KEY"),
        ({"DJANGO_DEBUG": "true"}, "DJANGO_DEBUG is on"),
        ({"PORTAL_DEMO": "true"}, "PORTAL_DEMO is on"),
        ({"PORTAL_MAILBOX": "/tmp/mail"}, "PORTAL_MAILBOX is set"),
        ({"DJANGO_ALLOWED_HOSTS": ""}, "DJANGO_ALLOWED_HOSTS is empty"),
        ({"PORTAL_BASE_URL": "http://portal.example"}, "https://"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_an_unsafe_production_start_is_refused_with_the_reason(changes: dict[str, str], reason: str) -> None:
    done = start(**changes)
    assert done.returncode != 0
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
