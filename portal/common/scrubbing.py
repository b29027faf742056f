"""Keys that stand in addresses (feeds, invitations, the way out of a mail) never reach a log."""

import re
from collections.abc import MutableMapping
from typing import Any, Final

_KEYS: Final = re.compile(r"(/feed/|/account/invitation/|/u/(?=[\w.-]+:))[^/\s?#'\"]+")


def without_keys(text: str) -> str:
    """The text with `[key]` for each key of an address in it."""
    return _KEYS.sub(r"\1[key]", text)


def scrub(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: every text of an event goes through `without_keys`."""
    for name, value in event.items():
        if isinstance(value, str) and "/" in value:
            event[name] = without_keys(value)
        elif name == "positional_args" and value:
            event[name] = tuple(without_keys(one) if isinstance(one, str) else one for one in value)
    return event
