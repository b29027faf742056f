from pathlib import Path

import pytest

from tools.extraction import Messages, extract_text, own_messages
from tools.third_party import allauth_files, django_files


def found(source: str, *, template: bool) -> list[tuple[str | None, str, str]]:
    return [(m.context, m.msgid, m.plural) for m in extract_text(source, template=template)]


def test_python_calls() -> None:
    source = """
from django.utils.translation import gettext_lazy as _, ngettext, npgettext_lazy, pgettext_lazy
a = _("One")
b = ngettext("%(count)s day", "%(count)s days", n) % {"count": n}
c = pgettext_lazy("state", "Open")
d = npgettext_lazy("mail", "%(count)s paper", "%(count)s papers", "count")
e = _("in " "two parts")
f = _(name)
g = _(labels["name"]["short"])
"""
    assert found(source, template=False) == [
        (None, "One", ""),
        (None, "%(count)s day", "%(count)s days"),
        ("state", "Open", ""),
        ("mail", "%(count)s paper", "%(count)s papers"),
        (None, "in two parts", ""),
    ]


def test_template_tags() -> None:
    source = """
{% load i18n %}
<p title="{% translate "Next page" %}">It's {% translate 'Open' context 'state' %} "here"</p>
    {% blocktranslate trimmed with name=user.name %}
      Good morning,
      {{ name }}. 100% yours.
    {% endblocktranslate %}
 {% blocktranslate trimmed count count=papers|length context "list" %}
   {{ count }} paper{% plural %}{{ count }} papers
  {% endblocktranslate %}
{% component "x" label=_("Search") %}
"""
    assert found(source, template=True) == [
        (None, "Next page", ""),
        ("state", "Open", ""),
        (None, "Good morning, %(name)s. 100%% yours.", ""),
        ("list", "%(count)s paper", "%(count)s papers"),
        (None, "Search", ""),
    ]


def test_the_text_of_an_email_keeps_its_lines() -> None:
    source = "{% load i18n %}{% blocktranslate %}One\n  two\n{% endblocktranslate %}"
    assert found(source, template=True) == [(None, "One\n  two\n", "")]


def test_comments_for_translators_are_kept() -> None:
    source = "# Translators: of a paper\na = _('Draft')\n"
    assert [m.comments for m in extract_text(source, template=False)] == [["of a paper"]]


def test_one_message_gathers_its_files_and_its_plural(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "app" / "a.py").write_text('_("paper")')
    (tmp_path / "app" / "b.py").write_text('ngettext("paper", "papers", 2)')
    (tmp_path / "tests" / "c.py").write_text('_("never shown")')
    (tmp_path / "templates" / "d.html").write_text('{% load i18n %}{% translate "paper" %}')
    messages = own_messages(tmp_path)
    assert list(messages) == [(None, "paper")]
    assert messages[None, "paper"].plural == "papers"
    assert messages[None, "paper"].files == {"app/a.py", "app/b.py", "templates/d.html"}


def test_a_message_met_twice_is_one() -> None:
    messages = Messages()
    for message in extract_text("_('a'); _('a')", template=False):
        messages.take(message)
    assert len(messages) == 1


@pytest.mark.parametrize("name", ["account/forms.py", "mfa/adapter.py", "templates/account/login.html"])
def test_allauth_is_read(name: str, tmp_path: Path) -> None:
    assert any(path.as_posix().endswith("allauth/" + name) for path in allauth_files(tmp_path))


def test_a_template_of_ours_takes_the_place_of_theirs(tmp_path: Path) -> None:
    (tmp_path / "account").mkdir()
    (tmp_path / "account" / "login.html").touch()
    assert not any(path.match("templates/account/login.html") for path in allauth_files(tmp_path))


def test_features_that_are_not_offered_are_left_out(tmp_path: Path) -> None:
    assert not any("phone" in path.name for path in allauth_files(tmp_path))


def test_django_is_read(tmp_path: Path) -> None:
    names = {path.name for path in django_files(tmp_path)}
    assert {"validators.py", "change_form.html", "password_validation.py"} <= names
