"""Use limitation at every address: what the regulator's supervision reaches beside what the public reaches."""

from typing import Any

import pytest

from tests.portal.access import ANONYMOUS, METHODS
from tests.portal.secrets import Secrets
from tests.portal.test_access_matrix import ALL, Browser, address_of, cases, class_of
from tests.whole import WHOLE, share

# Their own account, and the overrides that they ask for. Whose object it is decides the page (test_overrides.py).
OWN = ("account_", "accounts:", "mfa_", "usersessions_", "notifications:")
ALSO = frozenset({"oversight:ask", "oversight:overrides", "oversight:end", "demo:confirm"})


@pytest.fixture
def supervision(secrets: Secrets) -> Browser:
    assert secrets.world.viewer("sun").is_supervision
    return Browser(secrets, "sun")


def refused(response: Any) -> bool:
    """204: a paper's page that asks for news hears of none."""
    to = response.headers.get("Location", "")
    return response.status_code in {204, 403, 404, 405, 410} or (
        response.status_code == 302 and to.startswith("/admin/")
    )


def test_supervision_reaches_nothing_beyond_the_list(secrets: Secrets, supervision: Browser, count_cells: Any) -> None:
    beyond, cells, reached = [], 0, 0
    walked = share(sorted(ALL), 3, "supervision")
    for name in walked:
        address = class_of(name)
        assert address is not None
        own = name in ALSO or name.startswith(OWN)
        for method in METHODS if WHOLE else ("GET", "POST"):
            for case in cases(secrets, name, address):
                response = supervision.ask(method, address_of(name, case))
                cells += 1
                reached += not refused(response)
                shown_to_all = ANONYMOUS in address.who and (not address.kind or ANONYMOUS in case.readers)
                if refused(response) or own or shown_to_all:
                    continue
                beyond.append(f"{method} {name} {case.name}: {response.status_code}")
    count_cells("supervision at every address", cells)
    # The walk is no walk if every door is shut.
    assert reached > (50 if WHOLE else 15)
    assert not beyond, f"{len(beyond)} of {cells}:\n" + "\n".join(beyond)
