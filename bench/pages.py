"""Which requests each page is measured by."""

from __future__ import annotations

from typing import Any

from bench.load import Answer, Request, ask

# A token of 32 characters may stand unmasked in the form beside the same one in the cookie.
CSRF = "abcdefghijklmnopqrstuvwxyz012345"
BODY = (
    "We support the proposal in paragraph 16. Two points on **timing**:\n\n"
    "- a plan can name the day of the test, not its result;\n"
    "- firms of our size would need until the end of the second quarter.\n\n"
    "Could the circular say which of the two dates counts?"
)


def of_floor(known: dict[str, Any]) -> dict[str, list[Request]]:
    """By the name of the floor's page."""
    sessions = [{"sessionid": value} for value in known["sessions"]]
    reader = sessions[0]
    long, short = known["long"], known["short"]
    posts = [
        Request(
            f"/topics/{short}/post/",
            {**cookies, "csrftoken": CSRF},
            form={"csrfmiddlewaretoken": CSRF, "body": BODY},
            status=302,
        )
        for cookies in sessions
    ]
    return {
        "hello": [Request("/hello/")],
        "thread": [Request(f"/topics/{long}/", reader)],
        "thread-lean": [Request(f"/topics/{long}/lean/", reader)],
        "listing": [Request("/topics/", reader)],
        "login": [Request("/login/")],
        "post": posts,
    }


def of_portal(known: dict[str, Any], port: int) -> dict[str, list[Request]]:
    """By the name of the page in the goals. Asks once for what a 304 is measured of, to know its mark."""
    reader = {known["session_cookie"]: known["reader"]}
    secretary = {known["session_cookie"]: known["secretary"]}
    return {
        "roadmap-304": [unchanged(port)],
        "poll": [without_news(port, reader)],
        "login": [Request("/accounts/login/")],
        "home": [Request("/", reader)],
        **{f"consultation-{size}": [Request(f"/consultations/bench-{size}/", reader)] for size in (10, 1000, 5000)},
        "meeting": [Request("/meetings/bench-100-items/", reader)],
        "roadmap": [Request("/roadmap/")],
        "roadmap-table": [Request("/roadmap/?view=table", reader)],
        "consultations": [Request("/consultations/", reader)],
        "meetings": [Request("/meetings/", reader)],
        "inbox": [Request("/notifications/", reader)],
        "admin-comments": [Request("/admin/consultations/comment/", secretary)],
        "admin-people": [Request("/admin/accounts/user/", secretary)],
        "admin-consultations": [Request("/admin/consultations/consultation/", secretary)],
        "admin-audit": [Request("/admin/audit/entry/", secretary)],
        "post": [
            Request(
                "/consultations/bench-10/comments/",
                {known["session_cookie"]: value, known["csrf_cookie"]: CSRF},
                form={"csrfmiddlewaretoken": CSRF, "body": BODY, "audience": "group", "anchor": "whole"},
                status=302,
            )
            for value in known["posters"]
        ],
    }


def without_news(port: int, reader: dict[str, str]) -> Request:
    """A paper that stays open asks for news with the stamp of what it shows: of the newest comment there is."""
    path = "/consultations/bench-1000/news/?text=en"
    first = ask(port, Request(path, reader, headers={"If-None-Match": '"1"'}))
    return Request(path, reader, headers={"If-None-Match": first.header("ETag")}, status=304)


def unchanged(port: int) -> Request:
    """The public roadmap as a browser asks for it that has it already."""
    first: Answer = ask(port, Request("/roadmap/"))
    return Request("/roadmap/", headers={"If-None-Match": first.header("ETag") or '"none"'}, status=304)
