# fmt: off
# ruff: noqa: E501
"""A fourth lot of papers, each as another program writes it: long, with the truth set down before the paper."""

import io
import re
import zipfile
from collections.abc import Callable

from tests.consultations.importing.build import rezipped
from tests.consultations.importing.hand import cell, docx, p, page, r, runs, styles, table, text_box
from tests.consultations.importing.prose import Prose
from tests.consultations.importing.unseen import Truth

FOURTH: dict[str, Callable[[], tuple[bytes, Truth]]] = {}


def fourth(make: Callable[[], tuple[bytes, Truth]]) -> Callable[[], tuple[bytes, Truth]]:
    FOURTH[make.__name__] = make
    return make


_BY = 'w:id="7" w:author="Counsel" w:date="2026-03-02T09:00:00Z"'


def field(code: str, result: str) -> str:
    return ('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>')


def sdt(*inner: str, about: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{about}<w:id w:val='12'/></w:sdtPr><w:sdtContent>{''.join(inner)}</w:sdtContent></w:sdt>"


def raw(inner: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def num(key: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{key}"/></w:numPr>'


BORDER = "<w:pBdr>" + "".join(f'<w:{one} w:val="single" w:sz="4" w:space="1" w:color="000000"/>' for one in ("top", "left", "bottom", "right")) + "</w:pBdr>"
SHADE = '<w:shd w:val="clear" w:color="auto" w:fill="DEEAF6"/>'
PICTURE = (
    '<w:r><w:drawing><wp:inline><wp:extent cx="100" cy="100"/><wp:docPr id="3" name="Picture 3" descr="{}"/><a:graphic><a:graphicData '
    'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill><a:blip r:embed="rIdPicture"/></pic:blipFill></pic:pic>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>")


def with_parts(content: bytes, parts: dict[str, str], change: Callable[[str], str] = lambda text: text) -> bytes:
    """More parts (endnotes, headers) beside those that `docx` writes; `change` is done to the body."""
    kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    added: dict[str, bytes] = {}

    def one(name: str, data: bytes) -> bytes:
        text = data.decode()
        if name == "[Content_Types].xml":
            text = text.replace("</Types>", "".join(f'<Override PartName="/word/{key}.xml" ContentType="{kinds}.{re.sub(r"[0-9]", "", key)}+xml"/>' for key in parts) + "</Types>")
        if name == "word/_rels/document.xml.rels":
            text = text.replace("</Relationships>", "".join(f'<Relationship Id="x{key}" Type="{base}/{re.sub(r"[0-9]", "", key)}" Target="{key}.xml"/>' for key in parts)
                + f'<Relationship Id="link" Type="{base}/hyperlink" Target="https://www.example.hk/paper" TargetMode="External"/></Relationships>')
        if name == "word/document.xml":
            space = re.search(r"<w:document ([^>]*)>", text)
            assert space
            for key, inner in parts.items():
                root = {"header": "hdr", "footer": "ftr"}.get(re.sub(r"[0-9]", "", key), key)
                added[f"word/{key}.xml"] = f"<w:{root} {space[1]}>{inner}</w:{root}>".encode()
            text = change(text)
        return text.encode()

    content = rezipped(content, one)
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as pack:
        for name, data in added.items():
            pack.writestr(name, data)
    return made.getvalue()


SIMPLE = str.maketrans(
    "營運聯繫實體負責員級層內審計師戶東務應當須將會可仍宜產與資開錢間轉備書紀錄測試復劃鑰獲獨證營業檢視儲額許誤匯報結餘帳對類訂熱險釋質險庫種業設個兩於變後簽過渡時發這為損幣關鑑於發迅顯議認據進調單",
    "营运联系实体负责员级层内审计师户东务应当须将会可仍宜产与资开钱间转备书纪录测试复划钥获独证营业检视储额许误汇报结余账对类订热险释质险库种业设个两于变后签过渡时发这为损币关鉴于发迅显议认据进调单",
)


class Hand:
    """Writes paragraphs and keeps what they begin with."""

    def __init__(self, language: str, seed: int, *, simple: bool = False) -> None:
        self.prose = Prose(language, seed)
        self.simple = simple
        self.truth: dict[str, str] = {}
        self.count = 0

    def text(self, number: str | int, sentences: int = 3) -> str:
        """A text that no other begins like."""
        self.count += 1
        start = f"{'第' if self.prose.zh else 'Point '}{self.count}{'點' if self.prose.zh else ' of this paper is as follows.'}"
        text = start + ("：" if self.prose.zh else " ") + self.prose.paragraph(sentences)
        text = text.translate(SIMPLE) if self.simple else text
        self.truth[str(number)] = text[:40]
        return text


# --- 1: WPS Office, in Simplified Chinese ----------------------------------------------------------------------------

@fourth
def wps_sc() -> tuple[bytes, Truth]:
    """Styles with numbers for ids and Chinese names, 第一章 by list, 一、 and （一） by hand, １． in full width through the
    paper, questions in shaded paragraphs with parts (1)(2), endnotes, a table with merged cells, a picture with 图1."""
    h = Hand("zh", 41, simple=True)
    asked = ["你是否同意平台须在两个营业日内向客户交还资产？请说明理由。", "就本文第二章所述的热钱包上限，你有何意见？", "外判服务供应商应否每年接受独立评估？", "过渡期应为多久？"]
    full = str.maketrans("0123456789", "０１２３４５６７８９")
    at = 0

    def n(extra: str = "", sentences: int = 4) -> str:
        nonlocal at
        at += 1
        return p(f"{str(at).translate(full)}．{h.text(at, sentences)}{extra}", "1", extra='<w:ind w:firstLine="420"/>')

    def q(k: int, *parts: str) -> str:
        return "".join(p(one, "1", extra=SHADE) for one in (f"问题{k}：{asked[k - 1]}", *parts))

    body = [
        p("关于加强虚拟资产托管规定的咨询文件", "1", look="<w:b/>", size=26, centre=True), p("（征求意见稿）", "1", centre=True), p("文件编号：托管咨〔2026〕3号", "1", centre=True), p("二〇二六年三月", "1", centre=True), page(),
        p("目  录", "1", centre=True), *[p(f"{one}\t{k}", "14") for one, k in (("第一章 引言", 2), ("第二章 主要建议", 3), ("第三章 外判安排", 6), ("第四章 下一步", 9), ("附件一 建议修订条文", 10), ("附件二 名词表", 12))], page(),
        p("个人资料收集声明", "1", look="<w:b/>", centre=True), p("１．本声明是按照个人资料私隐专员所发出的指引而作出的。", "1"), p("２．你提交的意见书可能会向公众公开，除非你另有要求。", "1"), page(),
        p("引言", "2"), p("一、背景", "3"), n(), n(), n(), p("二、本文的目的", "3"), n("[e1]"), n(),
        p("主要建议", "2"), p("一、热钱包", "3"), p("（一）上限", "4"), n(), n(), q(1, "（1）如同意，应否设例外？", "（2）如不同意，多少日才适合？"), n(), p("（二）计算方法", "4"), n(), n(),
        raw(r("表") + field("SEQ 表 \\* ARABIC", r("1")) + r("：三种计算方法的比较"), '<w:pStyle w:val="5"/>'),
        table([cell(p("方法", "1"), span=2), cell(p("结果", "1"))], ["甲", "按日", "98%"], ["乙", "按周", "96%"]),
        n(), q(2), p("二、冷钱包", "3"), n("[e2]"), n(), raw(PICTURE.format("冷钱包的流程")), raw(r("图") + field("SEQ 图 \\* ARABIC", r("1")) + r(" 冷钱包的流程"), '<w:pStyle w:val="5"/>'), n(),
        p("外判安排", "2"), *[n() for _k in range(8)], q(3), n(), p("下一步", "2"), n(), n(), q(4), n(sentences=1), page(),
        p("附件一　建议修订条文", "1", look="<w:b/>", centre=True), p("7.1　持牌平台须每{-周-}{+日+}对账。", "1"), p("7.2　{+持牌平台须备存记录。+}", "1"), page(),
        p("附件二　名词表", "1", look="<w:b/>", centre=True), table(["热钱包", "连接互联网的钱包"], ["冷钱包", "不连接互联网的钱包"]),
    ]
    made = docx(*body, lists={9: [("chineseCountingThousand", "第%1章")]},
        style_part=styles([("1", "正文", "", ""), ("2", "标题 1", num(9) + '<w:outlineLvl w:val="0"/>', "<w:b/>"), ("3", "标题 2", '<w:outlineLvl w:val="1"/>', "<w:b/>"), ("4", "标题 3", '<w:outlineLvl w:val="2"/>', ""), ("5", "题注", "", ""), ("14", "目录 1", "", "")], named=False))
    note = '<w:endnote w:type="separator" w:id="0"><w:p/></w:endnote>' + "".join(f'<w:endnote w:id="{k}">{p(text)}</w:endnote>' for k, text in ((1, "见2025年4月的通函。"), (2, "按资产的公平值计算。")))
    made = with_parts(made, {"endnotes": note}, lambda text: re.sub(r"\[e(\d)\]</w:t></w:r>", r'</w:t></w:r><w:r><w:endnoteReference w:id="\1"/></w:r>', text))
    return made, Truth("关于加强虚拟资产托管规定的咨询文件", ["第一章 引言", "第二章 主要建议", "第三章 外判安排", "第四章 下一步"], h.truth, {str(k): one for k, one in enumerate(asked, 1)}, {"一": "建议修订条文", "二": "名词表"},
        {"question 1": ["（2）如不同意"], "statement": ["你提交的意见书"], "10": ["三种计算方法", "按周"], "text": ["98%", "冷钱包的流程", "不连接互联网"]}, ["背景", "本文的目的", "热钱包", "上限", "计算方法", "冷钱包"], {"一": ["7.1", "7.2"]}, 2, 2, {"contents_left_out", "picture", "table_merged"}, "zh_hans")


# --- 2: Google Docs --------------------------------------------------------------------------------------------------

@fourth
def gdocs() -> tuple[bytes, Truth]:
    """Headings with all looks on the runs, rtl on every run, runs within content controls, one list for the numbers,
    questions in one-cell tables with lettered parts by list, suggestions, links, a checklist, footnotes from 0."""
    h = Hand("en", 42)
    asked = ["Do you agree that the hot-wallet limit should be lowered to 2 per cent?", "Should withdrawal addresses be screened by a person?", "What would assurance cost your firm each year?", "Do you have other comments?"]
    at = 0
    look = '<w:rtl w:val="0"/>'

    def rr(text: str, more: str = "") -> str:
        half = len(text) // 2
        return sdt(r(text[:half], more + look), about='<w:tag w:val="goog_rdk_1"/>') + r(text[half:], more + look)

    def n(extra: str = "") -> str:
        nonlocal at
        at += 1
        return raw(rr(h.text(at)) + extra, '<w:ind w:left="720" w:hanging="720"/>' + num(1))

    def h1(text: str) -> str: return raw(f'<w:bookmarkStart w:id="{at}" w:name="_abc{at}"/><w:bookmarkEnd w:id="{at}"/>' + rr(text, '<w:color w:val="1155cc"/><w:sz w:val="40"/>'), '<w:pStyle w:val="Heading1"/>')
    def h2(text: str) -> str: return raw(rr(text, "<w:b/>"), '<w:pStyle w:val="Heading2"/>')
    def q(k: int, *parts: str, key: int = 0) -> str:
        return table([cell(raw(rr(f"Question {k}", "<w:b/>")), raw(rr(asked[k - 1])), *[raw(rr(one), num(key)) for one in parts], shade=True)])

    def note(key: int) -> str: return f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:customMarkFollows="0" w:id="{key}"/></w:r>'
    body = [
        raw(rr("Consultation on Hot Wallets and Withdrawals", '<w:sz w:val="52"/>'), '<w:pStyle w:val="Title"/>'), raw(rr("Consultation paper, reference CP/2026/04"), '<w:pStyle w:val="Subtitle"/>'), raw(rr("14 March 2026")), page(),
        h1("About this consultation"), n(), n(f'<w:hyperlink r:id="link">{r(" See the earlier circular", look)}</w:hyperlink>' + r(".", look)), n(note(1)), h1("Hot wallets"), h2("The limit"), n(), n(), q(1, "If so, from which date?", "If not, which limit would you suggest?", key=2), n(), h2("Measuring the limit"), n(), n(),
        table(["", "Now", "Proposed"], ["Limit", "5%", "2%"], ["Measured", "monthly", "daily"]), n(), *[raw(rr(one), num(4)) for one in ("the balance at 23:59;", "the price of that minute; and", "the sum of both")], n(),
        h1("Withdrawals"), n(), n(f'<w:ins {_BY}>{r(" A suggestion adds this sentence.")}</w:ins><w:del {_BY}>{r(" And takes this one.", "", "delText")}</w:del>'), q(2, "Who should that person be?", "May the work be outsourced?", key=3), *[n() for _k in range(6)],
        h1("Assurance"), *[n() for _k in range(4)], q(3), n(note(2)), h1("How to respond"), n(), raw(rr("Before 30 June 2026 you may"), ""), raw(rr("☐ write to us"), num(4)), raw(rr("☑ use the form"), num(4)), q(4), n(),
    ]
    made = docx(*body, notes={1: "Google writes this note first.", 2: "And this one second."},
        lists={1: [("decimal", "%1."), ("lowerLetter", "%2."), ("lowerRoman", "%3.")] * 3, 2: [("lowerLetter", "(%1)")], 3: [("lowerLetter", "(%1)")], 4: [("bullet", "●"), ("bullet", "○")]},
        style_part=styles([("Normal", "normal", "", ""), ("Title", "Title", "<w:keepNext/>", '<w:sz w:val="52"/>'), ("Subtitle", "Subtitle", "", ""), *[(f"Heading{k}", f"heading {k}", "<w:keepNext/>", f'<w:sz w:val="{44 - 4 * k}"/>') for k in (1, 2, 3)]], named=False))
    made = with_parts(made, {})
    return made, Truth("Consultation on Hot Wallets and Withdrawals", ["About this consultation", "Hot wallets", "Withdrawals", "Assurance", "How to respond"], h.truth, {str(k): one for k, one in enumerate(asked, 1)}, {},
        {"question 1": ["(a) If so, from which", "(b) If not, which"], "question 2": ["(a) Who should", "(b) May the work"], "8": ["monthly"], "9": ["the price of that minute"], "2": ["See the earlier circular"], "12": ["A suggestion adds"], "text": ["the form"]}, ["The limit", "Measuring the limit"], tables=1, notes=2, remarks={"changes_accepted"})


# --- 3: LibreOffice --------------------------------------------------------------------------------------------------

@fourth
def libre() -> tuple[bytes, Truth]:
    """3.2.1 by styles whose list is in the style, 3.2.1A by hand with the list switched off, bordered questions over
    paragraphs with parts (a)(b), contents in a control, soft and fixed hyphens, a line break in a heading, references."""
    h = Hand("en", 43)
    asked = ["Do you agree with the three lines of control?", "Should the second line report to the board?", "Is an annual audit of key ceremonies enough?"]
    def h1(text: str) -> str: return p(text, "Heading1")
    def h2(text: str) -> str: return p(text, "Heading2")
    def n(number: str, extra: str = "") -> str: return raw(runs(h.text(number)) + extra, '<w:pStyle w:val="NumberedBody"/>')
    def q(k: int, *parts: str) -> str:
        return "".join(raw(runs(one), f'<w:pStyle w:val="TextBody"/>{BORDER}') for one in (f"**Question {k}**", asked[k - 1], *parts))

    hyphens = '<w:r><w:t>The word co</w:t><w:softHyphen/><w:t>ordination has a soft hyphen and T</w:t><w:noBreakHyphen/><w:t>plus</w:t><w:noBreakHyphen/><w:t>1 a fixed one.</w:t></w:r>'
    body = [
        p("Controls over Private Keys", "Title"), p("A consultation of the Supervision Division", "Subtitle"), p("Ref. No. SD/CP/7 of 2026", centre=True), p("1 February 2026", centre=True), page(),
        sdt(p("Table of Contents", "ContentsHeading"), *[raw(f'<w:hyperlink w:anchor="a{k}">{runs(one)}<w:r><w:tab/></w:r>{runs(str(k))}</w:hyperlink>', f'<w:pStyle w:val="TOC{level}"/>') for k, (one, level) in enumerate((("1 Introduction", 1), ("1.1 Purpose", 2), ("2 Lines of control", 1), ("2.1 First line", 2), ("2.2 Second line", 2), ("3 Key ceremonies and audit", 1), ("3.1 Ceremonies", 2), ("3.2 Audit", 2), ("4 Responding", 1), ("4.1 Dates", 2)), 3)], about='<w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj>'), page(),
        h1("Introduction"), h2("Purpose"), n("1.1.1"), n("1.1.2"), n("1.1.3", hyphens), h1("Lines of control"), h2("First line"), n("2.1.1"), n("2.1.2"), n("2.1.3", r(" See paragraph ") + field("REF _Ref123 \\r \\h", r("1.1.2")) + r(" on page ") + field("PAGEREF _Ref123 \\h", r("4")) + r(".")), q(1, "(a)\tfor platforms; and", "(b)\tfor associated entities?"),
        h2("Second line"), n("2.2.1"), n("2.2.2"), q(2), n("2.2.3"),
        raw(runs("Key ceremonies") + "<w:r><w:br/></w:r>" + runs("and audit"), '<w:pStyle w:val="Heading1"/>'), h2("Ceremonies"), n("3.1.1"), n("3.1.2"), h2("Audit"), n("3.2.1"), p("3.2.1A\t" + h.text("3.2.1A"), "NumberedBody", extra='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'), n("3.2.2"), n("3.2.3"),
        table([cell(p("**Who**", "TableHeading")), cell(p("**How often**", "TableHeading")), cell(p("**Cost**", "TableHeading"))], ["Internal audit", "yearly", "low[^1]"], ["External firm", "every second year", "high"]),
        n("3.2.4"), q(3), h1("Responding"), h2("Dates[^2]"), n("4.1.1"), n("4.1.2"),
    ]
    made = docx(*body, lists={1: [("decimal", "%1"), ("decimal", "%1.%2"), ("decimal", "%1.%2.%3")]}, notes={1: "A note within the table.", 2: "A note of a heading."},
        header="Controls over Private Keys", footer="Page 1 of 9",
        style_part=styles([("TextBody", "Body Text", "", ""), ("Heading1", "Heading 1", num(1, 0) + '<w:outlineLvl w:val="0"/>', "<w:b/>"), ("Heading2", "Heading 2", num(1, 1) + '<w:outlineLvl w:val="1"/>', "<w:b/>"), ("NumberedBody", "Numbered Body", num(1, 2), ""), ("Title", "Title", "", ""), ("Subtitle", "Subtitle", "", ""), ("ContentsHeading", "TOC Heading", "", ""), ("TOC1", "TOC 1", "", ""), ("TOC2", "TOC 2", "", ""), ("TableHeading", "Table Heading", "", "")]))
    h.truth["4.1.1"] = "^2^ A note of a heading. Point 17"
    return made, Truth("Controls over Private Keys", ["Introduction", "Lines of control", "Key ceremonies and audit", "Responding"], h.truth, {str(k): one for k, one in enumerate(asked, 1)}, {},
        {"question 1": ["(a) for platforms", "(b) for associated"], "1.1.3": ["coordination has", "T-plus-1"], "2.1.3": ["See paragraph 1.1.2 on page"], "3.2.3": ["every second year"]}, ["Purpose", "First line", "Second line", "Ceremonies", "Audit", "Dates"], tables=1, notes=1, remarks={"contents_left_out", "note_of_heading"})


# --- 4: the strict form, content controls and tracked changes ---------------------------------------------------------

@fourth
def controls() -> tuple[bytes, Truth]:
    """A template of a ministry: controls around sections, headings, paragraphs, rows and cells; whole paragraphs inserted,
    deleted and moved; a removed paragraph mark; comments; the strict form of the format."""
    h = Hand("en", 44)
    asked = ["Do you agree that client assets be held on trust?", "Should the trust extend to staking rewards?", "Which assets should be exempt?", "Is one month enough to move existing assets?"]
    def n(number: str, extra: str = "") -> str: return raw(runs(h.text(number)) + extra, num(1))
    def mark(kind: str) -> str: return f"<w:rPr><w:{kind} {_BY}/></w:rPr>"
    moved = h.text("8")
    gone = "This paragraph was taken out by counsel and nobody should number it."
    first, second = h.text("12"), " The second half was a paragraph of its own before counsel removed the mark between them."
    body = [
        sdt(p("Holding Client Assets on Trust", "Title"), about="<w:alias w:val='Title'/><w:dataBinding w:xpath='/x' w:storeItemID='{1}'/>"), raw(runs("Issued on ") + sdt(r("3 March 2026"), about="<w:date/>") + runs(" by ") + sdt(r("the Supervision Division"), about="<w:comboBox/>")), page(),
        sdt(sdt(p("Introduction", "Heading1")), n("1"), n("2"), sdt(n("3"), sdt(n("4"), about="<w:richText/>"))),
        sdt(sdt(p("The trust", "Heading1")), n("5"), n("6"),
            raw(f"<w:ins {_BY}>{runs(h.text('7'))}</w:ins>", num(1) + mark("ins")),
            raw(f'<w:moveToRangeStart {_BY} w:name="move1"/><w:moveTo {_BY}>{runs(moved)}</w:moveTo>', num(1) + mark("ins")) + '<w:moveToRangeEnd w:id="7"/>',
            raw(f"<w:del {_BY}>{r(gone, '', 'delText')}</w:del>", num(1) + mark("del")),
            sdt(table([cell(sdt(p("**Question 1**")), sdt(p(asked[0])))]), about="<w:tag w:val='question'/>"), n("9"), n("10"),
            raw(f'<w:moveFromRangeStart {_BY} w:name="move1"/><w:moveFrom {_BY}>{r(moved)}</w:moveFrom>', num(1) + mark("del")) + '<w:moveFromRangeEnd w:id="7"/>', n("11"),
            sdt(raw(runs(f"**Question 2:** {asked[1]}")))),
        sdt(p("Exemptions", "Heading1")), raw(runs(first), num(1) + mark("del")), raw(runs(second.strip()), num(1)), n("13", f'<w:smartTag w:uri="x" w:element="date">{r(" on 1 July 2026")}</w:smartTag><w:customXml w:uri="x" w:element="y">{r(" at the latest")}</w:customXml>'),
        "<w:tbl><w:tblPr/><w:tblGrid/>" + "".join(sdt(f"<w:tr>{sdt(cell(one))}{cell(two)}</w:tr>") for one, two in (("Asset", "Exempt"), ("Stablecoins", "no"), ("Tokenised deposits", "yes[c1]"))) + "</w:tbl>",
        n("14", runs(" As one reviewer doubts.[c2]")), sdt(p("**Question 3**"), p(asked[2]), about="<w:docPartList/>"), sdt(p("Timing", "Heading1")), n("15"), n("16"), *[n(str(k)) for k in range(17, 24)], sdt(table([cell(p("Question 4"), p(asked[3]), sdt(p("Click or tap here to enter text.", look='<w:color w:val="808080"/>'), about="<w:showingPlcHdr/><w:text/>"))])), n("24"),
    ]
    made = docx(*body, lists={1: [("decimal", "%1."), ("lowerLetter", "(%2)")]}, comments={1: "Is this agreed?", 2: "To be checked with the courts."})
    swap = {"http://schemas.openxmlformats.org/wordprocessingml/2006/main": "http://purl.oclc.org/ooxml/wordprocessingml/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "http://purl.oclc.org/ooxml/officeDocument/relationships"}

    def strict(name: str, data: bytes) -> bytes:
        for old, new in swap.items():
            data = data.replace(old.encode(), new.encode())
        return data

    truth = {key: h.truth[key] for key in map(str, range(1, 25))}
    return rezipped(made, strict), Truth("Holding Client Assets on Trust", ["Introduction", "The trust", "Exemptions", "Timing"], truth, {str(k): one for k, one in enumerate(asked, 1)}, {},
        {"12": ["The second half was"], "13": ["on 1 July 2026 at the latest"], "text": ["Tokenised deposits"]}, tables=1, remarks={"changes_accepted", "comment"})


# --- 5: everything in layout tables ----------------------------------------------------------------------------------

@fourth
def grid() -> tuple[bytes, Truth]:
    """A table of numbers and texts for each chapter, headings in merged rows, a nested table in a text, 12A put in,
    questions as tables of two columns "Q1 | text", a summary of questions with the paragraphs, notes everywhere."""
    h = Hand("en", 45)
    asked = ["Should fees be published daily?", "Should a fee cap apply to retail clients?", "Is the proposed form of statement clear?", "Do you foresee difficulties with the systems?", "Would six months be enough?"]
    def row(number: str, extra: str = "", more: str = "") -> list[str]: return [cell(p(f"{number}.")), cell(p(h.text(number) + extra), *([more] if more else []))]
    def head(text: str) -> list[str]: return [cell(p(f"**{text}**"), span=2)]
    def q(k: int, extra: str = "") -> str: return table([cell(p(f"**Q{k}**")), cell(p(asked[k - 1] + extra))])
    inner = table(["Venue", "Fee"], ["Alpha", "0.10%"], ["Beta", "0.25%"])
    body = [
        p("Fees and Statements of Trading Platforms", size=24, centre=True), p("Consultation Paper CP26/9", size=14, centre=True), p("Comments by 1 July 2026", centre=True), page(),
        p("CHAPTER ONE – WHY WE CONSULT", look="<w:b/>", centre=True), table(row("1"), row("2", "[^1]"), row("3"), row("4")),
        p("CHAPTER TWO – FEES", look="<w:b/>", centre=True), table(head("Publication"), row("5"), row("6", "", inner + p("The fees are as at January 2026."))), q(1, "[^2]"), table(head("Cap on fees"), row("7"), row("8"), row("9")), q(2),
        p("CHAPTER THREE – STATEMENTS[^3]", look="<w:b/>", centre=True), table(row("10"), row("11"), row("12"), row("12A"), row("13"), row("14")), q(3), table(row("15"), row("16")),
        table(["Month", "Statements", "Late"], ["January", "1,200", "4[^4]"], ["February", "1,310", "9"]), table(row("17"), row("18")), q(4),
        p("CHAPTER FOUR – NEXT STEPS", look="<w:b/>", centre=True), table(row("19"), row("20")), q(5), page(),
        p("SUMMARY OF QUESTIONS", look="<w:b/>", centre=True), table(["No.", "Question", "Paragraph"], *[[f"Q{k}", one, str(3 * k)] for k, one in enumerate(asked, 1)]), page(),
        p("APPENDIX", look="<w:b/>", centre=True), p("DRAFT AMENDMENTS", look="<w:b/>", centre=True),
        p("14.\tA platform must publish its fees on each "), raw(runs("15.\tA statement must be sent ") + r("within seven days", "<w:strike/>") + r("within three business days", '<w:u w:val="single"/>') + runs(".")), raw(runs("16.\t") + r("A platform must keep a copy of each statement.", '<w:u w:val="double"/>')),
    ]
    made = docx(*body, notes={1: "In the text.", 2: "In a question.", 3: "In a heading.", 4: "In a table."})
    h.truth["10"] = "^3^ In a heading. Point 10"
    return made, Truth("Fees and Statements of Trading Platforms", ["CHAPTER ONE – WHY WE CONSULT", "CHAPTER TWO – FEES", "CHAPTER THREE – STATEMENTS", "CHAPTER FOUR – NEXT STEPS", "SUMMARY OF QUESTIONS"], h.truth, {str(k): one for k, one in enumerate(asked, 1)}, {"A": "DRAFT AMENDMENTS"},
        {"6": ["Beta", "0.25%", "The fees are as at"], "text": ["February", "1,310"]}, ["Publication", "Cap on fees"], {"A": ["14", "15", "16"]}, notes=3, tables=3, remarks={"note_of_heading"})


# --- 6: two languages ------------------------------------------------------------------------------------------------

@fourth
def two_tongues() -> tuple[bytes, Truth]:
    """English and Chinese paragraph by paragraph with the number by list on the English one, headings of both on one
    line, numbers that start again in each part, questions in text boxes with both, an annex with a table in both."""
    h, z = Hand("en", 46), Prose("zh", 46)
    asked = [("Do you agree with the proposed wallet limits?", "你是否同意建議的錢包限額？"), ("Should insurance be compulsory?", "應否強制投保？"), ("Do you agree with the form?", "你是否同意該表格？")]
    def n(number: str, key: int) -> str: return p(h.text(number), num=(key, 0)) + p(z.paragraph(3), indent=720)
    def q(k: int) -> str: return text_box(p(f"**Question {k} 問題{k}**"), p(asked[k - 1][0]), p(asked[k - 1][1]))
    body = [
        p("Consultation Paper on Wallet Limits", size=24, centre=True, look="<w:b/>"), p("有關錢包限額的諮詢文件", size=24, centre=True, look="<w:b/>"), p("May 2026 二零二六年五月", centre=True), page(),
        p("Part A 甲部  Introduction 引言", "Heading1"), n("A.1", 1), n("A.2", 1), n("A.3", 1),
        p("Part B 乙部  Limits 限額", "Heading1"), p("Present limits 現行限額", "Heading2"), n("B.1", 2), n("B.2", 2), q(1), p("New limits 新限額", "Heading2"), n("B.3", 2), n("B.4", 2), q(2), n("B.5", 2),
        p("Part C 丙部  Way forward 未來路向", "Heading1"), *[n(f"C.{k}", 3) for k in range(1, 6)], q(3), n("C.6", 3), page(),
        p("Annex 附件", "Heading1"), p("**Form of return 申報表格**"), table(["Item 項目", "Amount 數額"], ["Hot 熱", ""], ["Cold 冷", ""]),
    ]
    made = docx(*body, lists={key: [("decimal", "%1.")] for key in (1, 2, 3)})
    return made, Truth("Consultation Paper on Wallet Limits 有關錢包限額的諮詢文件", ["Part A 甲部 Introduction 引言", "Part B 乙部 Limits 限額", "Part C 丙部 Way forward 未來路向"], h.truth, {str(k): f"{one} {two}" for k, (one, two) in enumerate(asked, 1)}, {"A": "Form of return 申報表格"}, {}, ["Present limits 現行限額", "New limits 新限額"], tables=1, remarks={"number_prefixed"})


# --- 7: Pages --------------------------------------------------------------------------------------------------------

@fourth
def pages() -> tuple[bytes, Truth]:
    """No heading styles at all: ROMAN chapters in capitals, underlined; lettered headings; numbers typed with fixed
    spaces; questions in text boxes; three kinds of page header; a landscape section; a list of questions at the end."""
    h = Hand("en", 47)
    asked = ["Should platforms notify clients of forks?", "Who should bear the cost of a fork?", "Should airdrops be treated likewise?", "Are the proposed disclosures adequate?", "Do you agree with the time frame?", "Are there any other matters we should consider?"]
    at = 0
    def n(extra: str = "") -> str:
        nonlocal at
        at += 1
        return raw(runs(f"{at}.\u00a0\u00a0\u00a0{h.text(at)}{extra}"), '<w:pStyle w:val="Body"/>')
    def h1(text: str) -> str: return raw(r(text, '<w:u w:val="single"/>'), '<w:pStyle w:val="Body"/>')
    def h2(text: str) -> str: return raw(r(text, "<w:b/>"), '<w:pStyle w:val="Body"/>')
    def q(k: int, more: str = "") -> str: return text_box(p(f"Question {k}", "Body", look="<w:b/>"), p(asked[k - 1], "Body"), *([p(more, "Body")] if more else []))
    body = [
        p("Forks and Airdrops", "Body", size=30, look="<w:b/>"), p("Treatment of unsolicited virtual assets", "Body", size=18), p("Discussion and consultation", "Body"), p("September 2026", "Body"), page(),
        h1("PERSONAL INFORMATION COLLECTION STATEMENT"), p("1.\u00a0\u00a0\u00a0Your name and views may be published.", "Body"), p("2.\u00a0\u00a0\u00a0You may ask for your personal data to be corrected.", "Body"), page(),
        h1("I.\tINTRODUCTION"), n(), n(), n(), h1("II.\tFORKS"), h2("A.\tWhat a fork is"), n(), n(), n(), raw(PICTURE.format("A chain that splits in two"), '<w:pStyle w:val="Body"/>'), p("//Figure 1: A chain that splits in two//", "Caption", centre=True), n(), h2("B.\tDuties of the platform"), n(), q(1, "Please give reasons."), n(), h2("C.\tCost"), n(), n(), q(2), n(),
        h1("III.\tAIRDROPS"), n(), n(), q(3), n(), h1("IV.\tDISCLOSURE"), *[n() for _k in range(6)], "<w:p><w:pPr><w:sectPr><w:headerReference w:type='first' r:id='xheader1'/><w:titlePg/></w:sectPr></w:pPr></w:p>",
        p("//Table 1: Disclosures compared//", "Caption"), table(["Place", "Before", "After", "When"], ["Hong Kong", "none", "full", "T+1"], ["Elsewhere", "some", "some", "T+3"]), "<w:p><w:pPr><w:sectPr><w:headerReference w:type='default' r:id='xheader2'/><w:pgSz w:w='16838' w:h='11906' w:orient='landscape'/></w:sectPr></w:pPr></w:p>",
        n(), q(4), h1("V.\tTIME FRAME"), n(), n(), q(5), n(), q(6), h1("VI.\tLIST OF QUESTIONS"), p("For ease of reference the questions are listed here.", "Body"), *[p(f"Question {k}: {one}", "Body") for k, one in enumerate(asked, 1)],
    ]
    made = docx(*body, header="Forks and Airdrops", style_part=styles([("Body", "Body", "", ""), ("Caption", "Caption", "", ""), ("Default", "Default", "", "")], named=False))
    made = with_parts(made, {"header1": p("Draft of the Policy Division"), "header2": p("Forks and Airdrops – landscape")})
    return made, Truth("Forks and Airdrops", ["INTRODUCTION", "FORKS", "AIRDROPS", "DISCLOSURE", "TIME FRAME", "LIST OF QUESTIONS"], h.truth, {str(k): one for k, one in enumerate(asked, 1)}, {},
        {"statement": ["You may ask"], "question 1": ["Please give reasons"], "text": ["Figure 1: A chain", "Disclosures compared", "For ease of reference"]}, ["What a fork is", "Duties of the platform", "Cost"], tables=1, remarks={"picture", "furniture_left_out", "question_repeated"})


# --- 8: a bureau's paper in Traditional Chinese ------------------------------------------------------------------------

@fourth
def bureau_tc() -> tuple[bytes, Truth]:
    """甲部 by list in the heavenly stems, 第一章 by list in Taiwan's counting, numbers in full width by list, bordered
    questions, vMerge, a footnote in a question, annexes with drafting, a list of all questions as a table."""
    h = Hand("zh", 48)
    asked = ["你是否同意所有平台須就熱儲存投保？", "你是否同意保險的最低金額？如不同意，請提出建議。", "賠償安排應否涵蓋機構投資者？", "你對過渡安排有何意見？", "你是否有其他意見？"]
    at = 0
    def n(extra: str = "") -> str:
        nonlocal at
        at += 1
        return p(h.text(at, 4) + extra, num=(3, 0))
    def q(k: int, *parts: str, note: str = "") -> str: return "".join(p(one, extra=BORDER) for one in (f"**諮詢問題{'一二三四五'[k - 1]}**", asked[k - 1] + note, *parts))
    def part(text: str) -> str: return p(text, num=(1, 0), look="<w:b/>", size=16, centre=True)
    def chapter(text: str) -> str: return p(text, num=(2, 0), look="<w:b/>", size=14)
    def merged(text: str, kind: str) -> str: return cell(p(text)).replace("<w:tcPr>", f"<w:tcPr><w:vMerge{kind}/>")
    body = [
        p("保險及賠償安排", size=26, look="<w:b/>", centre=True), p("公眾諮詢文件", size=20, centre=True), p("財經事務及庫務局", centre=True), p("二零二六年六月", centre=True), page(),
        p("個人資料收集聲明", look="<w:b/>", centre=True), p("本聲明按照《個人資料（私隱）條例》作出。"), p("1. 你提供的資料會用於與本諮詢有關的用途。"), p("2. 你有權要求查閱及更正。"), page(),
        part("引言"), chapter("背景"), n(), n(), n(), chapter("諮詢範圍"), n(), n("[^1]"),
        part("建議"), chapter("投保規定"), n(), p("（一）熱儲存", look="<w:b/>"), n(), n(), q(1, "（甲）如是，應否容許自保？", "（乙）如否，原因為何？"), p("（二）冷儲存", look="<w:b/>"), n(), n(), q(2, note="[^2]"),
        chapter("賠償安排"), n(), n(), p("表一　賠償上限"), "<w:tbl><w:tblPr/><w:tblGrid/>" + "".join(f"<w:tr>{''.join(one)}</w:tr>" for one in ([cell("類別"), cell("項目"), cell("上限")], [merged("零售", ' w:val="restart"'), cell("熱"), cell("50萬元")], [merged("", ""), cell("冷"), cell("80萬元")], [cell("機構"), cell("熱"), cell("無")])) + "</w:tbl>",
        n(), q(3), n(), part("過渡及未來路向"), chapter("過渡安排"), *[n() for _k in range(5)], q(4), chapter("徵詢意見"), n(), q(5), n(), page(),
        p("附錄一", look="<w:b/>", centre=True), p("諮詢問題一覽", look="<w:b/>", centre=True), table(["編號", "問題", "段落"], *[[f"問題{'一二三四五'[k - 1]}", one, str(k)] for k, one in enumerate(asked, 1)]), page(),
        p("附錄二", look="<w:b/>", centre=True), p("建議修訂的條文", look="<w:b/>", centre=True), raw(runs("10.3\t平台須") + r("每月", "<w:strike/>") + r("每日", '<w:u w:val="single"/>') + runs("計算投保額。")), raw(runs("10.3A\t") + r("平台須備存保單副本。", '<w:u w:val="single"/>')), p("10.4\t平台須於三日內通知證監會。"),
    ]
    made = docx(*body, lists={1: [("ideographTraditional", "%1部")], 2: [("taiwaneseCountingThousand", "第%1章")], 3: [("decimalFullWidth", "%1．")]}, notes={1: "不包括代幣化存款。", 2: "按投保前一日的價格計算。"})
    return made, Truth("保險及賠償安排", ["甲部 引言", "乙部 建議", "丙部 過渡及未來路向"], h.truth, {str(k): one for k, one in enumerate(asked, 1)}, {"一": "諮詢問題一覽", "二": "建議修訂的條文"},
        {"question 1": ["（乙）如否"], "statement": ["你有權要求"],  "text": ["80萬元", "表一 賠償上限"]}, ["背景", "諮詢範圍", "投保規定", "熱儲存", "冷儲存", "賠償安排", "過渡安排", "徵詢意見"], {"二": ["10.3", "10.3A", "10.4"]}, 2, 2, {"table_merged"}, "zh_hant")
