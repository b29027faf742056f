"""A small advisory group for tests: the regulator, three platforms, one suspended, an agency."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.http import HttpRequest
from django.test import Client

from accounts import second_factor
from accounts.models import User
from members import workflow
from members.enums import LicenceState, OrganisationKind, Role
from members.models import Organisation, WorkingGroup
from members.viewer import PUBLIC, Viewer, viewer_for

BACKEND = "accounts.backends.Backend"
START = date(2025, 2, 14)
PASSWORD = "correct horse battery staple"


@dataclass
class World:
    """Organisations and people by their short names; viewers and signed-in clients on demand."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, WorkingGroup] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        for shelf in ("organisations", "users", "groups"):
            found = self.__dict__.get(shelf, {}).get(name)
            if found is not None:
                return found
        raise AttributeError(name)

    def viewer(self, name: str | None) -> Viewer:
        return viewer_for(self.users[name]) if name else PUBLIC

    def fresh(self, name: str) -> User:
        """The person read anew from the database."""
        return User.objects.get(pk=self.users[name].pk)

    def client(self, name: str | None, **options: Any) -> Client:
        """A browser in which this person has signed in with a second factor; without a name, the public's."""
        client = Client(**options)
        if name:
            enter(client, self.users[name])
        return client


def find_or_build() -> World:
    """The world as the test database holds it; made anew after a test that emptied the tables."""
    if not Organisation.objects.filter(key="sfc").exists():
        return build()
    return World(
        organisations={row.key: row for row in Organisation.objects.all()},
        users={row.email.split("@")[0]: row for row in User.objects.all()},
        groups={row.key: row for row in WorkingGroup.objects.all()},
    )


def build() -> World:
    world = World()
    for key, kind in (
        ("sfc", OrganisationKind.REGULATOR),
        ("harbour", OrganisationKind.PLATFORM),
        ("banyan", OrganisationKind.PLATFORM),
        ("kite", OrganisationKind.PLATFORM),
        ("peakline", OrganisationKind.PLATFORM),
        ("fpb", OrganisationKind.AGENCY),
    ):
        world.organisations[key] = workflow.register_organisation(
            actor=None, key=key, kind=kind, name_en=f"{key.title()} (demo)", short_en=key.title()
        )
    for key in ("harbour", "banyan", "kite", "peakline"):
        workflow.set_licence_status(
            world.organisations[key], state=LicenceState.LICENSED, effective_on=START, actor=None
        )
    workflow.set_licence_status(
        world.organisations["peakline"],
        state=LicenceState.SUSPENDED,
        effective_on=date(2026, 11, 9),
        actor=None,
    )
    for key, organisation, role in (
        ("chair", "sfc", Role.CHAIR),
        ("secretary", "sfc", Role.SECRETARIAT),
        ("officer", "sfc", Role.POLICY_OFFICER),
        ("colleague", "sfc", Role.POLICY_OFFICER),
        ("admin", "sfc", Role.ADMINISTRATOR),
        ("mei", "harbour", Role.PRINCIPAL),
        ("rosa", "harbour", Role.CONTRIBUTOR),
        ("poon", "harbour", Role.COORDINATOR),
        ("kalok", "banyan", Role.PRINCIPAL),
        ("eva", "banyan", Role.COORDINATOR),
        ("nina", "kite", Role.PRINCIPAL),
        ("ngai", "peakline", Role.PRINCIPAL),
        ("fan", "fpb", Role.OBSERVER),
    ):
        world.users[key] = person(key, world.organisations[organisation], role)
    world.users["leaver"] = person("leaver", world.organisations["kite"], Role.CONTRIBUTOR, ends_on=date(2026, 3, 31))
    seats = [world.users[key].memberships.get() for key in ("officer", "colleague", "mei", "kalok")]
    world.groups["custody"] = workflow.form_working_group(
        key="custody",
        convener=world.users["officer"],
        people=seats,
        actor=None,
        name_en="Custody working group",
    )
    return world


def person(key: str, organisation: Organisation, role: str, **fields: Any) -> User:
    """A user with a verified address and a membership."""
    user = User.objects.create_user(f"{key}@{organisation.key}.example", PASSWORD, name_en=key.title())
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    workflow.appoint(user, organisation, role=role, actor=None, starts_on=START, **fields)
    return user


def enter(client: Client, user: User, *, second: bool = True) -> None:
    """Sign in, with a second factor unless the test wants a session with a password alone."""
    client.force_login(user, backend=BACKEND)
    if second:
        request = HttpRequest()
        request.session = client.session
        request.user = user
        second_factor.mark_proved(request, user, type="totp")
        request.session.save()
