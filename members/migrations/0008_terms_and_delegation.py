import datetime
import django.db.models.deletion
import django.db.models.expressions
import pghistory.utils
import pgtrigger.compiler
import portal.common.clock
import portal.common.operations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0007_oversight"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        portal.common.operations.Together(
            operations=[
                migrations.CreateModel(
                    name="Delegation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("chair", "Chair"),
                                    ("secretariat", "Secretariat"),
                                    ("policy_officer", "Policy officer"),
                                    ("administrator", "Administrator"),
                                    ("supervision", "Supervision"),
                                    ("principal", "Principal representative"),
                                    ("alternate", "Alternate representative"),
                                    ("contributor", "Contributor"),
                                    ("coordinator", "Coordinator"),
                                    ("observer", "Observer"),
                                ],
                                max_length=16,
                                verbose_name="role",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="last day")),
                        ("recorded_at", models.DateTimeField(default=portal.common.clock.now, verbose_name="recorded")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended early")),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="ended by",
                            ),
                        ),
                        (
                            "giver",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="delegations_given",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="for",
                            ),
                        ),
                        (
                            "holder",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="delegations_held",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="held by",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="delegations",
                                to="members.organisation",
                                verbose_name="organisation",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "delegation",
                        "verbose_name_plural": "delegations",
                        "ordering": ("-starts_on", "-pk"),
                        "indexes": [models.Index(fields=["holder", "ends_on"], name="delegation_by_holder")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="delegation_ends_after_it_starts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "ends_on__lt",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("starts_on"), "+", models.Value(datetime.timedelta(days=90))
                                        ),
                                    )
                                ),
                                name="delegation_lasts_ninety_days_at_most",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("giver", models.F("holder")), _negated=True),
                                name="nobody_delegates_to_themselves",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("role__in", ("chair", "principal", "alternate"))),
                                name="delegated_roles",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DelegationEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("chair", "Chair"),
                                    ("secretariat", "Secretariat"),
                                    ("policy_officer", "Policy officer"),
                                    ("administrator", "Administrator"),
                                    ("supervision", "Supervision"),
                                    ("principal", "Principal representative"),
                                    ("alternate", "Alternate representative"),
                                    ("contributor", "Contributor"),
                                    ("coordinator", "Coordinator"),
                                    ("observer", "Observer"),
                                ],
                                max_length=16,
                                verbose_name="role",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="last day")),
                        ("recorded_at", models.DateTimeField(default=portal.common.clock.now, verbose_name="recorded")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended early")),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="ended by",
                            ),
                        ),
                        (
                            "giver",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="for",
                            ),
                        ),
                        (
                            "holder",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="held by",
                            ),
                        ),
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
                                to="members.delegation",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                    ],
                    options={"abstract": False},
                ),
                migrations.CreateModel(
                    name="HandOver",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "audience",
                            models.CharField(
                                choices=[
                                    ("public", "Public"),
                                    ("group", "All members"),
                                    ("regulator", "SFC internal"),
                                    ("shared", "SFC only"),
                                    ("organisation", "Internal to the firm"),
                                ],
                                max_length=12,
                                verbose_name="audience",
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(default=portal.common.clock.now, verbose_name="recorded")),
                        ("seen_at", models.DateTimeField(blank=True, null=True, verbose_name="looked through")),
                        ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="handed over")),
                        ("moved", models.PositiveIntegerField(default=0, verbose_name="handed over")),
                        ("kept", models.PositiveIntegerField(default=0, verbose_name="left as they are")),
                        (
                            "membership",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hand_over",
                                to="members.membership",
                                verbose_name="membership",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="members.organisation",
                                verbose_name="owning organisation",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        (
                            "successor",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="successor",
                            ),
                        ),
                        (
                            "working_group",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="members.workinggroup",
                                verbose_name="working group",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "hand-over",
                        "verbose_name_plural": "hand-overs",
                        "ordering": ("-recorded_at", "-pk"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("audience__in", ("organisation", "shared"))),
                                name="hand_over_is_internal",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("done_at", None), ("successor__isnull", False), _connector="OR"),
                                name="hand_over_to_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandOverEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "audience",
                            models.CharField(
                                choices=[
                                    ("public", "Public"),
                                    ("group", "All members"),
                                    ("regulator", "SFC internal"),
                                    ("shared", "SFC only"),
                                    ("organisation", "Internal to the firm"),
                                ],
                                max_length=12,
                                verbose_name="audience",
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(default=portal.common.clock.now, verbose_name="recorded")),
                        ("seen_at", models.DateTimeField(blank=True, null=True, verbose_name="looked through")),
                        ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="handed over")),
                        ("moved", models.PositiveIntegerField(default=0, verbose_name="handed over")),
                        ("kept", models.PositiveIntegerField(default=0, verbose_name="left as they are")),
                        (
                            "membership",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="members.membership",
                                verbose_name="membership",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="members.organisation",
                                verbose_name="owning organisation",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="members.handover",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        (
                            "successor",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="successor",
                            ),
                        ),
                        (
                            "working_group",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="members.workinggroup",
                                verbose_name="working group",
                            ),
                        ),
                    ],
                    options={"abstract": False},
                ),
                migrations.AddConstraint(
                    model_name="membership",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ends_on", None), ("role", "principal")),
                        fields=("organisation",),
                        name="one_principal_of_each_platform",
                    ),
                ),
            ]
        ),
        portal.common.operations.AddTriggers(
            triggers=[
                (
                    "delegation",
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "members_delegationevent" ("ended_at", "ended_by_id", "ends_on", "giver_id", "holder_id", "id", "organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "role", "starts_on") VALUES (NEW."ended_at", NEW."ended_by_id", NEW."ends_on", NEW."giver_id", NEW."holder_id", NEW."id", NEW."organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."role", NEW."starts_on"); RETURN NULL;',
                            hash="c02c22734e603553d526d99444ae270d63fc778f",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_3efee",
                            table="members_delegation",
                            when="AFTER",
                        ),
                    ),
                ),
                (
                    "delegation",
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "members_delegationevent" ("ended_at", "ended_by_id", "ends_on", "giver_id", "holder_id", "id", "organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "role", "starts_on") VALUES (NEW."ended_at", NEW."ended_by_id", NEW."ends_on", NEW."giver_id", NEW."holder_id", NEW."id", NEW."organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."role", NEW."starts_on"); RETURN NULL;',
                            hash="fb99f2b899fc67f181165632a941e9a51e48f2b4",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_f4df8",
                            table="members_delegation",
                            when="AFTER",
                        ),
                    ),
                ),
                (
                    "delegationevent",
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="d40a745afb62b27513a08d88d59362dafbc1644d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_c32d0",
                            table="members_delegationevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                (
                    "handover",
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "members_handoverevent" ("audience", "done_at", "id", "kept", "membership_id", "moved", "organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "seen_at", "successor_id", "working_group_id") VALUES (NEW."audience", NEW."done_at", NEW."id", NEW."kept", NEW."membership_id", NEW."moved", NEW."organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."seen_at", NEW."successor_id", NEW."working_group_id"); RETURN NULL;',
                            hash="02533636c6404f908e3b516a34491826d2127c16",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_3146e",
                            table="members_handover",
                            when="AFTER",
                        ),
                    ),
                ),
                (
                    "handover",
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "members_handoverevent" ("audience", "done_at", "id", "kept", "membership_id", "moved", "organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "seen_at", "successor_id", "working_group_id") VALUES (NEW."audience", NEW."done_at", NEW."id", NEW."kept", NEW."membership_id", NEW."moved", NEW."organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."seen_at", NEW."successor_id", NEW."working_group_id"); RETURN NULL;',
                            hash="906df095cbc5a7fc8abb94155aea34c6e77b5bc5",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_3b499",
                            table="members_handover",
                            when="AFTER",
                        ),
                    ),
                ),
                (
                    "handoverevent",
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="39a52536e03f685ae2213136539e12e89466d228",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_28d4d",
                            table="members_handoverevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
    ]
