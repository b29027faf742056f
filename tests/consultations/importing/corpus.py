# ruff: noqa: E501  (one paper, one line of XML, one list of words a line)
"""Two papers whose truth is known: one made with Word's own means, one as hurried authors do it."""

import base64
from dataclasses import dataclass, field
from typing import Any

from tests.consultations.importing.build import (
    Docx,
    box,
    numbered,
    para,
    run,
    styled,
    table,
    text_box,
    tracked,
)
from tests.consultations.importing.build import (
    field as word_field,
)
from tests.consultations.importing.prose import Prose

_B = "<w:b/>"
_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass
class Truth:
    title: str = ""
    reference: str = "CP 2026/08"
    language: str = "en"
    sections: list[tuple[str, str]] = field(default_factory=list)  # number, title
    paragraphs: list[tuple[str, str]] = field(default_factory=list)  # number, first words
    questions: list[tuple[str, str]] = field(default_factory=list)
    annexes: list[tuple[str, str]] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)  # a word of each
    notes: list[str] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    words: int = 0

    @property
    def zh(self) -> bool:
        return self.language != "en"


_TITLE = {
    "en": "Consultation Paper on the Custody of Client Virtual Assets by Platform Operators",
    "zh_hant": "有關平台營運者託管客戶虛擬資產的諮詢文件",
}
_FRONT = {
    "en": (
        "Foreword",
        "Personal Information Collection Statement",
        "Table of contents",
        "June 2026",
        "Reference: CP 2026/08",
    ),
    "zh_hant": ("前言", "個人資料收集聲明", "目錄", "2026年6月", "檔號：CP 2026/08"),
}
_PICS = {
    "en": ["Purpose of collection", "Transfer of personal data", "Access to data", "Retention", "Enquiries"],
    "zh_hant": ["收集資料的目的", "轉移個人資料", "查閱資料", "保留資料", "查詢"],
}


class _Maker:
    def __init__(self, language: str, seed: int) -> None:
        self.language, self.zh = language, language != "en"
        self.prose = Prose(language, seed)
        self.random = self.prose.random
        self.docx = Docx()
        self.truth = Truth(_TITLE[language], language=language)
        self.words = 0
        self.questions = 0

    def text(self, sentences: int = 0) -> str:
        made = self.prose.paragraph(sentences)
        self.words += len(made) if self.zh else len(made.split())
        return made

    def question_label(self, style: int = 0) -> str:
        n = self.questions
        if self.zh:
            return [f"問題{n}", f"問題 {n}：", f"諮詢問題{n}：", f"問題{_zh(n)}：", f"第{n}題："][style]
        return [f"Question {n}", f"Question {n}:", f"Q{n}.", f"Question {n}.", f"QUESTION {n}:"][style]

    @property
    def pages(self) -> float:
        """About 380 English words or 620 Chinese characters fill a page of such papers."""
        return self.words / (620 if self.zh else 380)


def _zh(n: int) -> str:
    digits = "〇一二三四五六七八九"
    if n < 10:
        return digits[n]
    tens = "十" if n < 20 else f"{digits[n // 10]}十"
    return tens + (digits[n % 10] if n % 10 else "")


# --- made with Word's own means ------------------------------------------------------------------------------------


class _Proper(_Maker):
    def __init__(self, language: str, seed: int, dotted: bool, per_section: int) -> None:
        super().__init__(language, seed)
        self.dotted, self.per_section = dotted, per_section
        d = self.docx
        d.header, d.footer = ("諮詢文件" if self.zh else "Consultation paper"), ("第 " if self.zh else "Page ")
        forms = [("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"), ("lowerRoman", "(%4)")]
        if self.zh:
            forms = [
                ("taiwaneseCountingThousand", "%1、"),
                ("decimal", "%1.%2"),
                ("lowerLetter", "(%3)"),
                ("lowerRoman", "(%4)"),
            ]
        legal = {1: "<w:isLgl/>"}
        self.outline = d.list(*forms, style={0: "Heading1"}, extra=legal)
        self.running = d.list(("decimal", "%1."), ("lowerLetter", "(%2)"), ("lowerRoman", "(%3)"))
        self.pics = d.list(("decimal", "%1."))
        self.bullets = d.list(("bullet", "\u2022"))
        self.asked = d.list(("decimal", "問題%1：" if self.zh else "Question %1:"))
        d.style(
            "NumberedPara",
            "Numbered Paragraph",
            f"<w:pPr>{numbered(self.outline if dotted else self.running, 1 if dotted else 0)}</w:pPr>",
        )
        d.style("QuestionBox", "Question Box", "<w:rPr><w:b/></w:rPr>")
        d.style("AnnexHeading", "Annex Heading", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>', based="Heading1")
        self.section = 0
        self.number = 0

    def build(self) -> tuple[bytes, Truth]:
        self.front()
        for title in self.prose.headings():
            self.section_of(title)
        self.annexes()
        self.truth.words = self.words
        return self.docx.bytes(), self.truth

    def front(self) -> None:
        d, names = self.docx, _FRONT[self.language]
        d.add(para(self.truth.title, styled("Title")), para(names[3], styled("Subtitle")), para(names[4]))
        entries = "".join(
            para(
                f'<w:hyperlink w:anchor="_Toc{n}">{run(one)}{run(chr(9))}{word_field(f"PAGEREF _Toc{n}", run(str(n + 3)))}</w:hyperlink>',
                styled("TOC1"),
            )
            for n, one in enumerate([names[0], names[1], *self.prose.headings()])
        )
        d.style("TOC1", "toc 1")
        d.style("TOCHeading", "TOC Heading")
        d.add(
            '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
            f"<w:sdtContent>{para(names[2], styled('TOCHeading'))}"
            f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o "1-3" </w:instrText></w:r>'
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r></w:p>{entries}'
            '<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:sdtContent></w:sdt>'
        )
        plain_heading = styled("Heading1", '<w:numPr><w:numId w:val="0"/></w:numPr>')
        d.add(para(names[0], plain_heading))
        for place in range(4):
            note = self.note() if place == 1 else ""
            d.add(para(run(self.text(4)) + note))
        d.add(para(names[1], plain_heading))
        for title in _PICS[self.language]:
            d.add(para(title, styled("Heading2")))
            d.add(para(self.text(3), numbered(self.pics)), para(self.text(2), numbered(self.pics)))

    def note(self) -> str:
        text = self.prose.note()
        self.truth.notes.append(text)
        return self.docx.note(text)

    def section_of(self, title: str) -> None:
        d = self.docx
        self.section += 1
        d.add(
            para(
                f'<w:bookmarkStart w:id="{self.section}" w:name="_Toc{self.section}"/>{run(title)}<w:bookmarkEnd w:id="{self.section}"/>',
                styled("Heading1", numbered(self.outline) if True else ""),
            )
        )
        self.truth.sections.append((_zh(self.section) if self.zh else str(self.section), title))
        self.in_section = 0
        for place in range(self.per_section):
            if place in (3, 9):
                d.add(para(self.prose.subheading(), styled("Heading2")))
            self.paragraph(place)
            if place % 6 == 5:
                self.question(self.section + place)

    def paragraph(self, place: int) -> None:
        d = self.docx
        self.number += 1
        self.in_section += 1
        number = f"{self.section}.{self.in_section}" if self.dotted else str(self.number)
        text = self.text()
        self.truth.paragraphs.append((number, text[:12]))
        kind = self.random.randrange(9)
        content = run(text)
        if kind == 0:
            content += self.note() + run(self.text(1))
        elif kind == 1:
            half = len(text) // 2
            content = (
                run(text[:half])
                + run(text[half : half + 9], _B)
                + run(text[half + 9 :], "<w:i/>")
                + '<w:proofErr w:type="gramStart"/>'
            )
        elif kind == 2:
            content = f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>{word_field('REF _Ref1 h', run(str(self.number)))}"
        elif kind == 3:
            content = run(text) + tracked(self.text(1), "ins") + tracked("removed wording", "del")
        if kind == 4:
            d.add(f"<w:sdt><w:sdtPr/><w:sdtContent>{para(content, styled('NumberedPara'))}</w:sdtContent></w:sdt>")
        else:
            d.add(para(content, styled("NumberedPara")))
        if kind == 5:
            for last in (False, False, True):
                d.add(
                    para(
                        self.prose.item(last),
                        numbered(self.outline if self.dotted else self.running, 2 if self.dotted else 1),
                    )
                )
        elif kind == 6:
            for last in (False, True):
                d.add(para(self.prose.item(last), styled("ListBullet")))
        elif kind == 7 and place % 2:
            self.table_of()

    def table_of(self) -> None:
        key = f"table{len(self.truth.tables)}key"
        self.truth.tables.append(key)
        head = ["項目", "規定", "期限"] if self.zh else ["Item", "Requirement", "Time limit"]
        rows = [head, *[[f"{n}", self.prose.item(True), self.prose.pick("when")] for n in range(1, 5)]]
        rows[1][0] = key
        self.docx.add(table(rows))

    def question(self, style: int) -> None:
        d = self.docx
        self.questions += 1
        asked = self.prose.question()
        self.truth.questions.append((str(self.questions), asked[:12]))
        kind = style % 4
        if kind == 0:
            d.add(box(para(self.question_label(), styled("QuestionBox")), para(asked)))
        elif kind == 1:
            d.add(para(text_box(para(run(self.question_label(1), _B) + run(f" {asked}")))))
        elif kind == 2:
            border = "".join(f'<w:{side} w:val="single"/>' for side in ("top", "left", "bottom", "right"))
            d.add(para(run(f"{self.question_label(1)} {asked}", _B), f"<w:pBdr>{border}</w:pBdr>"))
        else:
            d.add(box(para(run(self.question_label(1), _B) + run("\n" + asked))))

    def annexes(self) -> None:
        d, zh = self.docx, self.zh
        names = ("附錄A", "附錄B") if zh else ("Appendix A", "Appendix B")
        titles = (
            ("有關規定的比較", "《指引》的修訂（標示修訂）")
            if zh
            else ("Comparison of requirements", "Amendments to the Guidelines (marked up)")
        )
        d.add(
            para(
                f"{names[0]}: {titles[0]}" if not zh else f"{names[0]}：{titles[0]}",
                styled("AnnexHeading", '<w:numPr><w:numId w:val="0"/></w:numPr><w:pageBreakBefore/>'),
            )
        )
        self.truth.annexes.append(("A", titles[0]))
        for _one in range(6):
            d.add(para(self.text(4)))
        self.table_of()
        d.add(
            para(names[1], styled("AnnexHeading", '<w:numPr><w:numId w:val="0"/></w:numPr>')),
            para(titles[1], '<w:jc w:val="center"/>'),
        )
        self.truth.annexes.append(("B", titles[1]))
        clauses = d.list(("decimal", "7.%1"))
        for n in range(1, 9):
            d.add(
                para(
                    run(self.text(1))
                    + tracked("at least 95% ", "del")
                    + tracked("at least 98% ", "ins")
                    + run(self.text(1)),
                    numbered(clauses),
                )
            )
            self.truth.clauses.append(f"7.{n}")


# --- as hurried authors do it ----------------------------------------------------------------------------------------


class _Hurried(_Maker):
    """Typed numbers, bold for headings, mixed fonts, a table per question."""

    fonts = (
        "",
        '<w:rFonts w:ascii="Arial" w:hAnsi="Arial"/>',
        '<w:sz w:val="22"/>',
        '<w:rFonts w:eastAsia="MingLiU"/><w:sz w:val="24"/>',
    )

    def __init__(self, language: str, seed: int, per_section: int) -> None:
        super().__init__(language, seed)
        self.per_section = per_section
        self.number = 0

    def build(self) -> tuple[bytes, Truth]:
        self.front()
        for place, title in enumerate(self.prose.headings(), start=1):
            self.section_of(place, title)
        self.annexes()
        self.truth.words = self.words
        return self.docx.bytes(), self.truth

    def front(self) -> None:
        d, names = self.docx, _FRONT[self.language]
        centred = '<w:jc w:val="center"/>'
        d.add(
            para(run(self.truth.title, _B + '<w:sz w:val="40"/>'), centred),
            para(names[3], centred),
            para(names[4], centred),
        )
        d.add(para(run(names[2], _B)))
        for page, one in enumerate([names[0], names[1], *self.prose.headings()], start=2):
            mark = "\t" if page % 2 else " ..................... "
            d.add(para(f"{one}{mark}{page}"))
        d.add(para(run(names[0], _B)))
        for _one in range(4):
            d.add(para(self.text(4)))
        d.add(para(run(names[1], _B)))
        number = 0
        for title in _PICS[self.language]:
            d.add(para(run(title, '<w:u w:val="single"/>')))
            for _one in range(2):
                number += 1
                d.add(para(f"{number}.\t{self.text(3)}"))

    def section_of(self, place: int, title: str) -> None:
        d = self.docx
        look = [_B, _B + '<w:sz w:val="26"/>', _B + '<w:u w:val="single"/>'][place % 3]
        d.add(para(run(title if place % 4 or self.zh else title.upper(), look)))
        self.truth.sections.append(("", title if place % 4 or self.zh else title.upper()))
        for n in range(self.per_section):
            if n in (4, 8):
                d.add(para(run(self.prose.subheading(), "<w:i/>")))
            self.paragraph(n)
            if n % 6 == 5:
                self.question(place + n)

    def typed(self) -> str:
        n = self.number
        full = str(n).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        forms = [f"{n}.\t", f"{n}. ", f"{n}.  ", f"{n}.", f"{n}\t"]
        if self.zh:
            forms = [f"{n}.\t", f"{full}．", f"{n}、", f"{n}. ", f"{full}. "]
        return forms[self.random.choice([0, 0, 0, 1, 1, 2, 3, 4])]

    def paragraph(self, place: int) -> None:
        d = self.docx
        self.number += 1
        text = self.text()
        self.truth.paragraphs.append((str(self.number), text[:12]))
        font = self.random.choice(self.fonts)
        d.add(para(run(f"{self.typed()}{text}", font)))
        kind = self.random.randrange(9)
        if kind == 0:
            for letter, last in (("a", False), ("b", False), ("c", True)):
                d.add(para(run(f"({letter})\t{self.prose.item(last)}", font), '<w:ind w:left="720"/>'))
        elif kind == 1:
            for n, last in ((1, False), (2, False), (3, True)):
                d.add(para(run(f"{n}. {self.prose.item(last)}", font), '<w:ind w:left="720"/>'))
        elif kind == 2 and not self.zh:
            d.add(para(run(f"{self.number + 1} February 2026 was the date on which {self.prose.item(True)}", font)))
        elif kind == 2:
            d.add(para(run(f"{self.number + 1}月2日，{self.prose.item(True)}", font)))
        elif kind == 3:
            d.add(para(run(f"- {self.prose.item(False)}", font)), para(run(f"- {self.prose.item(True)}", font)))
        elif kind == 4 and place % 2:
            self.table_of()
        elif kind == 5:
            d.add(para(""), para(""))

    def table_of(self) -> None:
        key = f"table{len(self.truth.tables)}key"
        self.truth.tables.append(key)
        head = ["編號", "規定"] if self.zh else ["No.", "Requirement"]
        self.docx.add(
            table(
                [head, [f"1 {key}", self.prose.item(True)], ["2", self.prose.item(True)], ["3", self.prose.item(True)]]
            )
        )

    def question(self, style: int) -> None:
        d = self.docx
        self.questions += 1
        asked = self.prose.question()
        self.truth.questions.append((str(self.questions), asked[:12]))
        kind = style % 5
        if kind == 0:
            d.add(table([[self.question_label(), asked]]))
        elif kind == 1:
            d.add(box(para(run(self.question_label(1), _B)), para(asked)))
        elif kind == 2:
            d.add(para(run(f"{self.question_label(2)} {asked}", _B)))
        elif kind == 3:
            d.add(para(run(self.question_label(3), _B) + run(f" {asked}")))
        else:
            d.add(table([[f"{self.question_label(1)} {asked}"]]))

    def annexes(self) -> None:
        d, zh = self.docx, self.zh
        names = ("附件一", "附件二") if zh else ("APPENDIX 1", "APPENDIX 2")
        titles = ("詞彙", "示意條文") if zh else ("Terms used in this paper", "Indicative drafting")
        keys = ("一", "二") if zh else ("1", "2")
        d.add(para(run(f"{names[0]} – {titles[0]}", _B)))
        for _one in range(5):
            d.add(para(self.text(3)))
        d.add(para(run(names[1], _B), '<w:jc w:val="center"/>'), para(run(titles[1], _B), '<w:jc w:val="center"/>'))
        self.truth.annexes.extend(zip(keys, titles, strict=True))
        for n in range(1, 7):
            d.add(
                para(
                    run(f"10.{n}\t{self.text(1)}")
                    + run("98 per cent", "<w:strike/>")
                    + run("95 per cent", '<w:u w:val="single"/>')
                    + run(self.text(1))
                )
            )
            self.truth.clauses.append(f"10.{n}")


def proper(language: str, *, seed: int = 1, dotted: bool = False, per_section: int = 26) -> tuple[bytes, Truth]:
    return _Proper(language, seed, dotted, per_section).build()


def hurried(language: str, *, seed: int = 2, per_section: int = 26) -> tuple[bytes, Truth]:
    return _Hurried(language, seed, per_section).build()


__all__ = ["Any", "Truth", "hurried", "proper"]
