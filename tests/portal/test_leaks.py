"""Nobody meets a word that was written for others, on any page, in any header, notice or mail.

tests/portal/secrets.py gives each restricted text a word of its own and says by hand who may meet it. Here every
role opens everything there is an address for, also what is forbidden, and each answer is searched for the words of
others. And the other way round: each role must have met its own, so that the search is known to see.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib import admin
from django.core import mail
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import resolve, reverse

from accounts.models import Session
from audit.models import Entry
from consultations.models import Comment
from members.audience import Restricted
from members.models import MirrorPage, Opening
from members.viewer import acting_as
from notifications.delivery import deliver_due
from notifications.models import Delivery, Event, Notice
from notifications.workflow import queue_digests
from portal.common import clock
from tests.portal.access import ADDRESSES
from tests.portal.secrets import CLOSED, EVERYBODY, MEMBERS, REGULATOR, WORD, Secrets
from tests.portal.test_access_matrix import address_of, be_known, cases
from tests.whole import WHOLE, share
from tests.world import enter

AUDIENCES = ("public", "group", "regulator", "shared", "organisation")
# One file of each kind that can be read as text; tests/consultations/exports reads the others.
FILES = (("paper", "md"), ("paper-with-comments", "json"), ("comments", "json"))
ROLES = ("public", "password only", "mei", "rosa", "kalok", "nina", "fan", "officer", "secretary")


def client_of(secrets: Secrets, role: str) -> Client:
    client = Client(raise_request_exception=True)
    if role == "password only":
        enter(client, secrets.world.mei, second=False)
    elif role != "public":
        enter(client, secrets.world.users[role])
    if role not in CLOSED:  # theirs is ended by the first page
        be_known(client)
    return client


def words_in(response: HttpResponseBase) -> set[str]:
    """The words in the body and in every header of an answer."""
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return set(WORD.findall(body.decode("utf-8", "replace") + repr(list(response.items()))))


def addresses(secrets: Secrets) -> Iterator[str]:
    """Everything that can be opened by a GET, for every object there is, hidden or not."""
    for name in (
        "home", "help", "accessibility", "privacy", "initiatives:roadmap", "consultations:list", "meetings:list",
        "meetings:actions", "documents:list", "members:directory", "notifications:inbox", "notifications:settings",
        "oversight:overrides", "oversight:openings", "oversight:opening_file",
        "accounts:profile", "mfa_index", "usersessions_list", "account_email",
    ):  # fmt: skip
        yield reverse(name)
    for view in ("timeline", "table", "milestones"):
        yield f"{reverse('initiatives:roadmap')}?view={view}"
    for number in (1, 2, 99):
        yield reverse("initiatives:initiative", args=[number])
    yield f"{reverse('meetings:actions')}?all=1"
    for query in ("", "?firm=harbour", "?firm=banyan", "?firm=kite&months=12", "?room=meetings&months=1"):
        yield f"{reverse('consultations:calendar')}{query}"
    yield reverse("consultations:calendar_days")
    yield f"{reverse('consultations:calendar_check')}?deadline={clock.today():%Y-%m-%d}"
    yield f"{reverse('notifications:inbox')}?show=unread"
    for state in ("open", "planned", "past", "draft"):
        yield f"{reverse('consultations:list')}?state={state}"
    yield from _of_papers(secrets)
    yield from _of_conclusions(secrets)
    for override in secrets.overrides.values():
        yield from (reverse(f"oversight:{name}", args=[override.pk]) for name in ("decide", "end"))
    for meeting, _readers in secrets.meetings.values():
        yield reverse("meetings:meeting", args=[meeting.key])
    for document, _readers in secrets.documents.values():
        yield reverse("documents:document", args=[document.pk])
        for number in (1, 2, 3):
            yield reverse("documents:download", args=[document.pk, number])


def _of_papers(secrets: Secrets) -> Iterator[str]:
    for paper in secrets.papers.values():
        page = paper.get_absolute_url()
        yield page
        if paper.working_group_id or paper.key == "cp-group":
            yield from (f"{page}?audience={audience}" for audience in AUDIENCES)
        yield f"{page}?compose=p1&thread=p1&text=both"
        yield f"{reverse('consultations:thread', args=[paper.key, 'p1'])}?compose=1"
        yield f"{reverse('consultations:news', args=[paper.key])}?stamp=1"
        yield reverse("consultations:export", args=[paper.key])
        yield from (reverse("consultations:export_file", args=[paper.key, *file]) for file in FILES)
    for comment, _readers in secrets.comments.values():
        key = comment.consultation.key
        for name in ("comment_history", "edit", "withdraw", "readers", "give_back", "hold"):
            yield reverse(f"consultations:{name}", args=[key, comment.pk])
        yield f"{reverse('consultations:thread', args=[key, 'p1'])}?reply={comment.pk}"
    for file, _readers in secrets.files.values():
        yield reverse("consultations:attachment", args=["cp-group", file.comment_id, file.pk])
    for show in ("unanswered", "mine", "firm"):
        yield f"{reverse('consultations:consultation', args=['cp-group'])}?show={show}&question=1"
    yield from _of_clarifications(secrets)
    for name in ("drafts", "waiting", "shortcuts", "moderation"):
        yield reverse(f"consultations:{name}")


def _of_conclusions(secrets: Secrets) -> Iterator[str]:
    """Of the paper whose conclusions are still written."""
    key = secrets.closed.key
    yield secrets.closed.get_absolute_url()
    yield from (reverse("consultations:export_file", args=[key, *file]) for file in FILES)
    for name in ("manage", "conclusions", "conclusions_head", "add_outcome", "publish_conclusions"):
        yield reverse(f"consultations:{name}", args=[key])
    for name in ("outcome", "remove_outcome"):
        yield reverse(f"consultations:{name}", args=[key, secrets.outcome.pk])


def _of_clarifications(secrets: Secrets) -> Iterator[str]:
    for paper in secrets.papers.values():
        for name in ("clarifications", "ask_clarification", "write_clarification"):
            yield reverse(f"consultations:{name}", args=[paper.key])
    for row in secrets.clarifications.values():
        for name in ("clarification", "change_clarification"):
            yield reverse(f"consultations:{name}", args=["cp-group", row.pk])
        yield reverse("consultations:clarification_history", args=["cp-group", row.number])
    for request, _readers in secrets.requests.values():
        yield reverse("consultations:decline_clarification", args=["cp-group", request.pk])


def posts(secrets: Secrets) -> Iterator[tuple[str, dict[str, str]]]:
    """What changes something, aimed at every comment, notice and meeting; nothing of it is kept."""
    for comment, _readers in secrets.comments.values():
        key = comment.consultation.key
        for name in ("official", "resolve", "withdraw", "pin", "let_out", "give_back", "readers", "hold", "decide"):
            sent = {"reason": "no", "audience": "shared", "decision": "return", "version": "1"}
            yield reverse(f"consultations:{name}", args=[key, comment.pk]), sent
        yield reverse("consultations:save_draft", args=[key]), {"parent": str(comment.pk), "body": "x"}
        yield reverse("consultations:save_draft", args=[key]), {"edits": str(comment.pk), "body": "x"}
        answer = {"parent": str(comment.pk), "body": "", "audience": "group"}
        yield reverse("consultations:post", args=[key]), {**answer, "quote": "1"}
        yield reverse("consultations:post", args=[key]), {"parent": str(comment.pk), "body": "x", "audience": "group"}
    for pk in Notice.objects.values_list("pk", flat=True)[:40]:
        yield reverse("notifications:open", args=[pk]), {}
    for meeting, _readers in secrets.meetings.values():
        yield reverse("meetings:reply", args=[meeting.key]), {"answer": "in_person"}


def admin_addresses(secrets: Secrets) -> Iterator[str]:
    """The admin site: its lists, sorted and searched, and the page and history of every row that there is."""
    yield reverse("admin:index")
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"admin:{name}_changelist")
        yield f"{reverse(f'admin:{name}_changelist')}?q=qz"
        yield reverse(f"admin:{name}_add")
        for number, pk in enumerate(_everything(secrets, model)):
            yield reverse(f"admin:{name}_change", args=[pk])
            if number < 3:
                yield reverse(f"admin:{name}_history", args=[pk])


def _everything(secrets: Secrets, model: Any) -> set[Any]:
    """The rows that somebody or other can read: all of them where readers differ, else three."""
    found: set[Any] = set()
    for name in ("officer", "mei", "kalok", "nina", "secretary") if issubclass(model, Restricted) else ("secretary",):
        with acting_as(secrets.viewer(name)):
            rows = model._base_manager.order_by().values_list("pk", flat=True)
            found |= set(rows if issubclass(model, Restricted) else rows[:3])
    return found


def foreign(secrets: Secrets, role: str, found: set[str]) -> set[str]:
    return {word for word in found if role not in secrets.readers[word]}


def unrecorded(secrets: Secrets, role: str, found: set[str]) -> set[str]:
    """Of the words on a page that a firm shares with the regulator, those whose row is in no line of the log that this
    page has written; nothing for who is not of the regulator."""
    shared = found & secrets.shared_words.keys() if role in REGULATOR else set()
    if not shared:
        return set()
    named = {pk for row in Opening.objects.all() for pk in row.objects_opened}
    return {word for word in shared if not secrets.shared_words[word] & named}


def part_of(everything: list[tuple[str, dict[str, str]]], of: int, role: str) -> list[tuple[str, dict[str, str]]]:
    """One in `of`, and of each page that is not among them the first: no page is left out for any role."""
    if WHOLE:
        return everything
    chosen = share(everything, of, role)
    met = {resolve(urlsplit(address).path).view_name for address, _headers in chosen}
    first: dict[str, tuple[str, dict[str, str]]] = {}
    for one in everything:
        first.setdefault(resolve(urlsplit(one[0]).path).view_name, one)
    return chosen + [one for name, one in first.items() if name not in met]


@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_a_word_of_others(secrets: Secrets, role: str, count_cells: Any) -> None:
    client, seen, asked = client_of(secrets, role), set(), 0
    everything: list[tuple[str, dict[str, str]]] = [(address, {}) for address in addresses(secrets)]
    if role in {"kalok", "officer", "public"}:
        everything += [(a, {"HX-Request": "true"}) for a in addresses(secrets) if "compose=" in a or "roadmap" in a]
    if role in REGULATOR:
        everything += [(address, {}) for address in admin_addresses(secrets)]
    # The rival and the public in full; the others in part, the officer in the largest (tests/whole.py).
    in_full = WHOLE or role in {"public", "kalok"}
    leaks: dict[str, set[str]] = {}
    silent: dict[str, set[str]] = {}
    for address, headers in everything if in_full else part_of(everything, 6 if role == "officer" else 14, role):
        # One by one: a page that notes its reader (downloads, openings) leaves nothing behind.
        with transaction.atomic():
            response = client.get(address, headers=headers)
            found = words_in(response)
            if missing := unrecorded(secrets, role, found):
                silent[address] = missing
            transaction.set_rollback(True)
        assert response.status_code < 500, address
        asked += 1
        seen |= found
        if wrong := foreign(secrets, role, found):
            leaks[address] = wrong
    assert not leaks, leaks
    assert not silent, f"opened and not recorded (members.openings): {silent}"
    unseen = {word for word, who in secrets.shown.items() if role in who} - seen if in_full else set()
    assert not unseen, f"{role} should have met these somewhere: the crawl does not look everywhere"
    count_cells("leaks: pages", asked * len(secrets.readers))


@pytest.mark.parametrize("role", ["public", "mei", "kalok", "fan", "officer"])
def test_no_answer_to_a_form_shows_a_word_of_others(secrets: Secrets, role: str, count_cells: Any) -> None:
    client, asked = client_of(secrets, role), 0
    # The rival sends every fourth in an everyday run, the others every tenth: each verb and each sort of comment.
    for address, data in share(posts(secrets), 4 if role == "kalok" else 10, role):
        for headers in ({}, {"HX-Request": "true"}) if "parent" in data else ({},):
            kept = {name: morsel.value for name, morsel in client.cookies.items()}
            with transaction.atomic():
                response = client.post(address, data, headers=headers)
                wrong = foreign(secrets, role, words_in(response))
                transaction.set_rollback(True)
            client.cookies = SimpleCookie(kept)
            asked += 1
            assert response.status_code < 500, address
            assert not wrong, (address, data, wrong)
    count_cells("leaks: forms", asked * len(secrets.readers))


@pytest.mark.parametrize("role", sorted(CLOSED))
def test_a_closed_access_shows_no_word_at_all(secrets: Secrets, role: str) -> None:
    """Signed in still, with a membership that has ended or a licence that is suspended: public words at most."""
    for address in [*addresses(secrets)][::7]:
        client = client_of(secrets, role)
        response = client.get(address)
        assert response.status_code == 403, address
        assert not words_in(response), address
        # The same browser afterwards is the public's.
        assert not foreign(secrets, "public", words_in(client.get(address))), address


def test_no_mail_and_no_digest_carries_a_word_of_others(secrets: Secrets, count_cells: Any) -> None:
    roles = {user.email: name for name, user in secrets.world.users.items()}
    with transaction.atomic():
        mail.outbox.clear()
        mails = deliver_due()
        digests = queue_digests()
        assert deliver_due() > 0
        sent = list(mail.outbox)
        transaction.set_rollback(True)
    assert mails > 20
    assert digests > 3
    met: dict[str, set[str]] = defaultdict(set)
    for message in sent:
        raw = message.message().as_bytes() + message.body.encode() + str(message.alternatives).encode()
        found = set(WORD.findall(raw.decode("utf-8", "replace")))
        for to in message.recipients():
            role = next(name for email, name in roles.items() if email in to)
            met[role] |= found
            assert not foreign(secrets, role, found), (role, message.subject, found)
            # A mail names its subject and never quotes what was said about it.
            quoted = {word for word in found if re.match(r"qz(mei|kalok|nina|rosa|officer)", word)}
            assert not quoted, (role, message.subject, quoted)
    assert {"mei", "kalok", "officer"} <= met.keys()
    assert met["mei"], "mails name papers and meetings: the search should have found some"
    count_cells("leaks: mails", len(sent) * len(secrets.readers))


def test_what_waits_in_the_outbox_carries_no_word_of_others(secrets: Secrets) -> None:
    """The outbox is read by workers for all users, so by rule it holds nothing that was said."""
    names = {user.pk: name for name, user in secrets.world.users.items()}
    assert Event.objects.exists()
    for notice in Notice.objects.select_related("event"):
        found = set(WORD.findall(repr((notice.event.params, notice.event.url, notice.reason))))
        role = names[notice.user_id]
        assert not {word for word in found if role not in secrets.readers[word]}, (role, notice.event)
    for event in Event.objects.all():
        assert not re.search(r"qz(mei|kalok|nina|rosa|officer|answer|draft|general|attributed)", repr(event.params))
    assert not any(WORD.search(repr(vars(delivery))) for delivery in Delivery.objects.all())


def test_the_audit_trail_names_drafts_to_the_regulator_alone(secrets: Secrets) -> None:
    """An entry keeps the name of what was done to; before a release that is a word for the regulator."""
    for role in ("mei", "kalok", "fan", None):
        with acting_as(secrets.viewer(role)):
            rows = list(Entry.objects.values_list("object_label", "detail"))
        found = set(WORD.findall(repr(rows)))
        assert not foreign(secrets, role or "public", found), role
    with acting_as(secrets.viewer("secretary")):
        assert WORD.search(repr(list(Entry.objects.values_list("object_label", flat=True))))


@pytest.mark.parametrize("role", ["public", "mei", "rosa", "kalok", "nina", "fan", "officer", "secretary"])
def test_without_any_filter_the_database_gives_no_word_of_others(secrets: Secrets, role: str, count_cells: Any) -> None:
    """Every column of every protected table, read by `.all()`: with row security alone, what leaks?"""
    from members.row_security import protected_models

    viewer = secrets.viewer(None if role == "public" else role)
    leaks: dict[str, set[str]] = {}
    for model in protected_models():
        with acting_as(viewer):
            rows = list(model._base_manager.order_by().values_list())
        found = set(WORD.findall(repr(rows)))
        if wrong := foreign(secrets, role, found):
            leaks[model._meta.label] = wrong
    assert not _explained(secrets, role, leaks), leaks
    count_cells("leaks: tables", len(protected_models()) * len(secrets.readers))


def _explained(secrets: Secrets, role: str, leaks: dict[str, set[str]]) -> dict[str, set[str]]:
    """Without what only the program's own rule keeps: row security knows rows as they stand, and no more.

    - the earlier texts of a withdrawn comment, for its former readers (`consultations.policies.can_see_history`);
    - the earlier texts of an answer, once its response is submitted: for the regulator (no page shows them);
    - the words of a public document: the shelf is for members, though the file is for all.
    """
    rest: dict[str, set[str]] = {}
    for table, found in leaks.items():
        for word in found:
            withdrawn = table == "consultations.CommentEvent" and any(
                word.startswith(f"qzmei{audience}group") for audience in ("group", "shared")
            )
            drafts = table == "consultations.AnswerEvent" and role in REGULATOR and word.startswith("qzdraftbanyan")
            shelf = role in EVERYBODY - MEMBERS and re.match(r"qz(document|file|content|note)public", word)
            if not (withdrawn or drafts or shelf):
                rest.setdefault(table, set()).add(word)
    return rest


def test_every_comment_of_the_world_is_somewhere(secrets: Secrets) -> None:
    assert Comment.objects.using("default").count() == 0, "without a viewer there is nothing to read"
    assert len(secrets.comments) > 35
    assert len(secrets.readers) > 150


# --- through a firm's eyes (members.mirroring) ------------------------------------------------------------------------

# The record of the view itself, of what the officer opened of a firm's, and of what was refused.
OWN_RECORD = {one._meta.db_table for one in (MirrorPage, Opening, Session, Entry)}
LEAVING = {"members:stop_view_as", "account_logout"}


@pytest.fixture
def mirrored(secrets: Secrets) -> Iterator[Client]:
    """The secretariat as Harbour's principal; nothing of it is kept."""
    with transaction.atomic():
        client = secrets.world.client("secretary")
        address = reverse("members:view_as", args=["harbour"])
        assert client.post(address, {"role": "principal", "reason": "A walk"}).status_code == 302
        yield client
        transaction.set_rollback(True)


def written() -> dict[str, tuple[int, int, int]]:
    """Rows inserted, changed and removed by this session in each table, those of open transactions included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables")
        return {name: (ins, upd, rem) for name, ins, upd, rem in cursor.fetchall()}


def for_mirror(secrets: Secrets, word: str) -> bool:
    """What everybody in the group may meet, and what the firm shared with the regulator: both sides read it anyway."""
    readers = secrets.readers[word]
    return {"mei", "rosa", "poon", "secretary"} <= readers


def test_a_walk_over_every_page_writes_nothing_and_meets_no_word_of_the_firms_own(
    secrets: Secrets, mirrored: Client, record_property: Any
) -> None:
    every = list(addresses(secrets)) if WHOLE else share(addresses(secrets), 8, "mirror")
    before = written()
    shown, met, leaks = 0, set(), {}
    for address in [*every, *share(admin_addresses(secrets), 120, "mirror")]:
        response = mirrored.get(address)
        assert response.status_code < 500, address
        tried = getattr(response.wsgi_request, "has_tried_to_write", False)  # type: ignore[attr-defined]
        assert not tried, f"{address} writes on reading: it should be shown, and note nothing"
        assert not (response.status_code == 200 and address.startswith("/admin/")), address
        met |= (found := words_in(response))
        if wrong := {word for word in found if not for_mirror(secrets, word)}:
            leaks[address] = wrong
        shown += response.status_code == 200
    changed = {name for name, figures in written().items() if figures != before.get(name, (0, 0, 0))}
    assert not changed - OWN_RECORD, changed
    assert not leaks, leaks
    assert shown > 10, "the firm's pages are shown, not refused"
    assert met, "a walk that meets no word at all proves nothing"
    with acting_as(secrets.viewer("mei")):
        # What a page asks by itself (news of a thread) is nothing that somebody opened.
        assert 10 < MirrorPage.objects.count() <= shown
    record_property("figure", f"view as: {shown} pages shown, 0 rows written, 0 words of others")


def test_nothing_that_changes_something_is_reached(secrets: Secrets, mirrored: Client, record_property: Any) -> None:
    """Every address with every unsafe method, for the first object of its kind; then every form with its fields."""
    chosen = [(n, a) for n, a in share(ADDRESSES.items(), 6, "mirror") if n not in LEAVING]
    targets = [address_of(name, cases(secrets, name, address)[0]) for name, address in chosen]
    forms = [*share(posts(secrets), 16, "mirror")]
    before, asked = written(), 0
    for target in targets:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert mirrored.generic(method, target).status_code == 403, (target, method)
            asked += 1
    for target, data in forms:
        assert mirrored.post(target, data).status_code == 403, target
        asked += 1
    changed = {name for name, figures in written().items() if figures != before.get(name, (0, 0, 0))}
    assert changed <= {Entry._meta.db_table}, "that it was refused is recorded, and nothing else is written"
    record_property("figure", f"view as: {asked} unsafe requests, 0 reached")


class Offers(HTMLParser):
    """The links of a page, and the buttons of forms that send something, by where they send it."""

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.sent: list[str] = []
        self._form: dict[str, Any] = {}

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        if tag == "form":
            self._form = given
        elif tag == "a" and given.get("href", "").startswith(("/", "?")):
            self.links.add(given["href"])
        elif (
            tag in {"button", "input", "textarea", "select"}
            and "disabled" not in given
            and given.get("type") != "hidden"
            and self._form.get("method", "").lower() == "post"
        ):
            self.sent.append(self._form.get("action", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = {}


def test_no_link_of_the_view_ends_in_a_refusal_and_no_button_sends_anything(
    secrets: Secrets, mirrored: Client, record_property: Any
) -> None:
    """From the home page on, whatever is offered (members.closing)."""
    seen, waiting, refused, sent = {"/"}, ["/"], {}, {}
    while waiting:
        address = waiting.pop()
        answer = mirrored.get(address)
        if answer.status_code >= 400:
            refused[address] = answer.status_code
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        offers = Offers()
        offers.feed(answer.content.decode())
        if wrong := set(offers.sent) - {reverse(name) for name in LEAVING}:
            sent[address] = wrong
        for link in sorted(offers.links):
            whole = urljoin(address, link).partition("#")[0]
            if whole not in seen and len(seen) < (400 if WHOLE else 90):
                seen.add(whole)
                waiting.append(whole)
    assert (refused, sent) == ({}, {})
    assert any("/consultations/cp-" in one for one in seen), seen
    record_property("figure", f"view as: {len(seen)} links followed, 0 refused, 0 forms offered")


def test_the_measure_sees_a_write(secrets: Secrets) -> None:
    """What the walk counts by is known to count."""
    with transaction.atomic():
        before = written()
        with acting_as(secrets.viewer("secretary")):
            secrets.world.secretary.__class__.objects.filter(pk=secrets.world.secretary.pk).update(name_zh_hans="x")
        assert written() != before
        transaction.set_rollback(True)
