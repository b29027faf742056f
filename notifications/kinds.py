"""The kinds of event, registered by the rooms that own them.

This room knows users, never a domain object: a kind brings along how to say it and who may still read it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from audit.words import words_of as words_of_verb
from notifications.enums import Category, EmailChoice

# The kind of the mail that gathers what was not seen.
DIGEST = "digest"

# (user ids, subject ids) -> the pairs (user id, subject id) that are still readable now.
Readable = Callable[[Collection[int], Collection[str]], set[tuple[int, str]]]
# particulars -> a sentence in the active language, plain text
Sentence = Callable[[Mapping[str, Any]], str]
# particulars -> lines of label and value in the active language, plain text
Facts = Callable[[Mapping[str, Any]], Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Kind:
    """What a kind of event is.

    `mandatory`: the mail is a duty of the reader or of the regulator and cannot be turned off.
    `readable` None: nothing hidden hangs on the subject, so every recipient may read it.
    `template`: the pair of mail templates, "consultations/emails/comment_posted" + .txt and .html.
    """

    name: str
    category: Category
    title: Sentence
    template: str = "notifications/emails/event"
    context_line: Sentence | None = None
    # What the mail says beside its title, for templates that show it.
    facts: Facts | None = None
    icon: str = "bell"
    mandatory: bool = False
    default_email: EmailChoice = EmailChoice.NOW
    # For the inbox and the digest alone: no row of the outbox tells the portal's keepers who received it.
    inbox_only: bool = False
    readable: Readable | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known; called from the owning room's AppConfig.ready()."""
    _kinds[kind.name] = kind


def get(name: str) -> Kind:
    """The kind of that name. KeyError: no room registered it."""
    return _kinds[name]


def every() -> Collection[Kind]:
    return _kinds.values()


def words_of(name: str) -> str:
    """The kind of a mail: what happened, as the audit record says it; else what the mail is about."""
    if name == DIGEST:
        return _("Daily digest")
    if (words := words_of_verb(name)) != name:
        return words
    return str(_kinds[name].category.label) if name in _kinds else name


def in_category(category: str) -> list[str]:
    return [kind.name for kind in _kinds.values() if kind.category == category]
