"""No file holds a word that its reader may not meet: not in its text, its properties, its hidden parts."""

import re
from typing import Any

import pytest

from consultations.exports import content as reading
from consultations.exports.files import WHATS
from tests.consultations.exports.conftest import READERS, ROLES, Scene, build
from tests.consultations.exports.reading import words_of

FILES = [(what.key, extension) for what in WHATS.values() for extension in what.formats]
WORD = re.compile(r"qz[a-z]+qz")


def found_in(scene: Scene, role: str, what: str, extension: str, **choices: Any) -> set[str]:
    content = scene.file(role, what, extension, **choices)
    return set() if content is None else set(WORD.findall(words_of(extension, content)))


@pytest.mark.parametrize(("what", "extension"), FILES)
def test_no_file_holds_a_word_of_others(scene: Scene, what: str, extension: str) -> None:
    for role in ROLES:
        found = found_in(scene, role, what, extension)
        allowed = {word for word, who in READERS.items() if role in who}
        assert found <= allowed, role
        in_comments = {word for word in allowed if word not in {"qzclarifiedqz"}}
        expected = (in_comments if WHATS[what].with_comments else set()) | (
            allowed & {"qzclarifiedqz"} if WHATS[what].with_paper else set()
        )
        assert found == expected, f"{role} should have met all of their own: the search sees"


def test_the_public_gets_the_paper_and_no_comment_of_members(world: Any) -> None:
    scene = build(world, audience="public")
    for what, extension in FILES:
        content = scene.file("public", what, extension)
        assert content is not None
        found = set(WORD.findall(words_of(extension, content)))
        assert found <= {"qzclarifiedqz"}, (what, extension)
        assert "Harbour" not in words_of(extension, content)


def test_a_filter_never_widens(scene: Scene) -> None:
    for audience in ("organisation", "shared", "regulator", "group"):
        for role in ("mei", "kalok"):
            found = found_in(scene, role, "comments", "json", audience=audience, question="1")
            assert found <= {word for word, who in READERS.items() if role in who}
    assert found_in(scene, "mei", "comments", "json", audience="shared") == {"qzmeisharedqz"}
    # As on the page: also what was said on the paragraph that the question asks about.
    asked = {"qzmeigroupqz", "qzmeisharedqz", "qzreplacedqz"}
    assert found_in(scene, "mei", "comments", "json", question="1") == asked


def test_numbers_count_only_what_the_reader_sees(scene: Scene) -> None:
    """Mei's second thread on the question stands after one of hers, whatever others wrote between."""
    viewer = scene.viewer("mei")
    from members.viewer import acting_as

    with acting_as(viewer):
        threads = reading.read_threads(viewer, scene.paper)
    numbers = [one.number for one in threads.comments]
    assert numbers == [str(place) for place in range(1, len(numbers) + 1)]


def test_files_name_no_maker(scene: Scene) -> None:
    for what, extension in FILES:
        words = words_of(extension, scene.file("mei", what, extension) or b"")
        for name in ("python-docx", "<dc:creator>openpyxl", "w:rsid", "w:comment ", "/Author", "thumbnail"):
            assert name not in words, (what, extension, name)
