"""What people are sent: one function that makes the mail of an event, one that makes a digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from notifications import kinds
from notifications.enums import Category
from notifications.models import Delivery, Event

UNSUBSCRIBE_SALT = "notifications.unsubscribe"
DIGEST = kinds.DIGEST


def unsubscribe_token(user_id: int, what: str) -> str:
    """A token that stops one category of mail (or the digest) for one person, and does nothing else."""
    return signing.dumps([user_id, what], salt=UNSUBSCRIBE_SALT, compress=False)


def read_unsubscribe_token(token: str) -> tuple[int, str] | None:
    """(user id, category or "digest"), or None for a token that this portal did not sign. It does not expire:
    a mail may be opened after years."""
    try:
        user_id, what = signing.loads(token, salt=UNSUBSCRIBE_SALT)
    except signing.BadSignature:
        return None
    return int(user_id), str(what)


@dataclass(frozen=True)
class Item:
    """A line of a digest."""

    title: str
    context: str
    url: str
    event: Event


def absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}" if path.startswith("/") else path


def _one_line(text: str) -> str:
    """A subject is one line, whatever somebody has called a paper."""
    return " ".join(text.split())


def _message(
    delivery: Delivery,
    *,
    template: str,
    subject: str,
    context: dict[str, Any],
    connection: BaseEmailBackend | None,
    unsubscribe: str | None,
    thread: str = "",
) -> EmailMultiAlternatives:
    host = delivery.message_id.rsplit("@", 1)[1].rstrip(">")
    headers = {
        "Message-ID": delivery.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Portal-Kind": delivery.kind,
    }
    if thread:
        headers["References"] = headers["In-Reply-To"] = f"<{thread}@{host}>"
    if unsubscribe:
        # RFC 8058: one POST, without signing in and without a further question.
        headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    context = {**context, "base_url": settings.BASE_URL, "subject": subject, "unsubscribe_url": unsubscribe}
    user = delivery.user
    to = formataddr((user.display_name, user.email)) if user else delivery.address
    message = EmailMultiAlternatives(
        subject=_one_line(subject),
        body=render_to_string(f"{template}.txt", context),
        to=[to],
        headers=headers,
        connection=connection,
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return message


def language_of(delivery: Delivery) -> str:
    return delivery.language or (delivery.user.language if delivery.user else settings.LANGUAGE_CODE)


def event_mail(delivery: Delivery, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The mail of one event, in the reader's language. It names no comment and no answer text."""
    event = delivery.event
    assert event is not None
    kind = kinds.get(event.kind)
    with translation.override(language_of(delivery)):
        unsubscribe = None
        if delivery.user_id and not kind.mandatory:
            path = reverse("notifications:unsubscribe", args=[unsubscribe_token(delivery.user_id, kind.category)])
            unsubscribe = absolute(path)
        context = {
            "recipient": delivery.user,
            "event": event,
            "params": event.params,
            "title": kind.title(event.params),
            "context_line": kind.context_line(event.params) if kind.context_line else "",
            "facts": kind.facts(event.params) if kind.facts else (),
            # Reasons are stored in English, marked for translation where the sending room names them.
            "reason": _(delivery.reason) if delivery.reason else "",
            "category": Category(kind.category).label,
            "mandatory": kind.mandatory,
            "action_url": absolute(event.url),
        }
        return _message(
            delivery,
            template=kind.template,
            subject=kind.title(event.params),
            context=context,
            connection=connection,
            unsubscribe=unsubscribe,
            thread=event.thread,
        )


def item_of(event: Event) -> Item:
    """The event as a line, in the active language."""
    kind = kinds.get(event.kind)
    context = kind.context_line(event.params) if kind.context_line else ""
    return Item(kind.title(event.params), context, absolute(event.url), event)


def digest_mail(
    delivery: Delivery, events: Sequence[Event], connection: BaseEmailBackend | None = None
) -> EmailMultiAlternatives:
    """The digest of what this person has not seen, newest first, in their language."""
    user = delivery.user
    assert isinstance(user, User)
    with translation.override(user.language):
        items = [item_of(event) for event in events]
        sections = [
            (category.label, [item for item in items if kinds.get(item.event.kind).category == category])
            for category in Category
        ]
        day = date_format(delivery.period, _("j F Y")) if delivery.period else ""
        subject = ngettext(
            "ASPIRe Portal, %(day)s: %(count)s new item",
            "ASPIRe Portal, %(day)s: %(count)s new items",
            len(items),
        ) % {"day": day, "count": len(items)}
        return _message(
            delivery,
            template="notifications/emails/digest",
            subject=subject,
            context={
                "recipient": user,
                "sections": [(label, lines) for label, lines in sections if lines],
                "count": len(items),
                "day": day,
                "reason": _("You get this at 08:00 Hong Kong time on days on which there is something new for you."),
                "inbox_url": absolute(reverse("notifications:inbox")),
            },
            connection=connection,
            unsubscribe=absolute(reverse("notifications:unsubscribe", args=[unsubscribe_token(user.pk, DIGEST)])),
        )
