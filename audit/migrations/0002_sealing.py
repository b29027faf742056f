import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.common.clock
from portal.common.operations import Together


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together([
            migrations.CreateModel(
                name="Batch",
                fields=[
                    ("number", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="batch")),
                    ("sealed_at", models.DateTimeField(verbose_name="sealed")),
                    ("count", models.PositiveIntegerField(verbose_name="entries")),
                    ("previous", models.BinaryField(max_length=32, verbose_name="head of the batch before")),
                    ("head", models.BinaryField(max_length=32, verbose_name="head")),
                ],
                options={
                    "verbose_name": "sealed batch",
                    "verbose_name_plural": "sealed batches",
                    "ordering": ("-number",),
                },
            ),
            migrations.CreateModel(
                name="Seal",
                fields=[
                    ("entry_id", models.UUIDField(primary_key=True, serialize=False)),
                    ("position", models.PositiveIntegerField(verbose_name="position")),
                    ("digest", models.BinaryField(max_length=32)),
                    ("chain", models.BinaryField(max_length=32)),
                    ("marks", models.BinaryField(max_length=64)),
                    (
                        "batch",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="seals",
                            to="audit.batch",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "seal",
                    "verbose_name_plural": "seals",
                    "constraints": [
                        models.UniqueConstraint(fields=("batch", "position"), name="one_seal_per_position")
                    ],
                },
            ),
            migrations.AlterField(
                model_name="entry",
                name="actor",
                field=models.ForeignKey(
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="who",
                ),
            ),
            migrations.AlterField(
                model_name="entry",
                name="at",
                field=models.DateTimeField(default=portal.common.clock.now, verbose_name="time"),
            ),
            migrations.AlterField(
                model_name="entry",
                name="verb",
                field=models.CharField(max_length=80, verbose_name="what"),
            ),
            migrations.AddIndex("entry", models.Index(fields=["at", "id"], name="audit_entry_at")),
            migrations.AddIndex("entry", models.Index(fields=["actor", "at", "id"], name="audit_entry_actor")),
            migrations.AddIndex("entry", models.Index(fields=["on_behalf_of", "at", "id"], name="audit_entry_firm")),
            migrations.AddIndex(
                "entry", models.Index(fields=["organisation_id", "at", "id"], name="audit_entry_owner")
            ),
            migrations.AddIndex("entry", models.Index(fields=["verb", "at", "id"], name="audit_entry_verb")),
            migrations.AddIndex("entry", models.Index(fields=["object_type", "at", "id"], name="audit_entry_kind")),
            migrations.AddIndex("entry", models.Index(fields=["recorded_at", "id"], name="audit_entry_recorded")),
        ]),
    ]
