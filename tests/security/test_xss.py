"""350 attacks in every text of the consultations room, and nothing of them runs: SECURITY.md C 17 and C 21.

Chromium opens every page as a member, an officer and the secretary, with the content security policy and again
without it, so that it is the escaping that is tested and not the policy alone. Mails are opened as pages, files are
taken apart.
"""

import email
import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.contrib import admin
from django.core import mail
from django.core.management import call_command
from django.db import connections
from django.test import Client, override_settings
from django.urls import reverse
from lxml import etree
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Request, Route
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from consultations.models import Attachment, Clarification, Comment, Consultation, ExtensionRequest
from members.viewer import acting_as
from notifications.delivery import deliver_due
from notifications.workflow import queue_digests
from tests.security.payloads import BY_NUMBER, GROUPS, HOST, MARK, PAYLOADS
from tests.security.poisoned import NOT_TYPED, Poisoned, poison, reached, text_columns
from tests.world import enter

READERS = ("mei", "officer", "secretary")
# Which payloads Chromium has met, with the policy and without it.
SHOWN: dict[bool, set[int]] = {}


@pytest.fixture(scope="module")
def room(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Poisoned]:
    """The poisoned room, committed, since a server of its own shows it; the tables are emptied afterwards."""
    from tests.world import build, find_or_build

    files: Path = tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=files):
        logging.disable(logging.CRITICAL)
        try:
            yield poison(find_or_build())
        finally:
            logging.disable(logging.NOTSET)
            connections["default"].close()
            call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
            build()


def test_every_text_that_somebody_writes_holds_payloads(room: Poisoned, record_property: Any) -> None:
    """By the models themselves: a new column of words that the poisoned room does not fill is named here."""
    assert len(PAYLOADS) >= 200
    assert len({one.text.replace(one.word, "") for one in PAYLOADS}) == len(PAYLOADS)
    columns, ways = reached()
    empty = {name for name, found in columns.items() if not found} - NOT_TYPED.keys()
    assert not empty, f"nothing was written there: {sorted(empty)}"
    assert columns.keys() >= NOT_TYPED.keys() - {"Comment.held_audience", "Answer.use", "Consultation.languages"}
    every = {one.number for one in PAYLOADS}
    assert not every - ways["markdown"]
    assert not every - ways["plain"]
    assert not every - ways["line"]
    # What the check of names lets through.
    assert len(ways["file"]) > 200, room.files_refused
    record_property(
        "figure",
        f"XSS: {len(PAYLOADS)} payloads of {len(GROUPS)} sorts in {len(columns.keys() - NOT_TYPED.keys())} text columns"
        f" and {len(list(text_columns())) - len(columns.keys() - NOT_TYPED.keys())} exempt; as Markdown {len(ways['markdown'])}, as plain text {len(ways['plain'])}, as a line {len(ways['line'])},"
        f" as a file's name {len(ways['file'])} ({room.files_refused} names refused)",
    )


# --- Chromium ----------------------------------------------------------------------------------------------------

LISTEN = """(() => {
  const note = (word) => console.log("EXECUTED " + word);
  for (let n = 1; n <= %d; n++) Object.defineProperty(window, `zq${n}z`, {value: () => note(n)});
  for (const name of ["alert", "confirm", "prompt"]) window[name] = () => note(name);
})()""" % (len(PAYLOADS) + 5)
# Everything of the page: attributes that act, addresses that act, elements and names that came from a text. What a
# reader could still set off with a click, a hover or a key is found here, since it hangs on an attribute.
SCAN = """(host) => {
  const mark = /zq\\d+z/, found = [], told = new Set();
  const say = (what, element, value) => {
    const line = what + ": " + (value || "") + " in " + element.outerHTML.slice(0, 160);
    if (!told.has(line) && found.length < 40) { told.add(line); found.push(line); }
  };
  const safe = new Set(["href", "title", "alt", "aria-label", "value", "content", "placeholder", "datetime", "lang",
    "aria-description", "data-words", "data-copy", "summary", "label", "start"]);
  const roots = [document];
  for (const root of roots) for (const e of root.querySelectorAll("*")) {
    if (e.localName === "template") roots.push(e.content);
    if (e.shadowRoot) roots.push(e.shadowRoot);
    const tag = e.localName;
    if (["iframe", "object", "embed", "base", "math", "frame", "applet"].includes(tag) && !e.closest("[data-own]"))
      say("element", e, tag);
    if (["script", "style"].includes(tag) && mark.test(e.textContent) && e.type !== "application/json")
      say("words in " + tag, e);
    for (const {name, value} of e.attributes) {
      if (/^on/i.test(name)) say("handler", e, name);
      if (/^(data-)?(hx-on|hx-vals|hx-headers|ws-|sse-)/i.test(name) && (mark.test(value) || /^js:|^javascript:/.test(value)
        || /hx-on/.test(name))) say("htmx", e, name);
      if (!mark.test(name) && !mark.test(value)) continue;
      if (mark.test(name)) say("attribute's name", e, name);
      if (/^(data-)?hx-/i.test(name) && !value.startsWith("/consultations/")) say("htmx", e, name + "=" + value);
      // The portal's own ids have a prefix before the number of a paragraph; names of another hand stand alone.
      if (["id", "name"].includes(name) && /^zq\\d+z$/.test(value)) say("shadowing " + name, e, value);
      if (["style", "srcdoc", "background", "poster", "ping", "srcset", "formaction", "is", "slot"].includes(name))
        say("attribute", e, name);
    }
    for (const name of ["id", "name"]) {
      const value = e.getAttribute(name);
      if (value && ["a", "form", "img", "iframe", "embed", "object"].includes(tag)
        && (value in Document.prototype || value in HTMLElement.prototype || ["htmx", "config", "f", "g"].includes(value)))
        say("shadowing " + name, e, value);
      if (value === "main" && document.querySelectorAll("#main").length > 1) say("second main", e);
    }
    for (const name of ["href", "src", "action", "formaction", "data", "xlink:href", "poster", "background"]) {
      const value = e.getAttribute(name);
      if (value === null) continue;
      let address;
      try { address = new URL(value, document.baseURI); } catch { continue; }
      if (!["http:", "https:", "mailto:", "about:"].includes(address.protocol)
        && !(address.protocol === "data:" && !mark.test(value))) say("address", e, value);
      if (name !== "href" && address.host.includes(host)) say("address elsewhere", e, value);
    }
  }
  return found;
}"""


class Watch:
    """A page of Chromium that notes whatever an attack does."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.found: list[str] = []
        self.pages = 0
        self.seen: set[int] = set()
        self.url = url
        context.add_init_script(LISTEN)
        self.page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("dialog", self._dialog)
        self.page.on("request", self._request)

    def _note(self, words: str) -> None:
        self.found.append(f"{self.page.url}: {words}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.text.startswith("EXECUTED") or "Content Security Policy" in message.text:
            self._note(message.text[:300])

    def _dialog(self, dialog: Dialog) -> None:
        self._note(f"dialog {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:", "about:")):
            self._note(f"asked {request.url}")

    def look(self) -> None:
        self.pages += 1
        # Dormant parts come alive.
        self.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        self.seen |= {int(number) for number in MARK.findall(self.page.content())}
        self.found += [f"{self.page.url}: {line}" for line in self.page.evaluate(SCAN, HOST)]

    def go(self, path: str) -> int:
        answer = self.page.goto(self.url + path, wait_until="load")
        assert answer is not None
        self.look()
        return answer.status


def _without_policy(route: Route) -> None:
    """The portal's answer as it is, but for the policy. Nothing of another host is fetched."""
    if HOST in route.request.url:
        route.abort()
        return
    if route.request.resource_type not in {"document", "xhr", "fetch"}:
        route.continue_()
        return
    answer = route.fetch()
    kept = {k: v for k, v in answer.headers.items() if not k.lower().startswith("content-security-policy")}
    route.fulfill(response=answer, headers=kept)


@pytest.fixture(scope="module")
def server(room: Poisoned) -> Iterator[str]:
    started = LiveServer("localhost")
    yield started.url
    started.stop()


@pytest.fixture
def watch(browser: Browser, server: str) -> Iterator[Any]:
    """`watch(reader, policy=True, language="en")`: a page that watches."""
    opened: list[BrowserContext] = []

    def make(reader: Any, *, policy: bool, language: str = "en") -> Watch:
        context = browser.new_context(base_url=server)
        opened.append(context)
        context.set_default_timeout(20_000)
        client = Client()
        enter(client, reader)
        context.add_cookies(
            [
                {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server},
                {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": server},
            ]
        )
        made = Watch(context, server)
        if not policy:
            context.route("**/*", _without_policy)
        return made

    yield make
    for context in opened:
        context.close()


def _url(name: str, *arguments: Any) -> str:
    return reverse(f"consultations:{name}", args=arguments)


def pages_of(room: Poisoned, reader: str) -> list[str]:
    """Every page of the room that shows this reader something that people wrote; each kind of page a few times."""
    found: list[str] = [
        _url("list"),
        _url("calendar"),
        _url("calendar_days"),
        "/notifications/",
        "/notifications/feeds/",
    ]
    main, elsewhere = room.papers["main"], room.papers["elsewhere"]
    with room.acting(reader) as viewer:
        staff = viewer.is_regulator
        for paper in Consultation.objects.visible_to(viewer):
            found += [paper.get_absolute_url(), f"{paper.get_absolute_url()}?text=both"]
        place = room.paragraphs[0].anchor_key
        found += [
            f"{main.get_absolute_url()}?compose={room.paragraphs[1].anchor_key}",
            _url("export", main.key),
            _url("clarifications", main.key),
            _url("part_history", main.key, place),
            _url("part_history", main.key, room.questions[0].anchor_key),
        ]
        found += [_url("thread", main.key, part.anchor_key) for part in (*room.paragraphs[:3], room.questions[1])]
        rows = Clarification.objects.visible_to(viewer).filter(consultation=main)
        found += [_url("clarification_history", main.key, row.number) for row in rows if row.released_at]
        comments = Comment.objects.visible_to(viewer).filter(consultation=main)
        if staff:
            found += [_url("manage", paper.key) for paper in room.papers.values()]
            found += [_url("amend", main.key, place), _url("moderation"), _url("write_clarification", main.key)]
            found += [_url("ask_to_open", room.papers["draft"].key), _url("audience_preview", main.key)]
            found += [_url(name, main.key) for name in ("move_deadline", "extend", "withdraw_paper")]
            found += [_url("clarification", main.key, row.pk) for row in rows]
            found += [_url("decide_extension", main.key, row.pk) for row in ExtensionRequest.objects.visible_to(viewer)]
            found += _drafting(room)
        else:
            mine = comments.filter(author=viewer.user, withdrawn_at=None)
            found += [_url("drafts"), _url("waiting"), _url("reconfirm", main.key), _url("ask_for_extension", main.key)]
            found += [_url("ask_clarification", elsewhere.key)]
            for name, wanted in (
                ("edit", mine.filter(edited_at__isnull=False)),
                ("withdraw", mine),
                ("readers", mine.filter(audience="group")),
            ):
                found += [_url(name, main.key, comment.pk) for comment in wanted[:2]]
            found += [f"{_url('thread', main.key, comment.anchor_key)}?reply={comment.pk}" for comment in mine[:1]]
        edited = comments.filter(edited_at__isnull=False)
        found += [_url("comment_history", main.key, comment.pk) for comment in edited[:3]]
    return found


def _drafting(room: Poisoned) -> list[str]:
    """The workspace of a draft: parts of each kind, imports with a block, and what would be taken over."""
    draft = room.papers["draft"]
    found = [_url(name, draft.key) for name in ("draft", "draft_details", "draft_gaps", "draft_renumber", "import_new")]
    found += [_url("draft_section", draft.key, draft.sections.all()[0].pk)]
    found += [_url("draft_annex", draft.key, annex.pk) for annex in draft.annexes.all()]
    for kind, parts in (
        ("section", draft.sections), ("paragraph", draft.paragraphs), ("question", draft.questions),
        ("annex", draft.annexes), ("clause", draft.clauses), ("term", draft.terms),
    ):  # fmt: skip
        found += [_url(name, draft.key, kind, parts.all()[0].pk) for name in ("draft_part", "draft_remove")]
    for row in draft.imports.all():
        found += [_url("import", draft.key, row.pk), _url("import_commit", draft.key, row.pk)]
        found += [_url("import_block", draft.key, row.pk, row.blocks[2]["id"])]
    return found


def admin_pages(room: Poisoned, reader: str) -> list[str]:
    """Lists, forms and histories of the admin site for what the room holds, and the audit list."""
    found = [reverse("admin:index")]
    with room.acting(reader) as viewer:
        for model, site in admin.site._registry.items():
            if model._meta.app_label not in {"consultations", "audit", "notifications"}:
                continue
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            found.append(reverse(f"{name}_changelist"))
            request: Any = SimpleNamespace(viewer=viewer, user=viewer.user, GET={})
            for row in site.get_queryset(request)[:2]:
                found.append(reverse(f"{name}_change", args=[row.pk]))
                if model._meta.app_label == "consultations":
                    found.append(reverse(f"{name}_history", args=[row.pk]))
    return found


@pytest.mark.parametrize("policy", [False, True], ids=["without the policy", "with the policy"])
@pytest.mark.parametrize("reader", READERS)
def test_nothing_runs_on_any_page(reader: str, policy: bool, room: Poisoned, watch: Any, record_property: Any) -> None:
    seen = watch(room.world.users[reader], policy=policy)
    pages = pages_of(room, reader)
    if reader == "secretary":
        pages = [*admin_pages(room, reader), _url("moderation"), "/notifications/"]
    if policy:
        # The same pages; of each kind one, for what the policy alone would report.
        pages = list({re.sub(r"[0-9a-f-]{36}|/\d+/|/[^/]*zq[^/]*", "", page): page for page in pages}.values())
    wrong = {page: status for page in pages if (status := seen.go(page)) != 200}
    for language in ("zh-hant", "zh-hans") if reader != "secretary" else ():
        seen.page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": seen.url}])
        for key in ("main", "concluded", "withdrawn"):
            seen.go(room.papers[key].get_absolute_url())
    assert not seen.found, "\n".join(seen.found[:20])
    assert not wrong
    assert len(seen.seen) > 200, "the pages show payloads: else this proves nothing"
    SHOWN.setdefault(policy, set()).update(seen.seen)
    record_property(
        "figure",
        f"XSS, {reader}, {'with' if policy else 'without'} the policy: {seen.pages} pages in Chromium,"
        f" {len(seen.seen)} payloads shown, 0 executions",
    )


def test_every_payload_was_shown_somewhere(record_property: Any) -> None:
    """What no page shows has proved nothing."""
    if False not in SHOWN:
        pytest.skip("the pages were not opened in this run")
    unseen = [BY_NUMBER[number] for number in sorted({one.number for one in PAYLOADS} - SHOWN[False])]
    assert not unseen
