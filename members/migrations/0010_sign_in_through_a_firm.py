import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import portal.common.clock
import portal.common.operations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("members", "0009_publications"),
    ]

    operations = [
        portal.common.operations.Together(
            operations=[
                migrations.CreateModel(
                    name="IdentityProvider",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("issuer", models.URLField(verbose_name="issuer")),
                        ("client_id", models.CharField(max_length=200, verbose_name="client ID")),
                        ("client_secret", models.TextField(editable=False, verbose_name="client secret")),
                        (
                            "domains",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=120),
                                size=None,
                                verbose_name="domains of its email addresses",
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(default=portal.common.clock.now, verbose_name="recorded")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="switched off")),
                        (
                            "organisation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="identity_provider",
                                to="members.organisation",
                                verbose_name="organisation",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "identity provider of a firm",
                        "verbose_name_plural": "identity providers of firms",
                        "ordering": ("organisation",),
                    },
                ),
                migrations.CreateModel(
                    name="FirmIdentity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("issuer", models.URLField(verbose_name="issuer")),
                        ("subject", models.CharField(max_length=255, verbose_name="name at the provider")),
                        (
                            "connected_at",
                            models.DateTimeField(default=portal.common.clock.now, verbose_name="connected"),
                        ),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="disconnected")),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="firm_identities",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                        (
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="identities",
                                to="members.identityprovider",
                                verbose_name="identity provider",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "person at an identity provider",
                        "verbose_name_plural": "people at identity providers",
                        "ordering": ("-connected_at",),
                    },
                ),
                migrations.CreateModel(
                    name="IdentityProviderEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        ("issuer", models.URLField(verbose_name="issuer")),
                        ("client_id", models.CharField(max_length=200, verbose_name="client ID")),
                        (
                            "domains",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=120),
                                size=None,
                                verbose_name="domains of its email addresses",
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(default=portal.common.clock.now, verbose_name="recorded")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="switched off")),
                        (
                            "organisation",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="members.organisation",
                                verbose_name="organisation",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="members.identityprovider",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="FirmIdentityEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        ("issuer", models.URLField(verbose_name="issuer")),
                        ("subject", models.CharField(max_length=255, verbose_name="name at the provider")),
                        (
                            "connected_at",
                            models.DateTimeField(default=portal.common.clock.now, verbose_name="connected"),
                        ),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="disconnected")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="members.firmidentity",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                        (
                            "provider",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="members.identityprovider",
                                verbose_name="identity provider",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddConstraint(
                    model_name="firmidentity",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("issuer", "subject"),
                        name="one_person_for_each_name_at_a_provider",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="firmidentity",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("user",),
                        name="one_name_at_a_provider_for_each_person",
                    ),
                ),
            ],
        ),
        portal.common.operations.AddTriggers(
            triggers=[
                (
                    "identityprovider",
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "members_identityproviderevent" ("client_id", "domains", "ended_at", "id", "issuer", "organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at") VALUES (NEW."client_id", NEW."domains", NEW."ended_at", NEW."id", NEW."issuer", NEW."organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."recorded_at"); RETURN NULL;',
                            hash="7d220d0195dd5f4a557e19b0e5fb0a2386e40052",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_6c98c",
                            table="members_identityprovider",
                            when="AFTER",
                        ),
                    ),
                ),
                (
                    "identityprovider",
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."domains" IS DISTINCT FROM (NEW."domains") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."issuer" IS DISTINCT FROM (NEW."issuer") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at"))',
                            func='INSERT INTO "members_identityproviderevent" ("client_id", "domains", "ended_at", "id", "issuer", "organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at") VALUES (NEW."client_id", NEW."domains", NEW."ended_at", NEW."id", NEW."issuer", NEW."organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."recorded_at"); RETURN NULL;',
                            hash="d0dbf8db75357a2f994211824f1daed8539825de",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_d3ac3",
                            table="members_identityprovider",
                            when="AFTER",
                        ),
                    ),
                ),
                (
                    "firmidentityevent",
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="4d39365055db593ebafa50236cf05209e9787f77",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_01085",
                            table="members_firmidentityevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                (
                    "firmidentity",
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "members_firmidentityevent" ("connected_at", "ended_at", "id", "issuer", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider_id", "subject", "user_id") VALUES (NEW."connected_at", NEW."ended_at", NEW."id", NEW."issuer", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."provider_id", NEW."subject", NEW."user_id"); RETURN NULL;',
                            hash="3c956667ced3daf56fdb01ba41e860f4600ddb68",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_8684f",
                            table="members_firmidentity",
                            when="AFTER",
                        ),
                    ),
                ),
                (
                    "firmidentity",
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "members_firmidentityevent" ("connected_at", "ended_at", "id", "issuer", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider_id", "subject", "user_id") VALUES (NEW."connected_at", NEW."ended_at", NEW."id", NEW."issuer", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."provider_id", NEW."subject", NEW."user_id"); RETURN NULL;',
                            hash="83c9b5925ad35e2d7752e153287c8d47169d083f",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_89503",
                            table="members_firmidentity",
                            when="AFTER",
                        ),
                    ),
                ),
                (
                    "identityproviderevent",
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="6edcda0244111c15ed0c0f553dd2fafc330b95f9",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_22404",
                            table="members_identityproviderevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
