"""Reading a paper from a file: taken in, corrected, then entered into the draft as a whole or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from consultations import policies
from consultations.correcting import Block, standing
from consultations.entering import Choices, enter
from consultations.importing import Imported, Outline, assemble, import_word, read_markdown
from consultations.locking import locked_draft
from consultations.models import Consultation, PaperImport
from consultations.outlining import Change, Comparison, compare, outline_of
from consultations.workflow.drafting import new_statement
from consultations.workflow.opening import void_approval
from documents import storing
from members.audience import Audience
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Conflict, Refused

SUFFIXES = (".docx", ".md")


@dataclass(frozen=True)
class StatementChoice:
    """What becomes of the file's Personal Information Collection Statement when no version has its text.

    `version`: enter it as this new version; empty: the draft keeps the statement that it has.
    """

    version: str = ""


def read(name: str, content: bytes) -> Imported:
    """The blocks of a file by its name's ending. Refused: it is none that can be read, or it is damaged."""
    lower = name.lower()
    if lower.endswith(".docx"):
        return import_word(content)
    if lower.endswith(".md"):
        return read_markdown(content.decode("utf-8-sig", errors="strict"))
    raise Refused(_("Choose a Word document (.docx) or a Markdown file (.md)."), field="file")


def take_in(
    consultation: Consultation, *, actor: Viewer, source: storing.Source, file_name: str = "", language: str = ""
) -> PaperImport:
    """Check, read and keep a file. Nothing of the draft changes yet. `language` empty: as the file's letters say."""
    require(policies.can_run(actor, consultation))
    received = storing.receive(source, file_name=file_name)
    try:
        imported = read(received.file_name, received.content)
    except UnicodeDecodeError:
        raise Refused(_("The text is not in UTF-8. Save it as UTF-8 and choose it again."), field="file") from None
    except Refused as refusal:
        raise Refused(refusal.message, field="file") from None
    if not imported.blocks:
        raise Refused(_("No text was found in the file."), field="file")
    kept = imported.to_json()
    with transaction.atomic():
        locked = locked_draft(consultation, actor)
        row = PaperImport(
            consultation=locked,
            audience=Audience.REGULATOR,
            organisation=actor.organisation,
            working_group_id=locked.working_group_id,
            language=language or imported.language,
            blocks=kept["blocks"],
            remarks=kept["remarks"],
            made_by_id=actor.person_id,
            created_at=clock.now(),
        )

        def save(made: PaperImport) -> None:
            made.save(force_insert=True)
            detail = {"file": str(made.pk), "sha256": made.sha256, "blocks": len(made.blocks)}
            record("consultations.import_taken_in", locked, actor=actor, **detail)

        storing.keep(row, received, organisation=actor.organisation, save=save)
    return row


def _locked(row: PaperImport, actor: Viewer, version: int | None) -> PaperImport:
    rows = PaperImport.objects.visible_to(actor).select_for_update(of=("self",))
    locked: PaperImport = rows.get(pk=row.pk)
    if locked.committed_at:
        raise Refused(_("This file has been taken over into the draft already."))
    if locked.discarded_at:
        raise Refused(_("This import was discarded. Choose the file again to read it anew."))
    if version is not None and locked.version != version:
        raise Conflict(_("Somebody else has corrected this import since you opened it. Nothing was overwritten."))
    return locked


def correct_import(
    row: PaperImport, *, actor: Viewer, version: int, correction: Callable[[list[Block]], list[Block]]
) -> PaperImport:
    """Apply a correction (`consultations.correcting`) to the blocks. Conflict: they are others than when read."""
    require(policies.can_run(actor))
    with transaction.atomic():
        locked_draft(row.consultation, actor)
        locked = _locked(row, actor, version)
        blocks = correction(list(locked.blocks))
        if blocks != locked.blocks:
            before = {one["id"]: one for one in locked.blocks}
            changed = [one["id"] for one in blocks if before.get(one["id"]) != one]
            locked.blocks = blocks
            locked.version += 1
            locked.save(update_fields=["blocks", "version"])
            record("consultations.import_corrected", locked, actor=actor, version=locked.version, changed=len(changed))
    return locked


def set_language(row: PaperImport, *, actor: Viewer, version: int, language: str) -> PaperImport:
    """The file is in another language than was said."""
    require(policies.can_run(actor))
    with transaction.atomic():
        locked_draft(row.consultation, actor)
        locked = _locked(row, actor, version)
        locked.language, locked.version = language, locked.version + 1
        locked.save(update_fields=["language", "version"])
        record("consultations.import_corrected", locked, actor=actor, version=locked.version, language=language)
    return locked


def discard_import(row: PaperImport, *, actor: Viewer) -> PaperImport:
    """It will not be taken over. The file and what was corrected stay kept."""
    require(policies.can_run(actor))
    with transaction.atomic():
        locked_draft(row.consultation, actor)
        locked = _locked(row, actor, None)
        locked.discarded_at = clock.now()
        locked.save(update_fields=["discarded_at"])
        record("consultations.import_discarded", locked, actor=actor)
    return locked


def outline(row: PaperImport) -> Outline:
    """The paper that the blocks make as they stand, with what blocks a commit."""
    made = assemble(standing(row.blocks, row.remarks, row.language))
    # A file without a title leaves the draft the one that it has.
    made.problems = [one for one in made.problems if one.code != "title_missing"]
    return made


def comparison(row: PaperImport, consultation: Consultation, file: Outline) -> Comparison:
    """How the file would change the draft."""
    return compare(outline_of(consultation, row.language), file)


def commit_import(
    row: PaperImport,
    *,
    actor: Viewer,
    version: int,
    choices: Choices,
    statement: StatementChoice | None = None,
) -> Mapping[str, int]:
    """Enter the file into the draft: all of it, or nothing. Returns how many parts were new, changed and so on.

    Refused: something blocks it, such as a number that occurs twice, or a text that cannot be laid out.
    Conflict: the import is another than the officer saw.
    """
    require(policies.can_run(actor))
    with transaction.atomic():
        paper = locked_draft(row.consultation, actor)
        locked = _locked(row, actor, version)
        file = outline(locked)
        if file.problems:
            raise Refused(_("Something in the file must be put right first."))
        found = comparison(locked, paper, file)
        enter(paper, file, found, choices, taken_in=locked.created_at)
        if statement is not None and statement.version and file.statement:
            _enter_statement(paper, file, statement.version, actor)
        locked.committed_at, locked.committed_by_id = clock.now(), actor.person_id
        locked.version += 1
        locked.save(update_fields=["committed_at", "committed_by", "version"])
        counts = {str(change): found.count(change) for change in Change}
        record(
            "consultations.import_committed",
            paper,
            actor=actor,
            file=str(locked.pk),
            language=locked.language,
            add_new=choices.add_new,
            remove_gone=choices.remove_gone,
            **counts,
        )
        void_approval(paper, actor)
    return counts


def _enter_statement(paper: Consultation, file: Outline, version: str, actor: Viewer) -> None:
    """A version has all its languages: those that the file has not are those of the statement before."""
    body = {file.language: file.statement}
    if paper.statement:
        known = {code: getattr(paper.statement, f"body_{code}") for code in ("en", "zh_hant", "zh_hans")}
        body = {**{code: text for code, text in known.items() if text}, **body}
    paper.statement = new_statement(version, body, actor=actor)
    paper.save(update_fields=["statement"])


__all__ = [
    "Choices",
    "StatementChoice",
    "commit_import",
    "comparison",
    "correct_import",
    "discard_import",
    "outline",
    "read",
    "set_language",
    "take_in",
]
