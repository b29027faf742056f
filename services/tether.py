"""``tether.py SIGNAL command ...``: become the command, and have the kernel signal it when our parent ends.

Written as a script so that it needs no more than the standard library and starts in a few milliseconds.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Replace this process by the command."""
    parent = os.getppid()
    if sys.platform.startswith("linux"):
        number = int(signal.Signals[sys.argv[1]])
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit("The parent ended before the command began.")
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606


if __name__ == "__main__":
    main()
