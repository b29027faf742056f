from collections.abc import Callable
from pathlib import PurePosixPath

import structlog
from django.utils.translation import gettext as _

from documents.checking import office, opendocument, pdf, texts
from documents.checking.finding import Finding, Objection
from documents.checking.names import safe_name
from documents.checking.signatures import refuse_test_virus
from documents.enums import MEDIA_TYPES, ScanState
from documents.limits import MAX_BYTES

logger = structlog.get_logger(__name__)

# Extension without its dot, content -> what to store in its place, or None for the content itself.
Checker = Callable[[str, bytes], bytes | None]


def _pictures(extension: str, content: bytes) -> bytes | None:
    # Read in when the first picture comes: Pillow takes memory in each process.
    from documents.checking import images

    return images.check(extension, content)


_CHECKERS: dict[str, Checker] = {
    ".pdf": pdf.check,
    ".docx": office.check,
    ".xlsx": office.check,
    ".pptx": office.check,
    ".odt": opendocument.check,
    ".ods": opendocument.check,
    ".csv": texts.check,
    ".md": texts.check,
    ".txt": texts.check,
    ".png": _pictures,
    ".jpg": _pictures,
    ".jpeg": _pictures,
    ".gif": _pictures,
    ".webp": _pictures,
}


def check(file_name: str, content: bytes) -> Finding:
    """Look at the whole of a file. Never raises: what the checkers themselves cannot cope with is not taken in."""
    try:
        name = safe_name(file_name)
        suffix = PurePosixPath(name).suffix.lower()
        cleaned = _cleaned(suffix, content)
    except Objection as objection:
        return Finding(ScanState.INFECTED if objection.harmful else ScanState.ERROR, objection.reason)
    except Exception:  # a parser can fail in any way on what was made to break it
        logger.warning("file could not be checked", exc_info=True)
        return Finding(ScanState.ERROR, _("The file is damaged and cannot be checked. Save it again and attach that."))
    return Finding(ScanState.CLEAN, file_name=name, media_type=MEDIA_TYPES[suffix], cleaned=cleaned)


def _cleaned(suffix: str, content: bytes) -> bytes | None:
    if not content:
        raise Objection(_("The file is empty."))
    if len(content) > MAX_BYTES:
        raise Objection(too_large())
    refuse_test_virus(content)
    cleaned = _CHECKERS[suffix](suffix[1:], content)
    if cleaned is not None and len(cleaned) > MAX_BYTES:
        raise Objection(too_large())
    return cleaned


def too_large() -> str:
    return _("The file is too large. At most 25 MB fit.")
