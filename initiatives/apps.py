from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InitiativesConfig(AppConfig):
    name = "initiatives"
    verbose_name = _("Roadmap")

    def ready(self) -> None:
        from initiatives.desk import unverified
        from initiatives.emails import status_changed
        from members.desk.waiting import register
        from notifications import kinds
        from notifications.enums import Category, EmailChoice

        kinds.register(
            kinds.Kind(
                name="initiatives.status_changed",
                category=Category.ROADMAP,
                title=status_changed,
                icon="milestone",
                default_email=EmailChoice.DIGEST,
            )
        )
        register("roadmap", unverified, order=60)
