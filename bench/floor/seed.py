"""``python -m bench.floor.seed FILE``: migrate and fill the floor's database; write down what to ask for.

One thread of 1,000 comments by 40 people and 200 other threads, the data on which the peers were measured.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.template.loader import get_template  # noqa: E402
from django.test import Client  # noqa: E402

from bench.floor.models import Comment, Firm, Mark, Topic  # noqa: E402

PEOPLE = 40
FIRMS = 12
TOPICS = 201
LONG = 1000
START = datetime(2026, 10, 12, 2, tzinfo=UTC)
WORDS = [
    *(
        "custody",
        "wallet",
        "signer",
        "withdrawal",
        "platform",
        "threshold",
        "insurance",
        "client",
        "asset",
        "margin",
    ),
    *(
        "review",
        "outsourcing",
        "key",
        "recovery",
        "test",
        "plan",
        "circular",
        "licence",
        "condition",
        "officer",
    ),
    *("annex", "paragraph", "proposal", "implementation", "responsible"),
]


def sentence(rng: random.Random, words: int) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(words)).capitalize() + "."


def body(rng: random.Random) -> str:
    """Two paragraphs of about 290 characters together."""
    return f"{sentence(rng, 19)}\n\n{sentence(rng, 17)}"


def fill() -> dict[str, object]:
    rng = random.Random(2026)  # noqa: S311
    people = User.objects.bulk_create(
        [
            User(username=f"p{n}", first_name=f"Given{n}", last_name=f"Family{n}", password="!")  # noqa: S106
            for n in range(PEOPLE)
        ]
    )
    firms = Firm.objects.bulk_create([Firm(name=f"Platform {n} Limited") for n in range(FIRMS)])
    topics = Topic.objects.bulk_create(
        [Topic(title=f"Thread {n}: {sentence(rng, 3)}", last_at=START + timedelta(hours=n)) for n in range(TOPICS)]
    )
    article = get_template("floor/comment.html")
    for topic in topics:
        comments = []
        for number in range(LONG if topic is topics[0] else 10):
            comments.append(
                Comment(
                    topic=topic,
                    author=rng.choice(people),
                    firm=rng.choice(firms),
                    audience=rng.choice(("group", "group", "shared", "public")),
                    body=body(rng),
                    created_at=START + timedelta(minutes=number),
                )
            )
        for comment in Comment.objects.bulk_create(comments):
            comment.html = article.render({"comment": comment})
        Comment.objects.bulk_update(comments, ["html"], batch_size=500)
        topic.comments = len(comments)
    Topic.objects.bulk_update(topics, ["comments"])
    Mark.objects.bulk_create([Mark(user=person, topic=topic, read_at=START) for person in people for topic in topics])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {
        "long": topics[0].pk,
        "short": topics[1].pk,
        "sessions": [session(person) for person in people[:8]],
    }


def session(person: User) -> str:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]  # the floor's own kind of user
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def main() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    Path(sys.argv[1]).write_text(json.dumps(fill()))


if __name__ == "__main__":
    main()
