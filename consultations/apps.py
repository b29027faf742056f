from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = _("Consultations")

    def ready(self) -> None:
        from consultations import asks, emails, linked

        emails.register_kinds()
        linked.register()
        asks.register("consultations", asks.responses)
