"""What was found, as marks, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.figures import MISSED, growth, worst
from bench.goals import DIGESTS, GROWTH, HARD, MEMORY, PAGES, SAME, SPREAD, Page
from bench.rounds import Found


@dataclass
class Digests:
    """Mails a second by one process, ours and the floor's, and what ours asked of the database."""

    count: int
    rate: float
    floor_rate: float
    statements_each: float
    queueing_seconds: float

    @property
    def ratio(self) -> float:
        return self.rate / self.floor_rate


@dataclass
class Scale:
    """Everything found at one scale."""

    scale: int
    users: int
    comments: int
    loaded_seconds: float
    floor: dict[str, Found]
    portal: dict[str, Found]
    memory: float
    floor_memory: float
    digests: Digests | None = None
    marks: dict[str, dict[str, str]] = field(default_factory=dict)


def marks(page: Page, found: Found) -> dict[str, str]:
    """The mark of each figure that has a goal."""
    if found.trouble or not found.ratios:
        return {}
    values = {
        "time": found.middle_ratios.time,
        "rate": found.middle_ratios.rate,
        "queries": float(found.queries),
        "bytes": float(found.bytes),
    }
    return {name: limit.mark(values[name]) for name, limit in page.limits.items()}


def alike(portal: Mapping[str, Found]) -> tuple[str, str]:
    """Whether the papers of 10, 1,000 and 5,000 comments cost alike: the mark of queries and that of time."""
    measured = [portal[name] for name in SAME]
    if any(found.trouble or not found.ratios for found in measured):
        return "", ""
    queries = "met" if len({found.queries for found in measured}) == 1 else MISSED
    return queries, SPREAD.mark(measured[2].middle_ratios.time / measured[1].middle_ratios.time)


def grown(scales: Sequence[Scale]) -> dict[str, dict[int, float]]:
    """For each page, its time at every scale beside its time at the smallest, both as ratios to the floor."""
    found: dict[str, dict[int, float]] = {}
    for page in PAGES:
        times = {s.scale: s.portal[page.name].middle_ratios.time for s in scales if s.portal[page.name].ratios}
        if len(times) > 1:
            found[page.name] = growth(times)
    return found


def judge(scales: Iterable[Scale]) -> list[str]:
    """Sets the marks; returns why the run fails: queries and bytes alone, which no machine's mood changes."""
    failures = []
    for scale in scales:
        for page in PAGES:
            found = scale.portal[page.name]
            given = scale.marks[page.name] = marks(page, found)
            for figure in HARD:
                if given.get(figure) == MISSED:
                    value = found.queries if figure == "queries" else found.bytes
                    limit = page.limits[figure].goal
                    failures.append(f"scale {scale.scale}: {page.title}: {value} {figure}, goal {limit:g}")
        queries, _time = alike(scale.portal)
        if queries == MISSED:
            told = ", ".join(str(scale.portal[name].queries) for name in SAME)
            failures.append(f"scale {scale.scale}: queries grow with the comments of a paper: {told}")
    return failures


HEAD = (
    f"{'page':<34}{'queries':>8}{'KB':>7}{'ms':>8}{'p95':>8}{'x floor':>9}{'req/s':>8}{'x floor':>9}"
    f"{'cpu ms':>8}{'x floor':>9}  mark"
)


def table(scale: Scale) -> str:
    lines = [
        f"Scale {scale.scale}: {scale.users:,} people, {scale.comments:,} comments"
        f" (loaded in {scale.loaded_seconds:.0f} s)",
        HEAD,
    ]
    for name, found in scale.floor.items():
        if found.samples:
            each = found.middle
            lines.append(
                f"{'floor: ' + name:<34}{found.queries:>8}{found.bytes / 1000:>7.1f}"
                f"{each.median:>8.1f}{each.p95:>8.1f}{'':>9}{each.rate:>8.0f}{'':>9}{each.cpu:>8.1f}"
            )
    for page in PAGES:
        lines.append(_line(page, scale.portal[page.name], scale.marks.get(page.name, {})))
    lines += _below(scale)
    return "\n".join(lines)


def _line(page: Page, found: Found, given: Mapping[str, str]) -> str:
    if found.trouble or not found.ratios:
        return f"{page.title:<34}  not measured: {found.trouble or 'no round'}"
    each, beside = found.middle, found.middle_ratios
    missed = [name for name, mark in given.items() if mark == MISSED]
    mark = worst(list(given.values())) + (f" ({', '.join(missed)})" if missed else "")
    return (
        f"{page.title:<34}{found.queries:>8}{found.bytes / 1000:>7.1f}{each.median:>8.1f}{each.p95:>8.1f}"
        f"{beside.time:>9.2f}{each.rate:>8.0f}{beside.rate:>9.2f}{each.cpu:>8.1f}{beside.cpu:>9.2f}  {mark}"
    )


def _below(scale: Scale) -> list[str]:
    queries, time = alike(scale.portal)
    lines = []
    if queries:
        share = scale.portal[SAME[2]].middle_ratios.time / scale.portal[SAME[1]].middle_ratios.time
        lines.append(
            f"10, 1,000 and 5,000 comments: queries alike: {queries}; 5,000 beside 1,000: {share:.2f} times, {time}"
        )
    lines.append(
        f"memory of two workers: {scale.memory:.0f} MiB, floor {scale.floor_memory:.0f} MiB:"
        f" {MEMORY.mark(scale.memory)}"
    )
    if scale.digests:
        found = scale.digests
        lines.append(
            f"digests: {found.rate:.0f} a second ({found.count:,} sent), floor {found.floor_rate:.0f}:"
            f" {found.ratio:.2f}, {DIGESTS.mark(found.ratio)}; {found.statements_each:.1f} statements a mail,"
            f" queueing {found.queueing_seconds:.1f} s"
        )
    return lines


def growth_table(scales: Sequence[Scale]) -> str:
    found = grown(scales)
    if not found:
        return ""
    sizes = [scale.scale for scale in scales]
    lines = [
        "",
        "Time beside the smallest scale" + " " * 4 + "".join(f"{'x' + str(size):>8}" for size in sizes),
    ]
    for page in PAGES:
        if page.name in found:
            values = found[page.name]
            mark = GROWTH.mark(max(values.values()))
            cells = "".join(f"{values[size]:>8.2f}" if size in values else f"{'-':>8}" for size in sizes)
            lines.append(f"{page.title:<34}{cells}  {mark}")
    return "\n".join(lines)


def as_json(scales: Sequence[Scale], machine: Mapping[str, Any], failures: Sequence[str]) -> dict[str, Any]:
    return {
        "machine": dict(machine),
        "failures": list(failures),
        "scales": [_scale_json(scale) for scale in scales],
        "growth": grown(scales),
    }


def _scale_json(scale: Scale) -> dict[str, Any]:
    def page(found: Found) -> dict[str, Any]:
        made: dict[str, Any] = {"queries": found.queries, "bytes": found.bytes, "trouble": found.trouble}
        if found.samples:
            made |= {"median": asdict(found.middle), "rounds": [asdict(each) for each in found.samples]}
        if found.ratios:
            made |= {
                "ratios": asdict(found.middle_ratios),
                "ratios_by_round": [asdict(each) for each in found.ratios],
            }
        return made

    return {
        "scale": scale.scale,
        "users": scale.users,
        "comments": scale.comments,
        "loaded_seconds": scale.loaded_seconds,
        "floor": {name: page(found) for name, found in scale.floor.items()},
        "portal": {name: page(found) | {"marks": scale.marks.get(name, {})} for name, found in scale.portal.items()},
        "memory_mib": {"portal": scale.memory, "floor": scale.floor_memory},
        "digests": asdict(scale.digests) | {"ratio": scale.digests.ratio} if scale.digests else None,
    }
