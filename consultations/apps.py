from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = _("Consultations")

    def ready(self) -> None:
        from consultations import (
            announcing,
            asks,
            clarification_news,
            desk,
            emails,
            feeds,
            linked,
            moderation_news,
            notices,
            opened,
            receivers,  # noqa: F401
            thread_news,
        )
        from consultations.models import Attachment, DraftAttachment, PaperImport
        from documents import stored
        from members.desk import waiting

        emails.register_kinds()
        thread_news.register_kinds()
        notices.register_kinds()
        moderation_news.register_kinds()
        clarification_news.register_kinds()
        announcing.register(announcing.papers)
        announcing.register(announcing.corrections)
        announcing.register(clarification_news.due)
        feeds.register()
        opened.register_kinds()
        stored.register(Attachment, organisation="comment__organisation", subject="comment")
        stored.register(DraftAttachment, person="draft__author")
        stored.register(PaperImport, organisation="organisation", subject="consultation")
        linked.register()
        asks.register("consultations", asks.responses)
        waiting.register("consultations", desk.waiting, order=40)
