"""The one way in which the services refuse: a sentence for the person at the terminal."""

from __future__ import annotations

import errno


class ServiceError(Exception):
    """Something the person at the terminal can mend; its text is one plain sentence or two."""


def explain(error: OSError) -> str:
    """The sentence for an operating system error."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full{where}: free some space and run the command again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"This user may not write or run what is needed{where}: {error.strerror}."
    return f"The operating system refused{where}: {error.strerror or error}."
