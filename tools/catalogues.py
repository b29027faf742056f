"""The message catalogues, without the gettext programs.

    python -m tools.catalogues extract      take new strings of code and templates into locale/*/LC_MESSAGES/django.po
    python -m tools.catalogues todo         what is still to be translated, as CSV on standard output
    python -m tools.catalogues fill FILE    put the translations of such a CSV into the catalogues
    python -m tools.catalogues compile      write the .mo files that Django reads (quick; only what changed)
    python -m tools.catalogues check        fail on what is missing, stale, or against the glossary's rules

`extract --prune` also forgets the strings that are gone; without it they wait as obsolete, translation kept.
A catalogue carries no line number and no date, and is sorted by message, so its changes are as small as the text's.
`locale/en` only rewords messages of Django and allauth whose English is not ours.
"""

import argparse
import csv
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polib

from tools import chinese, third_party
from tools.glossary import Glossary

if TYPE_CHECKING:
    from tools.extraction import Key, Message, Messages

ROOT: Final = Path(__file__).resolve().parent.parent
CHINESE: Final = ("zh_Hant", "zh_Hans")
WRAP: Final = 110
HEADER: Final = {
    "Project-Id-Version": "ASPIRe Portal",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
PLURAL_FORMS: Final = {
    "zh_Hant": "nplurals=1; plural=0;",
    "zh_Hans": "nplurals=1; plural=0;",
    "en": "nplurals=2; plural=(n != 1);",
}
FIELDS: Final = ("context", "message", "plural", "files", "comment", *CHINESE)


def catalogue_path(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def open_catalogue(root: Path, language: str) -> Any:
    """The catalogue of a language, as it stands or new."""
    path = catalogue_path(root, language)
    catalogue = polib.pofile(str(path), wrapwidth=WRAP) if path.exists() else polib.POFile(wrapwidth=WRAP)
    catalogue.fpath = str(path)
    catalogue.metadata = {**HEADER, "Language": language, "Plural-Forms": PLURAL_FORMS[language]}
    return catalogue


def save_catalogue(catalogue: Any) -> None:
    catalogue.sort(key=lambda entry: (entry.obsolete, entry.msgid.casefold(), entry.msgid, entry.msgctxt or ""))
    Path(catalogue.fpath).parent.mkdir(parents=True, exist_ok=True)
    _replace(Path(catalogue.fpath), f"{catalogue}".encode())


def _replace(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() == content:
        return
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.write_bytes(content)
    new.replace(path)


def key_of(entry: Any) -> "Key":
    return entry.msgctxt, entry.msgid


def translation_of(entry: Any) -> str:
    """The one Chinese form: a plural entry has it as msgstr[0]."""
    return str(entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr)


# -- extract -----------------------------------------------------------------------------------------------------


def wanted_messages(root: Path) -> "Messages":
    """Every string that our catalogues must hold: our own, allauth's, and Django's where its Chinese is not ours."""
    from tools.extraction import own_messages, third_party_messages

    templates = root / "templates"
    messages = own_messages(root)
    for message in third_party_messages(third_party.allauth_files(templates), "allauth").values():
        messages.setdefault(message.key, message)
    django = third_party_messages(third_party.django_files(templates), "django")
    for message in needing_our_wording(django):
        messages.setdefault(message.key, message)
    return messages


def needing_our_wording(messages: "Messages") -> Iterator["Message"]:
    """Those messages of Django whose translation is missing in a language or breaks one of our rules."""
    theirs = {language: _django_translations(language) for language in CHINESE}
    for message in messages.values():
        if message.msgid in third_party.LEFT_TO_DJANGO:
            continue
        for language, known in theirs.items():
            text = known.get(message.key, "")
            if message.msgid in third_party.ALWAYS_OURS or not text or any(chinese.complaints(text, language)):
                yield message
                break


def _django_translations(language: str) -> dict["Key", str]:
    base = third_party.package_folder("django")
    found = {}
    for path in sorted(base.glob(f"**/locale/{language}/LC_MESSAGES/django.po")):
        for entry in polib.pofile(str(path)).translated_entries():
            found[key_of(entry)] = translation_of(entry)
    return found


def merge(catalogue: Any, messages: "Messages", *, prune: bool = False, only_known: bool = False) -> tuple[int, int]:
    """Bring a catalogue up to the messages found: how many are new and how many went."""
    entries = {key_of(entry): entry for entry in catalogue}
    new = gone = 0
    for key, message in messages.items():
        entry = entries.get(key)
        if entry is None:
            if only_known:
                continue
            entry = polib.POEntry(msgid=message.msgid, msgctxt=message.context)
            catalogue.append(entry)
            new += 1
        _describe(entry, message, forms=2 if only_known else 1)
    for key, entry in entries.items():
        if key not in messages:
            gone += not entry.obsolete
            entry.obsolete, entry.occurrences, entry.flags, entry.comment = True, [], [], ""
            if prune or not translation_of(entry):
                catalogue.remove(entry)
    return new, gone


def _describe(entry: Any, message: "Message", *, forms: int) -> None:
    entry.obsolete = False
    entry.occurrences = [(file, "") for file in sorted(message.files)]
    entry.comment = "\n".join(sorted(message.comments))
    entry.flags = [flag for flag in entry.flags if flag == "fuzzy"] + format_flags(message)
    if message.plural and entry.msgid_plural != message.plural:
        entry.msgid_plural = message.plural
        known = entry.msgstr_plural or {0: entry.msgstr}
        entry.msgstr, entry.msgstr_plural = "", {form: known.get(form, "") for form in range(forms)}
    elif not message.plural and entry.msgid_plural:
        entry.msgid_plural, entry.msgstr, entry.msgstr_plural = "", translation_of(entry), {}


def format_flags(message: "Message") -> list[str]:
    found = "".join(chinese.placeholders(message.msgid + message.plural))
    flags = {"python-format": "%" in found, "python-brace-format": "{" in found}
    return [flag for flag, present in flags.items() if present]


def extract(root: Path, *, prune: bool) -> Iterator[str]:
    messages = wanted_messages(root)
    for language in PLURAL_FORMS:
        catalogue = open_catalogue(root, language)
        new, gone = merge(catalogue, messages, prune=prune, only_known=language == "en")
        save_catalogue(catalogue)
        left = len(catalogue.untranslated_entries())
        held = sum(not entry.obsolete for entry in catalogue)
        yield f"{language}: {held} messages, {new} new, {gone} gone, {left} to translate"


# -- translate ---------------------------------------------------------------------------------------------------


def todo(root: Path) -> Iterator[dict[str, str]]:
    """The messages that lack a translation, or whose translation is refused, one row for both languages."""
    rows: dict[Key, dict[str, str]] = {}
    glossary = Glossary.read()
    for language in CHINESE:
        for entry in open_catalogue(root, language):
            if entry.obsolete or not list(entry_complaints(entry, language, glossary)):
                continue
            english = entry.msgid_plural or entry.msgid
            row = rows.setdefault(key_of(entry), dict.fromkeys(FIELDS, ""))
            row["context"], row["message"], row["plural"] = (
                entry.msgctxt or "",
                entry.msgid,
                entry.msgid_plural,
            )
            row["files"] = " ".join(file for file, _line in entry.occurrences)
            row["comment"] = entry.comment
            theirs = third_party.owns(file for file, _line in entry.occurrences)
            agreed = None if theirs else glossary.wording(english, entry.msgctxt, language)
            row[language] = agreed or translation_of(entry)
    yield from rows.values()


def fill(root: Path, rows: Iterable[dict[str, str]]) -> Iterator[str]:
    """Put the filled cells into the catalogues; an empty cell leaves what stands there."""
    given = list(rows)
    for language in CHINESE:
        catalogue = open_catalogue(root, language)
        entries = {key_of(entry): entry for entry in catalogue}
        filled = 0
        for row in given:
            text, entry = row[language], entries.get((row.get("context") or None, row["message"]))
            if entry is None:
                yield f"{language}: no such message: {row['message']!r}"
            elif text and text != translation_of(entry):
                _translate(entry, text)
                filled += 1
        save_catalogue(catalogue)
        yield f"{language}: {filled} translations written"


def _translate(entry: Any, text: str) -> None:
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    if entry.msgid_plural:
        entry.msgstr_plural = {0: text}
    else:
        entry.msgstr = text


# -- compile -----------------------------------------------------------------------------------------------------


def compile_catalogues(root: Path) -> Iterator[str]:
    """Write each .mo that is missing or older than its .po."""
    for path in sorted((root / "locale").glob("*/LC_MESSAGES/*.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > path.stat().st_mtime_ns:
            continue
        content = polib.pofile(str(path)).to_binary()
        new = target.with_name(f".{target.name}.{os.getpid()}")
        new.write_bytes(content)
        new.replace(target)  # a server that starts meanwhile reads the old file or the new one, never half of one
        yield f"compiled {target.relative_to(root)}"


# -- check -------------------------------------------------------------------------------------------------------


def check(root: Path, messages: "Messages | None" = None) -> Iterator[str]:
    """Every fault of the catalogues, one sentence each with file and message."""
    messages = wanted_messages(root) if messages is None else messages
    glossary = Glossary.read()
    yield from _source_complaints(messages)
    for language in CHINESE:
        shown = catalogue_path(root, language).relative_to(root)
        entries = {key_of(entry): entry for entry in open_catalogue(root, language) if not entry.obsolete}
        for message in messages.values():
            entry = entries.get(message.key)
            if entry is None or (entry.msgid_plural or "") != message.plural:
                yield f"{shown}: {_quoted(message.msgid)}: not in the catalogue; run extract"
        for key, entry in entries.items():
            faults = (
                entry_complaints(entry, language, glossary) if key in messages else ("no longer used; run extract",)
            )
            yield from (f"{shown}: {_quoted(entry.msgid)}: {fault}" for fault in faults)
    yield from _check_english(root, messages)


def _source_complaints(messages: "Messages") -> Iterator[str]:
    for message in messages.values():
        if message.origin == "ours":
            where = min(message.files)
            if message.plural and chinese.placeholders(message.msgid) != chinese.placeholders(message.plural):
                yield f"{where}: {_quoted(message.msgid)}: the singular and the plural take different values (16)"
            if message.msgid.rstrip().endswith("!"):
                yield f"{where}: {_quoted(message.msgid)}: no exclamation mark (8)"


def entry_complaints(entry: Any, language: str, glossary: Glossary) -> Iterator[str]:
    text, english = translation_of(entry), entry.msgid_plural or entry.msgid
    if not text:
        yield "not translated"
        return
    if "fuzzy" in entry.flags:
        yield "marked fuzzy: confirm the translation and take the mark off"
    yield from form_complaints(english, text)
    yield from chinese.complaints(text, language, entry.msgctxt)
    if not third_party.owns(file for file, _line in entry.occurrences):
        yield from glossary.complaints(english, entry.msgctxt, language, text)


def form_complaints(english: str, text: str) -> Iterator[str]:
    """What must be the same in every language: values, tags, and the line break at either end."""
    if (wanted := chinese.placeholders(english)) != (found := chinese.placeholders(text)):
        odd = sorted({*(wanted - found), *(found - wanted)})
        yield f"different placeholders: {', '.join(odd)}"
    if chinese.tags(english) != chinese.tags(text):
        yield "different tags"
    if english.startswith("\n") != text.startswith("\n") or english.endswith("\n") != text.endswith("\n"):
        yield "a line break at one end is missing or too much"


def _check_english(root: Path, messages: "Messages") -> Iterator[str]:
    shown = catalogue_path(root, "en").relative_to(root)
    for entry in open_catalogue(root, "en"):
        forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        message = messages.get(key_of(entry))
        if entry.obsolete or message is None or message.origin == "ours":
            yield f"{shown}: {_quoted(entry.msgid)}: no message of Django or allauth; change the source instead"
        elif not all(forms) or any("!" in form for form in forms):
            yield f"{shown}: {_quoted(entry.msgid)}: empty, or with an exclamation mark"
        else:
            source = entry.msgid_plural or entry.msgid
            yield from (f"{shown}: {_quoted(entry.msgid)}: {fault}" for fault in form_complaints(source, forms[-1]))


def _quoted(msgid: str) -> str:
    line = " ".join(msgid.split())
    return f"“{line if len(line) <= 80 else line[:79] + '…'}”"


# -- command line ------------------------------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.catalogues", description="The message catalogues.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("extract").add_argument("--prune", action="store_true", help="forget strings that are gone")
    commands.add_parser("todo")
    commands.add_parser("fill").add_argument("file", type=Path)
    commands.add_parser("compile")
    commands.add_parser("check")
    options = parser.parse_args(arguments)
    lines: Iterable[str] = ()
    match options.command:
        case "extract":
            lines = extract(ROOT, prune=options.prune)
        case "todo":
            writer = csv.DictWriter(sys.stdout, FIELDS)
            writer.writeheader()
            writer.writerows(todo(ROOT))
        case "fill":
            with options.file.open(encoding="utf-8", newline="") as file:
                lines = list(fill(ROOT, csv.DictReader(file)))
        case "compile":
            lines = compile_catalogues(ROOT)
        case "check":
            faults = list(check(ROOT))
            print(*faults, sep="\n", end="\n" if faults else "")
            print(f"catalogues: {len(faults)} faults" if faults else "catalogues complete", file=sys.stderr)
            return 1 if faults else 0
    for line in lines:
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
