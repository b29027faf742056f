from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from initiatives import loading


class Command(BaseCommand):
    help = "Load the ASPIRe roadmap. Loading it again changes nothing; what an officer has edited is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, default=loading.FILE)

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            counted = loading.load(options["file"])
        if options["verbosity"]:
            words = ", ".join(f"{counted[key]} {key}" for key in ("entered", "updated", "unchanged", "kept"))
            self.stdout.write(f"Roadmap: {words}.")
