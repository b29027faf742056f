from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and sign-in")

    def ready(self) -> None:
        from accounts import (
            encryption,
            receivers,  # noqa: F401
            second_factor,
        )

        encryption.register("second factors", second_factor.write_secrets_anew)
