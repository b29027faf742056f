"""Corrections of what an import recognised: pure functions from blocks to blocks, as JSON keeps them.

A block that is left out stays in the list with its reason, and may be taken back.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from consultations.importing import Imported, Role
from portal.common.errors import Refused
from portal.common.markdown import PAPER_LIMIT, clean_source

Block = dict[str, Any]
SPLIT: Final = "///"
"""A line of its own in the text of a block: what follows is a block of its own."""
SETTABLE: Final = ("role", "number", "level", "text")
PLAIN: Final = frozenset({Role.TITLE, Role.REFERENCE, Role.HEADING, Role.ANNEX})
DEEPEST: Final = 6


def standing(blocks: Sequence[Block], remarks: Sequence[Mapping[str, Any]], language: str) -> Imported:
    """What goes into the paper: without the blocks that somebody left out."""
    kept = [one for one in blocks if not one.get("left_out")]
    return Imported.from_json({"blocks": kept, "remarks": list(remarks), "language": language})


def needs_a_look(block: Block) -> bool:
    """Not recognised, or recognised with doubt; until a person has set it, left it out or found it right."""
    if block.get("left_out"):
        return False
    return block["role"] == Role.UNKNOWN or (not block.get("confident", True) and not block.get("checked"))


def change(blocks: Sequence[Block], changes: Mapping[int, Mapping[str, Any]]) -> list[Block]:
    """Set role, number, level or text of blocks by id. What a person set is no longer in doubt."""
    return [_changed(one, changes[one["id"]]) if one["id"] in changes else one for one in blocks]


def _changed(block: Block, values: Mapping[str, Any]) -> Block:
    new = {name: value for name, value in values.items() if name in SETTABLE}
    if "role" in new:
        if new["role"] not in set(Role):
            raise Refused(_("Choose what it is."))
        new["role"] = str(new["role"])
    if "number" in new:
        new["number"] = " ".join(str(new["number"]).split()).removesuffix(".")[:20]
    if "level" in new:
        new["level"] = max(0, min(DEEPEST, int(new["level"])))
    if "text" in new:
        new["text"] = clean_source(str(new["text"]))
        if len(new["text"]) > PAPER_LIMIT:
            raise Refused(_("The text is too long."), field="text")
    if all(block.get(name) == value for name, value in new.items()):
        return block
    return {**block, **new, "checked": True}


def accept(blocks: Sequence[Block], ids: Collection[int]) -> list[Block]:
    """A person looked at them and found them right."""
    return [{**one, "checked": True} if one["id"] in ids and one["role"] != Role.UNKNOWN else one for one in blocks]


def leave_out(blocks: Sequence[Block], ids: Collection[int], reason: str) -> list[Block]:
    """They do not become part of the paper, for a reason, and stay listed."""
    if not reason.strip():
        raise Refused(_("Say why it is left out."), field="reason")
    return [{**one, "left_out": reason.strip()[:250]} if one["id"] in ids else one for one in blocks]


def take_back(blocks: Sequence[Block], ids: Collection[int]) -> list[Block]:
    return [{name: value for name, value in one.items() if name != "left_out"} if one["id"] in ids else one
            for one in blocks]  # fmt: skip


def join(blocks: Sequence[Block], ids: Collection[int]) -> list[Block]:
    """Each of these becomes the end of the block before it. Refused: there is none before."""
    done: list[Block] = []
    for one in blocks:
        if one["id"] not in ids or one.get("left_out"):
            done.append(one)
            continue
        place = next((number for number in range(len(done) - 1, -1, -1) if not done[number].get("left_out")), None)
        if place is None:
            raise Refused(_("The first piece has nothing before it to be joined to."))
        before = done[place]
        label = f"{one['number']}. " if one.get("number") and one["role"] != before["role"] else ""
        between = " " if before["role"] in PLAIN else "\n\n"
        done[place] = {
            **before,
            "text": f"{before['text']}{between}{label}{one['text']}".strip(),
            "remarks": [*before.get("remarks", ()), *one.get("remarks", ())],
            "checked": True,
        }
    return done


def split(blocks: Sequence[Block], block_id: int, text: str) -> list[Block]:
    """Set the text of a block; each line `///` in it begins a block of its own, with the same role and no number."""
    pieces = _pieces(text)
    done: list[Block] = []
    fresh = max((one["id"] for one in blocks), default=0)
    for one in blocks:
        if one["id"] != block_id:
            done.append(one)
            continue
        done.append(_changed(one, {"text": pieces[0]}))
        for piece in pieces[1:]:
            fresh += 1
            done.append({**one, "id": fresh, "text": clean_source(piece), "number": "", "remarks": [], "checked": True})
    return done


def _pieces(text: str) -> list[str]:
    pieces: list[list[str]] = [[]]
    for line in clean_source(text).split("\n"):
        if line.strip() == SPLIT:
            pieces.append([])
        else:
            pieces[-1].append(line)
    found = ["\n".join(piece).strip() for piece in pieces]
    return [piece for piece in found if piece] or [""]
