"""A page with an ear for what the browser complains of, and eyes for what people would."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response

SERIOUS = {"serious", "critical"}
COLOURS = ("color-contrast", "link-in-text-block")
# What axe says of each rule that cannot be serious would be thrown away here, and takes a third of its time.
LOOK = """([only, serious]) => {
  const usual = (r) => r.enabled && !r.tags.some((tag) => axe._audit.tagExclude.includes(tag));
  const rules = axe._audit.rules.filter((r) => usual(r) && (!r.impact || serious.includes(r.impact)));
  return axe.run({resultTypes: ["violations"], runOnly: only || rules.map((r) => r.id)})
    .then((found) => found.violations);
}"""


AT_REST = """() => Promise.all(document.getAnimations()
  .filter((one) => isFinite(one.effect.getComputedTiming().endTime)).map((one) => one.finished))
  .then(() => null)"""


class Watched:
    """A Playwright page whose console, script errors and foreign requests are kept in `complaints`."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        self._refused: set[str] = set()
        page.on("console", self._console)
        page.on("pageerror", self._script_error)
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        policy = "Content Security Policy" in message.text
        expected = message.location.get("url", "") in self._refused and "Failed to load resource" in message.text
        if (message.type == "error" or policy) and not expected:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _script_error(self, error: Error) -> None:
        self.complaints.append(f"{self.page.url}: {error}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:", "about:", "chrome-error:")):
            self.complaints.append(f"{self.page.url} asked {request.url}")

    def go(self, path: str, status: int = 200) -> Response:
        """Open a path; the browser's own line about a refused page is no complaint where it is expected."""
        if status >= 400:
            self._refused.add(self.url + path)
        response = self.page.goto(self.url + path, wait_until="load")
        assert response is not None
        assert response.status == status, f"{path} answered {response.status}"
        return response

    def expect_refusal(self, path: str) -> None:
        """A form that is sent there will be answered with a status of 400 or above."""
        self._refused.add(self.url + path)

    def findings(self, *, only: tuple[str, ...] = ()) -> list[str]:
        """Serious and critical findings of axe-core. Never without JavaScript: axe would wait for ever."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        found: list[dict[str, Any]] = self.page.evaluate(LOOK, [list(only) or None, sorted(SERIOUS)])
        return [
            f"{one['id']} ({one['impact']}): {node['html'][:160]} {node['failureSummary'][:200]}"
            for one in found
            if one["impact"] in SERIOUS
            for node in one["nodes"][:3]
        ]

    def in_the_dark(self, *, colours_alone: bool) -> list[str]:
        """Findings in the dark colours: all of them, or those of contrast alone. No colour is on its way meanwhile."""
        self.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        try:
            self.page.evaluate(AT_REST)
            return self.findings(only=COLOURS if colours_alone else ())
        finally:
            self.page.emulate_media(color_scheme="light", reduced_motion="reduce")

    def sideways(self, width: int) -> list[str]:
        """What sticks out at this width; empty when the page does not scroll sideways."""
        self.page.set_viewport_size({"width": width, "height": 844})
        found: list[str] = self.page.evaluate(
            """() => {
              const room = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= room) return [];
              const wide = [...document.querySelectorAll("body *")].filter((e) => {
                const box = e.getBoundingClientRect();
                return box.width > 0 && box.right > room + 1;
              });
              return ["scrollWidth " + document.documentElement.scrollWidth,
                      ...wide.slice(-4).map((e) => e.outerHTML.slice(0, 140))];
            }"""
        )
        self.page.set_viewport_size({"width": 1280, "height": 900})
        return found
