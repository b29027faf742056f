"""On what a comment that waits for a colleague was made: named, with the beginning of its words."""

from typing import Any

from django.urls import reverse

from consultations.models import Consultation
from members import workflow as members
from members.viewer import acting_as
from tests.consultations.conftest import say
from tests.consultations.test_threads import act


def test_the_waiting_page_names_the_place_and_shows_how_it_begins(world: Any, paper: Consultation) -> None:
    act(world, "poon", members.set_release_wish, world.viewer("poon").organisation, wanted=True)
    with acting_as(world.viewer("rosa")):
        paragraph = paper.paragraphs.get(number="1.10")
        question = paper.questions.get(number="2")
        section = paper.sections.get(number="1")
    for anchor in (paragraph, question, section, None):
        say(paper, world, "rosa", anchor=anchor)
    html = world.client("mei").get(reverse("consultations:waiting")).content.decode()
    for place in ("paragraph 1.10", "question 2", "section 1", "the whole paper"):
        assert f"CP 1, {place}</a>" in html
    for words in ("Paragraph 1.10", "Do you agree with section 2?", "Background"):
        assert f">{words}</blockquote>" in html
    assert html.count("<blockquote") == 3


def test_a_text_in_another_language_is_marked(world: Any, paper: Consultation) -> None:
    act(world, "poon", members.set_release_wish, world.viewer("poon").organisation, wanted=True)
    with acting_as(world.viewer("rosa")):
        paragraph = paper.paragraphs.get(number="1.10")
    say(paper, world, "rosa", anchor=paragraph)
    html = world.client("mei").get(reverse("consultations:waiting"), headers={"accept-language": "zh-hant"})
    assert 'lang="en-HK">Paragraph 1.10</blockquote>' in html.content.decode()
