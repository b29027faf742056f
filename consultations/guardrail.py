"""The competition guardrail: finds talk of fees, prices, customers, volumes and plans in what rivals will read.

A rule is a list of lines, each a phrase in a small language of its own, never a regular expression, so that no rule
and no text makes a search slow: its time grows with the length of the text alone.

    our|my fee*          one word of each group, one after the other; `*` is the rest of a word
    our * fee*           `*` alone is any one word (or one Chinese character)
    fee* ~ # bps         `~`: near one another, in any order; `#` is a number
    我們|我們的 收費       Chinese needs no spaces: they only part the groups
    ! licence fee*       `!`: an exception; what overlaps it is not found

Case, width, accents, Traditional and Simplified forms make no difference. Zero-width characters, Markdown between
letters, hyphens, line breaks and l e t t e r s set apart hide nothing. It is an aid to honest people and stops nobody
who sets out to deceive.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from itertools import product
from typing import Any, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from consultations.scripts import TO_TRADITIONAL
from portal.common.prepared import Prepared

# About 8 words or 12 Chinese characters lie between two things that are near one another.
WORD, IDEOGRAPH, NEAR = 3, 2, 24
SENTENCE, PARAGRAPH = 6, 60
MAX_LINES, MAX_LINE, MAX_VARIANTS, MAX_TERMS, MAX_WORDS = 400, 400, 5_000, 4, 12
PASSAGE = 120
_JOINED_AT_MOST = 14

_NUMERALS: Final = frozenset("〇零一二三四五六七八九十百千兩")
_NUMBER_WORDS: Final = frozenset(
    [
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
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "hundred",
        "thousand",
    ]
)
_SIGNS: Final = frozenset("%$€£¥₿")
_EMPHASIS: Final = frozenset("*~`\\")
_HYPHENS: Final = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d")
_ENDS: Final = frozenset("!?。！？")


def _is_ideograph(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff" or char == "〇"


def _is_number(word: str) -> bool:
    return word[0].isdigit() or word[0] in _NUMERALS or word in _NUMBER_WORDS


@dataclass(frozen=True)
class Finding:
    """Something found in a text: `start` to `end` in its characters, `words` as the writer wrote them."""

    topic: str
    start: int
    end: int
    words: str


class RuleError(ValueError):
    """A line of a rule that cannot be read. `line` counts from 1; the message is for its editor."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


# --- a text as words ---------------------------------------------------------------------------------------------


@dataclass
class _Word:
    """A word, one Chinese character, or a sign; with the forms that it makes with those before it."""

    text: str
    start: int
    end: int
    at: int = 0
    # How far it stands from the word before, beside that word itself: a sentence or a paragraph ends between them.
    gap: int = 0
    # The same letters written together with the words before, where a hyphen or spaced letters part them: the form,
    # and the number of the word with which it begins.
    joined: list[tuple[str, int]] = field(default_factory=list)


def _folded(char: str) -> str:
    """The letters that a character stands for, without case, width, accent and script."""
    if char < "\u0080":
        return char.lower()
    out = []
    for one in unicodedata.normalize("NFKD", char):
        if unicodedata.combining(one) or unicodedata.category(one) in {"Cf", "Mn", "Me"}:
            continue
        lower = one.casefold()
        out.append(_LOOK_ALIKES.get(lower) or TO_TRADITIONAL.get(lower, lower))
    return "".join(out)


# Cyrillic and Greek letters that cannot be told from Latin ones.
_LOOK_ALIKES: Final = dict(zip("аеорсухіјѕԁһ\u03b1\u03bf\u03c1\u03bd", "aeopcyxijsdhaopv", strict=True))


def _words(text: str) -> list[_Word]:
    """The words of a text with their places. Linear in its length."""
    found: list[_Word] = []
    letters: list[str] = []
    start = end = at = gap = 0
    hyphen = newlines = 0
    pending_stop = False

    def close() -> None:
        nonlocal at, gap, hyphen, newlines, pending_stop
        if not letters:
            return
        word = "".join(letters)
        letters.clear()
        if newlines > 1:
            gap += PARAGRAPH
        elif pending_stop:
            gap += SENTENCE
        at += gap
        made = _Word(word, start, end, at, gap)
        _join(found, made, by_hyphen=hyphen == 1, apart=gap >= SENTENCE)
        found.append(made)
        at += IDEOGRAPH if _is_ideograph(word[0]) else WORD
        gap = hyphen = newlines = 0
        pending_stop = False

    for place, char in enumerate(text):
        if char in _EMPHASIS:
            continue
        if char in ".,\u2019" and letters and letters[-1].isdigit() and text[place + 1 : place + 2].isdigit():
            continue  # 0.05 and 1,000 are one number
        folded = _folded(char)
        if not folded:
            continue
        for one in folded:
            if one in _NUMERALS:  # 二十 is one number, though two characters
                if letters and letters[-1] not in _NUMERALS:
                    close()
                if not letters:
                    start = place
                letters.append(one)
                end = place + 1
            elif _is_ideograph(one) or one in _SIGNS:
                close()
                letters.append(one)
                start, end = place, place + 1
                close()
            elif one.isalnum():
                if letters and (letters[-1].isdigit() != one.isdigit() or letters[-1] in _NUMERALS):
                    close()
                if not letters:
                    start = place
                letters.append(one)
                end = place + 1
            else:
                close()
                if one in _HYPHENS:
                    hyphen += 1
                elif one == "\n":
                    newlines += 1
                elif one in _ENDS or (one in ".;" and not text[place + 1 : place + 2].isalnum()):
                    pending_stop = True
                elif not one.isspace():
                    hyphen += 2
    close()
    return found


def _join(before: list[_Word], word: _Word, *, by_hyphen: bool, apart: bool) -> None:
    """Give `word` the forms that it makes with those before it: fe-es, cus- tomers, f e e s."""
    if not before or apart or not word.text.isalpha() or _is_ideograph(word.text[0]):
        return
    last = before[-1]
    if not last.text.isalpha() or _is_ideograph(last.text[0]):
        return
    if not (by_hyphen or (len(last.text) == 1 and len(word.text) == 1)):
        return
    forms = [(last.text, len(before) - 1), *last.joined]
    word.joined = [(form + word.text, first) for form, first in forms if len(form) + len(word.text) <= _JOINED_AT_MOST]


# --- rules -------------------------------------------------------------------------------------------------------


@dataclass
class _Node:
    """A place in the tree of all phrases."""

    exact: dict[str, "_Node"] = field(default_factory=dict)
    prefix: dict[str, "_Node"] = field(default_factory=dict)
    any: "_Node | None" = None
    number: "_Node | None" = None
    ends: list[int] = field(default_factory=list)

    def step(self, word: str) -> "_Node":
        if word == "*":
            self.any = self.any or _Node()
            return self.any
        if word == "#":
            self.number = self.number or _Node()
            return self.number
        side, key = (self.prefix, word[:-1]) if word.endswith("*") else (self.exact, word)
        return side.setdefault(key, _Node())

    def after_form(self, word: str) -> "Iterator[_Node]":
        """What a word leads to by its letters."""
        if word in self.exact:
            yield self.exact[word]
        if self.prefix:
            for size in range(1, min(len(word), 32) + 1):
                found = self.prefix.get(word[:size])
                if found is not None:
                    yield found

    def after(self, word: str) -> "Iterator[_Node]":
        yield from self.after_form(word)
        if self.number is not None and _is_number(word):
            yield self.number
        if self.any is not None:
            yield self.any


@dataclass(frozen=True)
class _Line:
    """A phrase, or several near one another; each a number of a term."""

    topic: str
    terms: tuple[int, ...]
    is_exception: bool


class Rules:
    """Rules made ready for searching. Raises `RuleError` for a line that cannot be read."""

    def __init__(self, rules: Iterable[tuple[str, str]]) -> None:
        """`rules`: pairs of topic and lines."""
        self._root = _Node()
        self._lines: list[_Line] = []
        self._terms: dict[str, int] = {}
        self._starts: set[str] = set()
        for topic, phrases in rules:
            self._read(topic, phrases)

    def _read(self, topic: str, phrases: str) -> None:
        lines = phrases.splitlines()
        if len(lines) > MAX_LINES:
            raise RuleError(MAX_LINES + 1, _("At most %(count)s lines fit into one rule.") % {"count": MAX_LINES})
        for number, raw in enumerate(lines, start=1):
            line = raw.strip()
            if not line:
                continue
            is_exception = line[0] in "!！"
            terms = tuple(self._term(one, number) for one in line.lstrip("!！").replace("～", "~").split("~"))
            if len(terms) > MAX_TERMS:
                raise RuleError(number, _("At most %(count)s parts can stand near one another.") % {"count": MAX_TERMS})
            if not set(line) - set("!！~～*＊#＃|｜ \t"):
                raise RuleError(number, _("A line needs a word: * and # alone would be found everywhere."))
            self._lines.append(_Line(topic, terms, is_exception))

    def _term(self, text: str, line: int) -> int:
        if len(text) > MAX_LINE:
            raise RuleError(line, _("A line has at most %(count)s characters.") % {"count": MAX_LINE})
        key = " ".join(text.split())
        if key in self._terms:
            return self._terms[key]
        groups = [[_pattern(one, line) for one in group.split("|")] for group in key.replace("｜", "|").split(" ")]
        variants = 1
        for group in groups:
            variants *= len(group)
        if variants > MAX_VARIANTS:
            raise RuleError(line, _("The line stands for more than %(count)s phrases.") % {"count": MAX_VARIANTS})
        number = len(self._terms)
        for chosen in product(*groups):
            words = [word for part in chosen for word in part]
            if len(words) > MAX_WORDS:
                raise RuleError(line, _("A phrase has at most %(count)s words.") % {"count": MAX_WORDS})
            node = self._root
            for word in words:
                node = node.step(word)
                self._starts.add(word.rstrip("*")[:3])
            if number not in node.ends:
                node.ends.append(number)
        self._terms[key] = number
        return number

    # --- searching ---

    def find(self, text: str) -> list[Finding]:
        """What a text holds, in its order; what overlaps within a topic is one finding."""
        words = _words(text)
        where = self._occurrences(words)
        exceptions: dict[str, list[tuple[int, int]]] = {}
        hits: dict[str, list[tuple[int, int]]] = {}
        for line in self._lines:
            side = exceptions if line.is_exception else hits
            side.setdefault(line.topic, []).extend(_near(line.terms, where, words))
        found = []
        for topic, spans in hits.items():
            kept = _without(spans, exceptions.get(topic, []))
            for first, last in _merged(kept):
                start, end = words[first].start, words[last].end
                found.append(Finding(topic, start, end, text[start:end]))
        return sorted(found, key=lambda one: (one.start, one.end))

    def _occurrences(self, words: Sequence[_Word]) -> dict[int, list[tuple[int, int]]]:
        where: dict[int, list[tuple[int, int]]] = {}
        joins: dict[int, list[tuple[str, int]]] = {}
        for place, word in enumerate(words):
            for form, first in word.joined:
                if form[:3] in self._starts:
                    joins.setdefault(first, []).append((form, place))
        for first in range(len(words)):
            # (node, place of the next word); the breadth is bounded by the rules, the depth by MAX_WORDS.
            front = [(self._root, first)]
            while front:
                node, place = front.pop()
                for number in node.ends:
                    where.setdefault(number, []).append((first, place - 1))
                if place >= len(words) or (place > first and words[place].gap >= SENTENCE):
                    continue
                front.extend((child, place + 1) for child in node.after(words[place].text))
                for form, last in joins.get(place, ()):
                    front.extend((child, last + 1) for child in node.after_form(form))
        return where


def _pattern(text: str, line: int) -> list[str]:
    """The words of one alternative: `fee*`, `基點`, `HK$`."""
    if text in {"*", "#", "＊", "＃"}:
        return ["*" if text in "*＊" else "#"]
    open_end = text.endswith(("*", "＊"))
    body = text.rstrip("*＊")
    if not body:
        raise RuleError(line, _("There is an empty part. Write a word on each side of ~ and |."))
    if set(body) & set("*＊#＃~!！"):
        raise RuleError(line, _("* stands at the end of a word or alone, # alone, ! at the beginning of a line."))
    words = [word.text for word in _words(body)]
    if not words:
        raise RuleError(line, _("“%(text)s” holds no letter, number or currency sign.") % {"text": text})
    if open_end:
        words[-1] += "*"
    return words


def _near(
    terms: Sequence[int], where: dict[int, list[tuple[int, int]]], words: Sequence[_Word]
) -> Iterator[tuple[int, int]]:
    """The spans in which all the terms stand near the first one."""
    firsts = where.get(terms[0], [])
    if len(terms) == 1:
        yield from firsts
        return
    others = [where.get(term, []) for term in terms[1:]]
    if not firsts or not all(others):
        return
    starts = [[span[0] for span in spans] for spans in others]
    for first in firsts:
        low, high = first
        for spans, places in zip(others, starts, strict=True):
            nearest = _nearest(first, spans, places, words)
            if nearest is None:
                break
            low, high = min(low, nearest[0]), max(high, nearest[1])
        else:
            yield low, high


def _nearest(
    span: tuple[int, int], spans: Sequence[tuple[int, int]], places: Sequence[int], words: Sequence[_Word]
) -> tuple[int, int] | None:
    """The nearest of `spans` that is near `span` and no part of it."""
    here = bisect_left(places, span[0])
    best, least = None, NEAR + 1
    for step in (-3, -2, -1, 0, 1, 2, 3):
        if not 0 <= here + step < len(spans):
            continue
        other = spans[here + step]
        if other[0] <= span[1] and span[0] <= other[1]:
            continue
        left, right = (other, span) if other[0] < span[0] else (span, other)
        size = IDEOGRAPH if _is_ideograph(words[left[1]].text[0]) else WORD
        between = words[right[0]].at - words[left[1]].at - size
        if between < least:
            best, least = other, between
    return best


def _without(spans: Iterable[tuple[int, int]], exceptions: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    marked = _merged(exceptions)
    ends = [last for _first, last in marked]
    kept = []
    for first, last in spans:
        after = bisect_left(ends, first)
        if after == len(marked) or marked[after][0] > last:
            kept.append((first, last))
    return kept


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


@lru_cache(maxsize=2)
def compiled(rules: tuple[tuple[str, str], ...]) -> Rules:
    """Rules by what they say: a change in the admin site is another key, in every process."""
    return Rules(rules)


def current() -> Rules:
    """The rules that are in use now: one query, so that a change takes effect at once everywhere."""
    return compiled(tuple(_active()))


@Prepared
def _active() -> Any:
    from consultations.models import GuardrailRule

    return GuardrailRule.objects.filter(is_active=True).order_by("pk").values_list("topic", "phrases")


# --- what a reader will see ----------------------------------------------------------------------------------------

_BLOCK = re.compile(r"<(?:/?(?:p|li|ul|ol|h[1-6]|pre|blockquote|table|tr|td|th|hr)|br)\b[^>]{0,400}>")
_TAG = re.compile(r"<[^>]{0,4000}>")


def visible_text(html: str) -> str:
    """The words of stored HTML as a reader sees them, each block on a line of its own."""
    return unescape(_TAG.sub("", _BLOCK.sub("\n", html)))


def search(rules: Rules, source: str, html: str, *others: str, known: Iterable[str] = ()) -> list[Finding]:
    """What a Markdown text holds, as it is written and as it is read (entities and links cannot hide a word), and
    what `others`, such as file names, hold. Each wording once; sentences of the `known` texts are passed over."""
    passed = set().union(*map(sentences, known)) if known else set()
    found: dict[tuple[str, str], Finding] = {}
    for text in (visible_text(html), source, *others):
        for one in rules.find(text):
            if not passed or sentence_of(text, one) not in passed:
                found.setdefault((one.topic, folded(one.words)), one)
    return list(found.values())


def shortened(words: str) -> str:
    """What was found as it is shown and kept: one line of at most `PASSAGE` characters."""
    line = " ".join(words.split())
    return line if len(line) <= PASSAGE else line[: PASSAGE - 1] + "…"


def marked(text: str, found: Iterable[Finding]) -> SafeString:
    """A plain text as HTML with what was found in it marked."""
    parts, place = [], 0
    for start, end in _merged((one.start, one.end) for one in found):
        parts.append((text[place:start], text[start:end]))
        place = end
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", parts), text[place:])


def folded(text: str) -> str:
    """A text as the guardrail compares it."""
    return " ".join(word.text for word in _words(text))


_STOPS: Final = ".!?;。！？；\n"


def sentences(text: str) -> set[str]:
    """The sentences of a text, as the guardrail compares them."""
    return {folded(one) for one in re.split(r"[.!?;。！？；\n]+", text)} - {""}


def sentence_of(text: str, finding: Finding) -> str:
    """The sentence in which something was found, as the guardrail compares it."""
    before = max((text.rfind(stop, 0, finding.start) for stop in _STOPS), default=-1)
    after = [place for stop in _STOPS if (place := text.find(stop, finding.end)) >= 0]
    return folded(text[before + 1 : min(after, default=len(text))])
