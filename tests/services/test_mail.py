from __future__ import annotations

import mailbox
import os
import smtplib
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

from services import ports
from services.area import ROOT
from services.mail import Catcher
from services.processes import wait_until


def test_keeps_what_was_sent_with_its_envelope(tmp_path: Path) -> None:
    port = ports.free_port()
    argv = [sys.executable, "-m", "services.mail", "--port", str(port), "--maildir", str(tmp_path / "mail")]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.DEVNULL) as server:
        try:
            assert wait_until(lambda: not ports.is_free(port), 10)
            message = EmailMessage()
            message["Subject"] = "意見已收到"
            message["From"] = "portal@portal.example"
            message["To"] = "officer@platform.example"
            message["Message-ID"] = "<1@portal.example>"
            message["X-Envelope-To"] = "forged@portal.example"
            message.set_content("Your comment was answered.\n.\nA dot alone ends nothing.")
            message.add_alternative("<p>Your comment was answered.</p>", subtype="html")
            with smtplib.SMTP("127.0.0.1", port) as client:
                client.send_message(message, to_addrs=["officer@platform.example", "hidden@platform.example"])
        finally:
            server.terminate()
    assert server.returncode == 0
    (caught,) = mailbox.Maildir(tmp_path / "mail", create=False)
    assert caught.get_all("X-Envelope-To") == ["officer@platform.example, hidden@platform.example"]
    assert caught["Message-ID"] == "<1@portal.example>"
    assert [part.get_content_type() for part in caught.walk()][1:] == ["text/plain", "text/html"]
    text = next(part for part in caught.walk() if part.get_content_type() == "text/plain").get_payload(decode=True)
    assert isinstance(text, bytes)
    assert text.split() == b"Your comment was answered. . A dot alone ends nothing.".split()


def fill(catcher: Catcher, sizes: list[int]) -> list[str]:
    """Add messages a second apart; returns the bodies that are left, oldest first."""
    root = Path(catcher.box._path)
    for number, size in enumerate(sizes):
        key = catcher.box.add(f"Subject: {number}\n\n{'x' * size}")
        os.utime(root / "new" / key, (number, number))
        catcher.prune()
    return sorted(message["Subject"] for message in catcher.box)


def test_the_oldest_go_when_there_are_too_many(tmp_path: Path) -> None:
    assert fill(Catcher(tmp_path / "mail", max_messages=3), [1] * 5) == ["2", "3", "4"]


def test_the_oldest_go_when_they_weigh_too_much(tmp_path: Path) -> None:
    assert fill(Catcher(tmp_path / "mail", max_bytes=1000), [400] * 4) == ["2", "3"]


def test_the_newest_stays_whatever_it_weighs(tmp_path: Path) -> None:
    assert fill(Catcher(tmp_path / "mail", max_bytes=100), [10, 5000]) == ["1"]
