"""A firm's own identity provider, set by whoever runs the portal when the secretariat has agreed to it."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from members.models import IdentityProvider, Organisation
from members.viewer import PUBLIC, acting_as
from members.workflow import firm_sign_in
from portal.common.errors import Refused

VARIABLE = "OIDC_CLIENT_SECRET"


class Command(BaseCommand):
    help = f"Let a firm's people sign in through its identity provider. The client secret comes from {VARIABLE}."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", help="the firm's key")
        parser.add_argument("--issuer", help="https://login.firm.example")
        parser.add_argument("--client-id")
        parser.add_argument("--domain", action="append", default=[], help="of its email addresses; may be repeated")
        parser.add_argument("--off", action="store_true", help="nobody signs in through it any more")

    def handle(self, *args: Any, organisation: str, off: bool, **options: Any) -> None:
        with acting_as(PUBLIC):
            firm = Organisation.objects.filter(key=organisation).first()
            if firm is None:
                raise CommandError(f"there is no organisation {organisation}")
            if off:
                provider = IdentityProvider.objects.filter(organisation=firm, ended_at=None).first()
                if provider is None:
                    raise CommandError(f"{organisation} has no identity provider")
                firm_sign_in.switch_identity_provider_off(provider, actor=None)
                self.stdout.write(f"{organisation}: switched off")
                return
            try:
                provider = firm_sign_in.set_identity_provider(
                    firm,
                    issuer=options["issuer"] or "",
                    client_id=options["client_id"] or "",
                    client_secret=os.environ.get(VARIABLE, ""),
                    domains=options["domain"],
                    actor=None,
                )
            except Refused as refusal:
                raise CommandError(refusal.message) from None
        self.stdout.write(f"{provider}. To be entered there: the address /members/sign-in/{firm.key}/back/")
