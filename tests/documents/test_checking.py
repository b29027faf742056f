"""What is let in and what is not: the corpus of SECURITY.md C 20, and what the check leaves of a file."""

import io
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation
from PIL import Image

from documents.checking import check
from documents.limits import MAX_BYTES
from tests.documents import corpus, making

HOSTILE = list(corpus.hostile())
ORDINARY = list(corpus.ordinary())
# Most megabytes that a process may grow while it checks the whole hostile corpus (SECURITY.md C 20).
MOST_MEGABYTES = 200


@pytest.mark.filterwarnings("ignore:.*bomb")
def test_no_hostile_file_is_clean(record_property: Any) -> None:
    assert len({what for what, _name, _content in HOSTILE}) == len(HOSTILE) >= 60
    let_in, slowest = [], 0.0
    for what, name, content in HOSTILE:
        started = time.perf_counter()
        finding = check(name, content)
        slowest = max(slowest, time.perf_counter() - started)
        if finding.is_clean:
            let_in.append(what)
        assert finding.is_clean or finding.reason.endswith("."), what
    record_property(
        "figure", f"hostile files: {len(HOSTILE)}, clean {len(let_in)}, slowest check {slowest * 1000:.0f} ms"
    )
    assert let_in == []


def test_ordinary_files_are_taken_in(record_property: Any) -> None:
    refused = [(what, found.reason) for what, name, content in ORDINARY if not (found := check(name, content)).is_clean]
    record_property("figure", f"ordinary files: {len(ORDINARY)}, accepted {len(ORDINARY) - len(refused)}")
    assert len(ORDINARY) >= 20
    assert refused == []


# Refused for the reason that they were made for, and not because they were made badly.
REASONS = {
    "macros": "macros",
    "a docm renamed": "macros",
    "macros in a chart's workbook": "xl/vbaProject.bin",
    "a template from the web": "evil.example/a.dotm",
    "a DDE field in pieces": "DDEAUTO",
    "a zip bomb": "unpacks",
    "a bomb that lies about its size": "unpacks",
    "a flood of pixels": "30 million pixels",
    "a path upwards": "../../evil.xml",
    "JavaScript in disguise": "runs something",
    "JavaScript in an object stream": "runs something",
    "JavaScript in an object stream, twice packed": "runs something",
    "an object inside a text": "runs something",
    "an open bracket before the object": "runs something",
    "an address opened at opening": "runs something",
    "an attached file": "carries other files",
    "an encrypted PDF": "protected by a password",
    "the test virus in a packed stream": "virus signature",
    "the test virus across two pieces": "virus signature",
    "a hidden extension": "second extension, .exe",
    "a name that turns": "reading direction",
    "nothing": "empty",
}


@pytest.mark.filterwarnings("ignore:.*bomb")
@pytest.mark.parametrize(("what", "words"), REASONS.items())
def test_the_sentence_names_the_reason(what: str, words: str) -> None:
    (finding,) = [check(name, content) for is_, name, content in HOSTILE if is_ == what]
    assert words in finding.reason


def test_the_sentence_is_in_the_readers_language() -> None:
    with translation.override("zh-hant"):
        assert "25 MB" in check("a.txt", b"a" * (MAX_BYTES + 1)).reason
        assert "large" not in check("a.txt", b"a" * (MAX_BYTES + 1)).reason


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
def test_the_corpus_needs_little_memory(tmp_path: Path, record_property: Any) -> None:
    """Measured in a process of its own, which reads the files that this one has made."""
    listing = "\n".join(f"{name.encode().hex()} {path}" for name, path in corpus.write(tmp_path))
    program = (
        "import sys; import django; django.setup()\n"
        "from documents.checking import check\n"
        "check('warm.png', b'x'); check('warm.docx', b'x'); check('warm.pdf', b'x')\n"
        "def peak(): return int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])\n"
        "before = peak()\n"
        "for row in sys.stdin.read().splitlines():\n"
        "    name, path = row.split(' ', 1)\n"
        "    assert not check(bytes.fromhex(name).decode(), open(path, 'rb').read()).is_clean, row\n"
        "print((peak() - before) // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=listing,
        capture_output=True,
        text=True,
        cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "portal.settings", "PORTAL_ENV": "test", "PATH": "/usr/bin"},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rise = int(done.stdout.split()[-1])
    record_property("figure", f"memory while checking the hostile corpus: +{rise} MB (limit {MOST_MEGABYTES})")
    assert rise < MOST_MEGABYTES


# --- what is left of a file ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "a.jpg"), ("WEBP", "a.webp"), ("PNG", "a.png")])
def test_a_picture_loses_place_camera_and_appended_bytes(kind: str, name: str) -> None:
    sent = making.photograph_with_place(kind) + b"CANARY-APPENDED"
    assert b"CANARY-CAMERA" in sent
    kept = check(name, sent).cleaned
    assert kept is not None
    assert b"CANARY" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert not dict(picture.getexif())
        assert picture.format == kind
        # The camera lay on its side (orientation 6): the picture stands upright, without being told to.
        assert picture.size == (200, 320)


def test_a_moving_picture_keeps_moving_without_its_comment() -> None:
    kept = check("a.gif", making.moving_picture(4)).cleaned
    assert kept is not None
    assert b"CANARY" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert (picture.n_frames, picture.size) == (4, (60, 40))  # type: ignore[attr-defined]


def test_a_clear_picture_stays_clear() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (10, 20, 30, 0)).save(out, "PNG")
    kept = check("a.png", out.getvalue()).cleaned
    assert kept is not None
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.convert("RGBA").getpixel((0, 0)) == (10, 20, 30, 0)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("平台,資產\r\n海港交易所,一百萬元\r\n證券及期貨事務監察委員會\r\n", "big5"),
        ("客户资产应当与平台自有资产分开保管，并由独立机构核对。", "gb18030"),
        ("諮詢文件\t第三條", "utf-16"),
    ],
)
def test_chinese_of_older_programs_becomes_utf_8(text: str, encoding: str) -> None:
    kept = check("a.txt", text.encode(encoding)).cleaned
    assert kept is not None
    assert kept.decode("utf-8") == text


def test_utf_8_is_kept_as_it_came() -> None:
    assert check("a.csv", "=1+1,資產".encode()).cleaned is None


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ('..\\a/../b\r\n"c.txt', "bc.txt"),
        ("C:\\Users\\mei\\回應.txt", "回應.txt"),
        ("/etc/note.txt", "note.txt"),
        ("note.txt. . ", "note.txt"),
        ("no\u200bte.TXT", "note.TXT"),
        ("  many   spaces .txt", "many spaces.txt"),
        ("cafe\u0301.txt", "café.txt"),
        ("v1.2 final.txt", "v1.2 final.txt"),
        ("x" * 300 + ".txt", "x" * 156 + ".txt"),
        ("文" * 300 + ".txt", "文" * 156 + ".txt"),
    ],
)
def test_a_name_is_made_fit_for_every_computer(sent: str, kept: str) -> None:
    assert check(sent, b"hello").file_name == kept


@pytest.mark.parametrize("name", ["nul.txt", "COM1.txt", "lpt9.tar.txt", "....txt", "___.txt", "", ".", "a.txt/"])
def test_a_name_that_no_computer_takes_is_refused(name: str) -> None:
    assert not check(name, b"hello").is_clean


# --- damage -------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("extension", ["docx", "xlsx", "pptx", "odt", "ods", "pdf", "png", "jpg", "gif", "webp"])
def test_any_bytes_get_an_answer(extension: str) -> None:
    """Ordinary files with bytes changed here and there: clean or not, but never an exception."""
    good = next(content for _what, name, content in ORDINARY if name.lower().endswith(extension))
    for place in range(0, len(good), max(1, len(good) // 60)):
        spoilt = bytearray(good)
        spoilt[place : place + 3] = b"\xff\x00("
        finding = check(f"a.{extension}", bytes(spoilt))
        assert finding.is_clean or finding.reason


def test_many_objects_that_never_end_are_given_up_soon() -> None:
    content = b"%PDF-1.7\n" + b"1 0 obj(" * 400_000 + b"\n%%EOF\n"
    started = time.perf_counter()
    assert not check("a.pdf", content).is_clean
    assert time.perf_counter() - started < 5


def test_an_ordinary_document_with_many_parts_of_text_is_quick() -> None:
    text = "".join(f"<w:p><w:r><w:t>Paragraph {n} on client assets.</w:t></w:r></w:p>" for n in range(60_000))
    content = making.changed(making.ordinary_docx(), "word/document.xml", "<w:body>", f"<w:body>{text}")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.getinfo("word/document.xml").file_size > 3_000_000
    started = time.perf_counter()
    assert check("a.docx", content).is_clean
    assert time.perf_counter() - started < 5
