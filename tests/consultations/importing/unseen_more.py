# fmt: off
# ruff: noqa: E501
"""More papers, written after the importer had been mended with the first ones."""

from typing import Any

from tests.consultations.importing.hand import (
    DECIMAL,
    b,
    box,
    cell,
    docx,
    landscape,
    p,
    page,
    styles,
    table,
)
from tests.consultations.importing.unseen import LONG, Truth, paper

ZH = "證監會認為，有關做法與虛擬資產交易平台的客戶所承受的風險相稱，並與其他主要司法管轄區的規定一致，亦有助市場穩健發展。"

@paper
def fstb() -> tuple[bytes, Truth]:
    """A bureau's paper: CHAPTER and title on two lines, 1.1 by hand with non-breaking spaces, "Question 1:" underlined, dates at line starts."""
    def n(number: Any, text: Any) -> str: return p(f"{number}\u00a0\u00a0\u00a0{text}")
    made = docx(
        p("Public Consultation on Legislative Proposals to Regulate Dealing in Virtual Assets", size=24, centre=True), p("Financial Services and the Treasury Bureau", centre=True), p("June 2025", centre=True), page(),
        p("CHAPTER 1", centre=True, look="<w:b/>"), p("INTRODUCTION", centre=True, look="<w:b/>"), n("1.1", LONG), n("1.2", "The Government’s policy is “same activity, same risks, same regulation”. " + LONG),
        p("__Purpose__"), n("1.3", LONG), page(), p("CHAPTER 2", centre=True, look="<w:b/>"), p("SCOPE OF DEALING", centre=True, look="<w:b/>"), n("2.1", LONG), n("2.2", "The following would be exempt –"), p("(a) a licensed platform;", indent=720), p("(b) a bank, in respect of –", indent=720), p("(i) its own account; and", indent=1440), p("(ii) clients of its group.", indent=1440), n("2.3", LONG),
        table([cell(p("__Questions for consultation__"), p("Question 1: Do you agree with the scope of dealing?"), p("Question 2: Do you agree with the exemptions? If not, what else should be exempt, and why?"))]),
        page(), p("CHAPTER 3", centre=True, look="<w:b/>"), p("WAY FORWARD", centre=True, look="<w:b/>"), n("3.1", "Please send your views by 29 August 2025 by one of the following means –"), p("By mail: 24/F, Central Government Offices"), p("By email: vadealing@example.gov.hk"), n("3.2", LONG), page(), p("ANNEX A", centre=True, look="<w:b/>"), p("OVERSEAS REGIMES", centre=True, look="<w:b/>"), table(["", "UK", "EU"], ["Licence", "Yes", "Yes"]), landscape(), p("ANNEX B", centre=True, look="<w:b/>"), p("ABBREVIATIONS", centre=True, look="<w:b/>"), p("VA\tvirtual asset"), footer="1",
    )
    return made, Truth("Public Consultation on Legislative Proposals to Regulate Dealing in Virtual Assets", ["CHAPTER 1: INTRODUCTION", "CHAPTER 2: SCOPE OF DEALING", "CHAPTER 3: WAY FORWARD"], {"1.1": "The Comm", "1.2": "The Gov", "1.3": "The Comm", "2.1": "The C", "2.2": "The following", "2.3": "The C", "3.1": "Please send", "3.2": "The C"}, {"1": "Do you agree with the scope", "2": "Do you agree with the exemptions"}, {"A": "OVERSEAS REGIMES", "B": "ABBREVIATIONS"}, {"2.2": ["(ii) clients"], "3.1": ["By email"], "B": ["virtual asset"], "A": ["Licence"], "text": ["Questions for consultation"]}, ["Purpose"], tables=1)

@paper
def front_list() -> tuple[bytes, Truth]:
    """The list of questions stands in the summary, before the questions are asked; numbers by list, headings plain bold."""
    def n(text: Any) -> str: return p(text, num=(1, 0))
    made = docx(
        p("Consultation Paper on Algorithmic Trading", "Title"), p("Executive summary", "Heading1"), n(LONG), n(LONG), p("Consultation questions", "Heading2"), p("Q1: Do you agree with the definition of algorithmic trading?"), p("Q2: Should kill switches be tested monthly?"),
        p("The proposals", "Heading1"), p("Definition", "Heading2"), n(LONG), p("Q1: Do you agree with the definition of algorithmic trading?", look="<w:b/>"), p("Kill switches", "Heading2"), n(LONG), n(LONG), p("Q2: Should kill switches be tested every month?", look="<w:b/>"), p("Next steps", "Heading1"), n(LONG), lists={1: DECIMAL},
    )
    return made, Truth("Consultation Paper on Algorithmic Trading", ["Executive summary", "The proposals", "Next steps"], {str(k): "The C" for k in range(1, 7)}, {"1": "Do you agree", "2": "Should kill switches be tested every month"}, heads=["Consultation questions", "Definition", "Kill switches"], remarks={"question_repeated", "question_repeated_otherwise"})

@paper
def zh_auto() -> tuple[bytes, Truth]:
    """Chinese with Word's counting: 第一章 by Heading 1, 1.1 by list, 諮詢問題三 in boxes, footnotes, 附件 甲."""
    def n(text: Any) -> str: return p(text, num=(1, 1))
    made = docx(
        p("建議修訂《證券及期貨（客戶款項）規則》的諮詢文件", "Title"), p("檔號：SFC/2025/07"), p("引言", "Heading1", (1, 0)), n(ZH), n("2025年4月1日，證監會發出通函。" + ZH + "[^1]"), p("主要建議", "Heading1", (1, 0)), p("(I) 客戶款項", "Heading2"), n(ZH), p("(a)\t甲類客戶；"), p("(b)\t乙類客戶。"), box(p("諮詢問題一"), p("你是否同意有關建議？")), p("(II) 利息", "Heading2"), n(ZH), box(p("諮詢問題二"), p("利息應否撥歸客戶？"), p("(甲) 如應，如何計算？"), p("(乙) 如不應，理由為何？")), p("未來路向", "Heading1", (1, 0)), n("請於2025年12月31日或之前提交意見。"), page(), p("附件甲", centre=True, look="<w:b/>"), p("建議修訂條文", centre=True, look="<w:b/>"), p("4A.\t{+持牌法團須每日對帳。+}"), p("5.\t持牌法團須於{-3-}{+2+}個營業日內支付。"),
        lists={1: [("chineseCountingThousand", "第%1章"), ("decimal", "%1.%2")]}, notes={1: "通函編號25EC1。"},
    )
    return made, Truth("建議修訂《證券及期貨（客戶款項）規則》的諮詢文件", ["第一章 引言", "第二章 主要建議", "第三章 未來路向"], {}, {"1": "你是否同意", "2": "利息應否"}, {"甲": "建議修訂條文"}, {"question 2": ["(乙) 如不應"]}, ["客戶款項", "利息"], {"甲": ["4A", "5"]}, notes=1, language="zh_hant", remarks={"changes_kept"})

@paper
def law() -> tuple[bytes, Truth]:
    """Long quotations of law with their own numbers, a run of numbers beyond 100, years and money at line starts."""
    body = [p("Consultation Paper on the Uncertificated Securities Market", "Title"), b("Introduction")]
    truth: dict[str, str] = {}
    number = 0
    def n(text: str) -> str:
        nonlocal number
        number += 1
        truth[str(number)] = text[:8]
        return p(f"{number}.\t{text}")
    for part in range(12):
        if part:
            body.append(b(["Registrars", "Fees", "Transfers", "Corporate actions", "Evidence", "Title to securities", "Offences", "Appeals", "Codes", "Transition", "Costs"][part - 1]))
        for _ in range(9):
            body.append(n(LONG))
        body += [p("“101AA. Interpretation", indent=700), p("(1) In this Part— approved securities registrar means a person approved under section 101AAG;", indent=700), p("(2) A reference to title is to be read as including— (a) legal title; and (b) any other title.”", indent=700), p("2024 was the first full year. " + LONG), p("$5,000 would be the fee."), p("1.\ta first item of a list;"), p("2.\ta second item; and"), p("3.\ta third item.")]
        body.append(p(f"Question {part + 1}\tDo you have comments on this part?", look="<w:b/><w:i/>"))
    made = docx(*body)
    return made, Truth("Consultation Paper on the Uncertificated Securities Market", ["Introduction", "Registrars", "Fees", "Transfers", "Corporate actions", "Evidence", "Title to securities", "Offences", "Appeals", "Codes", "Transition", "Costs"], truth, {str(k): "Do you have" for k in range(1, 13)}, inside={"9": ["101AA. Interpretation", "3. a third item", "2024 was"]})

@paper
def notes_table() -> tuple[bytes, Truth]:
    """Responses beside each proposal; questions as the last row of three-column tables; deep numbers 2.3.1; nested headings."""
    def h1(t: Any) -> str: return p(t, "Heading1", (1, 0))
    def h2(t: Any) -> str: return p(t, "Heading2", (1, 1))
    def n(t: Any) -> str: return p(t, num=(1, 2))
    made = docx(
        p("Further Consultation on Risk Management", "Title"), h1("Introduction"), h2("Purpose"), n(LONG), n(LONG), h1("Margin"), h2("Initial margin"), n(LONG), table(["Item", "Now", "Proposed"], ["Cover", "99%", "99.5%"], ["Period", "2 days", "5 days"]), n(LONG), p("Question 1. Do you agree with the cover?", look="<w:i/>"), h2("Variation margin"), n(LONG), p("• daily;"), p("• intraday; or"), p("• both."), p("Question 2. Do you agree with the calls?", look="<w:i/>"), p("Appendix 1 Sample calculation", "Heading1"), p("Step 1"), p("1. Take the price."), p("Appendix 2 Forms", "Heading1"), p("Form A"), lists={1: [("decimal", "%1"), ("decimal", "%1.%2"), ("decimal", "%1.%2.%3")]},
    )
    return made, Truth("Further Consultation on Risk Management", ["Introduction", "Margin"], {"1.1.1": "The C", "1.1.2": "The C", "2.1.1": "The C", "2.1.2": "The C", "2.2.1": "The C"}, {"1": "Do you agree with the cover", "2": "Do you agree with the calls"}, {"1": "Sample calculation", "2": "Forms"}, {"2.2.1": ["- intraday; or"]}, ["Purpose", "Initial margin", "Variation margin"], tables=1)

@paper
def wps_en() -> tuple[bytes, Truth]:
    """From WPS: body all bold by mistake in the style, typed contents without a heading, "Qn 1", paragraph 0."""
    def n(k: Any, t: Any) -> str: return p(f"{k}.  {t}")
    made = docx(
        p("CONSULTATION PAPER ON THE CODE OF CONDUCT", size=20, centre=True), p("Introduction ........ 1"), p("Suitability ........ 2"), p("Complex products ........ 3"), page(),
        p("Introduction", size=14), n(1, LONG), n(2, LONG), p("Suitability", size=14), n(3, LONG), p("Qn 1: Do you agree with this approach to suitability?"), n(4, LONG), p("Complex products", size=14), n(5, LONG), p("Qn 2: What other products are complex?"), n(6, LONG), style_part=styles([("Normal", "Normal", "", "<w:b/>")], named=False),
    )
    return made, Truth("CONSULTATION PAPER ON THE CODE OF CONDUCT", ["Introduction", "Suitability", "Complex products"], {str(k): "The C" for k in range(1, 7)}, {"1": "Do you agree", "2": "What other"}, remarks={"contents_left_out"})


@paper
def under_heads() -> tuple[bytes, Truth]:
    """A heading "Consultation questions" above the questions of each chapter; all of them again in a last section."""
    def n(t: Any) -> str: return p(t, num=(1, 0))
    asked = ["Do you agree with the scope?", "Do you agree with the reporting period of T+1?", "Should the platform publish its fees?", "Is a fee cap needed for retail clients?"]
    made = docx(
        p("Consultation on Fees of Platforms", "Title"), p("Scope", "Heading1"), n(LONG), n("* means an estimate. " + LONG), p("Consultation questions", "Heading2"), *[p(f"Question {k}: {asked[k - 1]}") for k in (1, 2)], p("Fees", "Heading1"), n(LONG), p("* Figures are rounded."), p("Consultation questions", "Heading2"), *[p(f"Question {k}: {asked[k - 1]}") for k in (3, 4)],
        p("Questions", "Heading1"), *[p(f"Question {k}: {asked[k - 1]}") for k in (1, 2, 3, 4)], p("Next steps", "Heading1"), n("See also Q1: what is meant? " + LONG), lists={1: DECIMAL},
    )
    return made, Truth("Consultation on Fees of Platforms", ["Scope", "Fees", "Questions", "Next steps"], {"1": "The C", "2": "means an", "3": "The C", "4": "See also"} | {"2": "* means"}, {str(k): asked[k - 1] for k in range(1, 5)}, heads=["Consultation questions"], remarks={"question_repeated"})
