# ruff: noqa: E501  (one pattern a line)
"""Words by which papers name their parts, in English and in Traditional and Simplified Chinese."""

import re

from consultations.importing.numerals import CHINESE, half_width

CONTENTS = re.compile(r"(?:table of )?contents|目錄|目录|目次|內容|内容", re.IGNORECASE)
FOREWORD = re.compile(r"foreword|preface|前言|序言|序", re.IGNORECASE)
STATEMENT = re.compile(
    r"(?:the )?personal (?:information|data) collection statement(?: \(?\W?pics\W?\)?)?"
    r"|(?:個人資料收集|收集個人資料)(?:的)?聲明(?:書)?|(?:个人资料收集|收集个人资料)(?:的)?声明(?:书)?",
    re.IGNORECASE,
)
# Headings within such a statement; they do not end it.
OF_STATEMENT = re.compile(
    r"purposes?\b|transfer|access|retention|enquir|inquir|direct marketing|security|use of|disclosure|rights?\b"
    r"|correction|matching|contact|collection|目的|轉移|转移|轉交|查閱|查阅|保留|保存|查詢|查询|使用|披露|更正|核對"
    r"|权利|權利|收集|聯絡|联络|直接促銷|保安",
    re.IGNORECASE,
)
SECTIONS = re.compile(
    r"introduction|background|executive summary|overview|summary|purpose|scope|seeking comments?|next steps?|way forward"
    r"|(?:invitation|request) for comments?|(?:submission of|how to submit|providing) comments?|conclusions?|definitions?"
    r"|(?:the )?proposals?|key proposals|legal (?:framework|basis)|timetable|implementation|transitional arrangements?"
    r"|引言|導言|导言|緒言|绪言|緒論|背景|概要|摘要|執行摘要|执行摘要|概覽|概览|目的|範圍|范围|建議|建议|徵詢意見"
    r"|征询意见|徵求意見|征求意见|諮詢意見|咨询意见|提交意見|提交意见|未來路向|未来路向|下一步|總結|总结|結語|结语"
    r"|過渡安排|过渡安排|實施|实施|實施時間表|实施时间表",
    re.IGNORECASE,
)
NOT_HEADING = re.compile(
    r"(?:table|figure|chart|diagram|box|note|notes|source|example|illustration)\b[ \t]*[0-9A-Z]*\s*(?:[:.：]|$)"
    r"|(?:表|圖|图|附圖|例|註|注)\s*[0-9一二三四五六七八九十]+\s*(?:[:：.、]|$)"
    r"|(?:資料來源|资料来源|來源|来源|註|注)\s*[:：]"
    r"|(?:the )?securities and futures commission(?: \(.*\))?$|hong kong$|證券及期貨事務監察委員會|证券及期货事务监察委员会|香港$"
    r"|[-–—*\s]*(?:end|完)[-–—*\s]*$|page\b|第\s*\d+\s*頁",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
DATE = re.compile(
    rf"(?:\(?(?:date|日期)\s*[:：]?\s*)?(?:[0-9]{{1,2}}(?:st|nd|rd|th)?\s+)?{_MONTH}\.?,?\s*(?:[0-9]{{1,2}},?\s*)?[0-9]{{4}}\)?"
    rf"|[0-9]{{4}}\s*年\s*[0-9]{{1,2}}\s*月(?:\s*[0-9]{{1,2}}\s*日)?|[〇○零一二三四五六七八九]{{4}}年[一二三四五六七八九十]+月(?:[一二三四五六七八九十]+日)?",
    re.IGNORECASE,
)
MONTH_NEXT = re.compile(rf"{_MONTH}\b|月|年", re.IGNORECASE)
UNIT_NEXT = re.compile(
    r"(?:%|％|per ?cent|percent|million|billion|trillion|days?|months?|years?|weeks?|hours?|minutes?|business|working"
    r"|calendar|times|basis|or more|or fewer|or less|of the|and|to|out of|platforms?|firms?|respondents?"
    r"|submissions?|members?|個|个|項|项|份|名|天|日|月|年|家|間|间|倍|萬|万|億|亿|人|種|种|次|元|小時|小时)",
)
REFERENCE = re.compile(
    r"(?:(?:our |file )?ref(?:erence)?\.?(?: ?(?:no|number)\.?)?|檔號|档号|參考編號|参考编号|編號|编号|文件編號|文件编号)\s*[:：]\s*(\S.{0,40})"
    r"|\(?([A-Z]{2,6} ?[0-9]{4} ?/ ?[0-9]{1,4})\)?",
    re.IGNORECASE,
)
ANNEX = re.compile(
    r"(appendix|annexure|annex|attachment|schedule|附錄|附录|附件|附表)"
    rf"\s*(?:([A-Z](?![a-z])|[0-9]{{1,2}}|[IVX]{{1,5}}(?![a-z])|[{CHINESE}]{{1,3}}|[甲乙丙丁戊己庚辛壬癸])(?=[\s:：.、,\-–—()（]|$|[\u4e00-\u9fff]))?"
    r"\s*[:：.、\-–—]*\s*(.*)",
    re.IGNORECASE | re.DOTALL,
)
_ORDINALS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
WORD_NUMBERS = {word: place for place, word in enumerate(_ORDINALS, start=1)}
_SUB = r"(?:\s?[(（][0-9a-z]{1,4}[)）])*|[a-z](?![a-z])"
QUESTION = re.compile(
    rf"[\[【「(（]?(?:"
    rf"(?:consultation\s+)?(?:questions?(?:\s+for\s+(?:consultation|comments?|response))?|ques|qn|q)\.?\s*(?:no\.?|number|#)?\s*[.:]?\s*"
    rf"(?P<en>[0-9]{{1,3}}(?:\.[0-9]{{1,2}})?(?:{_SUB})|[IVX]{{1,6}}(?![a-z])|(?:{'|'.join(_ORDINALS)})\b)"
    rf"|(?:諮詢|咨询|徵詢|征询)?(?:問題|问题|提問|提问|問|问)\s*第?\s*[(（]?(?P<zh>[0-9]{{1,3}}(?:\.[0-9]{{1,2}})?(?:{_SUB})|[{CHINESE}]{{1,4}})[)）]?(?:題|题)?"
    rf"|第\s*(?P<nth>[0-9]{{1,3}}|[{CHINESE}]{{1,4}})\s*(?:條|条|道)?(?:諮詢|咨询)?(?:問題|问题|題|题)"
    rf")[\]】」)）]?",
    re.IGNORECASE,
)
QUESTION_BARE = re.compile(
    r"(?:consultation\s+)?question\s*[:：]|(?:諮詢|咨询)?(?:問題|问题)\s*[:：]",
    re.IGNORECASE,
)
QUESTIONS_RANGE = re.compile(
    r"(?:consultation\s+)?questions?\s*([0-9]{1,3})\s*(?:and|&|to|[-–—,])\s*([0-9]{1,3})|(?:諮詢|咨询)?(?:問題|问题)\s*([0-9]{1,3})\s*(?:及|和|與|与|至|[-–—、])\s*([0-9]{1,3})",
    re.IGNORECASE,
)
QUESTIONS_HEADING = re.compile(
    r"(?:(?:consultation|specific|list of|summary of)\s+)*questions?(?:\s+(?:for|to)\s+\w+(?:\s+\w+)?)?\s*[:：]?"
    r"|(?:諮詢|咨询|具體|具体)?(?:問題|问题)\s*[:：]?",
    re.IGNORECASE,
)
ASKS_ON = re.compile(
    r"please|if (?:not|so|yes|you)|why\b|in particular|for example|what\b|how\b|do you|should|請|请|如|若|你|您|為何|为何|及|以及",
    re.IGNORECASE,
)
DRAFTING = re.compile(
    r"mark(?:ed)?[ -]?up|marked|indicative|draft|amendment|proposed (?:changes|wording|text)|示意|草擬|草拟|修訂|修订|擬議|拟议|條文|条文|標示|标示",
    re.IGNORECASE,
)


def whole(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Whether a pattern is all of a line, save for marks around it."""
    return pattern.fullmatch(re.sub(r"\s+", " ", half_width(text)).strip(" .:：-–—*_\t"))
