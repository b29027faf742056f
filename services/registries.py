"""Refuse the host of a package registry in a lock or a build file: a lock names packages and hashes alone."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from services.area import ROOT

_CHECKED = ("requirements", "deploy", "Makefile", "pyproject.toml", ".ci")
_HOST = re.compile(r"--(?:extra-)?index-url|--find-links|--trusted-host|\bpypi\.[a-z]|pythonhosted|[\w.-]+/simple\b")


def offences(root: Path = ROOT) -> list[str]:
    """The lines that name one, as ``file:line: text``, among the files that are or will be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *_CHECKED],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.splitlines() or [
        str(path.relative_to(root))
        for name in _CHECKED
        for path in ([root / name] if (root / name).is_file() else (root / name).rglob("*"))
    ]
    return [
        f"{name}:{number}: {line.strip()}"
        for name in names
        if (root / name).is_file()
        for number, line in enumerate((root / name).read_text(errors="replace").splitlines(), 1)
        if _HOST.search(line)
    ]


def main() -> int:
    """1 after the offending lines, else 0."""
    found = offences()
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
