"""The tag library: what a reader sees, in three languages and always in Hong Kong time."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext, pgettext

from portal.common import clock
from portal.common.icons import GLYPHS, ICONS
from portal.common.templatetags import portal as tags

MOMENT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
DEADLINE = datetime(2026, 12, 11, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon_in_november() -> Iterator[None]:
    with clock.at(MOMENT), translation.override("en"):
        yield


def render(source: str, **context: Any) -> str:
    return Template("{% load portal %}" + source).render(Context(context)).strip()


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ("Fri 11\u00a0Dec", "Fri 11\u00a0Dec, 18:00", "11\u00a0December 2026")),
        ("zh-hant", ("12月11日（星期五）", "12月11日（星期五）18:00", "2026年12月11日")),
        ("zh-hans", ("12月11日（星期五）", "12月11日（星期五）18:00", "2026年12月11日")),
    ],
)
def test_dates_follow_the_language(language: str, expected: tuple[str, str, str]) -> None:
    with translation.override(language):
        assert (tags.hk_day(DEADLINE), tags.hk_datetime(DEADLINE), tags.hk_date_long(DEADLINE)) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Friday 11\u00a0December 2026, 18:00 Hong Kong time"),
        ("zh-hant", "2026年12月11日（星期五）18:00（香港時間）"),
        ("zh-hans", "2026年12月11日（星期五）18:00（香港时间）"),
    ],
)
def test_a_legal_deadline_names_hong_kong_time(language: str, expected: str) -> None:
    with translation.override(language):
        assert tags.hk_datetime_long(DEADLINE) == expected


def test_a_day_of_another_year_says_its_year() -> None:
    assert tags.hk_day(date(2027, 1, 20)) == "Wed 20\u00a0Jan 2027"
    with translation.override("zh-hant"):
        assert tags.hk_day(date(2027, 1, 20)) == "2027年1月20日（星期三）"


def test_the_day_is_the_day_in_hong_kong() -> None:
    late_in_london = datetime(2026, 12, 10, 17, 30, tzinfo=UTC)
    assert tags.hk_datetime(late_in_london) == "Fri 11\u00a0Dec, 01:30"
    assert tags.hk_iso(late_in_london) == "2026-12-11T01:30+08:00"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 26), "3 days left"),
        (date(2026, 11, 24), "1 day left"),
        (date(2026, 11, 23), "Due today"),
        (date(2026, 11, 22), "1 day overdue"),
        (date(2026, 11, 13), "10 days overdue"),
    ],
)
def test_days_left_counts_calendar_days(day: date, words: str) -> None:
    assert tags.days_left(day) == words


@pytest.mark.parametrize(
    ("day", "css"),
    [
        (date(2026, 11, 28), "flag flag--soon"),
        (date(2026, 11, 29), "flag"),
        (date(2026, 11, 22), "flag flag--late"),
    ],
)
def test_a_deadline_is_amber_within_five_days(day: date, css: str) -> None:
    assert tags.deadline_flag(day).startswith(f'<span class="{css}">')


OWNER = SimpleNamespace(organisation_id=7)
REGULATOR = SimpleNamespace(organisation_id=1)


def row(audience: str, group: str | None = None) -> SimpleNamespace:
    return SimpleNamespace(
        audience=audience,
        organisation="Harbour Exchange",
        organisation_id=7,
        working_group=group,
        working_group_id=1 if group else None,
    )


@pytest.mark.parametrize(
    ("subject", "viewer", "words", "css"),
    [
        (row("group"), OWNER, "All members", "vis--all"),
        (row("group", "Custody"), OWNER, "Members of Custody only", "vis--all"),
        (row("shared"), OWNER, "SFC only", "vis--sfc"),
        (row("shared"), REGULATOR, "SFC and Harbour Exchange", "vis--sfc"),
        (row("regulator"), REGULATOR, "SFC internal", "vis--reg"),
        (row("public"), None, "Public", "vis--pub"),
        (row("organisation"), OWNER, "Internal to Harbour Exchange", "vis--int"),
    ],
)
def test_the_label_says_who_can_read_it(subject: Any, viewer: Any, words: str, css: str) -> None:
    label = render("{% audience_label row viewer %}", row=subject, viewer=viewer)
    assert label == f'<span class="vis {css}">{words}</span>'


MARKS = {f"vis--{css}": tags.AUDIENCE_ICONS[code] for code, css in tags.AUDIENCE_CSS.items()} | {
    "para__c": "message-square", "thread__more": "message-square", "para__c--add": "plus", "thread__add": "plus",
}  # fmt: skip


@pytest.mark.parametrize(("css", "name"), MARKS.items())
def test_the_style_sheet_draws_a_mark_as_the_icons_are_drawn(css: str, name: str) -> None:
    """What stands a hundred times on a page is drawn by the style sheet."""
    sheet = (settings.BASE_DIR / "static" / "css" / "portal.css").read_text()
    (rule,) = re.findall(rf"^  (?:\.[\w-]+, )?\.{css}(?:, \.[\w-]+)? {{ --mark: (.*); }}$", sheet, re.MULTILINE)
    assert rule == (
        'url(\'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none"'
        ' stroke="black" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">'
        f"{ICONS[name]}</svg>')"
    )


def test_a_label_escapes_the_name_of_the_organisation() -> None:
    hostile = row("organisation")
    hostile.organisation = "<script>"
    assert "Internal to &lt;script&gt;" in render("{% audience_label row %}", row=hostile)


@pytest.mark.parametrize(
    ("audience", "css"),
    [
        ("group", "cmt"),
        ("shared", "cmt cmt--sfc"),
        ("regulator", "cmt cmt--reg"),
        ("organisation", "cmt cmt--int"),
    ],
)
def test_the_edge_of_a_comment_shows_its_readers(audience: str, css: str) -> None:
    assert tags.audience_edge(row(audience)) == css


def test_every_status_has_a_drawing_and_words() -> None:
    for table in (tags.INITIATIVE_STATUSES, tags.CONSULTATION_STATES):
        for mark, tone, words in table.values():
            assert mark in GLYPHS
            assert tone in {"", "active", "done"}
            assert str(words)


def test_every_drawing_that_a_label_needs_is_there() -> None:
    needed = {*tags.FLAG_ICONS.values(), *tags.AUDIENCE_ICONS.values()}
    assert needed - ICONS.keys() == set()


def test_drawings_are_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in render('{% icon "bell" %}')
    assert 'aria-hidden="true"' in render('{% glyph "half" %}')


def test_a_page_draws_each_icon_once() -> None:
    page = render('{% sprite %}{% icon "bell" %}{% icon "bell" %}{% audience_choice "group" %}{% endsprite %}')
    assert page.count(ICONS["bell"]) == page.count(ICONS["users"]) == 1
    assert re.findall(r'<use href="#(.+?)"', page) == ["i-bell", "i-bell", "i-users"]
    assert re.findall(r'<symbol id="(.+?)"', page) == ["i-bell", "i-users"]
    # Outside of it, as in what htmx fetches, an icon needs nothing else.
    assert ICONS["bell"] in render('{% sprite %}{% endsprite %}{% icon "bell" %}')


def test_a_text_in_another_language_is_marked() -> None:
    title = SimpleNamespace(title_en="Custody & storage", title_zh_hant="", title_zh_hans="")
    assert render('{% translated obj "title" %}', obj=title) == "Custody &amp; storage"
    with translation.override("zh-hant"):
        marked = render('{% translated obj "title" %}', obj=title)
    assert marked == '<span lang="en-HK">Custody &amp; storage</span>'


class PaperForm(forms.Form):
    title = forms.CharField(
        label="Title", help_text="As on the paper", widget=forms.TextInput(attrs={"placeholder": "Title"})
    )
    note = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("a", "One"), ("b", "Two")], widget=forms.RadioSelect)
    agreed = forms.BooleanField()


def test_a_field_is_wired_to_its_hint_and_error() -> None:
    html = render("{% field form.title %}", form=PaperForm({}))
    assert '<label for="id_title">Title</label>' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert "Enter title" in html
    assert "placeholder" not in html
    assert html.index("id_title_error") < html.index("<input")


def test_an_optional_field_says_so() -> None:
    assert "optional" in render("{% field form.note %}", form=PaperForm())


def test_choices_are_a_fieldset_with_a_legend() -> None:
    html = render("{% field form.kind %}", form=PaperForm())
    assert "<fieldset>" in html
    assert html.count('type="radio"') == 2


def test_the_error_summary_links_to_each_field() -> None:
    html = render("{% form_errors form %}", form=PaperForm({}))
    assert "3 things need attention" in html
    for target in ("#id_title", "#id_kind", "#id_agreed"):
        assert f'href="{target}"' in html


def test_the_error_summary_names_each_field_once() -> None:
    html = render("{% form_errors form %}", form=PaperForm({"title": "x" * 3, "kind": "z"}))
    assert "Kind: Select a valid choice" in html
    html = render("{% form_errors form %}", form=PaperForm({}))
    for words in (">Enter title<", ">Choose an option for “Kind”<", ">Agreed: Tick the box to go on<"):
        assert words in html


def test_no_error_no_summary() -> None:
    assert render("{% form_errors form %}", form=PaperForm()) == ""


def test_pagination_keeps_the_query() -> None:
    request = RequestFactory().get("/", {"q": "custody & storage", "page": "2"})
    html = render("{% pagination page %}", page=Paginator(range(30), 10).page(2), request=request)
    assert 'href="?q=custody+%26+storage&amp;page=1"' in html
    assert 'href="?q=custody+%26+storage&amp;page=3"' in html


def test_one_page_needs_no_pagination() -> None:
    assert render("{% pagination page %}", page=Paginator(range(3), 10).page(1)) == ""


def test_breadcrumbs_end_with_the_present_page() -> None:
    html = render('{% breadcrumbs "/c/" "Consultations" "CP 2026/05" %}')
    assert '<a href="/c/">Consultations</a>' in html
    assert '<li aria-current="page">CP 2026/05</li>' in html


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Version/18 Safari/605",
            "Safari, macOS",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140 Safari/537 Edg/140", "Edge, Windows"),
        ("curl/8.5", "curl/8.5"),
    ],
)
def test_a_session_is_named_by_its_browser(agent: str, name: str) -> None:
    assert tags.browser_name(agent) == name


TEMPLATES = Path(__file__).parents[2] / "templates"
FORBIDDEN = re.compile(
    r"""\sstyle=|<style|\son[a-z]+=|\shx-on|['"]js:|href=["']javascript:|<script(?![^>]*(src=|application/json))"""
)


@pytest.mark.parametrize(
    "path",
    [p for p in sorted(TEMPLATES.rglob("*.html")) if "emails" not in p.parts],
    ids=lambda p: str(p.relative_to(TEMPLATES)),
)
def test_no_page_needs_an_unsafe_content_security_policy(path: Path) -> None:
    html = re.sub(r"{%.*?%}", "", path.read_text())  # "with one=row" is no handler
    assert FORBIDDEN.findall(html) == []


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "500.html"])
def test_pages_for_a_broken_site_need_no_context_and_speak_three_languages(name: str) -> None:
    html = get_template(name).render()
    for language in ("en-HK", "zh-Hant-HK", "zh-Hans"):
        assert f'lang="{language}"' in html


def test_fixed_words_follow_the_language_and_the_kind_of_text() -> None:
    """They are worked out once: for each language, and for HTML and plain text apart."""
    fixed = Template('{% translate "Consultations" %} {% translate "Open" context "consultation" %}')
    said = {}
    for language in ("en", "zh-hant", "zh-hans", "en"):
        with translation.override(language):
            said[language] = fixed.render(Context())
            assert said[language] == f"{gettext('Consultations')} {pgettext('consultation', 'Open')}"
    assert len(set(said.values())) == 3
    quoted = Template('{% translate "Tom & \'Jerry\'" %}{% translate words %}{% translate "100%" as all %}{{ all }}')
    for _again in range(2):
        assert quoted.render(Context({"words": "<b>"})) == "Tom & 'Jerry'&lt;b&gt;100%"
        assert quoted.render(Context({"words": "<b>"}, autoescape=False)) == "Tom & 'Jerry'<b>100%"


def test_the_plain_text_of_an_email_is_not_escaped() -> None:
    text = get_template("emails/base.txt").render({"base_url": "http://portal.test", "reason": "You & I"})
    assert "You & I" in text
    assert "http://portal.test/" in text
