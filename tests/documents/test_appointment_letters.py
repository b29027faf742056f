"""The letter by which somebody was appointed: for their organisation and the regulator."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from documents import workflow
from documents.models import Document
from members.viewer import acting_as
from portal.common import clock
from portal.common.errors import Forbidden
from tests.world import World

pytestmark = pytest.mark.django_db


def letter(text: bytes = b"Dear Sirs") -> Any:
    file = BytesIO(text)
    file.name = "letter.txt"
    return file


def seat(world: World, name: str) -> Any:
    return world.users[name].memberships.get()


def test_the_firm_and_the_regulator_read_it_and_nobody_else(world: World) -> None:
    client = world.client("secretary")
    url = f"/documents/appointments/{seat(world, 'mei').pk}/"
    # Row security compares with the beginning of the transaction, which is that of the test.
    with clock.at(clock.now() - timedelta(minutes=5)):
        assert client.post(url, {"file": letter()}).status_code == 302
    for name, sees in (("mei", 1), ("rosa", 1), ("secretary", 1), ("chair", 1), ("kalok", 0), ("fan", 0), (None, 0)):
        viewer = world.viewer(name)
        with acting_as(viewer):
            assert Document.objects.visible_to(viewer).filter(appointment__user=world.mei).count() == sees, name
            assert Document.objects.filter(appointment__user=world.mei).count() == sees, name
    page = client.get(f"/admin/members/membership/{seat(world, 'mei').pk}/change/").content.decode()
    assert "Appointment of Mei" in page
    assert url in page


def test_a_second_letter_is_the_next_version(world: World) -> None:
    secretary = world.viewer("secretary")
    with acting_as(secretary):
        for text in (b"one", b"two"):
            found = workflow.file_appointment_letter(
                seat(world, "mei"), actor=secretary, file_name="letter.txt", content=letter(text)
            )
        assert found.versions.count() == 2
        assert Document.objects.filter(appointment=seat(world, "mei")).count() == 1


@pytest.mark.parametrize("name", ["officer", "admin", "mei", "poon"])
def test_the_chairs_office_files_it(world: World, name: str) -> None:
    actor = world.viewer(name)
    with acting_as(actor), pytest.raises(Forbidden):
        workflow.file_appointment_letter(seat(world, "mei"), actor=actor, file_name="letter.txt", content=letter())


def test_what_is_no_file_to_take_in_is_said_beside_the_field(world: World) -> None:
    file = letter(b"MZ")
    file.name = "letter.exe"
    url = f"/documents/appointments/{seat(world, 'mei').pk}/"
    assert world.client("secretary").post(url, {"file": file}).status_code == 422
