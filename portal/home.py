"""What the home page is made of."""

from typing import Any

from members.viewer import Viewer


def welcome(viewer: Viewer) -> dict[str, Any]:
    return {}


def dashboard(viewer: Viewer) -> dict[str, Any]:
    return {}
