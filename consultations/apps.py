from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = _("Consultations")

    def ready(self) -> None:
        from consultations import asks, emails, feeds, linked
        from consultations.models import Attachment, DraftAttachment, PaperImport
        from documents import stored

        emails.register_kinds()
        feeds.register()
        stored.register(Attachment, organisation="comment__organisation", subject="comment")
        stored.register(DraftAttachment, person="draft__author")
        stored.register(PaperImport, organisation="organisation", subject="consultation")
        linked.register()
        asks.register("consultations", asks.responses)
