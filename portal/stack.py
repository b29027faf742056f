"""Room on the interpreter's stack for a whole request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# Bytes of the part of the stack on which a request stands: about as much again is left for what it calls. A page's
# deepest call stands some 60 KB down.
STACK = 512 * 1024
_WORD = 8


def with_room(application: Callable[..., Any]) -> Callable[..., Any]:
    """`application`, called on a part of the stack that holds the whole request.

    CPython 3.11 to 3.13 keep Python's frames in parts of 16 KB and ask the system for a part, and give it back, at each
    call that crosses from one to the next (python/cpython#142183). A loop that happens to stand at such a place did it
    thousands of times a page: a meeting of 100 items spent a quarter of its time there. A frame that needs much is put
    on a part of its own of twice its size, on which its calls then stand. Nothing is written to what it does not use.
    """

    def answer(environ: Any, start_response: Any) -> Any:
        return application(environ, start_response)

    answer.__code__ = answer.__code__.replace(co_stacksize=STACK // 2 // _WORD)
    return answer
