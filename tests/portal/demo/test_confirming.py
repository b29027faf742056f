"""People of the demonstration have neither password nor factor: a click stands for them, and what was typed stays."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from consultations.models import Consultation
from members.viewer import acting_as
from portal.common import clock
from tests.accounts.test_step_up import stale
from tests.consultations.conftest import NOW, make_paper
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(world: World) -> Any:
    world.officer.set_unusable_password()  # as load_demo makes them
    world.officer.save()
    with clock.at(NOW):
        yield make_paper(world)


def test_a_click_goes_on_with_what_was_begun(world: World, paper: Consultation) -> None:
    client = stale(world, "officer")
    act = reverse("consultations:withdraw_paper", args=[paper.key])
    typed = {"reason_en": "A better paper follows.", "reason_zh_hant": "另有文件。", "confirmed": "on"}
    asked = client.post(act, typed)
    assert asked.status_code == 302
    assert asked["Location"].startswith(reverse("demo:confirm"))
    page = client.get(asked["Location"])
    assert world.officer.display_name in page.content.decode()
    back = client.post(reverse("demo:confirm"), {"next": page.context["next"]})
    assert back["Location"] == reverse("accounts:carry_on")
    assert "A better paper follows." in client.get(back["Location"]).content.decode()
    assert client.post(act, typed).status_code == 302
    with acting_as(world.viewer("officer")):
        paper.refresh_from_db()
    assert paper.withdrawn_at is not None


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_it_leads_to_no_other_site(world: World, elsewhere: str) -> None:
    client = world.client("officer")
    assert client.post(reverse("demo:confirm"), {"next": elsewhere})["Location"] == reverse("home")


def test_nobody_else_has_it(world: World) -> None:
    assert world.client(None).get(reverse("demo:confirm")).status_code == 302
    User.objects.filter(pk=world.officer.pk).update(email="officer@sfc.hk.invalid")
    assert world.client("officer").get(reverse("demo:confirm")).status_code == 404
