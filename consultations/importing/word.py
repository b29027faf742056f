"""A Word document (.docx) to blocks, without judging what they are."""

from consultations.importing.blocks import Imported


def read_word(content: bytes) -> Imported:
    """Raises `Refused` with a sentence when the file cannot be read."""
    return Imported()
