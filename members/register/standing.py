"""Firms whose licence does not stand today: what they wrote stays readable, and carries a mark beside their name."""

from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import pgettext_lazy

from members.enums import STATES_WITH_ACCESS, LicenceState, OrganisationKind
from members.models import LicenceStatus, Organisation
from portal.common import clock


def state_of(organisation: str) -> Subquery:
    """The state of a licence today, as a column: `organisation` is the outer row's column of the firm's key."""
    latest = LicenceStatus.objects.filter(organisation=OuterRef(organisation), effective_on__lte=clock.today())
    return Subquery(latest.order_by("-effective_on", "-pk").values("state")[:1])


def firms_without_licence() -> ArraySubquery:
    """These firms as a column of a row that a page reads anyway, for `marks`: no statement of its own."""
    rows: QuerySet[Any] = (
        Organisation.objects.filter(kind=OrganisationKind.PLATFORM)
        .annotate(standing=state_of("pk"))
        .filter(standing__isnull=False)
        .exclude(standing__in=sorted(STATES_WITH_ACCESS))
        .order_by("pk")
    )
    return ArraySubquery(rows.values(row=JSONObject(firm=F("pk"), state=F("standing"))))


def marks(column: list[dict[str, Any]]) -> dict[int, str]:
    """The state of the licence by firm, of those whose licence does not stand: from `firms_without_licence`."""
    return {row["firm"]: row["state"] for row in column}


_MARKS: Final = {
    LicenceState.SUSPENDED: pgettext_lazy("beside a firm's name", "Licence suspended"),
    LicenceState.REVOKED: pgettext_lazy("beside a firm's name", "Licence revoked"),
    LicenceState.CEASED: pgettext_lazy("beside a firm's name", "Licence ceased"),
}


def mark_words(state: str | None) -> str:
    """`Licence suspended`; nothing for a licence that stands, and for a body that has none."""
    words = _MARKS.get(state) if state else None  # type: ignore[call-overload]
    return str(words) if words else ""
