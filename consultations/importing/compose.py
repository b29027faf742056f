"""Putting pieces of Markdown together."""

from collections.abc import Mapping


def with_notes(text: str, notes: Mapping[str, str]) -> str:
    """The text with the definitions of the footnotes that it calls."""
    if not notes:
        return text
    return "\n\n".join([text, *(definition(label, note) for label, note in notes.items())])


def definition(label: str, note: str) -> str:
    inner = note.replace("\n", "\n    ").replace("\n    \n", "\n\n")
    return f"[^{label}]: {inner}".rstrip()
