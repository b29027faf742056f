"""The measuring itself: rounds in which the floor's page stands beside ours of its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench import load
from bench.counting import ANSWER, ASK
from bench.figures import Ratios, Sample, middle, middle_ratios, percentile, ratios
from bench.goals import FLOOR_PAGES, PAGES
from bench.load import Request
from bench.servers import Server

WARM_SECONDS = 0.3
Together = Callable[[int, Sequence[Request], float], tuple[int, float]]


@dataclass
class Found:
    """What is known of one page after all rounds."""

    samples: list[Sample] = field(default_factory=list)
    ratios: list[Ratios] = field(default_factory=list)
    queries: int = 0
    bytes: int = 0
    trouble: str = ""

    @property
    def middle(self) -> Sample:
        return middle(self.samples)

    @property
    def middle_ratios(self) -> Ratios:
        return middle_ratios(self.ratios)


def count(server: Server, request: Request, found: Found) -> None:
    """Queries and bytes, from one request that says so; the first lets a session's notes be written."""
    load.ask(server.port, request)
    answer = load.ask(server.port, request, {ASK: "1"})
    found.queries = int(answer.header(ANSWER))
    found.bytes = len(answer.body)


def sample(server: Server, requests: Sequence[Request], seconds: float, together: Together) -> Sample:
    """One page in one round: alone, then eight at a time."""
    load.together(server.port, requests, WARM_SECONDS)
    times = load.one_by_one(server.port, requests, seconds)
    before = server.cpu_seconds()
    answers, took = together(server.port, requests, seconds)
    spent = server.cpu_seconds() - before
    return Sample(
        median=median(times),
        p95=percentile(times, 0.95),
        rate=answers / took,
        cpu=spent * 1000 / max(answers, 1),
    )


class Rounds:
    """All pages of the floor and of the portal, by name."""

    def __init__(
        self, floor: Server, floor_pages: Mapping[str, list[Request]], *, seconds: float, together: Together
    ) -> None:
        self.floor, self.floor_pages = floor, floor_pages
        self.seconds, self.together = seconds, together
        self.of_floor: dict[str, Found] = {name: Found() for name in FLOOR_PAGES}
        self.of_portal: dict[str, Found] = {page.name: Found() for page in PAGES}

    def count(self, portal: Server, pages: Mapping[str, list[Request]], only: Sequence[str]) -> None:
        """Queries and bytes of every page; a page that does not answer is left out of the rounds."""
        for name in FLOOR_PAGES:
            count(self.floor, self.floor_pages[name][0], self.of_floor[name])
        for page in PAGES:
            found = self.of_portal[page.name]
            if only and page.name not in only:
                found.trouble = "left out"
                continue
            try:
                count(portal, pages[page.name][0], found)
            except load.PageError as trouble:
                found.trouble = str(trouble)

    def run(self, portal: Server, pages: Mapping[str, list[Request]], say: Callable[[str], None]) -> None:
        """One round: each kind's floor, then our pages of that kind."""
        for kind in FLOOR_PAGES:
            ours = [page for page in PAGES if page.kind == kind and not self.of_portal[page.name].trouble]
            if not ours and kind != "thread-lean":
                continue
            say(kind)
            floor = sample(self.floor, self.floor_pages[kind], self.seconds, self.together)
            self.of_floor[kind].samples.append(floor)
            for page in ours:
                found = self.of_portal[page.name]
                try:
                    measured = sample(portal, pages[page.name], self.seconds, self.together)
                except load.PageError as trouble:
                    found.trouble = str(trouble)
                    continue
                found.samples.append(measured)
                found.ratios.append(ratios(measured, floor))
