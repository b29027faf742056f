"""What happens to a mail between the act and the mailbox."""

import smtplib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from notifications import kinds
from notifications.delivery import MAX_ATTEMPTS, deliver_due
from notifications.emails import read_unsubscribe_token, unsubscribe_token
from notifications.enums import Category, EmailChoice
from notifications.kinds import Kind
from notifications.models import Delivery, Event, Notice
from notifications.workflow import (
    Recipient,
    outbox_age,
    publish,
    queue_digests,
    retry,
    set_digest,
    set_preference,
    without_mail,
)
from portal.common import clock
from tests.world import World

pytestmark = pytest.mark.django_db
hidden: set[str] = set()


@pytest.fixture(autouse=True)
def _kind() -> Iterator[None]:
    def readable(users: Any, subjects: Any) -> set[tuple[int, str]]:
        return {(user, subject) for user in users for subject in subjects if subject not in hidden}

    for name, options in (
        ("test.optional", {"default_email": EmailChoice.NOW}),
        ("test.quiet", {"default_email": EmailChoice.DIGEST}),
        ("test.duty", {"mandatory": True}),
    ):
        kinds.register(
            Kind(
                name=name,
                category=Category.COMMENTS,
                title=lambda params: f"Something about {params['what']}",
                readable=readable,
                **options,  # type: ignore[arg-type]
            )
        )
    hidden.clear()
    yield
    for name in ("test.optional", "test.quiet", "test.duty"):
        del kinds._kinds[name]


def tell(world: World, *names: str, kind: str = "test.optional") -> Event:
    return publish(
        kind,
        subject=world.harbour,
        recipients=[Recipient(user_id=world.users[name].pk, reason="because") for name in names],
        params={"what": "custody"},
        url="/consultations/",
        thread="thread-1",
    )


def test_an_event_reaches_inbox_and_mailbox_in_one_transaction(world: World) -> None:
    tell(world, "mei", "kalok")
    assert deliver_due() == 2
    assert {message.to[0] for message in mail.outbox} == {
        "Mei <mei@harbour.example>",
        "Kalok <kalok@banyan.example>",
    }
    assert Notice.objects.filter(read_at=None).count() == 2


def test_a_recipient_named_twice_gets_one_mail(world: World) -> None:
    tell(world, "mei", "mei")
    assert deliver_due() == 1


def test_every_mail_is_text_and_html_with_a_stable_id_and_a_thread(world: World) -> None:
    tell(world, "mei")
    deliver_due()
    (message,) = mail.outbox
    delivery = Delivery.objects.get()
    assert message.extra_headers["Message-ID"] == f"<{delivery.pk}@portal.test>"
    assert message.extra_headers["In-Reply-To"] == "<thread-1@portal.test>"
    assert "http://portal.test/consultations/" in message.body
    assert message.alternatives[0].mimetype == "text/html"


def test_optional_mail_can_be_stopped_with_one_click_and_mandatory_mail_says_nothing_of_it(
    world: World,
) -> None:
    tell(world, "mei")
    tell(world, "mei", kind="test.duty")
    deliver_due()
    optional, duty = sorted(mail.outbox, key=lambda m: "List-Unsubscribe" not in m.extra_headers)
    assert optional.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in duty.extra_headers


def test_one_click_needs_no_session_no_csrf_token_and_no_second_question(world: World, client: Any) -> None:
    client.handler.enforce_csrf_checks = True
    url = f"/u/{unsubscribe_token(world.mei.pk, 'comments')}/"
    assert client.get(url).status_code == 200
    tell(world, "mei")
    assert deliver_due() == 1  # a GET, as a scanner makes, has stopped nothing
    assert client.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    tell(world, "mei")
    assert deliver_due() == 0


def test_a_token_of_somebody_elses_making_does_nothing(client: Any) -> None:
    assert read_unsubscribe_token("x.y.z") is None
    assert client.post("/u/x.y.z/").status_code == 404


def test_what_can_no_longer_be_read_is_not_sent(world: World) -> None:
    tell(world, "mei")
    hidden.add(str(world.harbour.pk))
    assert deliver_due() == 0
    assert Delivery.objects.get().state == "skipped"


def test_a_person_who_has_left_gets_nothing(world: World) -> None:
    tell(world, "mei")
    hidden.add(str(world.harbour.pk))
    queue_digests()
    assert deliver_due() == 0


def test_who_wants_no_mail_still_finds_it_in_the_inbox(world: World) -> None:
    set_preference(world.mei.pk, "comments", "never")
    tell(world, "mei")
    assert deliver_due() == 0
    assert Notice.objects.filter(user=world.mei).count() == 1


def test_mandatory_mail_ignores_preferences(world: World) -> None:
    set_preference(world.mei.pk, "comments", "never")
    tell(world, "mei", kind="test.duty")
    assert deliver_due() == 1


def test_a_failed_mail_is_tried_again_later_and_given_up_after_the_last_attempt(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Any, messages: Any) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    tell(world, "mei")
    assert deliver_due() == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("pending", 1)
    assert delivery.due_at > clock.now()
    Delivery.objects.update(attempts=MAX_ATTEMPTS - 1, due_at=clock.now())
    deliver_due()
    assert Delivery.objects.get().state == "failed"
    monkeypatch.undo()
    retry(Delivery.objects.get())
    assert deliver_due() == 1


def test_one_failure_does_not_hold_up_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.mail.backends.locmem import EmailBackend

    send = EmailBackend.send_messages

    def refuse_mei(self: Any, messages: Any) -> int:
        if "mei@" in messages[0].to[0]:
            raise ConnectionRefusedError
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", refuse_mei)
    tell(world, "mei", "kalok", "eva")
    assert deliver_due() == 2


def test_the_digest_holds_what_was_not_seen_once_a_day(world: World) -> None:
    tell(world, "mei", kind="test.quiet")
    tell(world, "mei", kind="test.quiet")
    assert deliver_due() == 0
    assert queue_digests() == 1
    queue_digests()
    assert deliver_due() == 1
    (message,) = mail.outbox
    assert message.subject.endswith("2 new items")
    with clock.at(clock.now() + timedelta(days=1)):
        assert queue_digests() == 0  # the same things are not repeated on the next day


def test_no_digest_for_who_has_seen_all_or_turned_it_off(world: World) -> None:
    tell(world, "mei", "kalok", kind="test.quiet")
    Notice.objects.filter(user=world.mei).update(read_at=clock.now())
    set_digest(world.kalok.pk, daily=False)
    assert queue_digests() == 0


def test_the_digest_leaves_out_what_can_no_longer_be_read(world: World) -> None:
    tell(world, "mei", kind="test.quiet")
    queue_digests()
    hidden.add(str(world.harbour.pk))
    assert deliver_due() == 0
    assert Delivery.objects.get().state == "skipped"


def test_a_digest_in_flight_when_its_worker_died_is_never_sent_again(world: World) -> None:
    tell(world, "mei", kind="test.quiet")
    queue_digests()
    Delivery.objects.update(state="sending", lease_until=clock.now() - timedelta(seconds=1))
    assert deliver_due() == 0
    assert Delivery.objects.get().state == "unknown"


def test_a_notice_whose_worker_died_is_sent_when_the_lease_ends(world: World) -> None:
    tell(world, "mei")
    Delivery.objects.update(lease_until=clock.now() + timedelta(seconds=60))
    assert deliver_due() == 0
    Delivery.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    assert deliver_due() == 1


def test_digest_queries_do_not_grow_with_recipients(world: World, django_assert_max_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries(names: list[str]) -> int:
        tell(world, *names, kind="test.quiet")
        Delivery.objects.all().delete()
        queue_digests()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            deliver_due()
        # Each mail has its own marks, which must be committed one by one; reading does not grow.
        return sum(1 for q in captured if q["sql"].startswith("SELECT"))

    assert queries(["mei"]) == queries(["mei", "kalok", "eva", "nina", "rosa", "officer"])


def test_records_of_the_past_are_told_to_nobody(world: World) -> None:
    with without_mail(seen_before=clock.now()), clock.at(clock.now() - timedelta(days=90)):
        tell(world, "mei")
    assert deliver_due() == 0
    assert Notice.objects.get().read_at is not None


def test_mail_comes_in_the_readers_language(world: World) -> None:
    world.mei.language = "zh-hant"
    world.mei.save()
    tell(world, "mei", kind="test.duty")
    deliver_due()
    assert 'lang="zh-Hant-HK"' in mail.outbox[0].alternatives[0].content


def test_a_subject_is_one_line_whatever_a_paper_is_called(world: World) -> None:
    publish(
        "test.optional",
        subject=world.harbour,
        recipients=[Recipient(user_id=world.mei.pk)],
        params={"what": "x\r\nBcc: all@evil.example"},
        url="/",
    )
    assert deliver_due() == 1
    assert "\n" not in mail.outbox[0].subject


def test_the_age_of_the_outbox_is_that_of_its_oldest_due_mail(world: World) -> None:
    assert outbox_age() == 0
    tell(world, "mei")
    with clock.at(clock.now() + timedelta(seconds=90)):
        assert 89 < outbox_age() < 95


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPDataError(451, b"try later"), "pending"),
        (smtplib.SMTPRecipientsRefused({"mei@harbour.example": (550, b"no")}), "pending"),
        (smtplib.SMTPServerDisconnected("gone"), "unknown"),
        (TimeoutError(), "unknown"),
    ],
    ids=["refused", "recipient refused", "gone", "silent"],
)
def test_a_digest_that_the_relay_plainly_refused_is_tried_again_and_one_in_doubt_is_not(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, state: str
) -> None:
    def refuse(self: Any, messages: Any) -> int:
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    tell(world, "mei", kind="test.quiet")
    queue_digests()
    assert deliver_due() == 0
    assert Delivery.objects.get().state == state
