from initiatives.enums import InitiativeStatus, MilestoneKind
from initiatives.roadmap import _TALLY_ORDER
from portal.common.templatetags.portal import INITIATIVE_STATUSES


def test_every_status_has_its_mark_and_the_same_words_in_the_design_language() -> None:
    drawn = {code: str(words) for code, (_, _, words) in INITIATIVE_STATUSES.items()}
    assert drawn == {status.value: str(status.label) for status in InitiativeStatus}


def test_the_tally_counts_every_status() -> None:
    assert sorted(_TALLY_ORDER) == sorted(InitiativeStatus)


def test_kinds_fit_their_column() -> None:
    assert max(len(kind.value) for kind in [*MilestoneKind, *InitiativeStatus]) <= 24
