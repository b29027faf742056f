"""Every address x method x role x object: each answer compared with the table in access.py.

One test for each role, so that two workers share the work. Each request stands in a savepoint that is undone, with
the cookies that it began with: no cell depends on another. `cells compared` is printed at the end of the run.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID

import pytest
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.encryption import encrypt
from consultations.models import OpeningRequest
from members.models import Delegation, IdentityProvider, MembershipOffer
from members.viewer import acting_as
from members.workflow import invite
from notifications.emails import DIGEST, unsubscribe_token
from notifications.feeds import digest
from notifications.models import Event, FeedToken, Notice
from portal.common import clock
from tests.portal import access
from tests.portal.access import (
    ADDRESSES,
    ADMIN_MODELS,
    AGENCY,
    ANONYMOUS,
    CLOSED,
    EVERYBODY,
    METHODS,
    OWN_FIRM,
    PASSWORD_ONLY,
    RIVAL,
    ROLES,
    STAFF,
    Address,
)
from tests.portal.secrets import MEMBERS, REGULATOR, Secrets
from tests.whole import WHOLE, deal, share
from tests.world import enter

# The admin site answers every method alike: of its models one role of each sort asks these with all five.
WITH_EVERY_METHOD = frozenset({ANONYMOUS, PASSWORD_ONLY, "mei", "officer"})
WITH_EVERY_METHOD_PAGES = ("admin:consultations_comment_", "admin:members_membership_")
ABSENT = UUID("00000000-0000-4000-8000-000000000000")
TOKEN = re.compile(
    rb'csrfmiddlewaretoken" value="[^"]*"|csrf[a-z-]*"?: ?"[^"]*"|nonce="[^"]*"|nonce-[\w+/=-]+|X-CSRFToken[^}]*'
)


# --- which addresses there are -----------------------------------------------------------------------------------


def walk(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Every view of the resolver by its full name. The admin's nameless ones: its redirect, and its catch-all."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from walk(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif entry.name:
            yield ":".join([*spaces, entry.name]), entry
        elif spaces == ("admin",):
            if "url" in entry.pattern.regex.groupindex:
                yield "admin:catch_all", entry
            # The other is `<path:object_id>/`, which sends on to the change page (classified with it).
        else:
            yield f"nameless {entry.pattern}", entry


ALL = dict(walk(get_resolver()))


def admin_page(name: str) -> tuple[str, str] | None:
    """("members.membership", "change") for admin:members_membership_change."""
    for label in ADMIN_MODELS:
        for page in ("changelist", "add", "history", "delete", "change"):
            if name == f"admin:{label.replace('.', '_')}_{page}":
                return label, page
    return None


def class_of(name: str) -> Address | None:
    page = admin_page(name)
    return access.of_admin(*page) if page else ADDRESSES.get(name)


def test_every_address_is_classified() -> None:
    missing = sorted(name for name in ALL if class_of(name) is None)
    assert not missing, f"enter these in tests/portal/access.py: {missing}"


def test_no_entry_is_stale() -> None:
    assert not sorted(set(ADDRESSES) - set(ALL))
    registered = {model._meta.label_lower for model in admin.site._registry}
    assert set(ADMIN_MODELS) == registered


# --- which objects -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """One object behind an address: who reads it (None: it does not exist), and who else is let do it."""

    name: str
    arguments: tuple[Any, ...]
    readers: frozenset[str]
    may: frozenset[str] | None = None
    reached: frozenset[int] | None = None


HARBOUR, CUSTODY = frozenset({"mei", "rosa", "poon"}), frozenset({"officer", "mei", "kalok"})
READERS_OF_PAPERS = {
    "public": EVERYBODY, "group": MEMBERS, "custody": CUSTODY, "embargoed": REGULATOR, "concluded": EVERYBODY,
}  # fmt: skip
# One of each audience and owner, of each state, and on papers of each readership.
COMMENTS = (
    "mei group on group", "mei organisation on group", "mei shared on group", "kalok organisation on group",
    "kalok shared on group", "kalok group on custody", "officer regulator on group", "officer group on group",
    "answer to kalok", "mei organisation on custody", "withdrawn group", "held",
)  # fmt: skip
PLATFORMS_AND_STAFF = MEMBERS - {"fan"}
OFFICE = frozenset({"secretary", "chair"})


def comment_rights(secrets: Secrets, page: str) -> Iterator[Case]:
    for name in COMMENTS:
        comment, readers = secrets.comments[name]
        withdrawn, author = name.startswith("withdrawn"), comment.author.email.split("@")[0]
        readers = MEMBERS if name == "withdrawn group" and page != "comment_history" else readers
        asked_by = "kalok" if name == "answer to kalok" else author
        firm = {"mei": HARBOUR, "kalok": frozenset({"kalok"})}.get(asked_by, frozenset())
        may = {
            "comment_history": readers,
            "edit": frozenset() if withdrawn else frozenset({author}),
            "withdraw": frozenset()
            if withdrawn
            else frozenset({author})
            | (frozenset({"poon"}) if author == "mei" and "organisation" not in name else frozenset())
            | (OFFICE if "organisation" not in name else frozenset()),
            "official": REGULATOR if name in {"officer group on group", "answer to kalok"} else frozenset(),
            "resolve": frozenset() if withdrawn else firm | REGULATOR,
            # The author; their firm's coordinator what left the firm; the secretariat what other firms can read.
            "readers": frozenset()
            if withdrawn or name == "held"
            else frozenset({author})
            | (frozenset({"poon"}) if author == "mei" and "organisation" not in name else frozenset())
            | (OFFICE if " group on " in name else frozenset()),
            # Whether it waits is asked afterwards.
            "let_out": frozenset({"poon"}) if author == "mei" and not withdrawn else frozenset(),
            "give_back": frozenset({"poon"}) if author == "mei" and not withdrawn else frozenset(),
            # In a working group, where the office has no seat, its own officers.
            **dict.fromkeys(
                ("hold", "decide"),
                frozenset() if withdrawn else frozenset({"officer"}) if name.endswith("custody") else OFFICE,
            ),
            "pin": frozenset({"officer", *OFFICE}) if not withdrawn and name != "answer to kalok" else frozenset(),
        }[page]
        yield Case(name, (comment.consultation.key, comment.pk), readers, may & readers)
    yield Case("absent", ("cp-group", ABSENT), frozenset())
    yield Case("on another paper", ("cp-public", secrets.comments["mei group on group"][0].pk), frozenset())


def cases(secrets: Secrets, name: str, address: Address) -> list[Case]:
    """Every kind of object for this address, the absent one last."""
    page = name.rsplit(":", 1)[-1]
    found: list[Case]
    match address.kind:
        case "":
            found = [Case("", arguments_of(name), frozenset(ROLES))]
        case "initiative":
            found = [Case("first", (1,), EVERYBODY), Case("absent", (999,), frozenset())]
        case "paper":
            extra = ("p1",) if page in {"thread", "amend", "part_history"} else ()
            found = [Case(key, (f"cp-{key}", *extra), who) for key, who in READERS_OF_PAPERS.items()]
            found.append(Case("absent", ("cp-absent", *extra), frozenset()))
        case "conclusions":
            open_ones = {"group": MEMBERS, "embargoed": REGULATOR}
            found = [Case("closed", ("cp-closed",), MEMBERS)]
            found += [Case(key, (f"cp-{key}",), who, reached=frozenset({302})) for key, who in open_ones.items()]
            found.append(Case("absent", ("cp-absent",), frozenset()))
        case "outcome":
            found = [Case("of closed", ("cp-closed", secrets.outcome.pk), MEMBERS)]
            found.append(Case("absent", ("cp-absent", 1), frozenset()))
        case "draft":
            found = list(draft_cases(secrets, page))
        case "export":
            file = ("paper-with-comments", "json")
            found = [Case(key, (f"cp-{key}", *file), who) for key, who in READERS_OF_PAPERS.items()]
            found.append(Case("absent format", ("cp-public", "paper", "exe"), frozenset()))
            found.append(Case("absent", ("cp-absent", *file), frozenset()))
        case "feed":
            # Whoever holds the key of a person reads as that person, signed in or not.
            key = feed_key(secrets)
            found = [
                Case(paper, (f"cp-{paper}", key), EVERYBODY if "mei" in who else frozenset())
                for paper, who in READERS_OF_PAPERS.items()
            ]
            found.append(Case("absent", ("cp-group", "forged"), frozenset()))
        case "feed key":
            feed_key(secrets)
            row = FeedToken.objects.get(user=secrets.world.mei)
            found = [Case("of mei", (row.pk,), frozenset({"mei"})), Case("absent", (0,), frozenset())]
        case "comment":
            found = list(comment_rights(secrets, page))
        case "opening":
            with acting_as(secrets.viewer("officer")):
                asked = OpeningRequest.objects.get(consultation__key="cp-group")
            # Who asked cannot approve.
            may = frozenset({"secretary", "chair"}) if page == "approve_opening" else None
            found = [Case("of group", ("cp-group", asked.pk), REGULATOR, may)]
            found.append(Case("absent", ("cp-group", ABSENT), frozenset()))
        case "extension request":
            assert secrets.extension_request is not None
            found = [Case("of harbour", ("cp-group", secrets.extension_request.pk), REGULATOR)]
            found.append(Case("absent", ("cp-group", ABSENT), frozenset()))
        case "answer":
            firms = {"mei": HARBOUR, "kalok": frozenset({"kalok"})}
            found = [Case(f"of {who}", ("cp-group", secrets.answers[who].pk), firm) for who, firm in firms.items()]
            found.append(Case("absent", ("cp-group", ABSENT), frozenset()))
        case "own draft":
            found = [Case(f"of {who}", ("cp-group", row.pk), frozenset({who})) for who, row in secrets.drafts.items()]
            found.append(Case("absent", ("cp-group", ABSENT), frozenset()))
        case "clarification":
            found = [Case(key, ("cp-group", row.pk), REGULATOR) for key, row in secrets.clarifications.items()]
            found.append(Case("absent", ("cp-group", 0), frozenset()))
        case "clarification number":
            out, draft = secrets.clarifications["released"], secrets.clarifications["draft"]
            found = [
                Case("released", ("cp-group", out.number), MEMBERS),
                Case("draft", ("cp-group", draft.number), frozenset()),
                Case("absent", ("cp-group", 99), frozenset()),
            ]
        case "clarification request":
            found = [
                Case(
                    f"of {who}",
                    ("cp-group", row.pk),
                    readers,
                    may=frozenset({who}) if page.startswith("take") else None,
                )
                for who, (row, readers) in secrets.requests.items()
            ]
            found.append(Case("absent", ("cp-group", ABSENT), frozenset()))
        case "comment draft":
            found = [Case(f"of {who}", (row.pk,), frozenset({who})) for who, row in secrets.drafts.items()]
            found.append(Case("absent", (ABSENT,), frozenset()))
        case "attachment":
            found = [
                Case(f"of {who}", ("cp-group", row.comment_id, row.pk), readers)
                for who, (row, readers) in secrets.files.items()
            ]
            found.append(Case("absent", ("cp-group", secrets.comments["file of mei"][0].pk, ABSENT), frozenset()))
        case "meeting":
            found = [Case(key, (row.key,), who) for key, (row, who) in secrets.meetings.items()]
            found.append(Case("absent", ("m-absent",), frozenset()))
            if page == "reply":
                # Without a seat there is nothing to answer; Mei's is noted for two of them.
                seated = {"group", "custody"}
                found = [Case(c.name, c.arguments, frozenset({"mei"} if c.name in seated else ())) for c in found]
        case "document":
            number = (1,) if page == "download" else ()
            found = [Case(key, (row.pk, *number), who) for key, (row, who) in secrets.documents.items()]
            if number:
                found.append(Case("absent version", (secrets.documents["group"][0].pk, 9), frozenset()))
            found.append(Case("absent", (ABSENT, *number), frozenset()))
        case "notice":
            rows = {n.user.email.split("@")[0]: n for n in Notice.objects.select_related("user").order_by("pk")}
            found = [Case(f"of {who}", (rows[who].pk,), frozenset({who})) for who in ("mei", "kalok", "officer")]
            found.append(Case("absent", (0,), frozenset()))
        case "token":
            good = unsubscribe_token(secrets.world.mei.pk, DIGEST)
            found = [Case("valid", (good,), EVERYBODY), Case("absent", ("forged",), frozenset())]
        case "invitation":
            found = [Case("open", (invitation_token(secrets),), EVERYBODY), Case("absent", ("forged",), frozenset())]
        case "day change" | "window" as kind:
            found = [Case("present", (secrets.calendar[kind].pk,), EVERYBODY), Case("absent", (0,), frozenset())]
        case "firm seat":
            seats = {who: secrets.world.users[who].memberships.get() for who in ("rosa", "kalok")}
            found = [
                Case("of the own firm", (seats["rosa"].pk,), frozenset({"poon"})),
                Case("of another firm", (seats["kalok"].pk,), frozenset()),
                Case("absent", (0,), frozenset()),
            ]
        case "membership":
            found = [
                Case("of a firm", (secrets.world.mei.memberships.get().pk,), OFFICE),
                Case("absent", (0,), frozenset()),
            ]
        case "delegation":
            world = secrets.world
            held = Delegation.objects.create(
                organisation=world.harbour,
                giver=world.mei,
                holder=world.rosa,
                role="principal",
                # Next month: it gives nobody a role while the table is walked.
                starts_on=clock.today() + timedelta(days=30),
                ends_on=clock.today() + timedelta(days=31),
                recorded_by=world.mei,
            )
            found = [
                Case("of the own firm", (held.pk,), frozenset({"mei", "rosa", "poon"})),
                Case("absent", (0,), frozenset()),
            ]
        case "firm invitation":
            invitation_token(secrets)
            offer = MembershipOffer.objects.get(organisation=secrets.world.harbour)
            found = [Case("open", (offer.pk,), frozenset({"poon"})), Case("absent", (0,), frozenset())]
        case "session":
            mine, _made = UserSession.objects.get_or_create(
                session_key="of mei elsewhere", defaults={"user": secrets.world.mei, "ip": "127.0.0.1"}
            )
            found = [Case("of mei", (mine.pk,), frozenset({"mei"})), Case("absent", (0,), frozenset())]
        case "identity provider":
            identity_provider(secrets)
            found = [Case("harbour", ("harbour",), EVERYBODY), Case("absent", ("nobody",), frozenset())]
        case "own identity provider":
            identity_provider(secrets)
            found = [Case("harbour's", (), HARBOUR)]
        case "platform":
            found = [Case("harbour", ("harbour",), frozenset(ROLES)), Case("absent", ("nobody",), frozenset())]
        case "override":
            found = [Case(key, (row.pk,), REGULATOR) for key, row in secrets.overrides.items()]
            found.append(Case("absent", (ABSENT,), frozenset()))
        case "key" | "mail":
            found = [Case("absent", (0,) if address.kind == "key" else ("none",), frozenset())]
        case "admin":
            found = list(admin_cases(secrets, name))
        case kind:  # pragma: no cover
            raise AssertionError(kind)
    return found


def draft_cases(secrets: Secrets, page: str) -> Iterator[Case]:
    """The draft, its parts and its import; and each as it would be of a paper that does not exist."""
    draft, row = secrets.papers["embargoed"], secrets.imports["embargoed"]
    with acting_as(secrets.viewer("officer")):
        paragraph, section = draft.paragraphs.get(), draft.sections.get()
        annex = draft.annexes.get()
    rest: tuple[Any, ...] = {
        "draft_markdown": ("en",),
        "draft_section": (section.pk,),
        "draft_annex": (annex.pk,),
        "draft_add": ("paragraph",),
        "draft_part": ("paragraph", paragraph.pk),
        "draft_move": ("paragraph", paragraph.pk),
        "draft_remove": ("paragraph", paragraph.pk),
        "import": (row.pk,),
        "import_block": (row.pk, row.blocks[0]["id"]),
        "import_commit": (row.pk,),
        "import_discard": (row.pk,),
        "import_file": (row.pk,),
    }.get(page, ())
    yield Case("embargoed", (draft.key, *rest), REGULATOR)
    yield Case("absent", ("cp-absent", *rest), frozenset())
    if page.startswith("import") and rest:
        yield Case("absent import", (draft.key, ABSENT, *rest[1:]), frozenset())


def arguments_of(name: str) -> tuple[Any, ...]:
    return {"admin:app_list": ("members",), "admin:view_on_site": (1, 1), "admin:catch_all": ("nothing/here",)}.get(
        name, ()
    )


def feed_key(secrets: Secrets) -> str:
    """A key of Mei's, the same at every call."""
    key = "k" * 43
    FeedToken.objects.get_or_create(user=secrets.world.mei, digest=digest(key))
    return key


def identity_provider(secrets: Secrets) -> None:
    """Harbour's, where nobody answers."""
    particulars = {"issuer": "http://127.0.0.1:9", "client_id": "portal", "client_secret": encrypt("x")}
    IdentityProvider.objects.get_or_create(
        organisation=secrets.world.harbour, defaults={**particulars, "domains": ["harbour.example"]}
    )


def invitation_token(secrets: Secrets) -> str:
    email = "new@harbour.example"
    if not Event.objects.filter(kind="members.invited").exists():
        with acting_as(secrets.viewer("secretary")):
            invite(secrets.world.harbour, email=email, role="contributor", actor=secrets.viewer("secretary"))
    return Event.objects.get(kind="members.invited").url.rstrip("/").rsplit("/", 1)[1]


def admin_cases(secrets: Secrets, name: str) -> Iterator[Case]:
    """A row that the staff see; one of a firm's own, which nobody sees there; and one that is not."""
    label = admin_page(name)[0]  # type: ignore[index]
    model: Any = next(m for m in admin.site._registry if m._meta.label_lower == label)
    with acting_as(secrets.viewer("secretary")):
        shown = model._base_manager.order_by("pk")
        if hasattr(model, "visible_q"):
            shown = shown.filter(working_group=None).exclude(audience="organisation")
        row = shown.first()
    if row is not None:
        yield Case("shown", (row.pk,), REGULATOR)
    if label in {"consultations.comment", "consultations.response"}:
        with acting_as(secrets.viewer("mei")):
            yield Case("of a firm", (model._base_manager.filter(audience="organisation").first().pk,), frozenset())
    yield Case("absent", (ABSENT if model._meta.pk.get_internal_type() == "UUIDField" else 0,), frozenset())


# --- what must happen --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expected:
    statuses: frozenset[int]
    where: str | tuple[str, ...] = ""  # a redirect leads to an address that begins so
    absent: bool = False  # the very answer of an object that does not exist


def expected(name: str, address: Address, case: Case, role: str, method: str) -> Expected:
    """From the table alone, in the order in which the portal's doors stand."""
    if role in CLOSED:
        return Expected(frozenset({403}))
    if address.sign_in and role == ANONYMOUS:
        return Expected(frozenset({302}), ("/accounts/login/", "/admin/login/"))
    if role == PASSWORD_ONLY and not address.without_second_factor:
        return Expected(frozenset({302}), "/accounts/2fa/totp/activate/")
    if method not in address.methods:
        return Expected(frozenset({405}))
    if role not in address.who:
        return refusal(address, case, role)
    if method == "POST" and address.writers is not None and role not in address.writers:
        if address.note != "admin" and address.kind and role not in case.readers:
            return Expected(frozenset({address.absent}), absent=True)
        # An update is never changed, though it can be added: Django then looks for the object first.
        return Expected(
            frozenset({403}) if role in case.readers else frozenset({403, 302}), absent=role not in case.readers
        )
    if address.kind and role not in case.readers:
        return Expected(frozenset({address.absent}), absent=True)
    if case.may is not None and role not in case.may:
        return Expected(frozenset({404 if name.endswith("comment_history") else 403}))
    if address.note == "allauth":
        return Expected(address.reached | address.done | {405})
    return Expected(address.done if method == "POST" else (case.reached or address.reached))


def refusal(address: Address, case: Case, role: str) -> Expected:
    """Where the right to the address is asked before the object, and where the object comes first."""
    if address.note == "admin":
        # Members who have signed in are sent to the admin's door, which refuses them; staff get the refusal itself.
        if role in REGULATOR:
            hidden = address.kind and role not in case.readers
            return Expected(frozenset({403, 302}) if hidden else frozenset({403}))
        return Expected(frozenset({302}), "/admin/")
    if address.kind in {"paper", "conclusions", "outcome"} and role not in case.readers:
        return Expected(frozenset({address.absent}), absent=True)
    return Expected(frozenset({address.refusal}))


# --- asking ------------------------------------------------------------------------------------------------------


def be_known(client: Client) -> None:
    """The first page of a session is kept, which notes its browser: undone, each later request would note it anew."""
    client.get(reverse("help"))


class Browser:
    """A client of one role. Nothing that it does is kept."""

    def __init__(self, secrets: Secrets, role: str) -> None:
        self.secrets, self.role = secrets, role
        self.client = Client(raise_request_exception=False)
        self._enter()

    def _enter(self) -> None:
        if self.role == PASSWORD_ONLY:
            enter(self.client, self.secrets.world.mei, second=False)
        elif self.role != ANONYMOUS:
            enter(self.client, self.secrets.world.users[self.role])
        if self.role not in CLOSED:  # theirs is ended by the first page
            be_known(self.client)

    def ask(self, method: str, path: str) -> HttpResponseBase:
        if path.startswith("/accounts/"):
            cache.clear()  # rate limits, which are not the matter here
        kept = {name: morsel.value for name, morsel in self.client.cookies.items()}
        ask: Callable[..., Any] = getattr(self.client, method.lower())
        with transaction.atomic():
            response: HttpResponseBase = ask(path)
            if response.streaming:
                response.read_body = b"".join(response.streaming_content)  # type: ignore[attr-defined]
            transaction.set_rollback(True)
        self.client.cookies = SimpleCookie(kept)
        return response


def plain(response: HttpResponseBase, *names: str) -> tuple[int, bytes, str]:
    """Status, body and target without what differs from answer to answer: tokens, nonces, and the asked key."""
    body = TOKEN.sub(b"", getattr(response, "read_body", None) or getattr(response, "content", b""))
    for name in names:
        if len(name) < 6:  # "1" stands in every page
            continue
        body = body.replace(name.encode(), b"")
    return response.status_code, body, response.headers.get("Location", "")


def address_of(name: str, case: Case) -> str:
    if name == "admin:catch_all":
        return "/admin/nothing/here/"
    try:
        return reverse(name, args=case.arguments)
    except NoReverseMatch as problem:  # pragma: no cover
        raise AssertionError(f"{name}: give test_access_matrix.py an object of its kind") from problem


def wrong(response: HttpResponseBase, wanted: Expected) -> bool:
    if response.status_code not in wanted.statuses:
        return True
    return bool(wanted.where) and not response.headers.get("Location", "").startswith(wanted.where)


def asks_all(role: str, name: str) -> bool:
    if role not in WITH_EVERY_METHOD:
        return False
    return role == ANONYMOUS or name.startswith(WITH_EVERY_METHOD_PAGES) or admin_page(name) is None


def door_first(role: str, address: Address) -> bool:
    """Who is refused before any object is looked for; of the staff, two look at every kind of object."""
    if role in CLOSED or (address.note == "admin" and role not in {"officer", "secretary"}):
        return True
    # That the way in stands before every object as before the first is asked in a whole run (tests/whole.py).
    return not WHOLE and (
        (role == ANONYMOUS and address.sign_in) or (role == PASSWORD_ONLY and not address.without_second_factor)
    )


def names_for(role: str) -> list[str]:
    """Every address is met by the public, by somebody of a firm or the agency (the admin site's by few of them) and by
    somebody of the regulator; the rival takes two shares. In a whole run everybody meets all (tests/whole.py)."""
    every = sorted(ALL)
    if role == ANONYMOUS:
        return every
    if role in STAFF:
        return deal(every, STAFF, role)
    if role not in NOT_STAFF:
        return share(every, 10, role)
    portal = [name for name in every if admin_page(name) is None]
    refused = [name for name in every if admin_page(name) is not None]
    return deal(portal, NOT_STAFF, role, 2 if role == RIVAL else 1) + share(refused, 14, role)


NOT_STAFF = (*OWN_FIRM, RIVAL, AGENCY)
FIRST_OF_SORT = {ANONYMOUS, "mei", "kalok", "fan", "officer", "leaver"}


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_as_the_table_says(secrets: Secrets, role: str, count_cells: Any) -> None:
    browser, problems, cells, alike = Browser(secrets, role), [], 0, 0
    for name in names_for(role):
        address = class_of(name)
        assert address is not None, name
        objects = cases(secrets, name, address)
        # A method that an address does not take is refused before any object is looked for.
        for method in METHODS:
            if address.note == "admin" and method not in {"GET", "POST"} and not asks_all(role, name):
                continue
            # Whether a method is taken is no matter of the role: one of each sort asks them all.
            if method not in {"GET", "POST"} and role not in FIRST_OF_SORT:
                continue
            taken = method in address.methods and (method in {"GET", "POST"} or address.note == "")
            nothing: tuple[int, bytes, str] | None = None
            for case in reversed(objects if taken and not door_first(role, address) else objects[:1]):
                path = address_of(name, case)
                response = browser.ask(method, path)
                wanted = expected(name, address, case, role, method)
                cells += 1
                if wrong(response, wanted):
                    problems.append(
                        f"{method} {name} {case.name or ''}: {response.status_code} "
                        f"{response.headers.get('Location', '')}, expected {sorted(wanted.statuses)} {wanted.where}"
                    )
                if not wanted.absent:
                    continue
                found = plain(response, path, *map(str, case.arguments))
                if nothing is None:
                    nothing = found
                elif found != nothing:
                    problems.append(
                        f"{method} {name} {case.name}: a hidden object answers otherwise than an absent one"
                    )
                alike += 1
    count_cells("access matrix", cells)
    count_cells("access matrix: hidden objects like absent ones", alike)
    assert not problems, f"{len(problems)} of {cells} cells:\n" + "\n".join(problems)
