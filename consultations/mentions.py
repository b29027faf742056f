"""Whom a comment may name: its readers, and nobody else.

The list that a composer offers is worked out here for each audience that may be chosen. A name that is typed by hand,
"@Chan Mei-yan", counts as well; where that person could not read the comment it is refused, so that no writer believes
somebody to be told who is not, and nobody hears of what they cannot read.
"""

import re
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from consultations import policies
from consultations.models import Comment, Consultation
from members.audience import Restricted
from members.models import Membership
from members.viewer import Viewer, memberships_with_access, viewer_of
from portal.common.errors import Refused

_LANGUAGES = ("en", "zh_hant", "zh_hans")
_WORD = re.compile(r"[\w’'-]")


def members() -> list[Membership]:
    """Everybody who has access today, by organisation and name: one query."""
    return list(memberships_with_access().order_by("organisation__kind", "organisation__name_en", "user__name_en"))


def readers(rows: Iterable[Membership], row: Restricted, paper: Consultation, *, but: int | None) -> list[Membership]:
    """Of these people those who can read `row` under `paper`, without the user `but`."""
    found = []
    for person in rows:
        viewer = viewer_of(person)
        if person.user_id != but and policies.can_read(viewer, row) and policies.can_read(viewer, paper):
            found.append(person)
    return found


class Offer:
    """Who may be named in a comment at one place of a paper, for each audience that its writer may choose."""

    def __init__(self, viewer: Viewer, paper: Consultation, parent: Comment | None) -> None:
        self.viewer, self.paper, self.parent = viewer, paper, parent

    @cached_property
    def _members(self) -> list[Membership]:
        return members()

    def people(self, audience: str) -> list[Membership]:
        owner = policies.owner_for(self.viewer, audience, self.parent)
        if owner is None:
            return []
        group = self.parent.working_group_id if self.parent else self.paper.working_group_id
        row = Comment(audience=audience, organisation_id=owner, working_group_id=group)
        return readers(self._members, row, self.paper, but=self.viewer.user_id)


def told(comment: Comment, source: str, chosen: Collection[int]) -> list[int]:
    """The users whom this comment, not yet stored, names: those chosen, and those typed by hand.

    Refused, beside the text or the list, for one who could not read it.
    """
    if not chosen and "@" not in source:
        return []
    everybody = members()
    able = {one.user_id for one in readers(everybody, comment, comment.consultation, but=comment.author_id)}
    typed = [one for one in everybody if one.user_id != comment.author_id and is_named(one, source)]
    for person in typed:
        if person.user_id not in able:
            raise Refused(
                _("%(name)s could not read this comment. Take the name out, or choose other readers.")
                % {"name": person.user.display_name},
                field="body",
            )
    if not set(chosen) <= able:
        raise Refused(_("Only people who can read the comment can be told of it. Choose again."), field="tell")
    return sorted(set(chosen) | {one.user_id for one in typed})


def is_named(person: Membership, source: str) -> bool:
    """Whether "@" and the person's full name stand in the text, in one of their languages."""
    return any(_named(source, name) for name in names(person))


def names(person: Membership) -> set[str]:
    return {name for code in _LANGUAGES if (name := getattr(person.user, f"name_{code}", "").strip())}


def _named(source: str, name: str) -> bool:
    text, wanted = source.casefold(), f"@{name.casefold()}"
    start = text.find(wanted)
    while start >= 0:
        after = text[start + len(wanted) : start + len(wanted) + 1]
        before = text[start - 1 : start] if start else ""
        latin = name.isascii()
        # "@Kalok" is not named in "@Kaloko", nor in an address, mail@kalok.
        if not (latin and (_WORD.match(after) or _WORD.match(before))):
            return True
        start = text.find(wanted, start + 1)
    return False


def as_choice(person: Membership) -> dict[str, Any]:
    """What a composer shows of a person: the name with which they are named, and for whom they act."""
    return {"pk": person.user_id, "name": person.user.display_name, "organisation": person.organisation.short}
