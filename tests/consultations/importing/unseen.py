# fmt: off
# ruff: noqa: E501
"""Papers in the layouts of several regulators, each with what a careful reader would find in it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.consultations.importing.hand import (
    BULLET,
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
    text_box,
    toc,
)


@dataclass
class Truth:
    """`paragraphs` and `questions` are by number, with the words that they begin with; `inside` are words that must
    stand in the named paragraph, annex or "foreword"; `left` the numbers of questions that a person must number.
    """

    title: str
    sections: list[str]
    paragraphs: dict[str, str]
    questions: dict[str, str] = field(default_factory=dict)
    annexes: dict[str, str] = field(default_factory=dict)
    inside: dict[str, list[str]] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)  # below the sections
    clauses: dict[str, list[str]] = field(default_factory=dict)  # of an annex
    tables: int = 0
    notes: int = 0
    remarks: set[str] = field(default_factory=set)
    language: str = "en"


PAPERS: dict[str, Callable[[], tuple[bytes, Truth]]] = {}


def paper(make: Callable[[], tuple[bytes, Truth]]) -> Callable[[], tuple[bytes, Truth]]:
    PAPERS[make.__name__] = make
    return make


LONG = "The Commission considers that this approach is proportionate to the risks that clients of a platform bear, and that it keeps the requirements in line with those of other major jurisdictions."
WHY = "Please give reasons for your view."


@paper
def sfc() -> tuple[bytes, Truth]:
    """The layout of a Hong Kong paper: contents, foreword, statement, parts A to C, boxes of one cell, appendices."""
    def n(text: Any, **more: Any) -> str: return p(text, "ListParagraph", (1, 0), **more)
    def ask(number: Any, text: Any) -> str: return box(b(f"Question {number}"), p(text))
    q1 = "Do you agree with the proposed scope of the framework for staking services? Please explain."
    q2 = "Do you have any comments on the proposed insurance or compensation arrangement?"
    q3 = "Do you consider a transitional period of 12 months sufficient?"
    body = [
        p("Consultation Paper on the Proposed Regulatory Framework for Staking Services", size=22, centre=True),
        p("Securities and Futures Commission", centre=True), p("March 2025", centre=True), page(),
        b("TABLE OF CONTENTS", centre=True),
        *[p(f"{one}\t{number}") for one, number in [("Foreword", 1), ("Personal information collection statement", 2), ("Introduction", 4), ("Background", 5), ("Proposals", 7), ("A. Scope of the framework", 7), ("B. Custody of staked assets", 9), ("C. Transitional arrangements", 11), ("Seeking comments", 12), ("Appendix A – List of consultation questions", 13), ("Appendix B – Proposed amendments to the Guidelines", 14)]],
        page(), b("FOREWORD"),
        p("The Securities and Futures Commission (SFC) invites market participants and interested parties to submit written comments on the proposals discussed in this consultation paper or to comment on related matters that might have a significant impact upon the proposals by no later than 30 May 2025."),
        p("Any person wishing to comment on the proposals on behalf of an organisation should provide details of the organisation whose views they represent."),
        page(), b("PERSONAL INFORMATION COLLECTION STATEMENT"),
        p("1.\tThis Personal Information Collection Statement (PICS) is made in accordance with the guidelines issued by the Privacy Commissioner for Personal Data."),
        b("Purpose of Collection"),
        p("2.\tThe personal data provided in your submission to the SFC in response to this consultation paper may be used by the SFC for one or more of the following purposes:"),
        p("to administer the relevant provisions and codes and guidelines published pursuant to the powers vested in the SFC;", "ListParagraph", (3, 0)),
        b("Transfer of Personal Data"),
        p("3.\tPersonal data may be disclosed by the SFC to members of the public in Hong Kong and elsewhere as part of the public consultation."),
        page(), b("INTRODUCTION"),
        n("On 7 April 2025, the SFC provided guidance to licensed virtual asset trading platforms (VATPs) on the provision of staking services.[^1]"),
        n("This paper sets out the proposals in detail. " + LONG),
        b("BACKGROUND"),
        n("Under the Anti-Money Laundering and Counter-Terrorist Financing Ordinance (Cap. 615) (AMLO), section 53ZRD(1) provides as follows:"),
        p("“53ZRD(1) A person must not carry on a business of providing a VA service unless the person is licensed.", indent=1440),
        p("(2) A person who contravenes subsection (1) commits an offence.”", indent=1440),
        n("The regime commenced on 1 June"), p("2023. Since then the SFC has licensed 11 platforms.", indent=0),
        b("PROPOSALS"), b("A.\tScope of the framework"),
        n("The framework would apply to: "),
        p("a platform operator that is licensed under:", num=(2, 0)), p("section 53ZRK of the AMLO; or", num=(2, 1)), p("section 116 of the SFO; and", num=(2, 1)),
        p("an associated entity.", num=(2, 0)),
        n(LONG), ask(1, q1),
        b("B.\tCustody of staked assets"), p("//Private keys//"),
        n("Platform operators would have to keep possession or control of all mediums through which client virtual assets may be withdrawn. The table below compares the options."),
        table([b("Option"), b("Cost"), b("Coverage")], ["Third-party insurance", "High", "50%"], ["Funds set aside", "Medium", "100%"]),
        n(LONG + "[^2]"), ask(2, q2),
        b("C.\tTransitional arrangements"), n("Existing services may continue for 12 months. " + LONG), ask(3, q3),
        b("SEEKING COMMENTS"), n("The SFC welcomes comments from the public and the industry on the proposals made in this consultation paper. Please submit your comments to the SFC in writing by no later than 30 May 2025."),
        page(), b("APPENDIX A – LIST OF CONSULTATION QUESTIONS", centre=True), b("Question 1"), p(q1), b("Question 2"), p(q2), b("Question 3"), p(q3),
        page(), b("APPENDIX B – PROPOSED AMENDMENTS TO THE GUIDELINES", centre=True),
        b("Part VII – Custody of client assets"),
        p("7.1\tA Platform Operator should hold client virtual assets {-on trust-}{+on trust through its associated entity+}."),
        p("7.1A\t{+A Platform Operator should not stake client virtual assets without the client’s written consent.+}"),
        p("7.2\tA Platform Operator should {-not -}disclose:"), p("(a)\tthe fees; and"), p("(b)\t{+the lock-up period+}."),
    ]
    made = docx(*body, lists={1: [("decimal", "%1.")], 2: [("lowerLetter", "(%1)"), ("lowerRoman", "(%2)")], 3: BULLET},
        notes={1: "Circular to licensed VATPs on staking services, 7 April 2025.", 2: "See paragraph 7.1 of the Guidelines."},
        header="Consultation Paper on Staking Services", footer="Securities and Futures Commission")
    return made, Truth(
        "Consultation Paper on the Proposed Regulatory Framework for Staking Services",
        ["INTRODUCTION", "BACKGROUND", "PROPOSALS", "SEEKING COMMENTS"],
        {"1": "On 7 April 2025", "2": "This paper", "3": "Under the Anti", "4": "The regime commenced", "5": "The framework would", "6": "The Commission", "7": "Platform operators", "8": "The Commission", "9": "Existing services", "10": "The SFC welcomes"},
        {"1": q1, "2": q2, "3": q3},
        {"A": "LIST OF CONSULTATION QUESTIONS", "B": "PROPOSED AMENDMENTS TO THE GUIDELINES"},
        {"3": ["53ZRD(1) A person", "(2) A person who contravenes"], "4": ["2023. Since then"], "5": ["(a) a platform operator", "(ii) section 116", "(b) an associated"], "7": ["Funds set aside"], "A": [q1, q3], "foreword": ["Any person wishing"], "statement": ["to administer", "Transfer of Personal Data", "elsewhere as part"]},
        ["Scope of the framework", "Custody of staked assets", "Private keys", "Transitional arrangements"],
        {"B": ["7.1", "7.1A", "7.2"]}, 1, 2, {"contents_left_out", "changes_kept", "furniture_left_out"},
    )


@paper
def hkma() -> tuple[bytes, Truth]:
    """Chapters by Heading 1 from a list, paragraphs 1.1, 1.2 of the same list; questions inline and in bold at the end."""
    def n(text: Any) -> str: return p(text, "BodyNumbered", (1, 1))
    def h(text: Any) -> str: return p(text, "Heading1", (1, 0))
    made = docx(
        p("Legislative Proposal to Implement the Regulatory Regime for Stablecoin Issuers in Hong Kong", "Title"),
        p("Discussion paper", centre=True), p("27 December 2024", centre=True),
        p("CONTENTS", centre=True), toc((1, "1\tINTRODUCTION", 3), (1, "2\tSCOPE AND COVERAGE", 5), (2, "Definition of stablecoin", 5), (1, "3\tLICENSING CRITERIA", 9), (1, "4\tINVITATION OF COMMENTS", 15), (1, "ANNEX I\tSUMMARY OF QUESTIONS", 16), (1, "ANNEX II\tABBREVIATIONS", 18)),
        h("INTRODUCTION"), n(LONG), n("In January 2022, the HKMA issued a discussion paper.[^1] " + LONG),
        h("SCOPE AND COVERAGE"), p("Definition of stablecoin", "Heading2"),
        n("A stablecoin generally refers to a virtual asset which aims to maintain a stable value. It does not include:"),
        p("deposits, including in tokenised form;", num=(2, 0)), p("securities and futures contracts;", num=(2, 0)), p("any stored value in a stored value facility.", num=(2, 0)),
        n(LONG), p("Q1 Do you agree with the proposed definition of stablecoin, and should it cover stablecoins that are not pegged to fiat currency?"),
        p("Issuance", "Heading2"), n(LONG), p("**Q2. Do you have any comments on the proposed definition of issuance? **Please give examples."),
        h("LICENSING CRITERIA"), n("Each licensee must have a minimum paid-up capital of HK$25 million or 2% of the par value in circulation. " + LONG), n(LONG + " **Q3: Do you think the minimum paid-up share capital is appropriate?**"),
        h("INVITATION OF COMMENTS"), n("The HKMA invites comments on or before 29 February 2025 by post to 55/F, Two International Finance Centre."),
        page(), p("SUMMARY OF QUESTIONS", "AnnexHead", (3, 0)), p("Q1 Do you agree with the proposed definition of stablecoin, and should it cover stablecoins that are not pegged to fiat currency?"), p("Q2. Do you have any comments on the proposed definition of issuance? Please give examples."), p("Q3: Do you think the minimum paid-up share capital is appropriate?"),
        page(), p("ABBREVIATIONS", "AnnexHead", (3, 0)), table(["AML", "Anti-money laundering"], ["FRS", "Fiat-referenced stablecoin"]),
        lists={1: [("decimal", "%1."), ("decimal", "%1.%2")], 2: [("lowerRoman", "(%1)")], 3: [("upperRoman", "ANNEX %1")]},
        notes={1: "Discussion Paper on Crypto-assets and Stablecoins."},
        style_part=styles([("BodyNumbered", "Body Numbered", "", ""), ("AnnexHead", "Annex Head", "", "<w:b/>")]), footer="Page 1 of 20",
    )
    return made, Truth(
        "Legislative Proposal to Implement the Regulatory Regime for Stablecoin Issuers in Hong Kong",
        ["INTRODUCTION", "SCOPE AND COVERAGE", "LICENSING CRITERIA", "INVITATION OF COMMENTS"],
        {"1.1": "The Commission", "1.2": "In January", "2.1": "A stablecoin", "2.2": "The Commission", "2.3": "The Commission", "3.1": "Each licensee", "3.2": "The Commission", "4.1": "The HKMA"},
        {"1": "Do you agree with the proposed definition of stablecoin", "2": "Do you have any comments on the proposed definition of issuance", "3": "Do you think the minimum"},
        {"I": "SUMMARY OF QUESTIONS", "II": "ABBREVIATIONS"}, {"2.1": ["(iii) any stored value"], "I": ["Do you think the minimum"], "II": ["Anti-money laundering"]},
        ["Definition of stablecoin", "Issuance"], tables=1, notes=1,
    )


@paper
def hkex() -> tuple[bytes, Truth]:
    """Chapters, paragraphs that run through, questions in two-column tables, definitions table, key messages in boxes."""
    def n(number: Any, text: Any) -> str: return p(f"{number}.\u00a0{text}")
    def ask(number: Any, text: Any) -> str: return table([f"Question {number}", text + " Please give reasons for your views."])
    made = docx(
        b("CONSULTATION PAPER", centre=True, size=26), b("PROPOSED AMENDMENTS TO BOARD DIVERSITY REQUIREMENTS", centre=True, size=26), p("June 2024", centre=True),
        page(), b("CONTENTS"), toc((1, "DEFINITIONS", 1), (1, "EXECUTIVE SUMMARY", 3), (1, "CHAPTER 1: INTRODUCTION", 6), (1, "CHAPTER 2: PROPOSALS", 9), (2, "I. Board effectiveness", 9), (2, "II. Board diversity", 12), (1, "APPENDIX I: DRAFT AMENDMENTS", 15), (1, "APPENDIX II: PRIVACY NOTICE", 19)),
        page(), b("DEFINITIONS"), table([b("TERM"), b("DEFINITION")], ["“Board”", "The board of directors"], ["“INED”", "Independent non-executive director"], ["“2019 Paper”", "The paper of May 2019"]),
        page(), b("EXECUTIVE SUMMARY"), text_box(b("Key messages"), p("Issuers must have a diversity policy."), p("One director of a different gender.")),
        n(1, "This paper seeks comments on proposals to amend the Code. " + LONG), n(2, LONG),
        b("CHAPTER 1: INTRODUCTION"), n(3, LONG), n(4, "The Exchange published the 2019 Paper.[^1]"),
        b("CHAPTER 2: PROPOSALS"), b("I.\tBoard effectiveness"), b("(a)\tLead INED"), p("//Current requirement//"), n(5, "There is no requirement."), p("//Proposal//"), n(6, "We propose to require a Lead INED. " + LONG), ask(1, "Do you agree that issuers without an independent board chair should designate a Lead INED?"),
        b("(b)\tTraining"), n(7, LONG), table(["Question 2(a)", "Do you agree with the mandatory training?"], ["Question 2(b)", "Do you agree with 24 hours within 18 months?"]),
        b("II.\tBoard diversity"), n(8, LONG), p("“13.92 The Exchange will not consider diversity to be achieved for a single gender board.”", indent=1440), n(9, LONG), ask(3, "Do you agree to this?"),
        page(), b("APPENDIX I: DRAFT AMENDMENTS", centre=True), p("Chapter 3"), p("3.10\tEvery board of directors must include at least three __INEDs__ ~~".replace("~~", "") + "and one __Lead INED__."),
        page(), b("APPENDIX II: PRIVACY NOTICE", centre=True), p("1. We collect your personal data."), p("2. You may ask for access."),
        notes={1: "Available on the website."}, footer="1",
    )
    return made, Truth(
        "CONSULTATION PAPER PROPOSED AMENDMENTS TO BOARD DIVERSITY REQUIREMENTS",
        ["DEFINITIONS", "EXECUTIVE SUMMARY", "CHAPTER 1: INTRODUCTION", "CHAPTER 2: PROPOSALS"],
        {"1": "This paper seeks", "2": "The Commission", "3": "The Commission", "4": "The Exchange", "5": "There is no", "6": "We propose", "7": "The Commission", "8": "The Commission", "9": "The Commission"},
        {"1": "Do you agree that issuers", "2(a)": "Do you agree with the mandatory", "2(b)": "Do you agree with 24", "3": "Do you agree to this"},
        {"I": "DRAFT AMENDMENTS", "II": "PRIVACY NOTICE"}, {"8": ["13.92 The Exchange"], "text": ["Key messages", "One director of a different gender", "Independent non-executive"], "II": ["1. We collect", "2. You may ask"]},
        ["Board effectiveness", "Lead INED", "Current requirement", "Proposal", "Training", "Board diversity"], {"I": ["3.10"]}, 1, 1,
    )


@paper
def fca() -> tuple[bytes, Truth]:
    """Chapters by Heading 1 with typed numbers, paragraphs 1.1 typed with a tab, "Q3:" indented in bold, annexes 1 and 2."""
    def n(text: Any) -> str: return p(text)
    def ask(text: Any) -> str: return b(text, indent=720)
    made = docx(
        p("CP25/14 Stablecoin issuance and cryptoasset custody", "Title"), p("May 2025", centre=True),
        p("How to respond", "Heading2"), p("We are asking for comments on this Consultation Paper (CP) by 31 July 2025."), p("Email: cp25-14@example.org"),
        p("Contents", "Heading2"), *[p(f"{one}\tPage {number}") for one, number in [("Chapter 1\tSummary", 4), ("Chapter 2\tThe wider context", 8), ("Chapter 3\tBacking assets", 13), ("Annex 1\tQuestions in this paper", 70), ("Annex 2\tCost benefit analysis", 74), ("Appendix 1\tDraft Handbook text", 90)]],
        page(), p("Chapter 1", "Heading1"), p("Summary", "Heading1"), p("Why we are consulting", "Heading3"), n("1.1\tWe are consulting on rules for stablecoins. " + LONG), n("1.2\tThis CP covers:"), p("issuance;", num=(1, 0)), p("custody; and", num=(1, 0)), p("safeguarding.", num=(1, 0)),
        p("Who this applies to", "Heading3"), n("1.3\t" + LONG), page(),
        p("Chapter 2", "Heading1"), p("The wider context", "Heading1"), n("2.1\tThe Treasury published near-final legislation on 29 April 2025. " + LONG), n("2.2\t" + LONG),
        p("Chapter 3", "Heading1"), p("Backing assets", "Heading1"), n("3.1\t" + LONG), ask("Q1:\tDo you agree that the backing assets should be held in trust?"), n("3.2\t" + LONG), n("3.3\t3.5% of firms hold short-term debt. " + LONG), ask("Q2:\tDo you agree with the composition of the pool? In particular:\na. on-demand deposits;\nb. public debt?"), ask("Q3:\tShould we allow other assets?"),
        page(), p("Annex 1", "Heading1"), p("Questions in this paper", "Heading1"), ask("Q1:\tDo you agree that the backing assets should be held in trust?"), ask("Q2:\tDo you agree with the composition of the pool?"), ask("Q3:\tShould we allow other assets?"),
        page(), p("Annex 2", "Heading1"), p("Cost benefit analysis", "Heading1"), p("1.\tThe Act requires us to publish this analysis."), p("2.\tCosts are set out in Table 1."), p("Table 1: Costs"), table(["Cost", "GBP m"], ["One-off", "3.2"]),
        page(), p("Appendix 1", "Heading1"), p("Draft Handbook text", "Heading1"), p("CASS 16.1.1\tA qualifying issuer must hold the pool on trust."),
        lists={1: BULLET},
    )
    return made, Truth(
        "CP25/14 Stablecoin issuance and cryptoasset custody", ["Chapter 1: Summary", "Chapter 2: The wider context", "Chapter 3: Backing assets"],
        {"1.1": "We are consulting", "1.2": "This CP covers", "1.3": "The Commission", "2.1": "The Treasury", "2.2": "The Commission", "3.1": "The Commission", "3.2": "The Commission", "3.3": "3.5% of firms"},
        {"1": "Do you agree that the backing", "2": "Do you agree with the composition", "3": "Should we allow"},
        {"1": "Questions in this paper", "2": "Cost benefit analysis", "3": "Appendix 1: Draft Handbook text"}, {"1.2": ["custody; and"], "2": ["1. The Act", "One-off"], "question 2": ["b. public debt"], "text": ["We are asking for comments", "cp25-14"]},
        ["Why we are consulting", "Who this applies to"], tables=1,
    )


@paper
def mas() -> tuple[bytes, Truth]:
    """Numbered headings by level 0 of a list, paragraphs by level 1, boxes of questions with several questions in each."""
    def h(text: Any) -> str: return p(text, "", (1, 0), look="<w:b/>")
    def n(text: Any) -> str: return p(text, "", (1, 1))
    made = docx(
        b("CONSULTATION PAPER", size=20), p("P006-2025"), p("July 2025"), b("Proposed Regulatory Measures for Digital Token Services", size=20), page(),
        p("Contents", size=14), p("1\tPreface\t3"), p("2\tScope\t4"), p("3\tSafeguarding\t6"), p("Annex A\tLIST OF QUESTIONS\t9"), page(),
        h("Preface"), n("This paper sets out the measures. " + LONG), n(LONG), p("Respondents should note that submissions may be published unless confidentiality is requested."),
        h("Scope"), n(LONG), n("The measures apply to (a) exchanges; and (b) custodians. " + LONG),
        table([cell(b("Question 1."), p("MAS seeks comments on the scope of the measures."), b("Question 2."), p("MAS seeks comments on the exemption of:"), p("(a)\tbanks; and"), p("(b)\tmerchant banks."))]),
        h("Safeguarding"), n("Assets must be segregated. " + LONG), p("to keep a daily reconciliation;", "", (1, 2)), p("to disclose arrangements.", "", (1, 2)), n(LONG), table([cell(b("Question 3. MAS seeks comments on the safeguarding requirements."))]),
        page(), b("Annex A"), b("LIST OF QUESTIONS"), table(["Question 1", "MAS seeks comments on the scope of the measures.", "2"], ["Question 2", "MAS seeks comments on the exemption.", "2"], ["Question 3", "MAS seeks comments on the safeguarding requirements.", "3"]),
        lists={1: [("decimal", "%1"), ("decimal", "%1.%2"), ("lowerLetter", "(%3)")]},
    )
    return made, Truth(
        "CONSULTATION PAPER Proposed Regulatory Measures for Digital Token Services", ["Preface", "Scope", "Safeguarding"],
        {"1.1": "This paper", "1.2": "The Commission", "2.1": "The Commission", "2.2": "The measures apply", "3.1": "Assets must", "3.2": "The Commission"},
        {"1": "MAS seeks comments on the scope", "2": "MAS seeks comments on the exemption", "3": "MAS seeks comments on the safeguarding"},
        {"A": "LIST OF QUESTIONS"}, {"1.2": ["Respondents should note"], "3.1": ["(b) to disclose"], "question 2": ["(b) merchant banks"], "A": ["safeguarding requirements"]}, tables=1,
    )


@paper
def asic() -> tuple[bytes, Truth]:
    """Sections A and B by heading, proposals B1 in tables of two columns with "B1Q1" questions, RG paragraphs 1 to 8."""
    def n(text: Any) -> str: return p(text, "", (1, 0))
    made = docx(
        b("CONSULTATION PAPER 381", size=24), b("Updates to INFO 225: Digital assets", size=24), p("December 2024"), page(),
        p("Contents", "Heading2"), toc((1, "A\tBackground to the proposals", 4), (1, "B\tProposals", 6), (2, "Worked examples", 7), (1, "List of proposals and questions", 9)),
        p("A Background to the proposals", "Heading1"), table([cell(b("Key points"), p("We are updating our guidance."), p("We seek feedback."))]), n(LONG), n(LONG), p("Note: See Regulatory Guide 1."), n(LONG),
        p("B Proposals", "Heading1"), p("Worked examples", "Heading2"), n("We propose to add worked examples. " + LONG),
        p("Question 1: Do you agree with the examples?"), p("Question 2: Are there others? If so, provide details of:"), p("(a)\tthe product;"), p("(b)\tits features."), n(LONG), n(LONG),
        p("Consultation question 3: Should we apply a no-action letter? Consultation question 4 below is related."), p("Consultation question 4: What period is needed?"),
        p("List of proposals and questions", "Heading1"), table([b("Proposal"), b("Your feedback")], ["Worked examples", "Question 1: Do you agree with the examples?"], ["", "Question 2: Are there others? If so, provide details of (a) the product; (b) its features."], ["Letter", "Consultation question 3: Should we apply a no-action letter?"]),
        lists={1: [("decimal", "%1")]}, header="CONSULTATION PAPER 381: Updates to INFO 225",
    )
    return made, Truth(
        "CONSULTATION PAPER 381 Updates to INFO 225: Digital assets", ["Background to the proposals", "Proposals", "List of proposals and questions"],
        {"1": "The Commission", "2": "The Commission", "3": "The Commission", "4": "We propose", "5": "The Commission", "6": "The Commission"},
        {"1": "Do you agree with the examples", "2": "Are there others", "3": "Should we apply", "4": "What period"}, {}, {"question 2": ["(b) its features"], "2": ["Note: See"], "text": ["Key points", "We seek feedback"]}, ["Worked examples"], tables=1,
    )


@paper
def zh_paper() -> tuple[bytes, Truth]:
    """第一部分, 一、, （一）, 1.: full-width marks throughout, questions with a colon, 附錄."""
    zh = "證監會認為，有關做法與虛擬資產交易平台的客戶所承受的風險相稱，並與其他主要司法管轄區的規定一致，亦有助市場穩健發展。"
    made = docx(
        p("有關虛擬資產託管服務發牌制度的諮詢文件", size=22, centre=True), p("證券及期貨事務監察委員會", centre=True), p("二零二五年六月", centre=True), page(),
        b("目錄", centre=True), p("前言……………………1"), p("個人資料收集聲明……………………2"), p("第一部分　引言……………………3"), p("第二部分　建議……………………5"), p("附錄一　諮詢問題一覽……………………9"), page(),
        b("前言"), p("證券及期貨事務監察委員會（證監會）邀請市場參與者及有關各方，於2025年8月29日或之前就本諮詢文件提出的建議提交書面意見。"),
        b("個人資料收集聲明"), p("1.　本聲明是按照個人資料私隱專員發出的指引編寫的。"), b("收集資料的目的"), p("2.　證監會可能會為以下目的使用閣下提供的個人資料。"), page(),
        b("第一部分　引言"), p("1．　" + zh), p("2．　2023年6月1日，新制度生效。" + zh + "[^1]"),
        b("第二部分　建議"), b("一、適用範圍"), p("3．　我們建議制度適用於："), p("（一）持牌平台；"), p("（二）有聯繫實體；及"), p("（三）託管人。"), p("4．　" + zh), p("問題1：你是否同意建議的適用範圍？請說明理由。"),
        b("二、資本規定"), p("5．　申請人的繳足股本不得少於1,000萬元。" + zh), p("《條例》第53ZRD條訂明：", indent=840), p("1.　任何人不得經營提供虛擬資產服務的業務，除非該人已獲發牌。", indent=1260), p("6．　" + zh), box(b("問題2："), p("你對資本規定有何意見？"), p("問題3：應否設過渡期？")),
        b("第三部分　徵詢意見"), p("7．　證監會歡迎公眾及業界提出意見。"), page(),
        b("附錄一　諮詢問題一覽", centre=True), p("問題1：你是否同意建議的適用範圍？請說明理由。"), p("問題2：你對資本規定有何意見？"), p("問題3：應否設過渡期？"), page(),
        b("附錄二　詞彙", centre=True), table(["詞彙", "釋義"], ["《條例》", "《打擊洗錢條例》"]), notes={1: "見證監會通函。"},
    )
    return made, Truth(
        "有關虛擬資產託管服務發牌制度的諮詢文件", ["第一部分 引言", "第二部分 建議", "第三部分 徵詢意見"],
        {"1": "證監會認為", "2": "2023年6月", "3": "我們建議", "4": "證監會認為", "5": "申請人的", "6": "證監會認為", "7": "證監會歡迎"},
        {"1": "你是否同意建議", "2": "你對資本", "3": "應否設"}, {"一": "諮詢問題一覽", "二": "詞彙"}, {"3": ["（二）有聯繫實體"], "5": ["任何人不得經營"], "foreword": ["邀請市場參與者"], "statement": ["收集資料的目的", "閣下提供"], "一": ["應否設過渡期"]}, ["適用範圍", "資本規定"], tables=1, notes=1, language="zh_hant",
    )


@paper
def zh_hans_wps() -> tuple[bytes, Truth]:
    """Written with WPS: style names in Chinese, automatic 一、 for chapters and （一）, typed numbers for paragraphs."""
    zh = "证监会认为，有关做法与虚拟资产交易平台的客户所承受的风险相称，并与其他主要司法管辖区的规定一致，亦有助市场稳健发展。"
    def h1(text: Any) -> str: return p(text, "2", (1, 0))
    def h2(text: Any) -> str: return p(text, "3", (2, 0))
    made = docx(
        p("关于稳定币发行人监管制度的咨询文件", "10"), p("编号：FSTB2025/07"), p("2025年7月", centre=True),
        h1("背景"), p("1、" + zh), p("2、" + zh), h1("主要建议"), h2("储备资产"), p("3、发行人须将储备资产与自有资产分开：①银行存款；②短期债券。" + zh), p("咨询问题1　您是否同意储备资产的规定？"), h2("赎回"), p("4、" + zh), p("表1：赎回期限"), table(["类别", "期限"], ["零售", "一个营业日"]), p("5、" + zh), p("**咨询问题2**　您认为赎回期限是否合适？如否，原因为何？"), h1("征询意见"), p("6、请于2025年9月30日或之前提交意见。"),
        p("附件A：法例条文", "2"), p("第3条 释义"), p("在本条例中，{+稳定币+}{-代币-}指……"),
        lists={1: [("chineseCounting", "%1、")], 2: [("chineseCounting", "（%1）")]},
        style_part=styles([("1", "Normal", "", ""), ("2", "heading 1", '<w:outlineLvl w:val="0"/>', "<w:b/>"), ("3", "heading 2", '<w:outlineLvl w:val="1"/>', "<w:b/>"), ("10", "标题", "<w:jc w:val='center'/>", "<w:b/>")], named=False),
    )
    return made, Truth(
        "关于稳定币发行人监管制度的咨询文件", ["背景", "主要建议", "征询意见"],
        {"1": "证监会认为", "2": "证监会认为", "3": "发行人须", "4": "证监会认为", "5": "证监会认为", "6": "请于"},
        {"1": "您是否同意储备", "2": "您认为赎回"}, {"A": "法例条文"}, {"3": ["②短期债券"], "text": ["一个营业日", "FSTB2025/07", "第3条 释义"]}, ["储备资产", "赎回"], tables=1, language="zh_hans", remarks={"changes_kept"},
    )


@paper
def bilingual() -> tuple[bytes, Truth]:
    """Each English paragraph with its Chinese one beneath, both with the number typed."""
    zh = "證監會認為，有關做法與虛擬資產交易平台的客戶所承受的風險相稱。"
    def pair(number: Any, en: Any, hant: Any) -> str: return p(f"{number}.\t{en}") + p(f"{number}.\t{hant}")
    made = docx(
        b("Consultation on Over-the-counter Trading 場外交易諮詢", size=20), b("Introduction 引言"),
        pair(1, LONG, zh), pair(2, LONG, zh), b("Proposals 建議"), pair(3, "We propose to license dealers. " + LONG, "我們建議向交易商發牌。" + zh), p("Question 1: Do you agree?"), p("問題1：你是否同意？"), pair(4, LONG, zh), p("Question 2: What is the right fee?"), p("問題2：費用應是多少？"),
        b("Next steps 下一步"), pair(5, LONG, zh),
    )
    return made, Truth(
        "Consultation on Over-the-counter Trading 場外交易諮詢", ["Introduction 引言", "Proposals 建議", "Next steps 下一步"],
        {"1": "The Commission", "2": "The Commission", "3": "We propose", "4": "The Commission", "5": "The Commission"}, {"1": "Do you agree", "2": "What is the right fee"},
        inside={"3": ["我們建議"], "text": ["費用應是多少", "你是否同意"]},
    )


@paper
def bilingual_plain() -> tuple[bytes, Truth]:
    """English paragraphs with numbers of a list, the Chinese beneath each without a number."""
    zh = "證監會認為，有關做法與虛擬資產交易平台的客戶所承受的風險相稱。"
    def pair(en: Any, hant: Any) -> str: return p(en, "", (1, 0)) + p(hant, indent=720)
    made = docx(
        p("Consultation on Over-the-counter Trading", "Title"), p("場外交易諮詢文件", "Title"), p("1 Background", "Heading1"), p("背景", "Heading1"), pair(LONG, zh), pair(LONG, zh), p("2 Proposals", "Heading1"), p("建議", "Heading1"), pair(LONG, zh), box(p("Question 1. Do you agree?"), p("問題 1. 你是否同意？")), pair(LONG, zh), lists={1: DECIMAL},
    )
    return made, Truth(
        "Consultation on Over-the-counter Trading 場外交易諮詢文件", ["Background 背景", "Proposals 建議"],
        {"1": "The Commission", "2": "The Commission", "3": "The Commission", "4": "The Commission"}, {"1": "Do you agree"}, inside={"1": [zh], "question 1": ["你是否同意"]},
    )


@paper
def google() -> tuple[bytes, Truth]:
    """Exported from Google Docs: no names of styles, all looks on the runs, automatic lists restarted by new lists."""
    def look(size: Any) -> str: return f'<w:rFonts w:ascii="Arial"/><w:sz w:val="{size * 2}"/>'
    def g(text: Any, size: Any = 11, **more: Any) -> str: return p(text, look=look(size), **more)
    made = docx(
        g("Tokenised Products: A Consultation", 26), g("Draft for the advisory group", 15), g("Overview", 20),
        g(LONG, num=(1, 0)), g(LONG, num=(1, 0)), g("Disclosure", 20), g("**Point of sale**", 16), g("Issuers would disclose the following:", num=(1, 0)), g("ownership", num=(2, 0)), g("finality", num=(2, 0)), g("redemption", num=(2, 0)), g(LONG, num=(1, 0)), g("**Question 1:** Is disclosure enough?"), g("**After sale**", 16), g(LONG, num=(1, 0)), g("**Question 2**"), g("Should disclosure be monthly?"), g("Timetable", 20), g("We expect to conclude in the fourth quarter of 2025.", num=(1, 0)), g("Annex 1: Sample disclosure", 20), g("1. The issuer is X."), g("2. The token is Y."),
        lists={1: [("decimal", "%1.")], 2: [("decimal", "%1.")]}, style_part=styles(named=False),
    )
    return made, Truth(
        "Tokenised Products: A Consultation", ["Overview", "Disclosure", "Timetable"], {"1": "The Commission", "2": "The Commission", "3": "Issuers would", "4": "The Commission", "5": "The Commission", "6": "We expect"}, {"1": "Is disclosure", "2": "Should disclosure"}, {"1": "Sample disclosure"}, {"3": ["1. ownership", "3. redemption"], "annex 1": ["2. The token"]}, ["Point of sale", "After sale"],
    )


@paper
def grid() -> tuple[bytes, Truth]:
    """One table for the whole paper: "Para" and "Text"; headings in merged rows; numbers skip on purpose."""
    def row(number: Any, text: Any) -> list[str]: return [str(number), text]
    def head(text: Any) -> list[str]: return [cell(b(text), span=2)]
    made = docx(
        b("Consultation on Market Surveillance", size=20), p("Ref: SFC 2025/118"),
        table([b("Para"), b("Text")], head("Introduction"), row(1, LONG), row(2, LONG), head("Proposals"), row(3, LONG), row(4, "(Deleted)"), row(5, LONG), ["", b("Question 1. Should surveillance be outsourced?")], row(7, LONG), ["", "This text has no number."], head("Next steps"), row(8, LONG)),
    )
    return made, Truth(
        "Consultation on Market Surveillance", ["Introduction", "Proposals", "Next steps"], {"1": "The Commission", "2": "The Commission", "3": "The Commission", "4": "(Deleted)", "5": "The Commission", "7": "The Commission", "8": "The Commission"}, {"1": "Should surveillance"}, inside={"7": ["This text has no number"]}, remarks={"number_gap"},
    )


@paper
def misused() -> tuple[bytes, Truth]:
    """Heading 2 used for the numbered body because it carries the number, Heading 1 for chapters, a comment, changes left in."""
    def n(text: Any) -> str: return p(text, "Heading2", (1, 1), look='<w:b w:val="0"/>')
    made = docx(
        p("Consultation Paper on Position Limits", "Title"), p("Introduction", "Heading1", (1, 0)), n(LONG), n("A short one."), p("Limits", "Heading1", (1, 0)), n("The limit would be {-10,000-}{+15,000+} contracts.[c1] " + LONG), n("{+A new paragraph was added here by counsel. +}" + LONG), p("Question 2.1: Is the limit right?"), p("Consultation question 2.2", look="<w:b/>"), p("Is the report enough?"), p("Reports", "Heading1", (1, 0)), n(LONG), n(LONG), p("Question 3.1", look="<w:b/>"), p("Who should report, and how?"),
        p("{-This closing paragraph was deleted in full by counsel.-}"),
        lists={1: [("decimal", "%1."), ("decimal", "%1.%2")]}, comments={1: "Is this still the figure?"},
    )
    return made, Truth(
        "Consultation Paper on Position Limits", ["Introduction", "Limits", "Reports"], {"1.1": "The Commission", "1.2": "A short one", "2.1": "The limit would be 15,000", "2.2": "A new paragraph", "3.1": "The Commission", "3.2": "The Commission"}, {"2.1": "Is the limit", "2.2": "Is the report", "3.1": "Who should"}, remarks={"comment", "changes_accepted"},
    )


@paper
def restarts() -> tuple[bytes, Truth]:
    """Paragraphs counted per chapter, typed with spaces; headings in capitals; landscape appendix with a wide table."""
    made = docx(
        p("CONSULTATION CONCLUSIONS AND FURTHER CONSULTATION ON DISCRETIONARY ACCOUNTS", centre=True, size=16), p("PART I: INTRODUCTION"), p("1   " + LONG), p("2   " + LONG), p("PART II: COMMENTS RECEIVED"), p("1   " + LONG), p("2   12 respondents agreed. " + LONG), p("3   In 2024, 60% of accounts were advised. " + LONG), p("PART III: FURTHER PROPOSALS"), p("1   " + LONG), p("Question 1"), p("Do you agree with the definition?"), p("2   " + LONG), p("Question 2"), p("Do you agree with the timetable?"),
        landscape(wide=False), p("SCHEDULE 1: COMPARISON", centre=True), table(["No.", "Jurisdiction", "Rule", "Remarks"], ["1", "UK", "COBS 9", "None"], ["2", "EU", "Art 25", "None"]), landscape(), p("SCHEDULE 2: RESPONDENTS", centre=True), p("Alpha Limited"), p("Beta Limited"),
    )
    return made, Truth(
        "CONSULTATION CONCLUSIONS AND FURTHER CONSULTATION ON DISCRETIONARY ACCOUNTS", ["PART I: INTRODUCTION", "PART II: COMMENTS RECEIVED", "PART III: FURTHER PROPOSALS"], {"I.1": "The Commission", "I.2": "The Commission", "II.1": "The Commission", "II.2": "12 respondents", "II.3": "In 2024", "III.1": "The Commission", "III.2": "The Commission"}, {"1": "Do you agree with the definition", "2": "Do you agree with the timetable"}, {"1": "COMPARISON", "2": "RESPONDENTS"}, {"1": ["COBS 9"], "2": ["Beta Limited"]}, tables=1, remarks={"number_prefixed"},
    )


@paper
def letter() -> tuple[bytes, Truth]:
    """A short paper without any numbers of paragraphs: headings in bold, Q in italics within the text, list of questions at the end as a section."""
    made = docx(
        b("Consultation on Fees", size=18), b("Background"), p(LONG), p(LONG), b("What we propose"), p(LONG), p("//Q1. Should fees rise by 10%, and should they be counted://"), p("- by revenue; or"), p("- by headcount?"), p(LONG), p("//Q2. Should small firms be exempt?//"), b("How to respond"), p("Write to us by 30 June 2025."), b("Summary of questions"), p("Q1. Should fees rise by 10%?"), p("Q2. Should small firms be exempt?"),
    )
    return made, Truth(
        "Consultation on Fees", ["Background", "What we propose", "How to respond", "Summary of questions"], {"1": "The Commission", "2": "The Commission", "3": "The Commission", "4": "The Commission", "5": "Write to us"}, {"1": "Should fees", "2": "Should small"}, inside={"question 1": ["by headcount?"]}, remarks={"question_repeated"},
    )


@paper
def run_in() -> tuple[bytes, Truth]:
    """Paragraph headings run in, questions in bold at paragraph ends, gaps 12 to 14, "Question 2 above" in the text."""
    def n(number: Any, text: Any) -> str: return p(f"{number}.\t{text}", indent=720)
    made = docx(
        p("Consultation Paper on Client Money", "Title"), b("I. Introduction"), n(1, LONG), n(2, LONG), b("II. Proposals"), n(3, "**Segregation.** " + LONG + " **Question 1: Do you agree that client money should be segregated daily?**"), n(4, "__Interest__ – " + LONG + "\n**Question 2. Should interest be paid to clients?**"), n(5, "As Question 2 above asks, interest matters. " + LONG), n(7, "**Question 3: Is the number of days right? Please give reasons.**"), n(8, "The following apply: (a) rule 4; (b) rule 5."), p("8.1\tThe first of these rules applies to all intermediaries that hold client money."), p("8.2\tThe second of these rules applies to associated entities that hold client money."), b("III. Way forward"), n(9, LONG), b("Annex – Glossary"), p("AE: associated entity"),
    )
    return made, Truth(
        "Consultation Paper on Client Money", ["Introduction", "Proposals", "Way forward"], {"1": "The Commission", "2": "The Commission", "3": "**Segregation", "4": "Interest", "5": "As Question 2", "8": "The following", "8.1": "The first", "8.2": "The second", "9": "The Commission"}, {"1": "Do you agree that client", "2": "Should interest", "3": "Is the number"}, {"A": "Glossary"}, remarks={"number_gap"},
    )
