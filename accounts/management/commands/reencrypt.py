from typing import Any

from django.core.management.base import BaseCommand

from accounts.encryption import write_all_anew


class Command(BaseCommand):
    help = "Write everything that is kept encrypted anew under the newest key (PORTAL_FIELD_KEY)."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, changed in write_all_anew().items():
            self.stdout.write(f"{name}: {changed} written anew")
