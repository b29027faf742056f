"""Every word of a .docx, found in another way than the importer finds it, and every word of what was imported."""

import io
import re
import zipfile
from collections import Counter

from lxml import etree

from consultations.importing import Imported

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TOKEN = re.compile(r"[A-Za-z0-9]+|[\u3400-\u9fff]")
_PARTS = re.compile(r"word/(?:document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml$")


def tokens(text: str) -> Counter[str]:
    half = "".join(chr(ord(one) - 0xFEE0) if "！" <= one <= "～" else one for one in text)
    return Counter(_TOKEN.findall(half))


def words_of_file(content: bytes) -> Counter[str]:
    """The words of all parts; of alternative forms of one drawing the first."""
    found: Counter[str] = Counter()
    seen: set[str] = set()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if not _PARTS.search(name):
                continue
            data = package.read(name).replace(
                b"http://purl.oclc.org/ooxml/wordprocessingml/main",
                b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            )
            root = etree.fromstring(data)
            for one in root.iter("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"):
                one.getparent().remove(one)
            letter = ""
            for paragraph in root.iter(f"{W}p"):
                text = letter + _own_text(paragraph)
                frame = paragraph.find(f"{W}pPr/{W}framePr")
                letter = text if frame is not None and frame.get(f"{W}dropCap") else ""
                if letter:
                    continue
                if name.startswith(("word/header", "word/footer")):  # said once
                    if text in seen:
                        continue
                    seen.add(text)
                found += tokens(text)
    return found


def _own_text(paragraph: etree._Element) -> str:
    parts = []
    for one in paragraph.iter(f"{W}t", f"{W}delText", f"{W}tab", f"{W}br", f"{W}noBreakHyphen", f"{W}p"):
        if one.tag == f"{W}p":
            continue
        nearest = next(one.iterancestors(f"{W}p"), None)
        if nearest is not paragraph:
            continue
        text = (one.text or "") if one.tag in (f"{W}t", f"{W}delText") else " "
        # Marks of drafting stand between the words that they add and remove.
        run = next(one.iterancestors(f"{W}r"), None)
        look = run.find(f"{W}rPr") if run is not None else None
        apart = one.tag == f"{W}delText" or (
            look is not None and (look.find(f"{W}strike") is not None or look.find(f"{W}u") is not None)
        )
        parts.append(f" {text} " if apart or next(one.iterancestors(f"{W}ins"), None) is not None else text)
    return "".join(parts)


def words_of_import(made: Imported) -> Counter[str]:
    found: Counter[str] = Counter()
    for block in made.blocks:
        text = re.sub(r"\{(?:\+\+|--)|(?:\+\+|--)\}", " ", block.text)
        found += tokens(f"{block.number} " + re.sub(r"\\(?!\n)|\*|~|\^", "", text))
        for remark in block.remarks:
            found += tokens(f"{remark.text} {' '.join(remark.params.values())}")
    for remark in made.remarks:
        found += tokens(f"{remark.text} {' '.join(remark.params.values())}")
    return found


_LABEL = re.compile(
    r"question|consultation|no|one|q|q[0-9]+|問|題|问|题|第|諮|詢|咨|询|appendix|annex|附|錄|录|件|[一二三四五六七八九十]",
    re.IGNORECASE,
)

_OF_PARAGRAPHS = re.compile(r"para|paragraph|第|段", re.IGNORECASE)


def missing(content: bytes, made: Imported) -> dict[str, int]:
    """Words of the file that are neither in a block nor in a remark, but for the words of labels, whose number is kept:
    "Question 3", "Appendix A", "Para 12"."""
    lost = words_of_file(content) - words_of_import(made)
    labelled = sum(one.role.value in ("question", "annex") for one in made.blocks)
    numbered = sum(one.role.value == "paragraph" and bool(one.number) for one in made.blocks)
    return {
        word: count
        for word, count in lost.items()
        if not (_LABEL.fullmatch(word) and count <= labelled + 1)
        and not (_OF_PARAGRAPHS.fullmatch(word) and count <= numbered)
    }
