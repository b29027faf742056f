"""350 attacks in every text of the consultations room, and nothing of them runs: SECURITY.md C 17 and C 21.

Chromium opens every page as a member, an officer and the secretary, with the content security policy and again
without it, so that it is the escaping that is tested and not the policy alone. Mails are opened as pages, files are
taken apart.
"""

import email
import email.policy
import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pytest
from django.conf import settings
from django.contrib import admin
from django.core import mail
from django.core.management import call_command
from django.db import connections
from django.test import Client, override_settings
from django.urls import resolve, reverse
from django.utils.safestring import SafeString
from lxml import etree
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Request
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from consultations import feeds
from consultations.exports.files import WHATS
from consultations.models import (
    Attachment,
    Clarification,
    ClarificationRequest,
    Comment,
    Consultation,
    ExtensionRequest,
    OpeningRequest,
    ProposalOutcome,
)
from notifications.delivery import deliver_due
from notifications.workflow import queue_digests
from portal.common import clock, markdown
from portal.common.templatetags import portal as portal_tags
from portal.common.translated import Translated, translated
from tests.browser.pages import ELSEWHERE, every_view
from tests.consultations.exports.reading import pdf_text, words_of
from tests.security.payloads import BY_NUMBER, GROUPS, HOST, MARK, PAYLOADS
from tests.security.poisoned import NOT_TYPED, Poisoned, all_models, poison, reached
from tests.whole import WHOLE
from tests.world import enter

READERS = ("mei", "officer", "secretary")
# Pages without a word that somebody wrote.
SHOWS_NOTHING = {
    "consultations:shortcuts": "the portal's own words",
}
# Which payloads Chromium has met, with the policy and without it.
SHOWN: dict[bool, set[int]] = {}
WALKED: set[str] = set()


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
    # An exemption of a column that is gone, or that is filled after all, goes too.
    known = {f"{m._meta.object_name}.{f.name}" for m in all_models() for f in m._meta.concrete_fields}
    assert known >= NOT_TYPED.keys()
    every = {one.number for one in PAYLOADS}
    assert not {way: found for way in ("markdown", "plain", "line") if (found := sorted(every - ways[way]))}
    # What the check of names lets through.
    assert len(ways["file"]) > 200, room.files_refused
    record_property(
        "figure",
        f"XSS: {len(PAYLOADS)} payloads of {len(GROUPS)} sorts in {len(columns.keys() - NOT_TYPED.keys())} columns;"
        f" {len(ways['markdown'])} as Markdown, {len(ways['plain'])} as plain text, {len(ways['line'])} as a line,"
        f" {len(ways['file'])} as a file's name ({room.files_refused} names refused)",
    )


# --- Chromium ----------------------------------------------------------------------------------------------------

LISTEN = """(() => {
  const note = (word) => console.log("EXECUTED " + word);
  for (let n = 1; n <= COUNT; n++) Object.defineProperty(window, `zq${n}z`, {value: () => note(n)});
  for (const name of ["alert", "confirm", "prompt"]) window[name] = () => note(name);
})()""".replace("COUNT", str(len(PAYLOADS) + 5))
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
      if (/^(data-)?(hx-on|hx-vals|hx-headers|ws-|sse-)/i.test(name) && (mark.test(value)
        || /^js:|^javascript:/.test(value)
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
        && (value in Document.prototype
        || value in HTMLElement.prototype || ["htmx", "config", "f", "g"].includes(value)))
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


@pytest.fixture(scope="module")
def server(room: Poisoned) -> Iterator[str]:
    started = LiveServer("localhost")
    yield started.url
    started.stop()


@pytest.fixture
def watch(browser: Browser, server: str) -> Iterator[Any]:
    """`watch(reader, policy=True, language="en")`: a page that watches. Without the policy, Chromium ignores it."""
    opened: list[BrowserContext] = []

    def make(reader: Any, *, policy: bool, language: str = "en") -> Watch:
        context = browser.new_context(base_url=server, bypass_csp=not policy)
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
        return Watch(context, server)

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
            found += [
                _url("new"),
                _url("amend", main.key, place),
                _url("moderation"),
                _url("write_clarification", main.key),
            ]
            found += [_url("ask_to_open", room.papers["draft"].key), _url("audience_preview", main.key)]
            found += [_url(name, main.key) for name in ("move_deadline", "withdraw_paper")]
            found += [_url("effect", room.papers["concluded"].key)]
            found += [_url("clarification", main.key, row.pk) for row in rows]
            found += [_url("change_clarification", main.key, row.pk) for row in rows[:2]]
            waiting = ClarificationRequest.objects.visible_to(viewer).filter(state="asked")
            found += [_url("decline_clarification", main.key, row.pk) for row in waiting[:2]]
            found += [_url("take_back_opening", room.papers["draft"].key)]
            found += [f"{_url('calendar_check')}?deadline={clock.today() + timedelta(days=5):%Y-%m-%d}"]
            found += _drafting(room) + _concluding(room)
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
            awaiting = comments.filter(state="awaiting").exclude(author=viewer.user)
            found += [_url("give_back", main.key, comment.pk) for comment in awaiting[:1]]
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
    found += [_url("draft_add", draft.key, kind) for kind in ("section", "paragraph", "question", "annex")]
    for row in draft.imports.all():
        found += [_url("import", draft.key, row.pk), _url("import_commit", draft.key, row.pk)]
        found += [_url("import_block", draft.key, row.pk, row.blocks[2]["id"])]
    return found


def _concluding(room: Poisoned) -> list[str]:
    """The workspace of conclusions."""
    key = room.papers["closing"].key
    pages = ("conclusions", "conclusions_head", "add_outcome", "publish_conclusions")
    row = ProposalOutcome.objects.filter(conclusions__consultation=room.papers["closing"]).earliest("position")
    return [*(_url(name, key) for name in pages), *(_url(name, key, row.pk) for name in ("outcome", "remove_outcome"))]


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


def walk_of(room: Poisoned, reader: str) -> list[str]:
    """What this reader opens. The secretary reads as the officer does, and opens what is only hers."""
    if reader != "secretary":
        return pages_of(room, reader)
    with room.acting(reader) as viewer:
        asked = [row.pk for row in ExtensionRequest.objects.visible_to(viewer)]
    found = [*admin_pages(room, reader), _url("moderation"), "/notifications/", _url("extend", "cp-main")]
    with room.acting(reader) as viewer:
        opening = OpeningRequest.objects.visible_to(viewer).get(returned_at=None, voided_at=None, approved_at=None)
        published = Comment.objects.visible_to(viewer).filter(state="published", audience="group", withdrawn_at=None)
        found += [_url("hold", "cp-main", comment.pk) for comment in published.filter(parent=None)[:1]]
    found += [_url(name, "cp-draft", opening.pk) for name in ("approve_opening", "return_opening")]
    return found + [_url("decide_extension", "cp-main", pk) for pk in asked]


@pytest.mark.parametrize("policy", [False, True], ids=["without the policy", "with the policy"])
@pytest.mark.parametrize("reader", READERS)
def test_nothing_runs_on_any_page(reader: str, policy: bool, room: Poisoned, watch: Any, record_property: Any) -> None:
    if (policy or reader == "secretary") and not WHOLE:
        pytest.skip("in an everyday run a firm and an officer, without the policy (tests/whole.py)")
    seen = watch(room.world.users[reader], policy=policy)
    pages = walk_of(room, reader)
    if policy or (reader == "officer" and not WHOLE):
        # The same pages; of each kind one: for what the policy alone would report, and in an everyday run of the
        # officer, whose pages lay out a comment as the firm's do (tests/whole.py).
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
    if not policy:
        WALKED.add(reader)
    record_property(
        "figure",
        f"XSS, {reader}, {'with' if policy else 'without'} the policy: {seen.pages} pages in Chromium,"
        f" {len(seen.seen)} payloads shown, 0 executions",
    )


def test_every_payload_was_shown_somewhere(record_property: Any) -> None:
    """What no page shows has proved nothing."""
    if set(READERS) != WALKED:
        pytest.skip("another process opened some of the pages: run this file alone with -n 0")
    unseen = [BY_NUMBER[number] for number in sorted({one.number for one in PAYLOADS} - SHOWN[False])]
    assert not unseen


# --- the alarm rings ---------------------------------------------------------------------------------------------


@pytest.fixture
def sheet(browser: Browser) -> Iterator[Any]:
    """`sheet(html)` opens a document without any policy and looks at it; what it found is in `sheet.watch`."""
    context = browser.new_context()
    made, held = Watch(context, "https://sheet.test"), {"html": ""}
    context.route(
        "**/*",
        lambda route: (
            route.fulfill(body=held["html"], content_type="text/html; charset=utf-8")
            if route.request.url == "https://sheet.test/"
            else route.abort()
        ),
    )

    def look_at(html: str) -> list[str]:
        before, held["html"] = len(made.found), html
        made.page.goto("https://sheet.test/", wait_until="load")
        made.look()
        return made.found[before:]

    look_at.watch = made  # type: ignore[attr-defined]
    yield look_at
    context.close()


def _document(body: str) -> str:
    return f"<!doctype html><meta charset=utf-8><title>x</title><main>{body}</main>"


def test_the_watch_sees_what_is_not_escaped(sheet: Any, record_property: Any) -> None:
    """Payloads by themselves and raw on a page: most of them run, ask or leave a mark. Else nothing was watched."""
    raised: dict[str, int] = {}
    tried = 0
    for group in GROUPS:
        # Meta refreshes leave the page before it can be looked at.
        mine = [one for one in PAYLOADS if one.group == group and "http-equiv" not in one.text]
        for one in mine[:: max(1, len(mine) // 5)]:
            raised[group] = raised.get(group, 0) + bool(sheet(_document(f'<p title="{one.text}">{one.text}</p>')))
            tried += 1
    loud = {group for group, number in raised.items() if number >= 3}
    assert loud >= {"raw HTML", "SVG and MathML", "mutation", "attributes", "htmx", "clobbering", "styles"}, raised
    assert any("EXECUTED" in line for line in sheet.watch.found)
    record_property("figure", f"XSS, the alarm: {sum(raised.values())} of {tried} payloads rang where nothing escapes")


def test_without_the_allow_list_the_watch_rings(sheet: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Markdown renderer alone leaves addresses that only nh3 takes away."""
    source = "\n\n".join(one.text for one in PAYLOADS if one.group == "links" and not one.alone)
    assert not sheet(_document(markdown.render(source)))
    monkeypatch.setattr(markdown, "nh3", SimpleNamespace(clean=lambda html, **_options: html))
    assert len(sheet(_document(markdown.render(source)))) > 3


def test_one_title_that_is_not_escaped_rings(room: Poisoned, watch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One field that is taken for safe, the titles: the same walk finds it."""
    seen = watch(room.world.mei, policy=False)
    path = room.papers["main"].get_absolute_url()
    seen.go(path)
    assert not seen.found

    def unescaped(obj: Any, field: str, language: str | None = None) -> Translated:
        found = translated(obj, field, language)
        return replace(found, text=SafeString(found.text)) if field == "title" else found

    monkeypatch.setattr(portal_tags, "translate_field", unescaped)
    seen.go(path)
    assert any("EXECUTED" in line for line in seen.found)


# --- mails -------------------------------------------------------------------------------------------------------

HEADERS = {
    "content-type", "mime-version", "subject", "from", "to", "date", "message-id", "auto-submitted", "x-portal-kind",
    "references", "in-reply-to", "list-unsubscribe", "list-unsubscribe-post", "reply-to", "content-transfer-encoding",
    "precedence", "list-id", "x-auto-response-suppress",
}  # fmt: skip


def test_mails_carry_no_attack(room: Poisoned, sheet: Any, record_property: Any) -> None:
    """Their HTML part as a page; and no header that somebody wrote into a title."""
    mail.outbox.clear()
    delivered = deliver_due()
    queue_digests()
    delivered += deliver_due()
    assert delivered > 20
    shown: dict[str, str] = {}
    for message in mail.outbox:
        sent = message.message()
        names = [name.lower() for name in sent]
        assert set(names) <= HEADERS, set(names) - HEADERS
        assert len(names) == len(set(names)), names
        read = email.message_from_bytes(sent.as_bytes(), policy=email.policy.default)
        assert [name.lower() for name in read] == names
        assert HOST not in str(read["to"]) + str(read["from"])
        assert len(message.recipients()) == 1
        assert not re.search(r"[\r\n]", str(read["subject"]))
        (html,) = [str(content) for content, kind in message.alternatives if kind == "text/html"]
        # The same mail to another person shows nothing new.
        shown.setdefault(MARK.sub("", re.sub(r"https?://\S+", "", html))[-4_000:-600], html)
    for html in shown.values():
        sheet(html)
    made = sheet.watch
    assert not made.found, "\n".join(made.found[:20])
    assert len(made.seen) > 10
    record_property(
        "figure",
        f"XSS, mails: {len(mail.outbox)} sent, {len(shown)} of them different and opened in Chromium,"
        f" {len(made.seen)} payloads shown, 0 executions, 0 headers put in",
    )


# --- files -------------------------------------------------------------------------------------------------------

XML_PARTS = (".xml", ".rels")


def _check_address(address: str, where: str) -> None:
    assert urlsplit(address).scheme in {"", "http", "https", "mailto"}, f"{where}: {address}"


def _check_package(content: bytes, where: str) -> None:
    """A Word or Excel file: well-formed parts, nothing that runs, no address but of the web and of mail."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            assert not re.search(r"vba|activeX|oleObject|embeddings|externalLink|\.bin$", name, re.IGNORECASE), name
            if not name.endswith(XML_PARTS):
                continue
            root = etree.fromstring(parts.read(name), etree.XMLParser(resolve_entities=False, no_network=True))
            assert root.getroottree().docinfo.doctype == "", name
            for one in root.iter():
                kind = etree.QName(one).localname if isinstance(one.tag, str) else ""
                if kind == "Relationship" and one.get("TargetMode") == "External":
                    assert (one.get("Type") or "").endswith("/hyperlink"), f"{where}: {dict(one.attrib)}"
                    _check_address(one.get("Target") or "", where)
                assert not (kind == "instrText" and MARK.search(one.text or "")), f"{where}: {one.text}"
                assert kind not in {"altChunk", "f", "object", "control", "ddeLink"}, f"{where}: {kind} in {name}"


def _check_sheets(content: bytes, where: str) -> None:
    """No cell is a formula, also none for a program that reads the words again (SECURITY.md C 21)."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            assert cell.data_type != "f", f"{where}: {cell.coordinate} {cell.value!r}"
            if cell.hyperlink is not None and cell.hyperlink.target:
                _check_address(cell.hyperlink.target, where)
            if isinstance(cell.value, str) and MARK.search(cell.value):
                first = cell.value.lstrip()[:1]
                assert first not in "=+-@＝＋－＠" or cell.quotePrefix, (
                    f"{where}: {cell.coordinate} {cell.value[:60]!r}"
                )


def _check_pdf(content: bytes, where: str) -> None:
    text = pdf_text(content)
    for word in ("/JavaScript", "/JS", "/Launch", "/OpenAction", "/AA", "/EmbeddedFile", "/SubmitForm", "/ImportData",
                 "/RichMedia", "/XFA", "/AcroForm"):  # fmt: skip
        # A payload may say so; an object's key stands outside of strings.
        assert not re.search(rf"{word}\s*(<<|\(|\[|\d+ 0 R)", text), f"{where}: {word}"
    for address in re.findall(r"/URI\s*\(((?:\\.|[^\\)])*)\)", text):
        _check_address(address.replace("\\", ""), where)


def _check_file(extension: str, content: bytes, where: str) -> set[int]:
    """The payloads of the file, once it has been taken apart."""
    match extension:
        case "docx":
            _check_package(content, where)
        case "xlsx":
            _check_package(content, where)
            _check_sheets(content, where)
        case "json":
            json.loads(content)
        case "pdf":
            _check_pdf(content, where)
        case "md":
            assert b"\x00" not in content
    return {int(number) for number in MARK.findall(words_of(extension, content))}


@pytest.mark.parametrize("reader", ["mei", "officer"])
def test_no_file_that_goes_out_is_active(reader: str, room: Poisoned, record_property: Any) -> None:
    client, files, met = Client(), 0, set()
    enter(client, room.world.users[reader])
    for key in ("main", "concluded"):
        for what in WHATS.values():
            for extension in what.formats:
                if key == "concluded" and extension == "pdf":
                    continue
                where = f"{key} {what.key}.{extension}"
                answer = client.get(f"{_url('export_file', f'cp-{key}', what.key, extension)}?text=both")
                assert answer.status_code == 200, where
                assert re.fullmatch(
                    r"attachment; filename=\"?[\w.-]+\"?(; filename\*=utf-8''[\w.%-]+)?", answer["Content-Disposition"]
                ), answer["Content-Disposition"]
                met |= _check_file(extension, answer.content, where)
                files += 1
    assert len(met) > 300
    record_property("figure", f"XSS, files of {reader}: {files} taken apart, {len(met)} payloads in them, 0 active")


def test_the_feed_is_well_formed_and_links_to_the_portal(room: Poisoned) -> None:
    with room.acting("mei") as mei:
        assert mei.user is not None
        for language in ("en", "zh-hant", "zh-hans"):
            content = feeds.write(mei, room.papers["main"], language)
            root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
            for link in root.iter("{http://www.w3.org/2005/Atom}link"):
                assert link.get("href", "").startswith(settings.BASE_URL)
            for one in root.iter():
                assert one.get("type") in {None, "text", "html", "application/atom+xml"}
            assert MARK.search(content.decode())


def test_files_are_given_out_under_harmless_headers(room: Poisoned) -> None:
    """An attachment's name goes into a header: one line, one disposition, never shown in the page."""
    client, asked = Client(), 0
    enter(client, room.world.mei)
    with room.acting("mei") as mei:
        rows = list(Attachment.objects.filter(comment__in=Comment.objects.visible_to(mei)).select_related("comment"))
    for row in rows[::6]:
        answer = client.get(_url("attachment", "cp-main", row.comment_id, row.pk))
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment;")
        assert not re.search(r"[\r\n]", answer["Content-Disposition"])
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "x-injected" not in {name.lower() for name in answer.headers}
        asked += 1
    assert asked > 20


def test_every_page_of_the_room_is_on_the_walk(room: Poisoned) -> None:
    """By the addresses themselves: a new page that the walk leaves out is named here."""
    walked = {resolve(page.partition("?")[0]).view_name for reader in READERS for page in walk_of(room, reader)}
    pages = {name for name in every_view() if name.startswith("consultations:")} - ELSEWHERE.keys()
    missing = sorted(pages - walked - SHOWS_NOTHING.keys())
    assert not missing, "\n".join(missing)
