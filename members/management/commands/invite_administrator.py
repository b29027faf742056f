"""The first person: without one nobody could invite anybody."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from members import workflow
from members.enums import OrganisationKind, Role
from members.models import Organisation
from members.viewer import PUBLIC, acting_as
from portal.common.errors import Refused


class Command(BaseCommand):
    help = "Make the regulator, if there is none, and invite its administrator by email."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--regulator", default="Securities and Futures Commission", help="its name in English")

    def handle(self, *args: Any, email: str, regulator: str, **options: Any) -> None:
        with acting_as(PUBLIC):
            organisation = Organisation.objects.filter(kind=OrganisationKind.REGULATOR).first()
            if organisation is None:
                organisation = workflow.register_organisation(
                    actor=None, key="sfc", kind=OrganisationKind.REGULATOR, name_en=regulator
                )
            try:
                workflow.invite(organisation, email=email, role=Role.ADMINISTRATOR, actor=None)
            except Refused as refusal:
                raise CommandError(refusal.message) from None
        self.stdout.write(f"{email} is invited. The link is in the mail, and works once and for 14 days.")
