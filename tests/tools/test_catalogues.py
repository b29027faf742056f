import gettext
from pathlib import Path
from typing import Any

import polib  # type: ignore[import-untyped]
import pytest

from tools import catalogues
from tools.catalogues import CHINESE, check, compile_catalogues, fill, merge, open_catalogue, save_catalogue
from tools.extraction import Message, Messages


def messages_of(*messages: Message) -> Messages:
    found = Messages()
    for message in messages:
        message.files = message.files or {"app/views.py"}
        found.take(message)
    return found


def write(root: Path, messages: Messages, **translations: dict[str, str]) -> None:
    for language in CHINESE:
        catalogue = open_catalogue(root, language)
        merge(catalogue, messages)
        for entry in catalogue:
            text = translations.get(language, {}).get(entry.msgid, "")
            if entry.msgid_plural:
                entry.msgstr_plural = {0: text}
            else:
                entry.msgstr = text
        save_catalogue(catalogue)


def text_of(root: Path, language: str) -> str:
    return catalogues.catalogue_path(root, language).read_text(encoding="utf-8")


PAPER = {"zh_Hant": {"A paper": "一份文件"}, "zh_Hans": {"A paper": "一份文件"}}


def faults(root: Path, message: Message, hant: str, hans: str = "") -> list[str]:
    messages = messages_of(message)
    write(root, messages, zh_Hant={message.msgid: hant}, zh_Hans={message.msgid: hans})
    return [fault for fault in check(root, messages) if "zh_Hant" in fault or not fault.startswith("locale")]


def test_a_complete_catalogue_has_no_fault(tmp_path: Path) -> None:
    messages = messages_of(Message("A paper"))
    write(tmp_path, messages, **PAPER)
    assert list(check(tmp_path, messages)) == []


def test_a_missing_message_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path, messages_of(Message("A paper")), **PAPER)
    found = list(check(tmp_path, messages_of(Message("A paper"), Message("A list"))))
    assert found == [
        f"locale/{language}/LC_MESSAGES/django.po: “A list”: not in the catalogue; run extract" for language in CHINESE
    ]


def test_a_message_that_is_gone_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path, messages_of(Message("A paper")), **PAPER)
    assert [fault.rpartition(": ")[2] for fault in check(tmp_path, Messages())] == ["no longer used; run extract"] * 2


@pytest.mark.parametrize(
    ("msgid", "text", "fault"),
    [
        ("A paper", "", "not translated"),
        ("By %(name)s", "由作者", "different placeholders: %(name)s"),
        ("By {name}", "由{author}", "different placeholders: {author}, {name}"),
        ("A <strong>paper</strong>", "<b>文件</b>", "different tags"),
        ("A paper\n", "文件", "a line break at one end"),
        ("A paper", "您的文件", "write 你"),
        ("Sign in", "登入系統", "the glossary says “登入”"),
        ("Open", "開啟", "give it a msgctxt"),
    ],
)
def test_each_fault_is_named(msgid: str, text: str, fault: str, tmp_path: Path) -> None:
    assert any(fault in found for found in faults(tmp_path, Message(msgid), text))


def test_the_context_chooses_the_sense(tmp_path: Path) -> None:
    assert faults(tmp_path, Message("Open", "state"), "諮詢中") == []
    assert faults(tmp_path, Message("Open", "state"), "開啟") == [
        "locale/zh_Hant/LC_MESSAGES/django.po: “Open”: the glossary says “諮詢中”"
    ]
    assert faults(tmp_path, Message("Open", "a door"), "打開") == []


def test_a_plural_is_held_to_the_glossary_by_its_plural_form(tmp_path: Path) -> None:
    message = Message("%(count)s comment", plural="%(count)s comments")
    assert faults(tmp_path, message, "%(count)s項意見") == []
    assert any("%(count)s項意見" in fault for fault in faults(tmp_path, message, "%(count)s個意見"))


def test_both_english_forms_take_the_same_values(tmp_path: Path) -> None:
    message = Message("One paper", plural="%(count)s papers")
    assert "app/views.py: “One paper”: the singular and the plural" in faults(tmp_path, message, "%(count)s份文件")[0]


def test_fuzzy_is_a_fault(tmp_path: Path) -> None:
    messages = messages_of(Message("A paper"))
    write(tmp_path, messages, **PAPER)
    catalogue = open_catalogue(tmp_path, "zh_Hant")
    catalogue[0].flags.append("fuzzy")
    save_catalogue(catalogue)
    assert any("fuzzy" in fault for fault in check(tmp_path, messages))


def test_extracting_again_changes_nothing(tmp_path: Path) -> None:
    messages = messages_of(Message("b %(x)s"), Message("a", "state", files={"z.py", "y.py"}), Message("a", plural="as"))
    write(tmp_path, messages, zh_Hant={"a": "甲"})
    before = text_of(tmp_path, "zh_Hant")
    catalogue = open_catalogue(tmp_path, "zh_Hant")
    assert merge(catalogue, messages) == (0, 0)
    save_catalogue(catalogue)
    assert text_of(tmp_path, "zh_Hant") == before
    assert "#: y.py z.py\n" in before
    assert "POT-Creation-Date" not in before
    assert "#, python-format\n" in before


def test_a_string_that_goes_and_returns_keeps_its_translation(tmp_path: Path) -> None:
    messages = messages_of(Message("A paper"))
    write(tmp_path, messages, **PAPER)
    catalogue = open_catalogue(tmp_path, "zh_Hant")
    assert merge(catalogue, Messages()) == (0, 1)
    save_catalogue(catalogue)
    assert '#~ msgstr "一份文件"' in text_of(tmp_path, "zh_Hant")
    catalogue = open_catalogue(tmp_path, "zh_Hant")
    merge(catalogue, messages)
    save_catalogue(catalogue)
    assert list(check(tmp_path, messages)) == []


def test_pruning_forgets_what_is_gone(tmp_path: Path) -> None:
    write(tmp_path, messages_of(Message("A paper")), **PAPER)
    catalogue = open_catalogue(tmp_path, "zh_Hant")
    merge(catalogue, Messages(), prune=True)
    assert len(catalogue) == 0


def test_a_string_that_gains_a_plural_keeps_its_translation(tmp_path: Path) -> None:
    write(tmp_path, messages_of(Message("A paper")), **PAPER)
    catalogue = open_catalogue(tmp_path, "zh_Hant")
    merge(catalogue, messages_of(Message("A paper", plural="Papers")))
    assert catalogue[0].msgstr_plural == {0: "一份文件"}


def test_filling_from_a_table(tmp_path: Path) -> None:
    messages = messages_of(Message("Open", "state"), Message("%(count)s day", plural="%(count)s days"))
    write(tmp_path, messages)
    rows = [
        {"context": "state", "message": "Open", "zh_Hant": "諮詢中", "zh_Hans": "咨询中"},
        {"context": "", "message": "%(count)s day", "zh_Hant": "%(count)s天", "zh_Hans": "%(count)s天"},
    ]
    assert list(fill(tmp_path, rows)) == [
        "zh_Hant: 2 translations written",
        "zh_Hans: 2 translations written",
    ]
    assert list(check(tmp_path, messages)) == []


def test_compiling_writes_what_changed_and_only_that(tmp_path: Path) -> None:
    messages = messages_of(Message("Open", "state"), Message("%(count)s day", plural="%(count)s days"))
    write(tmp_path, messages, zh_Hant={"Open": "諮詢中", "%(count)s day": "%(count)s天"}, zh_Hans={})
    assert len(list(compile_catalogues(tmp_path))) == 2
    assert list(compile_catalogues(tmp_path)) == []
    translations: Any = gettext.translation("django", tmp_path / "locale", ["zh_Hant"])
    assert translations.pgettext("state", "Open") == "諮詢中"
    assert translations.ngettext("%(count)s day", "%(count)s days", 5) == "%(count)s天"


def test_english_may_reword_only_what_is_not_ours(tmp_path: Path) -> None:
    catalogue = open_catalogue(tmp_path, "en")
    catalogue.append(polib.POEntry(msgid="A paper", msgstr="A document"))
    catalogue.append(polib.POEntry(msgid="Sign In", msgstr="Sign in"))
    save_catalogue(catalogue)
    messages = messages_of(Message("A paper"), Message("Sign In", origin="allauth"))
    found = [fault for fault in check(tmp_path, messages) if "/en/" in fault]
    assert len(found) == 1
    assert "“A paper”: no message of Django or allauth" in found[0]


def test_djangos_own_wording_is_left_where_it_is_right() -> None:
    right, wrong = Message("Saturday", origin="django"), Message("Enter a valid URL.", origin="django")
    assert list(catalogues.needing_our_wording(messages_of(right, wrong))) == [wrong]
