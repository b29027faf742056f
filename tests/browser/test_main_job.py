"""The main job: a platform's officer comments, the regulator answers, rivals read what is theirs, mail arrives."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings as django_settings
from playwright.sync_api import Locator, Page, expect

from members.viewer import acting_as, viewer_for
from notifications.delivery import deliver_due
from notifications.workflow import queue_digests
from services.ports import free_port
from tests.browser.codes import code_for
from tests.browser.conftest import KALOK, KWOK, MEIYAN, PASSWORD, SECRET, WONG, Portal
from tests.browser.watching import Watched

pytestmark = pytest.mark.timeout(120, func_only=True)
PAPER = "/consultations/cp-2026-05/"


@dataclass
class Letterbox:
    """What arrived over SMTP, as parsed messages."""

    port: int
    messages: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        parsed = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        self.messages.append(parsed)
        return "250 Taken"

    def to(self, address: str) -> list[EmailMessage]:
        """What came, but for what is said of the account's safety, such as a sign-in on a new device."""
        safety = "accounts."
        return [
            message
            for message in self.messages
            if address in str(message["To"]) and not str(message["X-Portal-Kind"]).startswith(safety)
        ]


@pytest.fixture
def letterbox(settings: Any) -> Iterator[Letterbox]:
    box = Letterbox(free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
    yield box
    controller.stop()


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def sign_in(watched: Watched, email: str) -> None:
    """With password and the code of the app, as a person does it."""
    page = watched.page
    watched.go("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Two-factor authentication")
    page.get_by_label("Code").fill(code_for(SECRET))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("your action")


def write(page: Page, link: Locator, body: str, audience: str, button: str) -> Locator:
    """Open the composer by `link`, write, choose who can read it, send; the comment as it then stands."""
    link.click()
    composer = page.locator("#compose")
    composer.get_by_role("textbox").fill(body)
    composer.get_by_role("radio", name=audience).check()
    composer.get_by_role("button", name=button).click()
    written = page.locator("article").filter(has_text=body).last
    expect(written).to_be_visible()
    return written


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_main_job(script: bool, watched: Any, portal: Portal, letterbox: Letterbox) -> None:
    tag = f"script {script}"
    portal.give_password_and_app(MEIYAN)
    mei: Watched = watched(java_script_enabled=script)
    sign_in(mei, MEIYAN)

    # The roadmap, from the navigation.
    mei.page.get_by_role("link", name="Roadmap").first.click()
    expect(mei.page.get_by_role("heading", level=1)).to_be_visible()
    assert mei.page.url == portal.url + "/roadmap/"
    mei.page.get_by_role("link", name="Consultations").first.click()
    mei.page.get_by_role("link", name="Client asset storage and custody technology").first.click()
    assert mei.page.url == portal.url + PAPER

    # Two comments with their readers' labels always in sight.
    place = mei.page.get_by_role("link", name="Add a comment on the whole paper")
    private = write(mei.page, place, f"For the regulator alone, {tag}", "SFC only", "Send to SFC only")
    expect(private).to_contain_text("SFC only")
    place = mei.page.get_by_role("link", name="Add a comment on the whole paper")
    shared = write(mei.page, place, f"For everybody here, {tag}", "All members", "Post to all members")
    expect(shared).to_contain_text("All members")

    # A policy officer answers, from the other side and to the firm alone.
    wong: Watched = watched(WONG, java_script_enabled=script)
    wong.go(PAPER + "?thread=whole")
    asked = wong.page.locator("article").filter(has_text=f"For the regulator alone, {tag}").last
    expect(asked).to_contain_text("SFC and Harbour")
    answer = write(
        wong.page,
        asked.get_by_role("link", name="Reply"),
        f"The answer to Harbour, {tag}",
        "SFC and Harbour",
        "Send to Harbour",
    )
    expect(answer).to_contain_text("SFC and Harbour")

    # The rival reads what is for all, and finds no trace of the rest.
    kalok: Watched = watched(KALOK, java_script_enabled=script)
    kalok.go(PAPER + "?thread=whole")
    expect(kalok.page.locator("article").filter(has_text=f"For everybody here, {tag}").last).to_be_visible()
    assert f"For the regulator alone, {tag}" not in kalok.page.content()
    assert f"The answer to Harbour, {tag}" not in kalok.page.content()

    # Mail: the officer of both comments, the firm's officer of the answer, nobody at the rival's of anything.
    deliver_due()
    assert len(letterbox.to(WONG)) == 2
    assert letterbox.to(KALOK) == []
    (news,) = letterbox.to(MEIYAN)
    said = text_of(news)
    assert "The answer to Harbour" not in said + text_of(news, "html")
    link = next(word for word in said.split() if word.startswith(django_settings.BASE_URL + PAPER))

    # The digest of what she has not opened holds it too.
    user = portal.user(MEIYAN)
    queue_digests(force_users=[user.pk])
    deliver_due()
    digests = [one for one in letterbox.to(MEIYAN) if one["X-Portal-Kind"] == "digest"]
    if script:  # one a day
        (digest,) = digests
        assert str(news["Subject"]) in text_of(digest)
        assert str(news["Subject"]) in text_of(digest, "html")
    else:
        with acting_as(viewer_for(user)):
            assert user.notices.filter(read_at=None).exists()

    # The link of the mail leads to the answer itself.
    mei.go(link.removeprefix(django_settings.BASE_URL).partition("#")[0])
    expect(mei.page.locator("article").filter(has_text=f"The answer to Harbour, {tag}").last).to_be_visible()

    # And the secretariat works in the admin site.
    kwok: Watched = watched(KWOK, java_script_enabled=script)
    kwok.go("/")
    kwok.page.locator(".acct summary").click()
    kwok.page.get_by_role("link", name="Administration").click()
    assert kwok.page.url == portal.url + "/admin/"
    kwok.page.locator("#content-main .shelf").get_by_role("link", name="Consultations", exact=True).click()
    expect(kwok.page.locator("#result_list")).to_contain_text("CP 2026/05")


def test_a_comment_by_keyboard_alone(watched: Any) -> None:
    mei: Watched = watched(MEIYAN)
    page = mei.page
    mei.go(PAPER)

    # The first stop jumps over the head of the page.
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()

    tab_to(page, "Add a comment on the whole paper")
    page.keyboard.press("Enter")
    expect(page.locator("#compose-body")).to_be_focused()
    # Who can read it stands before the text.
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.name") == "audience"
    page.keyboard.press("Space")
    for _press in range(3):
        if page.evaluate("document.activeElement.value") == "group":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.locator("#compose-body")).to_be_focused()
    page.keyboard.type("Written without a mouse")
    tab_to(page, "Post to all members", limit=12)
    page.keyboard.press("Enter")
    written = page.locator("article").filter(has_text="Written without a mouse").last
    expect(written).to_contain_text("All members")


def tab_to(page: Page, words: str, limit: int = 150) -> None:
    """Press Tab until the thing with these words has the focus, and see that the focus shows."""
    for _press in range(limit):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.innerText || ''")
        if words in " ".join(here.split()):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    pytest.fail(f"{limit} times Tab did not lead to “{words}”")


def test_input_that_is_refused_comes_back_with_its_text(watched: Any) -> None:
    """A text that is too long: the page says so, and keeps the words and the choice of readers."""
    for script in (True, False):
        mei: Watched = watched(MEIYAN, java_script_enabled=script)
        mei.expect_refusal(PAPER + "comments/")
        mei.go(PAPER + "?compose=whole")
        composer = mei.page.locator("#compose")
        composer.get_by_role("radio", name="All members").check()
        composer.get_by_role("textbox").fill("x " * 30_000)
        composer.get_by_role("button", name="Post to all members").click()
        expect(mei.page.locator("#compose .error, #compose .notice--err").first).to_be_visible()
        assert len(mei.page.locator("#compose-body").input_value()) > 50_000
        expect(mei.page.locator("#compose input[value=group]")).to_be_checked()


def test_edit_and_withdraw_by_the_author_with_history_in_sight(watched: Any, portal: Portal) -> None:
    mei: Watched = watched(MEIYAN)
    mei.go(PAPER)
    place = mei.page.get_by_role("link", name="Add a comment on the whole paper")
    written = write(mei.page, place, "First words of a change of mind", "All members", "Post to all members")
    written.get_by_role("link", name="Edit").click()
    mei.page.get_by_role("textbox").first.fill("Second words of a change of mind")
    mei.page.get_by_role("button", name="Save", exact=True).click()
    changed = mei.page.locator("article").filter(has_text="Second words of a change of mind").last
    expect(changed).to_contain_text("Edited")
    changed.get_by_role("link", name="Show history").click()
    expect(mei.page.locator("#main")).to_contain_text("First words of a change of mind")
    mei.page.go_back()
    changed = mei.page.locator("article").filter(has_text="Second words of a change of mind").last
    changed.get_by_role("link", name="Withdraw").click()
    mei.page.get_by_role("textbox").first.fill("Sent too early")
    mei.page.get_by_role("button", name="Withdraw").click()
    expect(mei.page.locator("#main")).to_contain_text("Sent too early")
    assert "Second words of a change of mind" not in mei.page.content()
