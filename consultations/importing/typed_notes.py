"""Footnotes that hurried authors type: "[1]" or a raised 1 in the text, and a line below that begins with the same."""

import re
from dataclasses import dataclass
from string import ascii_lowercase

from consultations.importing.blocks import Block, Role
from consultations.importing.compose import with_notes
from consultations.importing.inline import Run, divide, markdown, plain, skip

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_MARK = re.compile(r"[\[［]([1-9]\d{0,2})[\]］]|([¹²³⁴-⁹][⁰¹²³⁴-⁹]{0,2})")
_AFTER = re.compile(r"[ \t\u3000\u00a0]*[:：.．、]?[ \t\u3000\u00a0]*")
_ENDINGS = [one + two for one in ("", *ascii_lowercase) for two in ascii_lowercase]
_MOST = 600
"""Characters of a note. What is longer is a paragraph that begins with a mark."""


@dataclass(frozen=True)
class _Mark:
    """A mark of a note in the words of a block, from `start` to `end`. `raised`: small and high, not in brackets."""

    number: int
    raised: bool
    start: int
    end: int

    def is_like(self, other: "_Mark") -> bool:
        return (self.number, self.raised) == (other.number, other.raised)


def take_in(blocks: list[Block]) -> list[Block]:
    """The blocks, with each typed note at the one text before it that calls it. A note that no text calls, or several,
    stays where it is, to be looked at."""
    words = [one for one in blocks if one.form.plain.strip() and one.form.part == "body"]
    if sum(bool(_note(one)) for one in words) * 3 > len(words):
        return blocks  # [1], [2] are the numbers of its paragraphs
    used = {label for one in blocks for label in one.form.notes}
    found: list[Block] = []
    calls: list[tuple[Block, _Mark]] = []
    for one in blocks:
        note = _note(one)
        if note is None:
            calls += [(one, mark) for mark in _marks(one)]
            found.append(one)
            continue
        callers = [block for block, mark in calls if mark.is_like(note)]
        # Numbers may start again on each page: only what stands since the last note of this number calls the next.
        calls = [(block, mark) for block, mark in calls if not mark.is_like(note)]
        if len(callers) == 1:
            _join(callers[0], one, note, used)
        else:
            one.remark("note_typed_alone", doubt=True, printed=one.form.plain[: note.end])
            found.append(one)
    return found


def _note(block: Block) -> _Mark | None:
    """The mark with which a block begins that looks like a note."""
    form = block.form
    mark = next(iter(_marks(block)), None)
    if mark is None or mark.start or form.label or form.bullet or form.heading or form.bold or form.centred:
        return None
    return mark if 0 < len(form.plain[mark.end :].strip()) <= _MOST else None


def _marks(block: Block) -> list[_Mark]:
    """The marks of notes in a block, in their order."""
    form = block.form
    if block.role != Role.UNKNOWN or form.toc or form.part != "body":
        return []
    text, at = form.plain, 0
    found = []
    for one in _MARK.finditer(text):
        if one[1] or _follows_words(text[: one.start()]):
            digits = one[1] or one[2].translate(_RAISED)
            found.append(_Mark(int(digits), one[1] is None, one.start(), one.end()))
    for run in form.runs:
        if run.note or run.change == "del":
            continue
        digits = run.text.strip()
        is_number = digits.isascii() and digits.isdecimal() and len(digits) < 4 and digits[0] != "0"
        if run.raised == "sup" and is_number and _follows_words(text[:at]):
            start = at + run.text.index(digits)
            found.append(_Mark(int(digits), True, start, start + len(digits)))
        at += len(run.text)
    return sorted(found, key=lambda mark: mark.start)


def _follows_words(text: str) -> bool:
    """Whether a raised number after this text calls a note: in m2 and 10-3 it is a power."""
    last = text.split()[-1] if text[-1:].strip() else ""
    return not last or not last[-1].isalnum() or len(last) > 2


def _join(caller: Block, block: Block, note: _Mark, used: set[str]) -> None:
    """Put the words of a note where its text calls it."""
    label = next(one for one in (str(note.number), *(f"{note.number}{end}" for end in _ENDINGS)) if one not in used)
    used.add(label)
    words = skip(block.form.runs, note.end)
    after = _AFTER.match(plain(words))
    call = next(one for one in _marks(caller) if one.is_like(note))
    head, rest = divide(caller.form.runs, call.start)
    caller.form.runs = [*head, Run("", note=label), *skip(rest, call.end - call.start)]
    caller.form.notes |= block.form.notes | {label: markdown(skip(words, after.end() if after else 0))}
    caller.text = with_notes(markdown(caller.form.runs), caller.form.notes)
    caller.remark("note_typed", printed=block.form.plain[: note.end])
