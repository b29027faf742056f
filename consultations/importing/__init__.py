"""Papers in: a Word document or Markdown becomes blocks, blocks become the outline of a paper. No database.

    imported = import_word(content)         # read and recognise; raises Refused for a file that cannot be read
    imported = read_markdown(text)          # the same shape
    kept = imported.to_json()               # to store while a person corrects roles, numbers and texts
    outline = assemble(Imported.from_json(kept))
    outline.problems                        # what blocks a commit; empty when the paper can be entered
    say(remark)                             # a sentence in the reader's language for each remark and problem

docs/import.md says what is understood, how it is decided and what is reported.
"""

from consultations.importing.blocks import Block, Imported, Remark, Role
from consultations.importing.markdown import read_markdown, write_markdown
from consultations.importing.outline import Outline, assemble
from consultations.importing.remarks import ROLE_NAMES, say, say_source
from consultations.importing.structure import recognise

__all__ = [
    "ROLE_NAMES",
    "Block",
    "Imported",
    "Outline",
    "Remark",
    "Role",
    "assemble",
    "import_word",
    "read_markdown",
    "read_word",
    "recognise",
    "say",
    "say_source",
    "write_markdown",
]


def read_word(content: bytes) -> Imported:
    """The blocks of a .docx, not yet recognised. Refused for a file that cannot be read."""
    # Read in when the first file comes: the parser takes memory in each process.
    from consultations.importing.word import read_word as read

    return read(content)


def import_word(content: bytes) -> Imported:
    """The recognised blocks of a .docx. Raises `Refused` with a sentence when the file cannot be read."""
    return recognise(read_word(content))
