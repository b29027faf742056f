"""A session that ends while somebody works: they come back to the page, and what they typed stays on it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db

PAGE = "http://testserver/consultations/cp-1/?compose=p1&text=both"


def way_back(address: str) -> str:
    assert address.startswith("/accounts/login/?")
    return parse_qs(urlsplit(address).query)["next"][0]


@pytest.mark.parametrize("name", ["consultations:save_draft", "consultations:post"])
def test_what_is_being_sent_stays_on_the_page(name: str) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": PAGE}
    answer = Client().post(reverse(name, args=["cp-1"]), {"body": "Words"}, headers=headers)
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer.headers
    assert way_back(answer.headers["X-Sign-In"]) == "/consultations/cp-1/?compose=p1&text=both"


def test_a_part_of_a_page_leads_back_to_the_page() -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": PAGE}
    answer = Client().get(reverse("notifications:inbox"), headers=headers)
    assert answer.status_code == 204
    assert way_back(answer.headers["HX-Redirect"]) == "/consultations/cp-1/?compose=p1&text=both"


@pytest.mark.parametrize(
    ("headers", "back"),
    [
        ({"Referer": PAGE}, "/consultations/cp-1/?compose=p1&text=both"),
        ({"Referer": "http://elsewhere.example/x/"}, "/consultations/cp-1/comments/"),
        ({}, "/consultations/cp-1/comments/"),
    ],
)
def test_a_form_without_script_leads_back_to_its_page(headers: dict[str, Any], back: str) -> None:
    answer = Client().post(reverse("consultations:post", args=["cp-1"]), {"body": "Words"}, headers=headers)
    assert answer.status_code == 302
    assert way_back(answer.headers["Location"]) == back


def test_a_page_itself_is_what_follows() -> None:
    answer = Client().get(reverse("notifications:inbox"), headers={"Referer": PAGE})
    assert way_back(answer.headers["Location"]) == reverse("notifications:inbox")
