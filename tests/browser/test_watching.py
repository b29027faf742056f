"""The eyes and ears of the other tests: a page with one fault of every kind is complained of for each."""

from typing import Any

import pytest
from csp.utils import build_policy
from playwright.sync_api import Route

from tests.browser.watching import Watched

pytestmark = pytest.mark.timeout(60, func_only=True)

FAULTY = f"""<!DOCTYPE html><html><head><title>Faulty</title></head><body>
<p style="color: red">A style of its own, which the policy refuses</p>
<script>console.log("never runs")</script>
<img src="https://elsewhere.example/picture.png">
<button></button><input type="text">
<pre>{"a line that never ends " * 40}</pre>
</body></html>"""


def test_every_kind_of_fault_is_seen(own_context: Any, portal: Any) -> None:
    watched = Watched(own_context().new_page(), portal.url)

    def answer(route: Route) -> None:
        headers = {"Content-Security-Policy": build_policy(nonce="n"), "Content-Type": "text/html"}
        route.fulfill(status=200, body=FAULTY, headers=headers)

    watched.page.route("**/faulty/", answer)
    watched.go("/faulty/")
    heard = " ".join(watched.complaints)
    assert "inline style" in heard
    assert "inline script" in heard
    assert "elsewhere.example" in heard
    assert watched.sideways(390) != []
    rules = {finding.partition(" ")[0] for finding in watched.findings()}
    assert {"image-alt", "button-name", "label", "html-has-lang"} <= rules


def test_script_errors_and_refused_pages_are_heard(own_context: Any, portal: Any) -> None:
    watched = Watched(own_context().new_page(), portal.url)
    watched.go("/no-such-page/", status=404)
    assert watched.complaints == []
    watched.page.evaluate("fetch('/no-such-part/').then(() => null)")
    watched.page.evaluate("setTimeout(() => { throw new Error('a broken script') }, 0)")
    watched.page.wait_for_timeout(200)
    heard = " ".join(watched.complaints)
    assert "404" in heard
    assert "a broken script" in heard
    with pytest.raises(AssertionError):
        watched.go("/no-such-page/")
