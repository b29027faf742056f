"""A paper as one Markdown text, out and in."""

from consultations.importing.blocks import Imported
from consultations.importing.outline import Outline


def read_markdown(text: str) -> Imported:
    """The recognised blocks of a paper in Markdown. Raises `Refused` when it is too long."""
    return Imported()


def write_markdown(outline: Outline) -> str:
    """The paper as one text; reading and assembling it gives the same outline."""
    return f"# {outline.title}\n"
