"""What each block is: roles and numbers from styles, numbering, looks, position and sequence."""

from consultations.importing.blocks import Imported


def recognise(imported: Imported) -> Imported:
    """The same blocks with roles, numbers and remarks."""
    return imported
