"""A request stands on one part of the interpreter's stack (portal/stack.py)."""

import resource
from collections.abc import Callable
from typing import Any

import pytest

from portal.stack import with_room

CALLS = 300


def _small(a: int = 0, b: int = 0, c: int = 0) -> int:
    return a + b + c


def _faults_at(depth: int) -> int:
    """The pages that the system hands out while a loop calls something `depth` calls down."""
    if depth:
        return _faults_at(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(CALLS):
        _small()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def _worst(_environ: Any, _start_response: Any) -> int:
    return max(_faults_at(depth) for depth in range(120))


def test_no_depth_of_a_request_asks_the_system_for_memory_at_each_call() -> None:
    """Without room one of these depths does so at every call, on Python 3.11 to 3.13."""
    answer: Callable[..., int] = with_room(_worst)
    assert answer({}, None) < CALLS / 10


def test_the_answer_and_its_errors_come_through() -> None:
    def application(environ: dict[str, str], start_response: Callable[[str], str]) -> list[str]:
        return [environ["path"], start_response("200")]

    assert with_room(application)({"path": "/"}, lambda status: status) == ["/", "200"]
    with pytest.raises(KeyError, match="path"):
        with_room(application)({}, None)
