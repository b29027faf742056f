"""The SFC's list of licensed platforms from the command line."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from members import workflow
from members.models import RegisterImport
from members.register import words
from members.register.comparing import Comparison
from members.viewer import PUBLIC, acting_as
from portal.common.errors import Refused


class Command(BaseCommand):
    help = (
        "Read the SFC's list of licensed platforms (CSV in UTF-8 or XLSX) and print what each row would change. "
        "Nothing is written to the register without --commit, and then all or nothing. "
        "Exit codes: 0 read (and committed); 1 rows are wrong, nothing committed; 2 no such list, nothing read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--commit", action="store_true", help="write it, if no row is wrong")

    def handle(self, *args: Any, file: Path, commit: bool, **options: Any) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from error
        with acting_as(PUBLIC):
            try:
                imported = workflow.preview_register(content, file_name=file.name, actor=None)
            except Refused as refusal:
                raise CommandError(refusal.message, returncode=2) from None
        self._print(imported)
        if imported.count("error"):
            raise CommandError("Rows are wrong: nothing was committed.", returncode=1)
        if not commit:
            self.stdout.write("Nothing was committed. Repeat with --commit to write it.")
            return
        with acting_as(PUBLIC):
            try:
                seal = Comparison(imported.lines, imported.absent).seal
                workflow.commit_register(imported, actor=None, seal=seal)
            except Refused as refusal:
                raise CommandError(refusal.message, returncode=1) from None
        self.stdout.write("Committed.")

    def _print(self, imported: RegisterImport) -> None:
        for line in imported.lines:
            name = " ".join(part for part in (line["reference"], line["name"]) if part) or "-"
            said = "".join(f"\n    {text}" for text in words.said(line))
            self.stdout.write(f"row {line['row']}: {words.OUTCOMES[line['outcome']]}: {name}{said}")
        for firm in imported.absent:
            self.stdout.write(f"not in the file: {firm['reference'] or '-'} {firm['name']}")
        counts = ", ".join(f"{label} {imported.count(outcome)}" for outcome, label in words.OUTCOMES.items())
        self.stdout.write(f"{len(imported.lines)} rows: {counts}; not in the file {len(imported.absent)}")
