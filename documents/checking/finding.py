from dataclasses import dataclass

from documents.enums import ScanState


class Objection(Exception):
    """Why a file is not taken in: one sentence or two for the person who chose it, saying what to do.

    `harmful`: it carries something known to do harm, as against something that cannot be checked.
    """

    def __init__(self, reason: str, *, harmful: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.harmful = harmful


@dataclass(frozen=True)
class Finding:
    """What the check found. Only CLEAN may be stored; for every other state `reason` says why and what to do."""

    state: ScanState
    reason: str = ""
    file_name: str = ""  # as it may be stored and offered
    media_type: str = ""
    cleaned: bytes | None = None  # what to store in place of what was sent: a picture drawn anew, a text as UTF-8

    @property
    def is_clean(self) -> bool:
        return self.state == ScanState.CLEAN
