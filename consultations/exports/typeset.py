"""The compiler of PDFs in a process of its own: `python -I typeset.py FORM FOLDER...` with the file's data on stdin.

A long paper takes a gigabyte for some seconds; a process gives it back. It gets no environment, so no secret, and
ends by itself at its limits. Nothing of the portal is imported here. Its answer on stdout is the PDF; on stderr the
compiler's reason, with exit code 3, or 4 when it ran out of what it may use.
"""

import resource
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

MEMORY = 4 * 1024**3
SECONDS = 90


def main(form: str, *folders: str) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import typst

    data = sys.stdin.buffer.read().decode()
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folders))
    try:
        # An empty folder is all that the form could read, and there is nowhere to take packages from.
        with TemporaryDirectory() as nothing:
            # The compiler takes bytes beside a folder, which its types leave out.
            made = typst.compile(  # type: ignore[call-overload]
                Path(form).read_bytes(),
                root=nothing,
                font_paths=fonts,
                ignore_system_fonts=True,
                format="pdf",
                sys_inputs={"file": data},
                pdf_standards=["ua-1"],
                package_path=nothing,
                package_cache_path=nothing,
            )
    except typst.TypstError as problem:
        sys.stderr.write(str(problem))
        return 3
    except MemoryError:
        return 4
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
