from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from services.area import ROOT

DEPLOY = ROOT / "deploy"


@pytest.fixture
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def test_the_table_lists_every_variable_that_the_settings_read() -> None:
    settings = (ROOT / "portal" / "settings.py").read_text()
    read = set(re.findall(r"\benv(?:\.\w+)?\(\s*\"([A-Z][A-Z_]+)\"", settings))
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", (DEPLOY.parent / "README.md").read_text(), re.MULTILINE))
    assert len(read) > 10
    assert listed == read


def test_only_migrations_know_the_owner(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {name for name, service in services.items() if "OWNER_URL" in str(service.get("environment"))} == {"migrate"}
    portal = {name for name, service in services.items() if service.get("image") == "aspire-portal"}
    assert portal == {"migrate", "web", "worker", "beat"}
    assert all("portal_app:" in services[name]["environment"]["DATABASE_URL"] for name in portal)


def test_the_inner_network_has_no_way_out(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert compose["networks"]["inner"] == {"internal": True}
    assert {name for name, service in services.items() if service["networks"] == ["inner"]} == {
        "migrate",
        "db",
        "redis",
    }
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]


def test_every_value_that_compose_asks_for_is_in_the_example() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))
    given = set(re.findall(r"^(\w+)=", (DEPLOY / "env.example").read_text(), re.MULTILINE))
    assert asked == given


def test_the_image_runs_as_an_ordinary_user() -> None:
    last_stage = (DEPLOY / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\w+)", last_stage, re.MULTILINE) == ["portal"]
    assert "chown" not in last_stage
