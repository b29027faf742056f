from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("Members")

    def ready(self) -> None:
        from accounts import encryption
        from members import entrance, mirror_news, override_news, receivers, row_security  # noqa: F401
        from members.desk.own_lines import register_lines
        from members.kinds import register_kinds
        from members.viewer import in_reading_order
        from members.workflow.firm_sign_in import write_secrets_anew
        from notifications.readers import set_order

        entrance.register()
        encryption.register("secrets of firms' sign-in", write_secrets_anew)
        register_lines()
        register_kinds()
        mirror_news.register_kinds()
        override_news.register_kinds()
        set_order(in_reading_order)

        post_migrate.connect(row_security.after_migrate, dispatch_uid="members.row_security")
