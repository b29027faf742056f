"""The audience rule in its two forms, held equal; and both equal to the rule in plain words (tests/members/grid.py)."""

from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.db import connections, models
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.models import Comment, OpeningRequest, PaperImport
from consultations.policies import can_read
from members.audience import FEW, NARROW_TO_WIDE, Audience, Embargoed, Restricted, may_follow
from members.models import Publication
from members.viewer import PUBLIC, Viewer, acting_as
from tests.members.grid import Grid, Spec, reads

MODELS: list[Any] = sorted(
    (model for model in apps.get_models() if issubclass(model, Restricted)), key=lambda model: model._meta.label
)
assert len(MODELS) >= 16
EXAMPLES = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def viewers(grid: Grid) -> st.SearchStrategy[Viewer]:
    """Any viewer: the public, or a kind, an organisation and working groups in any combination."""
    owners = [organisation.pk for organisation in grid.world.organisations.values()]
    groups = st.lists(st.sampled_from([grid.world.custody.pk, grid.other.pk, 0]), unique=True)
    member = st.builds(
        Viewer,
        user_id=st.just(1),
        organisation_id=st.sampled_from(owners),
        kind=st.sampled_from(["regulator", "platform", "agency"]),
        working_groups=groups.map(tuple),
    )
    mirror = member.filter(lambda one: one.kind == "platform").map(lambda one: replace(one, is_mirror=True))
    supervision = st.builds(
        Viewer,
        user_id=st.just(1),
        organisation_id=st.just(grid.world.sfc.pk),
        kind=st.just("supervision"),
        opened_firms=st.lists(st.sampled_from(owners), unique=True, max_size=2).map(tuple),
    )
    return st.one_of(st.just(PUBLIC), member, member, member, mirror, supervision)


def without_row_security(model: Any, viewer: Viewer) -> set[Any]:
    """What `visible_to` lets through by itself: asked by the tables' owner, whom no policy binds."""
    return set(model.objects.using("owner").visible_to(viewer).values_list("pk", flat=True))


def by_row_security_alone(model: type[models.Model], viewer: Viewer | None) -> set[Any]:
    """What the database lets through when nothing is filtered."""
    with acting_as(viewer):
        return set(model._base_manager.values_list("pk", flat=True))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_both_forms_give_the_same_rows_to_any_viewer(grid: Grid, model: type[models.Model]) -> None:
    known = set(grid.rows[model])
    assert len(known) > 30, "the grid holds too few rows of this model to prove anything"

    @EXAMPLES
    @given(viewer=viewers(grid))
    def same(viewer: Viewer) -> None:
        filtered = without_row_security(model, viewer) & known
        assert filtered == by_row_security_alone(model, viewer) & known
        assert filtered == grid.readable(model, viewer)

    same()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_many_rows_are_asked_for_by_the_same_rule(grid: Grid, model: type[models.Model]) -> None:
    """`visible_among` asks for the parents of many rows apart: a third way to say it, equal to the others."""
    rows: Any = model._default_manager.using("owner")
    known = sorted(grid.rows[model], key=str)
    assert len(known) > 30
    for viewer in grid.viewers().values():
        if viewer is not None:
            readable = grid.readable(model, viewer)
            assert rows.visible_among(viewer, known * (1 + FEW // len(known))) == readable
            assert rows.visible_among(viewer, known[:20]) == readable & set(known[:20])
            assert rows.visible_among(viewer, []) == set()


# Tables with a rule of their own beside the audience's: said in Python too, and in the database.
WITH_A_RULE_OF_THEIR_OWN = [
    model
    for model in apps.get_models()
    if model not in MODELS and hasattr(model._default_manager, "visible_to") and hasattr(model, "row_security_rules")
]


@pytest.mark.parametrize("model", WITH_A_RULE_OF_THEIR_OWN, ids=lambda model: model._meta.label)
def test_a_rule_of_its_own_is_the_same_in_both_forms(grid: Grid, model: type[models.Model]) -> None:
    """Row security would hide what the filter in Python lets through: each is asked without the other."""
    known = set(grid.rows[model])
    for name, viewer in grid.viewers().items():
        if viewer is not None:
            filtered = without_row_security(model, viewer) & known
            assert filtered == by_row_security_alone(model, viewer) & known, name


def test_the_rules_of_their_own_are_found() -> None:
    assert {"Override", "Opening"} <= {model.__name__ for model in WITH_A_RULE_OF_THEIR_OWN}


def test_few_rows_are_asked_for_in_one_query_and_many_in_two(grid: Grid) -> None:
    known, viewer = list(grid.rows[Comment]), grid.world.viewer("mei")
    for number, queries in ((FEW, 1), (FEW + 1, 2)):
        with CaptureQueriesContext(connections["owner"]) as asked:
            Comment.objects.using("owner").visible_among(viewer, known[:number])
        assert len(asked) == queries, number
    assert FEW == 100


def test_the_grid_has_rows_that_are_seen_and_rows_that_are_not(grid: Grid) -> None:
    for model in MODELS:
        staff_only = model in {OpeningRequest, PaperImport, Publication}
        for name in ("officer",) if staff_only else ("officer", "mei", "kalok"):
            seen = grid.readable(model, grid.viewers()[name])
            assert 0 < len(seen) < len(grid.rows[model]), (model, name)


def test_can_read_of_consultations_is_the_same_rule(grid: Grid) -> None:
    """It is asked of comments on papers that are out; the paper's own embargo is not its matter."""
    rows = list(Comment.objects.using("owner").filter(pk__in=list(grid.rows[Comment])))

    @EXAMPLES
    @given(viewer=viewers(grid))
    def same(viewer: Viewer) -> None:
        for row in rows:
            own = Spec(row.audience, row.organisation_id, row.working_group_id)
            assert can_read(viewer, row) == reads(viewer, own), (viewer, own)

    same()


@pytest.mark.parametrize("parent", NARROW_TO_WIDE)
@pytest.mark.parametrize("audience", NARROW_TO_WIDE)
@pytest.mark.parametrize("owners", [(1, 1), (1, 2), (9, 1), (1, 9)], ids=str)
def test_a_reply_that_may_follow_has_no_reader_whom_its_parent_has_not(
    parent: Audience, audience: Audience, owners: tuple[int, int]
) -> None:
    """Organisation 9 is the regulator, 1 and 2 are platforms. `may_follow` is exactly the containment of readers,
    but for replies that only the regulator's own staff write (`organisation` within the regulator)."""
    above, below = Spec(parent, owners[0]), Spec(audience, owners[1])
    everybody = [PUBLIC] + [
        Viewer(1, number, kind) for number, kind in ((9, "regulator"), (1, "platform"), (2, "platform"), (3, "agency"))
    ]
    readers = {viewer for viewer in everybody if reads(viewer, below)}
    allowed = may_follow(
        Comment(audience=parent, organisation_id=owners[0]), audience=audience, organisation_id=owners[1]
    )
    if allowed:
        assert readers <= {viewer for viewer in everybody if reads(viewer, above)}
    elif readers <= {viewer for viewer in everybody if reads(viewer, above)}:
        assert (parent, audience) in REFUSED_THOUGH_CONTAINED, (parent, audience, owners)


# `may_follow` is stricter than the containment of readers here; no flow needs these, and each is read by its owner's
# firm alone or by the regulator and that firm.
REFUSED_THOUGH_CONTAINED = {
    (Audience.REGULATOR, Audience.SHARED),  # owned by the regulator itself
    (Audience.REGULATOR, Audience.ORGANISATION),
    (Audience.SHARED, Audience.ORGANISATION),
    (Audience.SHARED, Audience.SHARED),
    (Audience.ORGANISATION, Audience.SHARED),
    (Audience.ORGANISATION, Audience.REGULATOR),
}


def test_every_restricted_model_asks_visible_q() -> None:
    """`visible_to` of every manager is the base's own, or filters by a `visible_q`."""
    for model in MODELS:
        assert issubclass(model, Restricted)
        assert callable(model._default_manager.all().visible_to), model  # type: ignore[attr-defined]
        if issubclass(model, Embargoed):
            assert "released_at" in str(model.visible_q(PUBLIC)), model
        parent = getattr(model, "row_security_parent", None)
        if parent:
            assert f"{parent}__" in str(model.visible_q(PUBLIC)), model
