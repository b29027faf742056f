"""manage.py load_demo"""

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.demo.loader import Loader
from portal.demo.scale import multiply


class Command(BaseCommand):
    help = "Load the demonstration data. Loading again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--scale", type=int, default=1, help="multiply people, consultations and comments, for measuring"
        )

    def handle(self, *args: Any, scale: int, **options: Any) -> None:
        began = monotonic()
        left_out = Loader(say=lambda line: self.stdout.write(f"  {line}")).load()
        if scale > 1:
            multiply(scale, say=lambda line: self.stdout.write(f"  {line}"))
        self.stdout.write(f"Demonstration data loaded in {monotonic() - began:.1f} s.")
        if left_out:
            self.stdout.write("Not kept yet, since the room for it comes with later work:")
            for line in left_out:
                self.stdout.write(f"  - {line}")
        else:
            self.stdout.write("Nothing was left out.")
