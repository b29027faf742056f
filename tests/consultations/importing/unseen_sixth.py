# fmt: off
# ruff: noqa: E501
"""A last lot: whole papers within one cell, headings beside the text, numbers on lines of their own, old drawings."""

from tests.consultations.importing.hand import DECIMAL, b, cell, docx, p, page, runs, table
from tests.consultations.importing.unseen import Truth
from tests.consultations.importing.unseen_fourth import Hand, fourth, raw


def old_box(*pieces: str) -> str:
    """A text box as Word 2003 wrote it, without any newer form."""
    return f"<w:p><w:r><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml'><v:textbox><w:txbxContent>{''.join(pieces)}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"


@fourth
def letterhead() -> tuple[bytes, Truth]:
    """The whole paper in one cell of a letterhead's table, numbers after blanks, questions in old text boxes and as Ｑ１．"""
    h = Hand("en", 61)
    asked = ["Do you agree with the new form?", "Is one month long enough?", "Should the form be sent by post?"]
    at = 0
    def n() -> str:
        nonlocal at
        at += 1
        return p(f"   {at}.   {h.text(at)}")
    inside = [
        b("Consultation on Form 7", size=20, centre=True), p("April 2026", centre=True), b("Introduction"), n(), n(), b("The form"), n(), n(), n(), old_box(b("Question 1"), p(asked[0])), n(), b("Time"), n(), n(), p(f"Ｑ２．{asked[1]}", look="<w:b/>"), table(["Form", "Days"], ["6", "14"], ["7", "30"]), n(), old_box(p(f"**Question 3:** {asked[2]}")), n(),
    ]
    made = docx(table([cell(p("THE SUPERVISOR OF FORMS"))], [cell(*[one if one.startswith("<w:") else p(one) for one in inside])]))
    return made, Truth("Consultation on Form 7", ["Introduction", "The form", "Time"], h.truth, {str(k): one for k, one in enumerate(asked, 1)}, tables=1)


@fourth
def side_heads() -> tuple[bytes, Truth]:
    """Headings in the left column, numbered text in the right; 1.01 to 1.12; the questions asked in one table at the end."""
    h = Hand("en", 62)
    asked = ["Do you agree with the definition of a client?", "Do you agree with the duty to warn?", "Should the duty extend to staff?", "When should the rules begin?"]
    def n(k: str) -> str: return p(f"{k}\t{h.text(k)}")
    def row(head: str, *texts: str) -> list[str]: return [cell(p(f"**{head}**") if head else p("")), cell(*texts)]
    body = [
        p("Duties to Warn Clients", "Title"), p("Consultation paper"), page(), p("Chapter 1 Introduction", "Heading1"), table(row("Purpose", n("1.01"), n("1.02")), row("History", n("1.03"), n("1.04"), n("1.05")), row("", n("1.06"))),
        p("Chapter 2 The duty", "Heading1"), table(row("Definition", n("2.01"), n("2.02")), row("Warnings", n("2.03"), n("2.04"), n("2.05"), n("2.06"), n("2.07"), n("2.08"), n("2.09"), n("2.10"), n("2.11"))), p("Chapter 3 Questions", "Heading1"), n("3.01"), table(["No.", "Consultation question", "Paragraph"], *[[str(k), one, f"2.0{k}"] for k, one in enumerate(asked, 1)]), n("3.02"),
    ]
    return docx(*body), Truth("Duties to Warn Clients", ["Chapter 1 Introduction", "Chapter 2 The duty", "Chapter 3 Questions"], h.truth, {str(k): one for k, one in enumerate(asked, 1)}, heads=["Purpose", "History", "Definition", "Warnings"])


@fourth
def own_lines() -> tuple[bytes, Truth]:
    """Each number on a line of its own above its text, as some readers of scans write it; questions likewise."""
    h = Hand("en", 63)
    asked = ["Do you agree with the levy?", "Who should pay the levy?"]
    at = 0
    def n() -> str:
        nonlocal at
        at += 1
        return p(f"{at}.") + p(h.text(at))
    body = [
        b("Consultation on a Levy", size=20), p("May 2026"), page(), b("Background", size=14), n(), n(), n(), b("The levy", size=14), n(), n(), p("Question 1"), p(asked[0]), n(), n(), p("Question 2"), p(asked[1]), n(), b("Next steps", size=14), n(), n(),
    ]
    return docx(*body), Truth("Consultation on a Levy", ["Background", "The levy", "Next steps"], h.truth, {str(k): one for k, one in enumerate(asked, 1)})


@fourth
def ranges() -> tuple[bytes, Truth]:
    """Two questions under one label, lines for the answer, a question with a chapter in its label, marks * for notes,
    a cover in a table of two columns."""
    h = Hand("en", 64)
    asked = {"1": "Do you agree with the list?", "2": "Is anything missing from the list?", "3": "Should the list be published?", "4": "How often should it change?"}
    at = 0
    def n(extra: str = "") -> str:
        nonlocal at
        at += 1
        return p(h.text(at) + extra, num=(1, 0))
    star = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:customMarkFollows="1" w:id="1"/><w:t>*</w:t></w:r>'
    at = 2
    third = raw(runs(h.text(3)) + star, '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
    at = 0
    body = [
        table([cell(p("LOGO")), cell(p("**A List of Eligible Assets**", size=26), p("Consultation Paper", size=16), p("July 2026"))]), page(), p("Introduction", "Heading1"), n(), n(), third, p("The list", "Heading1"),
    ]
    at = 3
    body += [n(), n(), p("Questions 1 and 2", look="<w:b/>"), p("1. " + asked["1"]), p("2. " + asked["2"]), p("_" * 60), p("_" * 60), n(), p("Publication", "Heading1"), n(), p(f"**Question 3 (Chapter 3):** {asked['3']}"), p("." * 80), n(), p(f"**Question 4 – Frequency.** {asked['4']}"), n()]
    made = docx(*body, lists={1: DECIMAL}, notes={1: "Only assets of the first class."})
    asked |= {"3": f"(Chapter 3): {asked['3']}", "4": f"Frequency. {asked['4']}"}  # what stands between label and question is kept
    return made, Truth("A List of Eligible Assets", ["Introduction", "The list", "Publication"], h.truth, asked, notes=1)
