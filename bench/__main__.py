"""``python -m bench``: measure, print the table and write JSON to bench/out/.

The exit code is 1 when queries or bytes miss their goal.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from bench import databases, load, pages, report
from bench.goals import PAGES
from bench.rounds import Rounds
from bench.servers import Server, start_sink, start_web
from services.area import ROOT, Area
from services.console import step
from services.errors import ServiceError, explain
from services.ports import free_port
from services.shared import Services

OUT = ROOT / "bench" / "out"
FLOOR = "bench_floor"
PORTAL = "bench_portal"
# Of the floor's digests, as many as tell its rate.
FLOOR_DIGESTS = 400


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--scale", type=int, nargs="+", default=[1, 10, 100], help="times the demonstration's size")
    parser.add_argument("--rounds", type=int, default=3, help="rounds whose medians count (3)")
    parser.add_argument("--seconds", type=float, default=2.0, help="for each page, alone and again eight at a time (2)")
    parser.add_argument("--quick", action="store_true", help="scale 1, one short round: queries, bytes, rough times")
    parser.add_argument("--wrk", action="store_true", help="have wrk ask eight at a time, in place of the harness")
    parser.add_argument("--only", nargs="+", default=[], choices=[page.name for page in PAGES], metavar="PAGE")
    parser.add_argument("--no-digests", action="store_true", help="leave the mails out")
    parser.add_argument("--again", action="store_true", help="measure the database of the last run, without loading")
    parser.add_argument("--hold", action="store_true", help="keep the last servers up until Ctrl-C, for a profiler")
    return parser


class Bench:
    """One run: its services, the floor, and the portal at one scale after the other."""

    def __init__(self, options: argparse.Namespace, services: Services, stack: ExitStack) -> None:
        self.options = options
        self.services = services
        self.area = services.area
        self.stack = stack
        self.together = load.together_by_wrk if options.wrk else load.together
        self.mail_port = free_port()

    def start(self) -> None:
        """Services, the mail sink and the floor."""
        with step("Starting PostgreSQL and Redis"):
            self.services.start()
        sink = start_sink(self.area, self.mail_port)
        self.stack.callback(sink.stop)
        sink.wait()
        self.floor_environment = databases.floor_environment(self.services, FLOOR, self.mail_port)
        with step("The floor"):
            databases.fresh_database(self.services, FLOOR)
            known = self.area.path / "floor.json"
            databases.run(
                self.area,
                "bench.floor.seed",
                str(known),
                environment=self.floor_environment,
                name="floor-seed",
            )
            self.floor_pages = pages.of_floor(databases.read(known))
            self.floor = start_web("floor", self.area, self.floor_environment)
            self.stack.callback(self.floor.stop)
            self.floor.wait()

    def measure(self, scale: int) -> report.Scale:
        environment = databases.portal_environment(self.services, PORTAL, self.mail_port)
        owner = databases.as_owner(self.services, environment, PORTAL)
        began = time.monotonic()
        with step(f"The portal at scale {scale}"):
            known_at = self.area.path / "portal.json"
            commands: dict[str, tuple[str, ...]] = {"prepare": ("bench.prepare", str(known_at), "--again")}
            if not self.options.again:
                databases.fresh_database(self.services, PORTAL)
                commands = {
                    "migrate": ("django", "migrate", "--database=owner", "--no-input"),
                    "load": ("django", "load_demo", "--scale", str(scale)),
                    "prepare": ("bench.prepare", str(known_at)),
                }
            for name, command in commands.items():
                databases.run(self.area, *command, environment=owner, name=name)
            production = ("django", "collectstatic", "--no-input", "--verbosity", "0")
            databases.run(self.area, *production, environment=environment, name="collectstatic")
            databases.checkpoint(self.services)
            known = databases.read(known_at)
        loaded = time.monotonic() - began
        digests = None
        if not self.options.no_digests:
            # Before any comment is posted: nothing else waits in the outbox then.
            with step("  digests"):
                digests = self._digests(environment, known["people"])
        with _serving(start_web("portal", self.area, environment)) as portal:
            rounds = self._rounds(portal, known)
            memory, floor_memory = portal.pss_mib(), self.floor.pss_mib()
            if self.options.hold and scale == self.options.scale[-1]:
                _hold(portal, self.floor, known, environment)
        return report.Scale(
            scale=scale,
            users=known["users"],
            comments=known["comments"],
            loaded_seconds=loaded,
            floor=rounds.of_floor,
            portal=rounds.of_portal,
            memory=memory,
            floor_memory=floor_memory,
            digests=digests,
        )

    def _rounds(self, portal: Server, known: dict[str, Any]) -> Rounds:
        rounds = Rounds(self.floor, self.floor_pages, seconds=self.options.seconds, together=self.together)
        ours = pages.of_portal(known, portal.port)
        rounds.count(portal, ours, self.options.only)
        for number in range(1, self.options.rounds + 1):
            with step(f"  round {number} of {self.options.rounds}"):
                rounds.run(portal, ours, _quiet)
        return rounds

    def _digests(self, environment: dict[str, str], people: int) -> report.Digests:
        ours = _last_json(databases.run(self.area, "bench.digests", environment=environment, name="digests"))
        count = str(min(people, FLOOR_DIGESTS))
        floor = _last_json(
            databases.run(
                self.area,
                "bench.floor.digests",
                count,
                environment=self.floor_environment,
                name="floor-digests",
            )
        )
        return report.Digests(
            count=ours["count"],
            rate=ours["count"] / ours["seconds"],
            floor_rate=floor["count"] / floor["seconds"],
            statements_each=ours["statements"] / max(1, ours["count"]),
            queueing_seconds=ours["queueing_seconds"],
        )


def _quiet(_kind: str) -> None:
    pass


def _last_json(said: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    return found


@contextmanager
def _serving(server: Server) -> Iterator[Server]:
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def _hold(portal: Server, floor: Server, known: dict[str, Any], environment: dict[str, str]) -> None:
    """Say where everything is and wait for Ctrl-C."""
    print(f"  portal http://127.0.0.1:{portal.port}/ workers {[worker.pid for worker in portal.workers]}")
    print(f"  floor  http://127.0.0.1:{floor.port}/ workers {[worker.pid for worker in floor.workers]}")
    print(f"  cookie of the reader: {known['session_cookie']}={known['reader']}")
    print(f"  cookie of the secretary: {known['session_cookie']}={known['secretary']}")
    print(f"  DATABASE_URL={environment['DATABASE_URL']}", flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        print()


def _machine() -> dict[str, Any]:
    return {
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _write(found: dict[str, Any]) -> Path:
    OUT.mkdir(exist_ok=True)
    path = OUT / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(json.dumps(found, indent=1))
    (OUT / "latest.json").write_text(path.read_text())
    return path


def bench(options: argparse.Namespace) -> int:
    """The whole run. Whatever was started is stopped at its end, also after Ctrl-C."""
    area = Area(ROOT / ".local" / "bench")
    area.create()
    lock = area.lock
    if not lock.acquire_within(1):
        raise ServiceError("The benchmark is already running from this checkout.")
    signal.signal(signal.SIGTERM, _leave)
    services = Services(area)
    scales: list[report.Scale] = []
    machine = _machine()
    with ExitStack() as stack:
        stack.callback(lock.release)
        stack.callback(services.stop)
        run = Bench(options, services, stack)
        run.start()
        for scale in options.scale:
            found = run.measure(scale)
            report.judge([found])
            scales.append(found)
            print(f"\n{report.table(found)}\n", flush=True)
    failures = report.judge(scales)
    print(report.growth_table(scales))
    print(f"Written to {_write(report.as_json(scales, machine, failures)).relative_to(ROOT)}")
    for failure in failures:
        print(f"MISSED {failure}")
    return 1 if failures else 0


def main() -> int:
    options = _parser().parse_args()
    if options.quick:
        options.scale, options.rounds, options.seconds = [1], 1, min(options.seconds, 0.7)
    try:
        return bench(options)
    except ServiceError as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    except OSError as error:
        print(explain(error), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
