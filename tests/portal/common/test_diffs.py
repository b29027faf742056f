"""What changed between two texts."""

import random
import time

import pytest

from portal.common.diffs import Change, compare, rows


def both(before: str, after: str) -> list[Change]:
    """The comparison, after asking that nothing of either text was lost."""
    found = compare(before, after)
    assert "".join(one.text for one in found if one.kind != "inserted") == before
    assert "".join(one.text for one in found if one.kind != "deleted") == after
    return found


def test_words_that_changed_are_named() -> None:
    assert both("The free float is 15% of supply.", "The free float is 20% of supply.") == [
        Change("same", "The free float is "),
        Change("deleted", "15%"),
        Change("inserted", "20%"),
        Change("same", " of supply."),
    ]


def test_chinese_is_compared_by_character() -> None:
    found = both("平台須持有98%的資產。", "平台須持有95%的客戶資產。")
    assert [one for one in found if one.kind != "same"] == [
        Change("deleted", "98%"),
        Change("inserted", "95%"),
        Change("inserted", "客戶"),
    ]


def test_a_phrase_that_was_replaced_stays_one_phrase() -> None:
    found = both("at least two keys", "no fewer than three keys")
    assert [one.kind for one in found] == ["deleted", "inserted", "same"]


def test_nothing_changed() -> None:
    assert both("the same", "the same") == [Change("same", "the same")]
    assert both("", "") == []


def test_html_is_escaped_and_says_its_changes_in_words() -> None:
    html = rows("a <b>", "a <script>")
    assert "<script>" not in html
    assert all(one in html for one in ("&lt;", "<ins>", "<del>", "inserted:", "deleted:"))


def test_a_lines_end_that_changed_can_be_seen() -> None:
    assert "↵" in rows("one\ntwo", "one\n\ntwo")


def test_any_two_texts_come_back_whole() -> None:
    dice = random.Random(20261123)
    for _ in range(2000):
        both(*("".join(dice.choice("ab 的\n%") for _ in range(dice.randint(0, 14))) for _ in range(2)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a b " * 50_000, "b a " * 50_000),
        ("的" * 100_000, "不" * 100_000),
        ("x " * 50_000 + "y " * 50_000, "y " * 50_000 + "x " * 50_000),
        ("\n".join(map(str, range(30_000))), "\n".join(str(7 * one) for one in range(30_000))),
    ],
    ids=["alternating", "all new", "turned round", "many lines"],
)
def test_long_texts_cost_bounded_time(before: str, after: str) -> None:
    started = time.process_time()
    both(before, after)
    assert time.process_time() - started < 5
