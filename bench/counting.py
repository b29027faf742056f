"""How many statements a page sends to the database: told in a header, to the harness alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse

ASK = "X-Bench-Count"
ANSWER = "X-Bench-Queries"
STATEMENTS = "X-Bench-Statements"


class Count:
    """An execute wrapper that counts; savepoints and the viewer's settings count like everything else."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements.append(sql)
        return execute(sql, params, many, context)


class CountQueriesMiddleware:
    """Outermost in both programs. Without the header it costs one look-up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if ASK not in request.headers:
            return self.get_response(request)
        count = Count()
        with connections["default"].execute_wrapper(count):
            response = self.get_response(request)
        response[ANSWER] = str(len(count.statements))
        if request.headers[ASK] == "statements":
            shown = [" ".join(sql.split())[:160] for sql in count.statements]
            response[STATEMENTS] = " | ".join(shown).encode("ascii", "replace").decode()
        return response
