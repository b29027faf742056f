"""Reading the translatable strings of Python files and Django templates, without the gettext programs."""

import ast
import io
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tools import third_party

SKIPPED: Final = {
    "bench", "deploy", "docs", "locale", "media", "migrations", "node_modules", "static", "staticfiles",
    "tests", "tools",
}  # fmt: skip
TEMPLATE_SUFFIXES: Final = {".html", ".txt", ".md", ".xml", ".svg"}
KEYWORDS: Final[dict[str, Any]] = {
    name + lazy: spec
    for name, spec in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for lazy in ("", "_lazy")
} | {"_": None, "gettext_noop": None}

CALLED: Final = re.compile(r"gettext|\b_\(")

Key = tuple[str | None, str]


@dataclass
class Message:
    """One string of the interface. `origin` says whose it is: ours, allauth or django."""

    msgid: str
    context: str | None = None
    plural: str = ""
    origin: str = "ours"
    files: set[str] = field(default_factory=set)
    comments: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.context, self.msgid


class Messages(dict[Key, Message]):
    def take(self, found: Message) -> None:
        """Add a use. A string with a plural somewhere has it everywhere, as in a catalogue."""
        known = self.setdefault(found.key, found)
        if known is not found:
            known.plural = known.plural or found.plural
            known.files |= found.files
            known.comments += [comment for comment in found.comments if comment not in known.comments]


def extract_text(source: str, *, template: bool) -> Iterator[Message]:
    """The messages of one file's text."""
    from babel.messages.extract import extract

    written = None if template else _literals(source)
    if template:
        source = _as_python(source)
    stream = io.BytesIO(source.encode())
    for _line, message, comments, context in extract(
        "python", stream, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        forms = (message,) if isinstance(message, str) else tuple(message)
        if forms[0] and (written is None or forms[0] in written):
            plural = forms[1] if len(forms) > 1 else ""
            yield Message(forms[0], context, plural or "", comments=[" ".join(comments)] if comments else [])


def _literals(source: str) -> set[str]:
    """The strings that stand as they are in a call: Babel would also make one of `_(labels["a"]["b"])`."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    arguments = (argument for call in calls for argument in call.args)
    return {node.value for node in arguments if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _as_python(template: str) -> str:
    from django.utils.translation.template import templatize

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where a translators' comment may stand is djlint's matter
        python = templatize(template)
    # What is left of the page stands around the calls: its indents and quotes mean nothing to Python.
    return "\n".join(line.strip() for line in python.splitlines())


def extract_file(path: Path, shown_as: str, origin: str = "ours") -> Iterator[Message]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py" and not CALLED.search(source):
        return
    for message in extract_text(source, template=path.suffix != ".py"):
        message.files, message.origin = {shown_as}, origin
        yield message


def project_files(root: Path) -> list[Path]:
    """Our own Python files and templates."""
    return sorted(_walk(root))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir():
            if path.name not in SKIPPED and not path.name.startswith((".", "__")):
                yield from _walk(path)
        elif path.suffix == ".py" or (path.suffix in TEMPLATE_SUFFIXES and "templates" in path.parts):
            yield path


def own_messages(root: Path) -> Messages:
    messages = Messages()
    for path in project_files(root):
        for message in extract_file(path, path.relative_to(root).as_posix()):
            messages.take(message)
    return messages


def third_party_messages(files: Iterable[Path], package: str) -> Messages:
    base = third_party.package_folder(package).parent
    messages = Messages()
    for path in files:
        for message in extract_file(path, path.relative_to(base).as_posix(), package):
            messages.take(message)
    return messages
