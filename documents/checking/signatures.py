"""What gives a file away by its first bytes, and the harmless test virus of the scanners' makers."""

from django.utils.translation import gettext as _

from documents.checking.finding import Objection

# In two parts, so that no scanner stops at this repository. https://www.eicar.org/download-anti-malware-testfile/
TEST_VIRUS = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"

PROGRAMS = (
    b"MZ",  # Windows
    b"\x7fELF",  # Linux
    b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",  # macOS
    b"\xca\xfe\xba\xbe",  # Java
    b"L\x00\x00\x00\x01\x14\x02\x00",  # Windows shortcut
    b"#!",
    b"MSCF", b"dex\n",
)  # fmt: skip
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the older Office formats, and anything embedded as an object
SCRIPTED = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<iframe", b"<object", b"<?php")


def refuse_test_virus(content: bytes) -> None:
    if TEST_VIRUS in content:
        raise Objection(_("The file contains a known virus signature. Do not send it again."), harmful=True)


def is_program(head: bytes) -> bool:
    return head.startswith(PROGRAMS)


def mentions_markup(head: bytes) -> bool:
    """Whether a browser that guesses could take these first bytes for a web page."""
    lowered = head[:2048].lower()
    return any(mark in lowered for mark in SCRIPTED)


def wrong_kind(extension: str) -> Objection:
    """The content is not what the name says."""
    return Objection(
        _(
            "The content of the file is not that of a .%(extension)s file. "
            "Open it in the program that it was made with, and save it as .%(extension)s."
        )
        % {"extension": extension}
    )


def damaged() -> Objection:
    return Objection(_("The file is damaged and cannot be checked. Save it again and attach that."))
