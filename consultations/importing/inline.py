"""Runs of text with their looks, and the three ways they are written: plain, Markdown, and marked-up drafting."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from portal.common.markdown import paper_parser


@dataclass(frozen=True)
class Run:
    """Text that looks alike. `change` is "ins" or "del" for a tracked change. `note` calls a footnote."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    struck: bool = False
    raised: str = ""  # "sup", "sub"
    link: str = ""
    change: str = ""
    note: str = ""


Runs = Sequence[Run]


def plain(runs: Runs) -> str:
    """The words with changes accepted; tabs and line breaks are kept."""
    return "".join(one.text for one in runs if one.change != "del" and not one.note)


def skip(runs: Runs, count: int) -> list[Run]:
    """Without the first `count` characters of `plain(runs)`."""
    left: list[Run] = []
    for one in runs:
        if count <= 0 or one.note or one.change == "del":
            left.append(one)
            continue
        if len(one.text) > count:
            left.append(replace(one, text=one.text[count:]))
        count -= len(one.text)
    return left


def divide(runs: Runs, count: int) -> tuple[list[Run], list[Run]]:
    """The first `count` characters of `plain(runs)`, and the rest; a note at the border belongs to the first."""
    head: list[Run] = []
    tail: list[Run] = []
    for one in runs:
        if one.note or one.change == "del":
            (tail if count <= 0 and tail else head).append(one)
            continue
        if count > 0:
            head.append(replace(one, text=one.text[:count]))
        if len(one.text) > count:
            tail.append(replace(one, text=one.text[max(count, 0) :]))
        count -= len(one.text)
    return head, tail


def split_lines(runs: Runs) -> list[list[Run]]:
    """Cut at line breaks."""
    lines: list[list[Run]] = [[]]
    for one in runs:
        for place, text in enumerate(one.text.split("\n")):
            if place:
                lines.append([])
            if text or one.note:
                lines[-1].append(replace(one, text=text))
    return lines


def all_are(runs: Runs, trait: str) -> bool:
    """Whether every word has the look: "bold", "italic", "underline"."""
    words = [one for one in runs if one.text.strip() and one.change != "del" and not one.note]
    return bool(words) and all(getattr(one, trait) for one in words)


# --- Markdown ----------------------------------------------------------------------------------------------------

_SPECIAL = re.compile(
    r"""
    [\\`*|~^]                                   # always markup in a paper
    | (?<![^\W_]) _ | _ (?![^\W_])              # an underscore at the edge of a word
    | \[ (?= \^ )                               # a footnote
    | \] (?= [(\[:] )                           # a link or a definition
    | < (?= [A-Za-z/!?] )
    | & (?= \#?\w+; )
    """,
    re.VERBOSE,
)
_LINE_START = re.compile(
    r"^(\s*)(?:(#{1,6})(?=\s|$)|([-+])(?=\s|$)|(\d{1,9})([.)])(?=\s|$)|(>)|(=+\s*$|-[-\s]*$|:?-+[-\s:]*$))"
)


def escape(text: str) -> str:
    """Plain text so that Markdown shows it letter by letter. Leading spaces of lines go."""
    return "\n".join(_escape_start(_SPECIAL.sub(r"\\\g<0>", line.strip(" \t"))) for line in text.split("\n"))


def _escape_start(line: str) -> str:
    found = _LINE_START.match(line)
    if found is None:
        return line
    if found[4]:
        return f"{found[1]}{found[4]}\\{line[len(found[1]) + len(found[4]) :]}"
    return f"{found[1]}\\{line[len(found[1]) :]}"


def markdown(runs: Runs, *, unbold: bool = False) -> str:
    """One block of Markdown, changes accepted. `unbold` leaves out bold and italics."""
    shown = [one for one in runs if one.change != "del" and (one.text or one.note)]
    if unbold:
        shown = [replace(one, bold=False, italic=False) for one in shown]
    lines = [_line(one) for one in split_lines(shown)]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return "\\\n".join(line for line in lines if line)


def _line(runs: Runs) -> str:
    """One line; looks that CommonMark would not read back as they are go, so that no mark shows as a letter."""
    line = _written(runs)
    if any(one.bold or one.italic or one.struck for one in runs):
        words = _shown(_written([_without_look(one) for one in runs]))
        if _shown(line) != words:
            line = _written([replace(one, italic=False, struck=False) for one in runs])
            if _shown(line) != words:
                line = _written([_without_look(one) for one in runs])
    return line


def _without_look(run: Run) -> Run:
    return replace(run, bold=False, italic=False, struck=False)


def _shown(line: str) -> str:
    return re.sub(r"<[^>]*>|\s", "", paper_parser.renderInline(line))


def _written(runs: Runs) -> str:
    parts: list[str] = []
    for link, linked in groupby(_even(runs), key=lambda one: one.link):
        inner = _emphasised(list(linked))
        if link and inner.strip():
            address = link.replace("\\", "%5C").replace("(", "%28").replace(")", "%29").replace(" ", "%20")
            parts.append(f"[{inner.strip()}]({address.replace('<', '%3C')})")
        else:
            parts.append(inner)
    line = re.sub(r"[ \t\u00a0\u3000]*\t[ \t]*", " ", "".join(parts)).strip()
    return _escape_start(re.sub(r" {2,}", " ", line))


def _even(runs: Runs) -> list[Run]:
    """Neighbours that look alike as one; blanks look like what stands before them."""
    joined: list[Run] = []
    for one in runs:
        if joined and not one.note and not joined[-1].note:
            last = joined[-1]
            if not one.text.strip():
                one = replace(last, text=one.text)
            if _look(last) == _look(one):
                joined[-1] = replace(last, text=last.text + one.text)
                continue
        joined.append(one)
    return joined


def _look(run: Run) -> tuple[object, ...]:
    return run.bold, run.italic, run.struck, run.raised, run.link


# A bracket that closes before another opens, beside each other only since two runs are; and the call of a footnote.
_MEETING = re.compile(r"(?<!\\)(?:\[\^[^\]\s]*\]|\](?=[(\[:]))")


def _emphasised(runs: list[Run]) -> str:
    text = _nested(runs, (("bold", "**"), ("struck", "~~"), ("italic", "*")))
    return _MEETING.sub(lambda found: found[0] if found[0] != "]" else "\\]", text)


def _nested(runs: list[Run], marks: Sequence[tuple[str, str]]) -> str:
    if not marks:
        return "".join(_word(one) for one in runs)
    (trait, mark), rest = marks[0], marks[1:]
    parts: list[str] = []
    groups = [(on, list(group)) for on, group in groupby(runs, key=lambda one: bool(getattr(one, trait)))]
    for place, (on, group) in enumerate(groups):
        inner = _nested(group, rest)
        if not on:
            parts.append(inner)
            continue
        before = parts[-1][-1:] if parts else ""
        after = _nested(groups[place + 1][1], rest)[:1] if place + 1 < len(groups) else ""
        parts.append(_wrapped(inner, mark, before, after))
    return "".join(parts)


_PUNCTUATION = re.compile(r"[^\w\s]|_")


def _wrapped(inner: str, mark: str, before: str, after: str) -> str:
    """`inner` within marks that CommonMark accepts: punctuation at an edge that touches a letter stays outside."""
    head = inner[: len(inner) - len(inner.lstrip())]
    tail = inner[len(inner.rstrip()) :]
    core = inner.strip()
    while core and not head and _joins(before) and _PUNCTUATION.match(core[0]):
        if core[0] in "*~[\\^":
            return inner
        before, head, core = core[0], head + core[0], core[1:]
        break
    lead = ""
    if head and not head.isspace():
        lead, head = head, ""
    trail = ""
    if core and not tail and _joins(after) and _PUNCTUATION.match(core[-1]):
        if core[-1] in "*~])^" or core[-2:-1] == "\\":
            return inner
        trail, core = core[-1], core[:-1]
        if core and _PUNCTUATION.match(core[-1]):
            return inner
    if not core.strip() or (lead and _PUNCTUATION.match(core[0])):
        return inner
    return f"{head}{lead}{mark}{core}{mark}{trail}{tail}"


def _joins(letter: str) -> bool:
    """Whether a letter on the other side of a mark keeps it from opening or closing beside punctuation."""
    return bool(letter) and not letter.isspace() and not _PUNCTUATION.match(letter)


def _word(run: Run) -> str:
    if run.note:
        return f"[^{run.note}]"
    text = _SPECIAL.sub(r"\\\g<0>", run.text)
    if run.link:
        text = re.sub(r"(?<!\\)[\[\]]", r"\\\g<0>", text)
    if run.raised and text.strip() and not re.search(r"[\s\\]", text.strip()):
        mark = "^" if run.raised == "sup" else "~"
        core = text.strip()
        head, _core, tail = text.partition(core)
        return f"{head}{mark}{core}{mark}{tail}"
    return text


# --- marked-up drafting ------------------------------------------------------------------------------------------


def marked(runs: Runs, *, by_hand: bool) -> str:
    """Plain text with {++added++} and {--removed--}; `by_hand` reads underlined as added and struck as removed."""

    def kind(run: Run) -> str:
        if run.change:
            return run.change
        if by_hand and run.struck:
            return "del"
        return "ins" if by_hand and run.underline and not run.link else ""

    return _with_marks((kind(one), f"[^{one.note}]" if one.note else one.text) for one in runs)


def _with_marks(pieces: Iterable[tuple[str, str]]) -> str:
    parts: list[str] = []
    key: Callable[[tuple[str, str]], str] = lambda one: one[0]  # noqa: E731
    for change, group in groupby(pieces, key=key):
        text = "".join(one[1] for one in group)
        core = text.strip()
        if not change or not core:
            parts.append(text)
            continue
        head, _core, tail = text.partition(core)
        marks = ("{++", "++}") if change == "ins" else ("{--", "--}")
        parts.append(f"{head}{marks[0]}{core}{marks[1]}{tail}")
    return re.sub(r"[ \t]+", " ", "".join(parts)).strip()
