# fmt: off
# ruff: noqa: E501
"""More long papers, written after the importer had been mended with those of `unseen_fourth`."""

from tests.consultations.importing.hand import DECIMAL, b, box, cell, docx, p, page, r, runs, styles, table
from tests.consultations.importing.prose import Prose
from tests.consultations.importing.unseen import Truth
from tests.consultations.importing.unseen_fourth import SIMPLE, Hand, fourth, num, raw


@fourth
def from_pdf() -> tuple[bytes, Truth]:
    """Made from a PDF: every line ends in a break, the page header and the page number stand in the text, raised digits
    call notes at the foot of each page that are plain lines."""
    h = Hand("en", 51)
    asked = ["Do you agree that firms should test\ntheir plans each year?", "Should the results be sent to\nthe Commission within one month?", "What would the tests cost your firm?"]
    at, sheet = 0, 1

    def lines(text: str) -> str:
        out, line = [], ""
        for word in text.split():
            if len(line) + len(word) > 80:
                out.append(line)
                line = ""
            line = f"{line} {word}".strip()
        return "\n".join([*out, line])

    def n() -> str:
        nonlocal at
        at += 1
        return p(f"{at}.\t{lines(h.text(at))}")

    def turn() -> str:
        nonlocal sheet
        sheet += 1
        return p(str(sheet), centre=True) + raw('<w:r><w:br w:type="page"/></w:r>' + runs("Consultation on Recovery Plans"))

    def q(k: int) -> str: return p(f"**Question {k}**") + p(f"**{asked[k - 1]}**")
    body = [
        p("Consultation on\nRecovery Plans", size=26), p("December 2026", size=14), turn(), p("Contents", size=14), *[p(f"{one} {'.' * 40} {k}") for one, k in (("Introduction", 3), ("Testing", 4), ("Reporting", 6), ("Costs", 8))], turn(),
        b("Introduction", size=14), n(), n(), n(), turn(), b("Testing", size=14), n(), n(), turn(), n(), q(1), n(), n(), turn(), b("Reporting", size=14), *[n() for _k in range(4)], turn(), *[n() for _k in range(4)], q(2), n(), turn(), b("Costs", size=14), n(), n(), q(3), n(), turn(),
    ]
    return docx(*body), Truth("Consultation on Recovery Plans", ["Introduction", "Testing", "Reporting", "Costs"], h.truth, {str(k): " ".join(one.split()) for k, one in enumerate(asked, 1)}, remarks={"contents_left_out", "furniture_left_out"})


@fourth
def with_form() -> tuple[bytes, Truth]:
    """Questions of parts 2.1(a), tick boxes in the question's table, all questions before the first chapter with pages, and
    a form for answers as an annex in which each question has a table with room."""
    h = Hand("en", 52)
    asked = {"2.1": "Do you agree with the scope of the rule?", "2.2": "Which firms should be exempt?", "3.1": "Is the proposed limit right?", "3.2": "Should the limit fall over time?"}
    def n(k: str) -> str: return p(f"{k}\t{h.text(k)}")
    def q(k: str) -> str: return table([cell(p(f"**Question {k}**"), shade=True)], [cell(p(asked[k]), p("☐ Agree\t☐ Disagree\t☐ Not sure"))])
    body = [
        p("Limits on Leverage", "Title"), p("CP 14/26", "Subtitle"), p("Closing date for responses: 1 March 2027"), page(),
        p("Summary of questions", "Heading1"), *[p(f"Question {k}: {one} (page {3 + place})") for place, (k, one) in enumerate(asked.items())], page(),
        p("1\tIntroduction", "Heading1"), n("1.1"), n("1.2"), n("1.3"), p("2\tScope", "Heading1"), n("2.1"), n("2.2"), q("2.1"), n("2.3"), q("2.2"), p("3\tThe limit", "Heading1"), p("Level", "Heading2"), n("3.1"), n("3.2"), table(["Leverage", "2025", "2026"], ["Average", "1.9", "2.4"], ["Highest", "11.0", "9.5"]), q("3.1"), p("Path", "Heading2"), n("3.3"), n("3.4"), n("3.5"), q("3.2"), p("4\tNext steps", "Heading1"), n("4.1"), n("4.2"), page(),
        p("Annex 1: Form for responses", "Heading1"), table(["Name", ""], ["Firm", ""], ["May we publish?", "☐ Yes ☐ No"]), *[table([cell(p(f"Question {k}: {one}"), span=2)], ["Your answer", ""]) for k, one in asked.items()],
    ]
    return docx(*body), Truth("Limits on Leverage", ["Summary of questions", "Introduction", "Scope", "The limit", "Next steps"], h.truth, asked, {"1": "Form for responses"}, {"question 2.1": ["☐ Agree"], "text": ["Your answer", "May we publish"]}, ["Level", "Path"], tables=2, remarks={"question_repeated_otherwise"})


@fourth
def mainland() -> tuple[bytes, Truth]:
    """A notice of a ministry: 一、 and （一） with text that has no numbers, 问题一, the draft as an annex with 第一章 and 第一条."""
    z = Prose("zh", 53)

    def t() -> str:
        return z.paragraph(3).translate(SIMPLE)

    asked = ["上述办法的适用范围是否合适？", "托管机构的资本要求应为多少？", "过渡期是否应为十二个月？"]
    body = [
        p("关于《虚拟资产托管管理办法（征求意见稿）》公开征求意见的通知", size=22, centre=True, look="<w:b/>"), p("为了规范托管业务，保护投资者合法权益，我们起草了《虚拟资产托管管理办法（征求意见稿）》，现向社会公开征求意见。公众可以通过以下途径和方式提出反馈意见。"),
        p("一、起草背景", look="<w:b/>"), p(t()), p(t()), p("二、主要内容", look="<w:b/>"), p("（一）适用范围", look="<w:b/>"), p(t()), p("问题一：" + asked[0]), p("（二）资本要求", look="<w:b/>"), p(t()), p(t()), p("问题二：" + asked[1]), p("三、过渡安排", look="<w:b/>"), p(t()), p("问题三：" + asked[2]), p("四、反馈方式", look="<w:b/>"), p("请于2026年6月30日前将意见发送至指定邮箱。"), page(),
        p("附件", look="<w:b/>"), p("虚拟资产托管管理办法（征求意见稿）", size=18, look="<w:b/>", centre=True), p("第一章　总则", look="<w:b/>", centre=True), p("第一条　为了规范托管业务，制定本办法。"), p("第二条　本办法适用于托管机构。"), p("第二章　托管", look="<w:b/>", centre=True), p("第三条　托管机构应当满足下列条件："), p("（一）资本不少于一千万元；"), p("（二）有健全的内部控制。"), p("第四条　本办法自公布之日起施行。"),
    ]
    return docx(*body, style_part=styles([("Normal", "Normal", "", "")], named=False)), Truth("关于《虚拟资产托管管理办法（征求意见稿）》公开征求意见的通知", ["起草背景", "主要内容", "过渡安排", "反馈方式"], {}, {str(k): one for k, one in enumerate(asked, 1)}, {"A": "虚拟资产托管管理办法（征求意见稿）"}, {"A": ["第三条", "有健全的内部控制"], "foreword": ["现向社会公开征求意见"]}, ["适用范围", "资本要求"], language="zh_hans")


@fourth
def lettered() -> tuple[bytes, Truth]:
    """Paragraphs A1, A2, B1 of lists, questions and annexes with numbers of lists, a large first letter in a frame."""
    h = Hand("en", 54)
    asked = ["Do you agree with rule A?", "Do you agree with rule B?", "Are the dates right?", "Have you other comments?"]
    def n(k: str) -> str: return p(h.text(k), num=("ABC".index(k[0]) + 1, 0))
    def q(k: int) -> str: return p(asked[k - 1], num=(8, 0), look="<w:i/>")
    first = h.text("A1")
    body = [
        p("Two Rules on Custody", "Title"), p("Consultation paper"), page(), p("A. Rule on records", "Heading1"),
        raw(r(first[0], '<w:sz w:val="96"/>'), '<w:keepNext/><w:framePr w:dropCap="drop" w:lines="3" w:wrap="around" w:vAnchor="text" w:hAnchor="text"/>'), p(first[1:], num=(1, 0)), n("A2"), n("A3"), q(1), n("A4"), p("B. Rule on keys", "Heading1"), n("B1"), n("B2"), n("B3"), q(2), n("B4"), n("B5"), p("C. Dates", "Heading1"), n("C1"), n("C2"), q(3), n("C3"), q(4), page(),
        p("Text of the rules", "AnnexTitle", (9, 0)), p("A rule."), p("Table of dates", "AnnexTitle", (9, 0)), table(["Rule", "Date"], ["A", "1 May"]),
    ]
    made = docx(*body, lists={1: [("decimal", "A%1")], 2: [("decimal", "B%1")], 3: [("decimal", "C%1")], 8: [("decimal", "Question %1:")], 9: [("upperLetter", "Annex %1")]}, style_part=styles([("AnnexTitle", "Annex Title", "", "<w:b/>")]))
    return made, Truth("Two Rules on Custody", ["Rule on records", "Rule on keys", "Dates"], h.truth, {str(k): one for k, one in enumerate(asked, 1)}, {"A": "Text of the rules", "B": "Table of dates"}, tables=1)


@fourth
def summary_first() -> tuple[bytes, Truth]:
    """A summary whose paragraphs are i, ii, iii; parts on pages of their own; boxes of examples with numbers within;
    a list that begins at 1 again by an override for steps; words explained in a table before the introduction."""
    h = Hand("en", 55)
    asked = ["Should custodians be rated?", "Who should pay for ratings?", "Should ratings be public?"]
    at = 0
    def n() -> str:
        nonlocal at
        at += 1
        return p(h.text(at), num=(1, 0))
    def part(one: str, title: str) -> str: return page() + p(one, centre=True, look="<w:b/>", size=20) + p(title, centre=True, look="<w:b/>", size=20) + page()
    body = [
        p("Ratings for Custodians", "Title"), p("Joint consultation paper"), page(), p("Words used in this paper", "Heading1"), table(["Custodian", "Who holds client assets"], ["Rating", "A grade from A to E"]), p("Executive summary", "Heading1"), *[p(h.prose.paragraph(2), num=(2, 0)) for _k in range(4)],
        part("PART ONE", "WHY RATE CUSTODIANS"), p("Introduction", "Heading1"), n(), n(), n(), box(p("**Example 1**"), p("1. A firm asks for a rating."), p("2. An agency visits the firm."), p("3. The rating is given.")), n(), p("The cost of failure", "Heading1"), n(), n(), box(p("Question 1"), p(asked[0])), n(),
        part("PART TWO", "HOW TO RATE THEM"), p("Method", "Heading1"), n(), p("A rating has these steps:"), p("collect the records;", num=(3, 0)), p("visit the vaults; and", num=(3, 0)), p("write the report.", num=(3, 0)), n(), n(), box(p("Question 2"), p(asked[1]), p("(a) the custodian;"), p("(b) its clients; or"), p("(c) both.")), p("Publication", "Heading1"), n(), n(), box(p("**Example 2**"), p(h.prose.paragraph(2)), p(h.prose.paragraph(2))), n(), box(p("Question 3"), p(asked[2])), n(),
    ]
    made = docx(*body, lists={1: DECIMAL, 2: [("lowerRoman", "%1.")], 3: DECIMAL})
    return made, Truth("Ratings for Custodians", ["Words used in this paper", "Executive summary", "PART ONE: WHY RATE CUSTODIANS", "Introduction", "The cost of failure", "PART TWO: HOW TO RATE THEM", "Method", "Publication"], h.truth, {str(k): one for k, one in enumerate(asked, 1)}, {}, {"3": ["An agency visits"], "question 2": ["(b) its clients"], "8": ["visit the vaults"]}, tables=1)


@fourth
def european() -> tuple[bytes, Truth]:
    """Headings 1. and 1.1. by hand in bold, paragraphs (1) (2) through the paper with a tab, questions in italics with
    Roman parts, many notes, the draft with articles as an annex."""
    h = Hand("en", 56)
    asked = ["Do you agree with the draft standards on custody?", "Is the threshold of EUR 5 million appropriate?", "Do you see a need for further guidance?"]
    at = 0
    def n(note: str = "") -> str:
        nonlocal at
        at += 1
        return p(f"({at})\t{h.text(at)}{note}")
    def q(k: int, *parts: str) -> str: return "".join(p(f"//{one}//") for one in (f"Question {k}. {asked[k - 1]}", *parts))
    body = [
        p("Draft Technical Standards on Custody", size=24, look="<w:b/>"), p("Consultation Paper", size=16), p("11 November 2026 | ESA75-453128700-1229"), page(),
        b("1.\tEXECUTIVE SUMMARY"), n(), n("[^1]"), b("2.\tBACKGROUND"), b("2.1.\tLegal basis"), n("[^2]"), n("[^3]"), b("2.2.\tScope"), n(), n("[^4]"), b("3.\tTHE PROPOSALS"), b("3.1.\tRecords"), n(), n(), q(1, "(i) If not, what would you change?", "(ii) What would it cost?"), b("3.2.\tThreshold"), n(), p("The threshold counts:"), p("(a)\tassets held for clients;"), p("(b)\tassets held for the group;"), n("[^5]"), q(2), b("4.\tNEXT STEPS"), n(), q(3), n(), page(),
        b("ANNEX I: DRAFT REGULATION"), p("Article 1", centre=True), p("Subject matter", centre=True, look="<w:b/>"), p("1. This Regulation lays down rules on records."), p("2. It applies to custodians."), p("Article 2", centre=True), p("Entry into force", centre=True, look="<w:b/>"), p("This Regulation enters into force on 1 January 2028."), page(), b("ANNEX II: COST-BENEFIT ANALYSIS"), table(["Cost", "Low", "High"], ["One-off", "EUR 1m", "EUR 3m"]),
    ]
    made = docx(*body, notes={k: f"OJ L {k}50, 9.6.2023, p. {40 * k}." for k in range(1, 6)})
    return made, Truth("Draft Technical Standards on Custody", ["EXECUTIVE SUMMARY", "BACKGROUND", "THE PROPOSALS", "NEXT STEPS"], h.truth, {str(k): one for k, one in enumerate(asked, 1)}, {"I": "DRAFT REGULATION", "II": "COST-BENEFIT ANALYSIS"}, {"question 1": ["(ii) What would it cost"], "9": ["(b) assets held for the group"], "I": ["Entry into force", "It applies to custodians"]}, ["Legal basis", "Scope", "Records", "Threshold"], tables=1, notes=5)


@fourth
def much_changed() -> tuple[bytes, Truth]:
    """A draft in the eighth round: changed headings and numbers typed anew, rows and a table put in and taken out, a
    question taken out with its box, changed lists, notes taken out, comments on everything."""
    h = Hand("en", 57)
    asked = ["Do you agree with daily reports?", "Should weekly reports end?", "Who should receive the reports?"]
    by = 'w:id="5" w:author="Legal" w:date="2026-05-05T10:00:00Z"'
    def n(k: int, printed: str = "") -> str: return p(f"{printed or k}.\t".replace("}.", "}.") + h.text(k) + f"[c{k % 4 + 1}]")
    def row(kind: str, *cells: str) -> str:
        inside = "".join(f"<w:tc><w:tcPr/>{raw(f'<w:{kind} {by}>{r(one, tag=chr(116) if kind == chr(105) + chr(110) + chr(115) else chr(100) + chr(101) + chr(108) + chr(84) + chr(101) + chr(120) + chr(116))}</w:{kind}>' if kind else r(one))}</w:tc>" for one in cells)
        return f"<w:tr>{f'<w:trPr><w:{kind} {by}/></w:trPr>' if kind else ''}{inside}</w:tr>"
    def gone(text: str) -> str: return raw(f"<w:del {by}>{r(text, tag='delText')}</w:del>", f"<w:rPr><w:del {by}/></w:rPr>")
    body = [
        p("Reports by {-Operators-}{+Platforms+}", "Title"), p("Consultation paper[c1]"), page(), p("Introduction", "Heading1"), n(1), n(2), gone("3.\tAn old third paragraph that is not proposed any more."), n(3, "{-4-}{+3+}"), n(4, "{-5-}{+4+}"), p("{-Weekly-}{+Daily+} reports", "Heading1"), n(5, "{-6-}{+5+}"), box(p("**Question 1**"), p(asked[0] + "[c2]")),
        f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:trPr><w:del {by}/></w:trPr><w:tc><w:tcPr/>{gone('Question 2')}{gone('Do you agree with monthly reports?')}</w:tc></w:tr></w:tbl>",
        n(6, "{-7-}{+6+}"), f"<w:tbl><w:tblPr/><w:tblGrid/>{row('', 'Report', 'Day')}{row('', 'Balance', 'daily')}{row('ins', 'Incident', 'at once')}{row('del', 'Survey', 'yearly')}</w:tbl>", n(7), box(p("**Question {-3-}{+2+}**"), p(asked[1])), n(8), p("{+Recipients+}", "Heading1"), n(9), raw(runs("the SFC;"), f"{num(1)}<w:pPrChange {by}><w:pPr/></w:pPrChange>"), raw(runs("the police; and"), num(1) + f"<w:rPr><w:ins {by}/></w:rPr>"), raw(runs("the auditor."), num(1)), n(10), box(p("**Question {-4-}{+3+}**"), p(asked[2])), gone("Old heading of a part that went"), n(11), n(12),
    ]
    made = docx(*body, lists={1: [("lowerLetter", "(%1)")]}, comments={k: f"Remark number {k} of the reviewer." for k in range(1, 5)})
    return made, Truth("Reports by Platforms", ["Introduction", "Daily reports", "Recipients"], h.truth, {str(k): one for k, one in enumerate(asked, 1)}, {}, {"9": ["(b) the police"], "text": ["Incident"]}, tables=1, remarks={"changes_accepted", "comment"})


@fourth
def side_by_side() -> tuple[bytes, Truth]:
    """English in the left column and Chinese in the right, row by row, in one table for each part; both typed with numbers."""
    h, z = Hand("en", 58), Prose("zh", 58)
    asked = [("Do you agree with a limit?", "你是否同意設定上限？"), ("Is 2 per cent right?", "百分之二是否合適？"), ("Other comments?", "其他意見？")]
    at = 0
    def n() -> list[str]:
        nonlocal at
        at += 1
        return [f"{at}.\t{h.text(at)}", f"{at}.\t{z.paragraph(2)}"]
    def q(k: int) -> list[str]: return [cell(p(f"**Question {k}**"), p(asked[k - 1][0])), cell(p(f"**問題{k}**"), p(asked[k - 1][1]))]
    def head(one: str, two: str) -> list[str]: return [cell(p(f"**{one}**")), cell(p(f"**{two}**"))]
    body = [
        p("Limits on Hot Wallets 熱錢包的上限", "Title"), p("Consultation paper 諮詢文件"), page(), table(head("Introduction", "引言"), n(), n(), n()), p(""), table(head("The limit", "上限"), n(), n(), q(1), n(), n(), q(2), n()), p(""), table(head("Next steps", "下一步"), n(), n(), q(3), n()),
    ]
    return docx(*body), Truth("Limits on Hot Wallets 熱錢包的上限", ["Introduction 引言", "The limit 上限", "Next steps 下一步"], h.truth, {str(k): one for k, (one, _two) in enumerate(asked, 1)}, {}, {"question 1": ["你是否同意設定上限"]})
