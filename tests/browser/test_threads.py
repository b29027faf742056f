"""Threads in Chromium: words that are selected, drafts that save themselves, names after @, keys, posting."""

import re
from typing import Any

from playwright.sync_api import expect

from consultations.models import GuardrailRule
from tests.browser.conftest import MEIYAN

PAPER = "/consultations/cp-2026-05/"
# Where to put pictures for looking at; none by default.


def open_as(own_context: Any, portal: Any, who: str, path: str, **options: Any) -> Any:
    page = own_context(who, **options).new_page()
    page.goto(portal.url + path)
    return page


def test_words_that_are_selected_become_a_passage(own_context: Any, portal: Any) -> None:
    page = open_as(own_context, portal, MEIYAN, PAPER)
    text = page.locator('[data-anchor="p16"]').first
    text.scroll_into_view_if_needed()
    page.evaluate(
        """node => { const text = document.createTreeWalker(node, NodeFilter.SHOW_TEXT).nextNode();
            getSelection().setBaseAndExtent(text, 4, text, 24); }""",
        text.element_handle(),
    )
    offer = page.get_by_role("link", name="Comment on this passage")
    expect(offer).to_be_visible()
    offer.click()
    words = page.locator("#compose-passage").input_value()
    assert len(words) >= 15
    page.locator('[name="audience"][value="shared"]').check()
    page.locator("#compose-body").fill("About exactly these words.")
    page.get_by_role("button", name="Send to SFC only").click()
    expect(page.locator(".cmt__posted")).to_contain_text("Sent to the SFC only")
    expect(page.locator("#t-p16 .cmt__quote", has_text=words).first).to_be_visible()
    assert "compose" not in page.url
    page.goto(portal.url + PAPER + "?thread=p16#p16")
    expect(page.locator("#p16 mark.passage").first).to_be_visible()


def test_what_is_typed_saves_itself_and_comes_back(own_context: Any, portal: Any) -> None:
    page = open_as(own_context, portal, MEIYAN, PAPER + "?compose=p9#compose")
    page.locator("#compose-body").press_sequentially("Half a thought", delay=10)
    expect(page.locator("#draft-state")).to_contain_text("Saved", timeout=15000)
    page.goto(portal.url + PAPER + "?compose=p9#compose")
    expect(page.locator("#compose-body")).to_have_value("Half a thought")
    page.goto(portal.url + "/consultations/drafts/")
    expect(page.get_by_text("Half a thought")).to_be_visible()


def test_what_is_typed_without_a_pause_is_saved_meanwhile(own_context: Any, portal: Any) -> None:
    page = open_as(own_context, portal, MEIYAN, PAPER + "?compose=p8#compose")
    saves: list[str] = []
    page.on("request", lambda request: saves.append(request.url) if "/comments/draft/" in request.url else None)
    page.locator("#compose-body").press_sequentially("On and on and on. " * 2, delay=150)
    assert saves, "nothing was saved before the typing ended"


def test_whoever_leaves_at_once_finds_the_text_again(own_context: Any, portal: Any) -> None:
    page = open_as(own_context, portal, MEIYAN, PAPER + "?compose=p13#compose")
    page.locator("#compose-body").press_sequentially("Gone in a moment")
    page.goto(portal.url + "/consultations/")
    page.goto(portal.url + PAPER + "?compose=p13#compose")
    expect(page.locator("#compose-body")).to_have_value("Gone in a moment")
    page.locator("#compose-body").press_sequentially(", and cancelled")
    with page.expect_response("**/comments/draft/"):
        page.get_by_role("link", name="Cancel").click()
    page.goto(portal.url + "/consultations/")
    page.goto(portal.url + PAPER + "?compose=p13#compose")
    body = page.locator("#compose-body")
    expect(body).to_have_value(re.compile("Gone in a moment"))
    expect(body).to_have_value(re.compile("and cancelled"))
    page.locator('[name="audience"][value="organisation"]').check()
    body.fill("Posted at once")
    page.get_by_role("button", name="Save internal note").click()
    expect(page.locator(".cmt__posted")).to_be_visible()
    page.goto(portal.url + "/consultations/")
    page.goto(portal.url + PAPER + "?compose=p13#compose")
    expect(body).to_have_value("")


def test_whoever_leaves_after_a_conflict_keeps_both_texts(own_context: Any, portal: Any) -> None:
    address = portal.url + PAPER + "?compose=p17#compose"
    one = open_as(own_context, portal, MEIYAN, PAPER + "?compose=p17#compose")
    two = one.context.new_page()
    two.goto(address)
    with one.expect_response(lambda answer: "/comments/draft/" in answer.url and answer.ok):
        one.locator("#compose-body").press_sequentially("From the first window")
    with two.expect_response(lambda answer: "/comments/draft/" in answer.url and answer.status == 422):
        two.locator("#compose-body").press_sequentially("From the second window")
    expect(two.locator("#draft-state")).to_contain_text("changed in another window")
    two.goto(portal.url + "/consultations/")
    two.goto(address)
    expect(two.locator("#compose-body")).to_have_value(re.compile("From the first window"))
    expect(two.locator("#compose-body")).to_have_value(re.compile("From the second window"))


def test_the_key_for_a_comment_puts_the_cursor_into_the_text(own_context: Any, portal: Any) -> None:
    page = open_as(own_context, portal, MEIYAN, PAPER)
    page.evaluate(
        """() => { const node = document.querySelector('[data-anchor="p16"]');
            getSelection().selectAllChildren(node.querySelector("p") ?? node); }"""
    )
    page.keyboard.press("c")
    expect(page.locator("#compose-body")).to_be_focused()


def test_a_draft_that_cannot_be_saved_says_so_and_tries_again(own_context: Any, portal: Any) -> None:
    page = open_as(own_context, portal, MEIYAN, PAPER + "?compose=p15#compose")
    page.route("**/comments/draft/", lambda route: route.abort())
    page.locator("#compose-body").press_sequentially("Unsaved", delay=10)
    expect(page.locator("#draft-state")).to_contain_text("Not saved, retrying", timeout=15000)
    page.unroute("**/comments/draft/")
    expect(page.locator("#draft-state")).to_contain_text(re.compile(r"Saved \d\d:\d\d"), timeout=20000)


def test_whoever_is_signed_out_keeps_the_text_and_the_page(own_context: Any, portal: Any) -> None:
    page = open_as(own_context, portal, MEIYAN, PAPER + "?compose=p33#compose")
    kept = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    page.locator("#compose-body").press_sequentially("Typed while signed out", delay=10)
    expect(page.locator("#draft-state")).to_contain_text("You have been signed out", timeout=15000)
    link = page.locator("#draft-state").get_by_role("link", name="Sign in in a new tab")
    assert "next=/consultations/cp-2026-05/" in str(link.get_attribute("href"))
    page.context.add_cookies(kept)
    expect(page.locator("#draft-state")).to_contain_text(re.compile(r"Saved \d\d:\d\d"), timeout=20000)
    expect(page.locator("#compose-body")).to_have_value("Typed while signed out")


def test_only_readers_are_offered_after_an_at_sign(own_context: Any, portal: Any) -> None:
    page = open_as(own_context, portal, MEIYAN, PAPER + "?compose=whole#compose")
    page.locator('[name="audience"][value="organisation"]').check()
    page.locator("#compose-body").press_sequentially("Please look, @", delay=10)
    names = page.locator(".names__one")
    expect(names.first).to_be_visible()
    inside = set(names.all_inner_texts())
    assert all("Harbour" in name for name in inside), inside
    names.first.click()
    assert "@" in page.locator("#compose-body").input_value()
    assert page.locator('[name="tell_organisation"]:checked').count() == 1


def test_enter_takes_the_first_name_that_is_offered(own_context: Any, portal: Any) -> None:
    page = open_as(own_context, portal, MEIYAN, PAPER + "?compose=p11#compose")
    page.locator('[name="audience"][value="group"]').check()
    box = page.locator("#compose-body")
    box.press_sequentially("Please look, @Kar", delay=10)
    page.locator(".names__one").first.wait_for()
    box.press("Enter")
    assert box.input_value() == "Please look, @Karen Wong "
    assert page.locator("[name=tell_group][data-name='Karen Wong']").is_checked()
    box.press_sequentially("and @", delay=10)
    box.press("Enter")
    assert box.input_value() == "Please look, @Karen Wong and @\n"


def test_what_is_given_up_or_posted_leaves_a_clean_address_and_the_count_beside_it(
    own_context: Any, portal: Any
) -> None:
    page = open_as(own_context, portal, MEIYAN, PAPER + "?text=en&compose=p9#compose")
    assert page.locator("#n-p9.para__c--add").count() == 1
    page.locator("#compose a", has_text="Cancel").click()
    page.wait_for_url("**/?text=en")
    page.locator("#n-p9").click()
    page.locator('[name="audience"][value="group"]').check()
    page.locator("#compose-body").fill("A remark on this paragraph.")
    page.locator("#compose .go--group").click()
    page.locator("#n-p9:not(.para__c--add)").wait_for()
    assert page.locator("#n-p9").inner_text().startswith("1")
    assert "compose" not in page.url


def test_a_warning_is_what_one_sees_and_hears_first(own_context: Any, portal: Any) -> None:
    GuardrailRule.objects.get_or_create(topic="fees", language="en", defaults={"phrases": "our maker fee*"})
    page = open_as(own_context, portal, MEIYAN, PAPER + "?compose=p10#compose")
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator('[name="audience"][value="group"]').check()
    page.locator("#compose-body").fill("Our maker fee is 8 bps.")
    page.locator("#compose .go--group").click()
    expect(page.locator("#compose .guard")).to_be_focused()
    expect(page.locator("#compose .guard h3")).to_be_in_viewport()


def test_the_keys(own_context: Any, portal: Any) -> None:
    page = open_as(own_context, portal, MEIYAN, PAPER + "?thread=q1")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.id")
    page.keyboard.press("j")
    second = page.evaluate("document.activeElement.id")
    page.keyboard.press("k")
    assert first.startswith("c-")
    assert second != first
    assert page.evaluate("document.activeElement.id") == first
    page.keyboard.press("r")
    expect(page.locator("#compose")).to_be_visible()
    page.locator("#compose-body").focus()
    page.keyboard.type("jk?")
    expect(page.locator("#compose-body")).to_have_value(re.compile(r"jk\?$"))
    page.goto(portal.url + "/consultations/shortcuts/")
    page.get_by_role("button", name="Turn them off").click()
    page.goto(portal.url + PAPER)
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    assert "shortcuts" not in page.url
