"""Tables as GFM tables: every cell on one line, with `<br>` where a cell has more than one."""

from collections.abc import Sequence

from consultations.importing.blocks import Block, Role
from consultations.importing.inline import markdown

Rows = Sequence[Sequence[Sequence[Block]]]


def as_markdown(rows: Rows) -> str:
    """The first row is the head. Short rows are filled; merged cells show their words in the first of them."""
    lines = [[_cell(one) for one in row] for row in rows]
    width = max((len(row) for row in lines), default=0)
    used = [place for place in range(width) if any(place < len(row) and row[place] for row in lines)]
    table = [[row[place] if place < len(row) else "" for place in used] for row in lines]
    if not table:
        return ""
    head, *rest = table
    return "\n".join([_row(head), _row(["---"] * len(used)), *(_row(row) for row in rest)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(pieces: Sequence[Block]) -> str:
    return "<br>".join(text for one in pieces if (text := _piece(one)))


def _piece(block: Block) -> str:
    if block.role == Role.TABLE:
        rows = [" \\| ".join(text for cell in row if (text := _cell(cell))) for row in block.form.cells]
        return "<br>".join(rows)
    text = markdown(block.form.runs).replace("\\\n", "<br>").replace("\n", " ")
    if block.form.bullet:
        return f"• {text}"
    return f"{block.form.label} {text}".strip() if block.form.label else text
