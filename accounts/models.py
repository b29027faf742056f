"""Who signs in, and who has been invited to."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any, ClassVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.common import clock
from portal.common.pairs import PairsIndex
from portal.common.translated import Translated, column_language, translated

INVITATION_VALID_FOR = timedelta(days=14)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user with this address (stored in lower case) and password; without one, sign-in is not possible."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    TRADITIONAL = "zh-hant", "繁體中文"
    SIMPLIFIED = "zh-hans", "简体中文"


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    """A person. What they may do follows from their membership (members), never from a flag here."""

    email = models.EmailField(_("email address"), unique=True)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_zh_hant = models.CharField(_("name in Traditional Chinese"), max_length=60, blank=True)
    name_zh_hans = models.CharField(_("name in Simplified Chinese"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=Language.choices, default=Language.ENGLISH)
    theme = models.CharField(_("appearance"), max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=clock.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name_en"]
    # Django's admin asks these; our admin site decides by the viewer's role (portal.admin_site).
    is_staff = False
    is_superuser = False

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("name_en", "pk")
        indexes = (
            models.Index(fields=["name_en", "id"], name="user_by_name"),
            # The first and the last of the periods that the admin site's list offers.
            models.Index(fields=["date_joined"], name="user_by_joining"),
            PairsIndex("name_en", "name_zh_hant", "email", name="user_by_pairs"),
        )
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_in_any_case"),)

    def __str__(self) -> str:
        return self.display_name

    @property
    def name(self) -> Translated:
        """The name in the active language; an empty Chinese field shows the English name."""
        return translated(self, "name")

    @property
    def display_name(self) -> str:
        return str(self.name) or self.email

    @property
    def full_name_both(self) -> str:
        """Chinese and English together where both exist: 陳美欣 Chan Mei-yan (GLOSSARY.md 9)."""
        chinese = translated(self, "name", "zh_hans" if column_language() == "zh_hans" else "zh_hant")
        return f"{chinese.text} {self.name_en}" if chinese.language != "en" else self.name_en

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Always false: Django's permission tables are not used. See each room's policies.py."""
        return False

    def has_perms(self, perm_list: Any, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


@pghistory.track(exclude=["token_hash"])
class Invitation(models.Model):
    """A place for one address. The link is sent once; only its hash is kept; it works once and expires."""

    email = models.EmailField(_("email address"))
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    name_zh_hant = models.CharField(_("name in Traditional Chinese"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=Language.choices, default=Language.ENGLISH)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("invited by"))
    created_at = models.DateTimeField(_("sent"), default=clock.now)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("accepted by")
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return self.email

    @staticmethod
    def hash_token(token: str) -> str:
        return sha256(token.encode()).hexdigest()

    @classmethod
    def new_token(cls) -> str:
        """256 random bits, safe in an address."""
        return secrets.token_urlsafe(32)

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > clock.now()


class Session(AbstractBaseSession):
    """A session with its person beside it, so that both are read at once (accounts.entrance)."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+", verbose_name=_("person"))

    @classmethod
    def get_session_store_class(cls) -> Any:
        from accounts.sessions import SessionStore

        return SessionStore
