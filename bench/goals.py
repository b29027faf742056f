"""The goals, and which page of the floor each page of ours is measured against (docs/performance.md)."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.figures import Limit

KB = 1000
# Queries and bytes do not depend on the machine: only they fail the run.
HARD = ("queries", "bytes")

FLOOR_PAGES = ("hello", "thread", "thread-lean", "listing", "login", "post")


@dataclass(frozen=True)
class Page:
    """`kind`: the floor's page of its kind. `limits` by figure: time, rate (ratios), queries, bytes."""

    name: str
    title: str
    kind: str
    limits: dict[str, Limit] = field(default_factory=dict)


_CONSULTATION = {"queries": Limit(12, 9), "bytes": Limit(150 * KB, 100 * KB)}
_LIST = {"time": Limit(2.5, 1.5), "queries": Limit(9, 6)}

PAGES = (
    Page("roadmap-304", "Public roadmap, unchanged (304)", "hello", {"time": Limit(2.0)}),
    Page("poll", "Poll without news (304)", "hello", {"queries": Limit(2)}),
    Page("login", "Sign-in page", "login", {"time": Limit(2.5, 1.5)}),
    Page("home", "Home of a platform's officer", "thread"),
    Page("consultation-10", "Consultation, 10 comments", "thread", {"time": Limit(1.6, 1.2), **_CONSULTATION}),
    Page(
        "consultation-1000",
        "Consultation, 1,000 comments",
        "thread",
        {"time": Limit(1.6, 1.2), "rate": Limit(0.6, 0.8, at_least=True), **_CONSULTATION},
    ),
    Page(
        "consultation-5000",
        "Consultation, 5,000 comments",
        "thread",
        {"time": Limit(1.6, 1.2), **_CONSULTATION},
    ),
    Page("meeting", "Meeting, 100 agenda items", "thread", {"time": Limit(2.5, 1.5), "queries": Limit(15)}),
    Page("roadmap", "Public roadmap", "thread", {"time": Limit(1.0)}),
    Page("roadmap-table", "Roadmap as a table, signed in", "listing", _LIST),
    Page("consultations", "List of consultations", "listing", _LIST),
    Page("meetings", "List of meetings", "listing", _LIST),
    Page("inbox", "Inbox", "listing", _LIST),
    Page("admin-comments", "Admin: comments", "listing", _LIST),
    Page("admin-people", "Admin: people", "listing", _LIST),
    Page("admin-consultations", "Admin: consultations", "listing", _LIST),
    Page("admin-audit", "Admin: audit", "listing", _LIST),
    Page(
        "post",
        "Post a comment",
        "post",
        {"time": Limit(2.3, 1.5), "rate": Limit(0.5, 0.7, at_least=True), "queries": Limit(14, 10)},
    ),
)
# Pages that must cost alike, with how much slower the last may be than the second.
SAME = ("consultation-10", "consultation-1000", "consultation-5000")
SPREAD = Limit(1.3)
GROWTH = Limit(1.5, 1.2)
MEMORY = Limit(150, 112)
DIGESTS = Limit(0.6, 0.85, at_least=True)
