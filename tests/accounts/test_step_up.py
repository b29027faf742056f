"""What signs off, publishes, changes roles or takes confidential content out asks for a factor once more."""

import ast
import inspect
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, SlugConverter, StringConverter, UUIDConverter

from accounts import step_up
from tests.whole import share
from tests.world import PASSWORD, World

LONG_AGO = 24 * 3600
EXAMPLES = {
    IntConverter: "1",
    UUIDConverter: "00000000-0000-4000-8000-000000000000",
    SlugConverter: "something",
    StringConverter: "something",
}
# What an address or a verb of this kind is called. Classify it in accounts/step_up.py, or below as an ordinary one.
SOUNDS = re.compile(
    r"(publish|approve|release|sign_?off|signed_off|submit|export|advance|extend|extension|deadline|withdraw_(paper|cons)"
    r"|conclude|adopt|amend|invite|appoint|role|member(ship)?_end|end_member|deput|delegat|certif|licen[cs]e|override"
    r"|opening|open_|official|let_out|hand_over|suspend|lift|confirm_minutes|circulate|issue_|ask_to_open)"
)
ORDINARY_ADDRESSES = {
    "consultations:export": "the page before the file: it has names of files and numbers",
    "consultations:take_back_opening": "nothing goes out",
    "documents:appointment_letter": "a letter is filed; the appointment itself is an act of the admin site",
    "members:delegations": "a list to be read",
    "oversight:openings": "a list to be read",
    "oversight:overrides": "a list to be read",
    "consultations:return_opening": "nothing goes out",
    "consultations:ask_for_extension": "a firm asks; the chair's office decides",
    "consultations:lift_window": "a blackout window, which binds nobody",
}
ORDINARY_VERBS = {
    "ask_for_extension": "a firm asks; the chair's office decides",
    "return_opening": "nothing goes out",
    "take_back_opening": "nothing goes out",
    "lift_window": "a blackout window, which binds nobody",
    "file_appointment_letter": "a letter is filed; the appointment itself is an act of the admin site",
    "end_override": "it closes what was opened",
    "release_comment": "a held comment goes to the readers that its author chose",
}


def names(resolver: Any = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from names(one, f"{space}{one.namespace}:" if one.namespace else space)
        elif one.name:
            yield space + one.name, one


ALL = dict(names())


def address(name: str) -> str:
    """The address of this name with plausible arguments: the question comes before any object is looked for."""
    for bits, _pattern, _defaults, converters in get_resolver_entries(name):
        arguments = {
            key: "members" if key == "app_label" else EXAMPLES.get(type(converters.get(key)), "something")
            for key in bits
        }
        try:
            return reverse(name, kwargs=arguments)
        except NoReverseMatch:
            continue
    raise AssertionError(f"{name} has no address")


def get_resolver_entries(name: str) -> list[tuple[list[str], str, dict[str, Any], dict[str, Any]]]:
    resolver, *spaces = get_resolver(), *name.split(":")[:-1]
    converters: dict[str, Any] = {}
    for space in spaces:
        _prefix, resolver = resolver.namespace_dict[space]
    found = []
    for possibilities, pattern, defaults, more in resolver.reverse_dict.getlist(name.split(":")[-1]):
        for _text, parameters in possibilities:
            found.append((parameters, pattern, defaults, {**converters, **more}))
    return found


def stale(world: World, name: str) -> Client:
    """A session of this person that has stood for a day."""
    client = world.client(name)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - LONG_AGO
    session.save()
    return client


def asks(response: Any) -> bool:
    where = response.headers.get("Location", "")
    return response.status_code == 302 and where.startswith(reverse("account_reauthenticate") + "?next=")


@pytest.mark.django_db
def test_every_address_of_the_list_asks_a_stale_session(world: World, record_property: Any) -> None:
    client, asked, passed = stale(world, "secretary"), 0, []
    expected = [(name, method) for name in sorted(step_up.ACTS) for method in ("get", "post")]
    expected += [(name, "post") for name in sorted(step_up.SENDING)]
    expected += [(name, "get") for name in sorted(step_up.FILES)]
    admin = sorted(name for name in ALL if name.startswith("admin:") and name not in step_up.ADMIN_FREE)
    expected += [(name, "post") for name in share(admin, 4, "step-up")]
    for name, method in expected:
        response = getattr(client, method)(address(name))
        asked += asks(response)
        if not asks(response):
            passed.append(f"{method} {name}: {response.status_code} {response.headers.get('Location', '')}")
    record_property("figure", f"step-up: {len(expected)} stale requests, reached {len(passed)}")
    assert not passed
    assert asked > 40


@pytest.mark.django_db
def test_nothing_on_the_list_is_an_address_that_has_gone() -> None:
    assert {*step_up.ACTS, *step_up.SENDING, *step_up.FILES, *step_up.ADMIN_FREE} <= set(ALL)
    assert set(ORDINARY_ADDRESSES) <= set(ALL)


def test_every_address_that_sounds_like_one_is_classified() -> None:
    classified = {*step_up.ACTS, *step_up.SENDING, *step_up.FILES, *ORDINARY_ADDRESSES}
    ours = [name for name in ALL if ":" in name and not name.startswith(("admin:", "demo:"))]
    missing = [name for name in ours if SOUNDS.search(name.split(":")[1]) and name not in classified]
    assert not missing, f"on the list of accounts/step_up.py, or ordinary? {missing}"


def verbs() -> set[str]:
    """Functions of the workflows that change something and sound like signing off, publishing, roles, exports."""
    found = set()
    root = Path(settings.BASE_DIR)
    for room in settings.FIRST_PARTY_APPS:
        files = [root / room / "workflow.py", *(root / room / "workflow").rglob("*.py")]
        for file in filter(Path.exists, files):
            for node in ast.parse(file.read_text()).body:
                if (
                    isinstance(node, ast.FunctionDef)
                    and not node.name.startswith(("_", "note_"))
                    and SOUNDS.search(node.name)
                ):
                    arguments = [one.arg for one in [*node.args.args, *node.args.kwonlyargs]]
                    if "actor" in arguments:
                        found.add(node.name)
    return found


def called(view: Any) -> set[str]:
    code = inspect.unwrap(view).__code__
    found, waiting = set(), [code]
    while waiting:
        one = waiting.pop()
        found |= {*one.co_names}
        waiting += [constant for constant in one.co_consts if inspect.iscode(constant)]
    return found


def test_every_view_that_does_such_a_verb_is_on_the_list() -> None:
    watched = verbs() - set(ORDINARY_VERBS)
    assert {"approve_opening", "extend", "withdraw_consultation", "invite"} <= watched
    listed, problems = {*step_up.ACTS, *step_up.SENDING, *step_up.FILES}, []
    for name, pattern in ALL.items():
        if name.startswith("admin:") or not hasattr(inspect.unwrap(pattern.callback), "__code__"):
            continue
        does = called(pattern.callback) & watched
        if does and name not in listed:
            problems.append(f"{name} does {sorted(does)}")
    assert not problems, "on the list of accounts/step_up.py, or an ordinary verb?\n" + "\n".join(problems)


@pytest.mark.django_db
def test_a_fresh_session_is_not_asked(world: World) -> None:
    client = world.client("secretary")
    assert client.get(reverse("admin:members_membership_invite")).status_code == 200
    session = client.session
    session["account_authentication_methods"][0]["at"] = time.time() - settings.STEP_UP_SECONDS + 60
    session.save()
    assert client.get(reverse("admin:members_membership_invite")).status_code == 200


@pytest.mark.django_db
def test_a_password_at_sign_in_alone_is_no_step_up(world: World) -> None:
    client = stale(world, "secretary")
    session = client.session
    session["account_authentication_methods"].append({"method": "password", "at": time.time()})
    session.save()
    assert asks(client.get(reverse("admin:members_membership_invite")))


@pytest.mark.django_db
def test_what_was_typed_comes_back_after_the_confirmation(world: World) -> None:
    client = stale(world, "secretary")
    typed = {
        "organisation": str(world.harbour.pk),
        "email": "new@harbour.example",
        "role": "contributor",
        "name_en": 'A name "in quotes" <b>',
        "language": "en",
    }
    path = reverse("admin:members_membership_invite") + "?from=here"
    response = client.post(path, typed)
    assert asks(response)
    page = client.get(response.headers["Location"])
    assert page.status_code == 200
    # Without the confirmation what is held is not shown.
    assert asks(client.get(reverse("accounts:carry_on")))
    response = client.post(response.headers["Location"], {"password": PASSWORD, "next": reverse("accounts:carry_on")})
    assert response.headers["Location"] == reverse("accounts:carry_on")
    page = client.get(response.headers["Location"])
    assert f'action="{path}"' in page.content.decode()
    assert page.context["held"]["typed"] == [list(pair) for pair in typed.items()]
    assert "A name &quot;in quotes&quot; &lt;b&gt;" in page.content.decode()
    response = client.post(path, dict(page.context["held"]["typed"]))
    assert response.status_code in {200, 302}
    assert not asks(response)
    assert client.get(reverse("accounts:carry_on")).headers["Location"] == reverse("home")


@pytest.mark.django_db
def test_an_export_of_what_was_said_is_asked_for_and_the_paper_alone_is_not(world: World) -> None:
    client = stale(world, "officer")
    assert not asks(client.get(reverse("consultations:export_file", args=["nothing", "paper", "pdf"])))
    response = client.get(reverse("consultations:export_file", args=["nothing", "comments", "xlsx"]) + "?text=en")
    assert asks(response)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": reverse("accounts:carry_on")})
    page = client.get(reverse("accounts:carry_on")).content.decode()
    assert 'href="/consultations/nothing/export/comments.xlsx?text=en"' in page
    assert not asks(Client().get(reverse("consultations:export_file", args=["nothing", "comments", "xlsx"])))
