"""The secretariat looked at the portal as a firm's coordinator sees it: the firm was told, and has the record."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from members.enums import Role
from members.models import Mirror, MirrorEnding
from members.viewer import Viewer, acting_as
from members.workflow.mirroring import note_page, stop_viewing_as, view_as
from portal.common import clock

BEGAN = datetime(2026, 11, 20, 15, 10, tzinfo=clock.HONG_KONG)
PAGES = ("home", "firm:people", "consultations:list", "consultations:calendar")


def look_as_a_firm(firm: Any, actor: Viewer) -> None:
    """Six minutes and four pages; repeating it changes nothing."""
    with acting_as(actor):
        if Mirror.objects.visible_to(actor).exists():
            return
        with clock.at(BEGAN):
            mirror = view_as(firm, role=Role.COORDINATOR, reason="A call: where colleagues are confirmed", actor=actor)
        for minute, name in enumerate(PAGES, start=1):
            with clock.at(BEGAN + timedelta(minutes=minute)):
                note_page(mirror, reverse(name), actor=actor)
        with clock.at(BEGAN + timedelta(minutes=6)):
            stop_viewing_as(mirror, how=MirrorEnding.STOPPED, actor=actor)
