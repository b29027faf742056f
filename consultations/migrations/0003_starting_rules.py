from typing import Any

from django.db import migrations

from consultations.guardrail_rules import starting_rules


def put_rules(apps: Any, schema_editor: Any) -> None:
    """The guardrail works from the first day; afterwards the rules are the secretariat's."""
    # The owner migrates, on a connection of its own.
    rules = apps.get_model("consultations", "GuardrailRule").objects.using(schema_editor.connection.alias)
    rule = rules.model
    if not rules.exists():
        rules.bulk_create(
            [rule(topic=topic, language=language, phrases=phrases) for topic, language, phrases in starting_rules()]
        )


class Migration(migrations.Migration):
    dependencies = [("consultations", "0002_consultations_1")]
    operations = [
        migrations.RunPython(put_rules, migrations.RunPython.noop),
        # What was open before announcements were sent is not announced now.
        migrations.RunSQL(
            "UPDATE consultations_consultation SET announced_at = released_at"
            " WHERE released_at <= now() AND announced_at IS NULL",
            migrations.RunSQL.noop,
        ),
    ]
