"""`manage.py audit verify`: is the record of what happened as it was sealed? `manage.py audit seal`: seal now."""

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import sealing, verifying


class Command(BaseCommand):
    help = "Verify the sealed audit record, or seal what is not sealed yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["verify", "seal"])
        parser.add_argument("--database", default="default", help="verify: the connection to read by")
        parser.add_argument(
            "--head", action="append", default=[], help="verify: a head that was mailed; may be given several times"
        )

    def handle(self, *args: Any, what: str, database: str, head: list[str], **options: Any) -> None:
        if what == "seal":
            self.stdout.write(f"{sealing.seal_due(everything=True)} entries sealed.")
            return
        began = perf_counter()
        report = verifying.verify(using=database, heads=head)
        took = perf_counter() - began
        self.stdout.write(
            f"{report.entries:,} entries in {report.batches:,} batches read in {took:.1f} s"
            f" ({report.entries / took:,.0f} entries/s)."
        )
        since = f", the oldest recorded {report.unsealed_since}" if report.unsealed else ""
        self.stdout.write(f"{report.unsealed:,} entries are not sealed yet{since}.")
        if report.late:
            self.stdout.write(
                f"{report.late:,} were sealed more than an hour after younger ones, the first: {report.first_late}."
                " They were committed late, or put in afterwards."
            )
        for mailed, batch in sorted(report.heads.items()):
            self.stdout.write(f"The mailed head {mailed} is that of batch {batch}.")
        if report.finding:
            # The exit code is 1.
            raise CommandError(f"The record is not as it was sealed. First: {report.finding}")
        self.stdout.write(self.style.SUCCESS(f"The record is as it was sealed. Head: {report.head or 'none yet'}"))
