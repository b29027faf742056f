"""``python -m services``: start, ask about and stop the services of this checkout."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from services import shared
from services.area import AREAS, Area
from services.errors import ServiceError, explain

Command = Callable[[argparse.Namespace], int | None]


def _print_environment(environment: dict[str, str]) -> None:
    for name, value in environment.items():
        print(f"export {name}={shlex.quote(value)}")


def _up(options: argparse.Namespace) -> None:
    """Start PostgreSQL and Redis and leave them running until ``down``."""
    membership = shared.join(Area.named(options.area), stay=True)
    _print_environment(membership.environment)
    membership.leave()


def _env(options: argparse.Namespace) -> None:
    """Print the addresses of running services, for ``eval``."""
    environment = shared.running(Area.named(options.area))
    if environment is None:
        raise ServiceError(f"No services run in the area {options.area}.")
    _print_environment(environment)


def _down(options: argparse.Namespace) -> None:
    """Stop them."""
    shared.down(Area.named(options.area))


def _keep(options: argparse.Namespace) -> None:
    """(internal) hold the services of a folder."""
    shared.keep(Path(options.path))


def _run(_options: argparse.Namespace) -> int:
    """Run the whole portal until Ctrl-C (make run)."""
    from services import supervisor

    return supervisor.run()


def _reset(_options: argparse.Namespace) -> None:
    """Delete the local data (make reset)."""
    from services import supervisor

    supervisor.reset()


def _shell(_options: argparse.Namespace) -> int:
    """A Django shell on the running portal (make shell)."""
    from services import attached

    return attached.shell()


def _test(options: argparse.Namespace) -> int:
    """Run the tests (make test); arguments go to pytest."""
    from services import checking

    return checking.test(options.arguments)


def _check(_options: argparse.Namespace) -> int:
    """Run every check (make check)."""
    from services import checking

    return checking.check()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    on_areas: dict[str, Command] = {"up": _up, "env": _env, "down": _down}
    for name, on_area in on_areas.items():
        command = commands.add_parser(name, help=on_area.__doc__)
        command.add_argument("--area", choices=AREAS, default="test")
        command.set_defaults(run=on_area)
    whole: dict[str, Command] = {"run": _run, "reset": _reset, "shell": _shell, "check": _check}
    for name, with_code in whole.items():
        commands.add_parser(name, help=with_code.__doc__).set_defaults(run=with_code)
    command = commands.add_parser("test", help=_test.__doc__)
    command.add_argument("arguments", nargs=argparse.REMAINDER)
    command.set_defaults(run=_test)
    command = commands.add_parser("keep", help=_keep.__doc__)
    command.add_argument("path")
    command.set_defaults(run=_keep)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0, or 1 after one sentence on the error stream."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except OSError as error:
        print(explain(error), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
