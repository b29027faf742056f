"""A firm's own identity provider, and which of its people sign in through it."""

from urllib.parse import urlsplit

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import encryption
from accounts.models import User
from accounts.oidc import Provider
from members.models.organisations import Organisation
from portal.common import clock


@pghistory.track(exclude=["client_secret"])
class IdentityProvider(models.Model):
    """Where the people of one firm may prove who they are, beside the portal's own password. One for each firm."""

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, related_name="identity_provider", verbose_name=_("organisation")
    )
    issuer = models.URLField(_("issuer"), max_length=200)
    client_id = models.CharField(_("client ID"), max_length=200)
    # Encrypted (accounts.encryption).
    client_secret = models.TextField(_("client secret"), editable=False)
    domains = ArrayField(models.CharField(max_length=120), verbose_name=_("domains of its email addresses"))
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now)
    ended_at = models.DateTimeField(_("switched off"), null=True, blank=True)

    class Meta:
        verbose_name = _("identity provider of a firm")
        verbose_name_plural = _("identity providers of firms")
        ordering = ("organisation",)

    def __str__(self) -> str:
        return f"{self.organisation}: {self.issuer}"

    @property
    def is_on(self) -> bool:
        return self.ended_at is None

    @property
    def host(self) -> str:
        return urlsplit(self.issuer).netloc

    @property
    def as_provider(self) -> Provider:
        return Provider(self.issuer, self.client_id, encryption.decrypt(self.client_secret))


@pghistory.track()
class FirmIdentity(models.Model):
    """A person of the firm under the name (`sub`) that its identity provider has for them.

    Made by the person, signed in here: never by what a provider says about an address.
    """

    provider = models.ForeignKey(
        IdentityProvider, models.PROTECT, related_name="identities", verbose_name=_("identity provider")
    )
    user = models.ForeignKey(User, models.PROTECT, related_name="firm_identities", verbose_name=_("person"))
    # The issuer at the time: after a firm has moved to another provider its old names mean nobody.
    issuer = models.URLField(_("issuer"), max_length=200)
    subject = models.CharField(_("name at the provider"), max_length=255)
    connected_at = models.DateTimeField(_("connected"), default=clock.now)
    ended_at = models.DateTimeField(_("disconnected"), null=True, blank=True)

    class Meta:
        verbose_name = _("person at an identity provider")
        verbose_name_plural = _("people at identity providers")
        ordering = ("-connected_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["issuer", "subject"], condition=Q(ended_at=None), name="one_person_for_each_name_at_a_provider"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at=None), name="one_name_at_a_provider_for_each_person"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.issuer}"
