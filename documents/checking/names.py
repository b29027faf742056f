"""The name under which a file is kept and offered. On the disk it never appears: there the name is a random one."""

import re
import unicodedata

from django.utils.translation import gettext as _

from documents.checking.finding import Objection
from documents.enums import MEDIA_TYPES
from documents.limits import MAX_NAME

# They turn the reading direction, so that "exe.pdf" can be shown where ".exe" is written (CVE-2021-42574).
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FORBIDDEN = frozenset('"<>|:*?/\\')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
# Extensions that act when they are opened. In the middle of a name they are there to deceive.
_ACTING_KINDS = """
action apk app appx bat bin chm class cmd com cpl dll docm dotm elf exe gadget hta htm html img inf ins iso jar jnlp js
jse lnk mht mhtml msc msi msix msp mst pif potm ppam ppsm pptm ps1 ps2 psc1 py rb reg scf scr sct sh shtml svg swf sys
url vb vbe vbs vhd vhdx wsc wsf wsh xhtml xht xlam xll xlsm xltm xml xsl zip rar 7z
"""
_ACTING = frozenset(_ACTING_KINDS.split())


def safe_name(file_name: str) -> str:
    """The last part of `file_name` without what no system should meet, at most 160 characters.

    Objection: the kind is not taken in, the name deceives about it, or nothing is left of it.
    """
    if _TURNING.search(file_name):
        raise Objection(
            _("The name of the file contains hidden characters that turn the reading direction. Rename it.")
        )
    last = unicodedata.normalize("NFC", file_name.replace("\\", "/")).rsplit("/", 1)[-1]
    name = " ".join("".join(c for c in last if c.isprintable() and c not in _FORBIDDEN).split()).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot or f".{extension.lower()}" not in MEDIA_TYPES:
        raise Objection(
            _("Files of this kind are not taken in. Allowed: %(kinds)s.") % {"kinds": ", ".join(sorted(MEDIA_TYPES))}
        )
    stem = stem.rstrip(" .")
    if not stem or not any(c.isalnum() for c in stem) or _RESERVED.fullmatch(stem.split(".")[0].strip()):
        raise Objection(_("A file cannot have this name on every computer. Rename it."))
    hidden = next((part for part in stem.lower().split(".")[1:] if part.strip() in _ACTING), None)
    if hidden is not None:
        raise Objection(
            _("The name of the file contains a second extension, .%(extension)s. Rename it.")
            % {"extension": hidden.strip()}
        )
    return f"{stem[: MAX_NAME - len(extension) - 1].rstrip(' .')}.{extension}"
