"""Who may see what: one rule, said once in Python (`visible_q`) and once in SQL (`members.row_security`).

A property test (tests/members/test_audience.py) holds the two equal.
"""

from collections.abc import Collection
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.viewer import Viewer
from portal.common import clock


class Audience(models.TextChoices):
    PUBLIC = "public", _("Public")
    GROUP = "group", _("All members")
    REGULATOR = "regulator", _("SFC internal")
    SHARED = "shared", _("SFC only")
    ORGANISATION = "organisation", _("Internal to the firm")


# Narrowest first: what a form offers first, and the order in which readers are contained in one another.
NARROW_TO_WIDE = (Audience.ORGANISATION, Audience.REGULATOR, Audience.SHARED, Audience.GROUP, Audience.PUBLIC)


def visible_q(viewer: Viewer, prefix: str = "") -> Q:
    """The rows that `viewer` may read, for a model with the columns of `Restricted` (behind `prefix`, "paper__")."""
    allowed = Q(**{f"{prefix}audience": Audience.PUBLIC})
    if viewer.is_member:
        allowed |= Q(**{f"{prefix}audience": Audience.GROUP})
        own = (Audience.SHARED,) if viewer.is_mirror else (Audience.SHARED, Audience.ORGANISATION)
        allowed |= Q(
            **{
                f"{prefix}audience__in": own,
                f"{prefix}organisation": viewer.organisation_id,
            }
        )
    if viewer.is_regulator:
        allowed |= Q(**{f"{prefix}audience__in": (Audience.REGULATOR, Audience.SHARED)})
    if viewer.opened_firms:
        allowed |= Q(
            **{
                f"{prefix}audience": Audience.GROUP,
                f"{prefix}organisation__in": (viewer.organisation_id, *viewer.opened_firms),
            }
        )
        allowed |= Q(**{f"{prefix}audience": Audience.SHARED, f"{prefix}organisation__in": viewer.opened_firms})
    in_group = Q(**{f"{prefix}working_group": None})
    if viewer.working_groups:
        in_group |= Q(**{f"{prefix}working_group__in": viewer.working_groups})
    return allowed & in_group


def released_q(viewer: Viewer, prefix: str = "") -> Q:
    """Before its release a row is read by the regulator's staff alone."""
    return Q() if viewer.is_regulator else Q(**{f"{prefix}released_at__lte": clock.now()})


def parents_q(model: type[models.Model], viewer: Viewer, prefix: str = "") -> Q:
    """The rows of `model` whose parents (`row_security_parent`, and theirs) are read by `viewer`."""
    name = getattr(model, "row_security_parent", None)
    if name is None:
        return Q()
    parent: Any = model._meta.get_field(name).related_model
    if issubclass(parent, Restricted):
        readable: Q = parent.visible_q(viewer, f"{prefix}{name}__")
        return readable
    return parents_q(parent, viewer, f"{prefix}{name}__")


# Up to so many rows one query finds those that somebody may read as fast as two.
FEW = 100
ModelT = TypeVar("ModelT", bound=models.Model, covariant=True)


class RestrictedQuerySet(models.QuerySet[ModelT]):
    """Every read path starts from `visible_to`. A hidden row and an absent row give the same answer: none."""

    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(self.model.visible_q(viewer))  # type: ignore[attr-defined]

    def visible_among(self, viewer: Viewer, ids: Collection[Any]) -> set[Any]:
        """The keys among `ids` of the rows that `viewer` may read.

        Of many rows the parents are asked about apart: PostgreSQL joins them one by one (0.1 s for 600 comments).
        """
        model: Any = self.model
        name = getattr(model, "row_security_parent", "")
        parent: Any = model._meta.get_field(name).related_model if name else None
        if len(ids) <= FEW or parent is None or not issubclass(parent, Restricted):
            return set(self.visible_to(viewer).filter(pk__in=ids).order_by().values_list("pk", flat=True))
        above = dict(self.filter(model.own_q(viewer), pk__in=ids).order_by().values_list("pk", f"{name}_id"))
        readable = parent.objects.using(self.db).visible_among(viewer, set(above.values()))
        return {pk for pk, parent_pk in above.items() if parent_pk in readable}


class Restricted(models.Model):
    """A row that is written for a limited readership."""

    # False: what the portal itself tells the regulator of a firm. To read it opens nothing of the firm's
    # (members.openings).
    is_content: ClassVar[bool] = True

    audience = models.CharField(_("audience"), max_length=12, choices=Audience.choices)
    organisation = models.ForeignKey(
        "members.Organisation", models.PROTECT, related_name="+", verbose_name=_("owning organisation")
    )
    working_group = models.ForeignKey(
        "members.WorkingGroup",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("working group"),
    )

    objects: ClassVar[Any] = RestrictedQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def visible_q(cls, viewer: Viewer, prefix: str = "") -> Q:
        """The readers' rule of this model: its own columns', and that of the row on which it hangs."""
        return cls.own_q(viewer, prefix) & parents_q(cls, viewer, prefix)

    @classmethod
    def own_q(cls, viewer: Viewer, prefix: str = "") -> Q:
        """The rule of its own columns. A model that narrows it further overrides this and its SQL twin."""
        return visible_q(viewer, prefix)


class Embargoed(Restricted):
    """A restricted row that nobody outside the regulator sees before `released_at` (UTC; null: not planned)."""

    released_at = models.DateTimeField(_("released"), null=True, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def own_q(cls, viewer: Viewer, prefix: str = "") -> Q:
        return super().own_q(viewer, prefix) & released_q(viewer, prefix)


def could_read(viewer: Viewer, row: Restricted) -> bool:
    """Whether `viewer` could read this row once it is released, for choosing whom to tell. A test holds it equal to
    `visible_q`."""
    if row.working_group_id is not None and row.working_group_id not in viewer.working_groups:
        return False
    own = viewer.is_member and viewer.organisation_id == row.organisation_id
    opened = row.organisation_id in viewer.opened_firms
    in_context = opened or (bool(viewer.opened_firms) and viewer.organisation_id == row.organisation_id)
    return {
        Audience.PUBLIC: True,
        Audience.GROUP: viewer.is_member or in_context,
        Audience.REGULATOR: viewer.is_regulator,
        Audience.SHARED: viewer.is_regulator or own or opened,
        Audience.ORGANISATION: own and not viewer.is_mirror,
    }[Audience(row.audience)]


def may_follow(parent: Restricted, *, audience: str, organisation_id: int | None) -> bool:
    """Whether a reply with this audience and owner has no reader whom `parent` has not.

    The working group is taken over from the parent and needs no comparing.
    """
    if parent.audience == Audience.PUBLIC:
        return True
    if parent.audience == Audience.GROUP:
        return audience != Audience.PUBLIC
    if parent.audience == Audience.SHARED:
        same_owner = organisation_id == parent.organisation_id
        return audience == Audience.REGULATOR or (audience in {Audience.SHARED, Audience.ORGANISATION} and same_owner)
    if parent.audience == Audience.REGULATOR:
        return audience == Audience.REGULATOR
    return audience == Audience.ORGANISATION and organisation_id == parent.organisation_id
