from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        from documents import opened, stored
        from documents.models import Version

        opened.register_kinds()
        stored.register(Version, organisation="document__organisation", subject="document")
