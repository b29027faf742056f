import django.db.models.deletion
import pgtrigger.compiler
import portal.common.operations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0001_initial"),
        ("members", "0008_terms_and_delegation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        portal.common.operations.RemoveTriggers(
            triggers=[("document", "insert_insert"), ("document", "update_update")]
        ),
        portal.common.operations.Together(
            operations=[
                migrations.AddField(
                    model_name="document",
                    name="appointment",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointment_letters",
                        to="members.membership",
                        verbose_name="appointment of",
                    ),
                ),
                migrations.AddField(
                    model_name="documentevent",
                    name="appointment",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="members.membership",
                        verbose_name="appointment of",
                    ),
                ),
                migrations.AlterField(
                    model_name="document",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("paper", "Meeting paper"),
                            ("minutes", "Minutes"),
                            ("consultation", "Consultation paper"),
                            ("appointment", "Appointment letter"),
                            ("other", "Other document"),
                        ],
                        default="other",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                migrations.AlterField(
                    model_name="documentevent",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("paper", "Meeting paper"),
                            ("minutes", "Minutes"),
                            ("consultation", "Consultation paper"),
                            ("appointment", "Appointment letter"),
                            ("other", "Other document"),
                        ],
                        default="other",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
            ]
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("appointment", None), ("audience__in", ("shared", "regulator")), _connector="OR"),
                name="appointment_letter_is_limited",
            ),
        ),
        portal.common.operations.AddTriggers(
            triggers=[
                (
                    "document",
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "documents_documentevent" ("appointment_id", "audience", "created_at", "created_by_id", "id", "kind", "organisation_id", "pages", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "released_at", "secrecy_notice", "title_en", "title_zh_hans", "title_zh_hant", "working_group_id") VALUES (NEW."appointment_id", NEW."audience", NEW."created_at", NEW."created_by_id", NEW."id", NEW."kind", NEW."organisation_id", NEW."pages", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."reference", NEW."released_at", NEW."secrecy_notice", NEW."title_en", NEW."title_zh_hans", NEW."title_zh_hant", NEW."working_group_id"); RETURN NULL;',
                            hash="b4751e64ae45ad29376565404b385b8dda06a007",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_be524",
                            table="documents_document",
                            when="AFTER",
                        ),
                    ),
                ),
                (
                    "document",
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "documents_documentevent" ("appointment_id", "audience", "created_at", "created_by_id", "id", "kind", "organisation_id", "pages", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "released_at", "secrecy_notice", "title_en", "title_zh_hans", "title_zh_hant", "working_group_id") VALUES (NEW."appointment_id", NEW."audience", NEW."created_at", NEW."created_by_id", NEW."id", NEW."kind", NEW."organisation_id", NEW."pages", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."reference", NEW."released_at", NEW."secrecy_notice", NEW."title_en", NEW."title_zh_hans", NEW."title_zh_hant", NEW."working_group_id"); RETURN NULL;',
                            hash="aeb45602a426f7c1277d55f5f47ae4f10bfefafb",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_a3ed6",
                            table="documents_document",
                            when="AFTER",
                        ),
                    ),
                ),
            ]
        ),
    ]
