"""The beginnings of lines in a paper's Markdown: how they are known, and kept apart from words that look like them."""

import re

from consultations.importing import labels

WORDS = {
    "en": ("Foreword", "Personal Information Collection Statement", "Question", "Annex", "paragraphs", "Reference"),
    "zh_hant": ("前言", "收集個人資料聲明", "問題", "附錄", "段落", "檔號"),
    "zh_hans": ("前言", "收集个人资料声明", "问题", "附录", "段落", "档号"),
}
KINDS = {"marked_text": "(marked-up text)", "terms": "(terms used)", "text": "(text)"}
HEAD = re.compile(r"(#{1,6}) (.*)")
NUMBER = re.compile(
    r"(?:\*\*)?(\d{1,4}[A-Z]{0,2}(?=[.)] ?|[.)]?\*\*)|\d{1,4}(?:\.\d{1,4})+[A-Z]{0,2})"
    r"(?:[.)])?(?:\*\*)?(?:[.)])?(?: +|$)"
)
ODD = re.compile(r"\[§ ([^\]\n]{1,40})\](?: |$)")
CLAUSE = re.compile(r"\*\*([^*\n]{1,40})\*\*(?: |$)")
SECTION = re.compile(r"(\d+(?:\.\d+)*[A-Z]?|[A-Z]|[IVXLC]+|[一二三四五六七八九十]{1,4})[.、:：] ?(.*)")
ODD_SECTION = re.compile(r"\[§ ([^\]\n]{0,40})\] (.*)")
ANNEX_HEAD = re.compile(
    r"(?:Annex|Appendix|附錄|附录|附件) (?:\[§ ([^\]\n]{0,40})\]|([A-Z0-9一二三四五六七八九十IVX]{1,4})): (.*)"
)
QUESTION_HEAD = re.compile(
    r"\*\*(?:Question|問題|问题) (?:\[§ ([^\]\n]{0,40})\]|(\d{1,3}(?:\([a-z0-9]+\))?))\*\*"
    r"(?: \((?:paragraphs|段落) ?([^\n]*)\))?$"
)
REGULAR = re.compile(r"\d{1,4}[A-Z]{0,2}")
DOTTED = re.compile(r"\d{1,4}(?:\.\d{1,4})+[A-Z]{0,2}")


def bare(line: str) -> str:
    return re.sub(r"^[>\s*_#\\]+", "", line).replace("**", "")


def begins(line: str) -> bool:
    """Whether a line could begin a heading, a paragraph or a question in a section."""
    return bool(
        HEAD.match(line)
        or re.fullmatch(r"#{1,6}", line)
        or NUMBER.match(line)
        or ODD.match(line)
        or begins_question(line)
    )


def begins_question(line: str) -> bool:
    return bool(re.match(r"[>\s*_#]*(?:q|consultation|問|问|諮|咨|第|\[|【|\()", line, re.IGNORECASE)) and bool(
        labels.question(bare(line)) or QUESTION_HEAD.match(line.lstrip("> "))
    )


def escaped(text: str, *, first: bool = True) -> str:
    lines = text.split("\n")
    return "\n".join(
        f"\\{line}" if (first or place) and begins(line.lstrip("\\")) else line for place, line in enumerate(lines)
    )


def unescaped(line: str) -> str:
    return line[1:] if line.startswith("\\") and begins(line.lstrip("\\")) else line


def shifted(text: str, *, clauses: bool = False, first: bool = True) -> str:
    lines = []
    for place, line in enumerate(text.split("\n")):
        bare = line.lstrip("\\")
        looks = bool(re.match(r"#{1,6}(?: |$)", bare)) or (clauses and bool(CLAUSE.match(bare)))
        if not looks or (not first and not place):
            lines.append(line)
        elif re.match(r"#{1,4} ", line):
            lines.append(f"##{line}")
        else:
            lines.append(f"\\{line}")
    return "\n".join(lines)


def unshifted(line: str, *, clauses: bool) -> str:
    bare = line.lstrip("\\")
    looks = bool(re.match(r"#{1,6}(?: |$)", bare)) or (clauses and bool(CLAUSE.match(bare)))
    if looks and line.startswith("\\"):
        return line[1:]
    return line[2:] if re.match(r"#{3,6} ", line) else line
