from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        from consultations.asks import register
        from documents import related as documents_related
        from initiatives import related as initiatives_related
        from meetings import asks, desk, emails, opened, receivers, related  # noqa: F401
        from members.desk import waiting

        emails.register_kinds()
        opened.register_kinds()
        documents_related.register("meetings", related.mentions_of_documents)
        initiatives_related.register(related.meetings_of_initiative)
        register("meetings", asks.asks)
        waiting.register("meetings", desk.waiting, order=50)
