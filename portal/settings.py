"""Settings. Everything that differs between machines comes from the environment (README, Configuration)."""

import logging
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
import pghistory
import structlog
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF

from portal.common.scrubbing import scrub

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()

PORTAL_ENV: str = env.str("PORTAL_ENV", default="production")
LOCAL = PORTAL_ENV in {"local", "test"}
DEMO: bool = env.bool("PORTAL_DEMO", default=False)
DEBUG: bool = env.bool("DJANGO_DEBUG", default=False)
# Without a key a production start is refused by portal.checks, which gives the reason in words.
SECRET_KEY: str = env.str("DJANGO_SECRET_KEY", default="") or "insecure-no-key-was-given"
SECRET_KEY_FALLBACKS: list[str] = env.list("DJANGO_SECRET_KEY_FALLBACKS", default=[])
FIELD_ENCRYPTION_KEY: str = env.str("PORTAL_FIELD_KEY", default="")
FIELD_ENCRYPTION_KEY_FALLBACKS: list[str] = env.list("PORTAL_FIELD_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS: list[str] = env.list(
    "DJANGO_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if LOCAL else []
)
BASE_URL: str = env.str("PORTAL_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "portal.common.apps.CommonConfig",
    "accounts",
    "audit",
    "notifications",
    "members",
    "documents",
    "initiatives",
    "consultations",
    "meetings",
    *(["portal.demo.apps.DemoConfig"] if DEMO else []),
    "portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",  # its templates, for FORM_RENDERER
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "template_partials",
    "pgtrigger",
    "pghistory",
    "django_structlog",
    "django_prometheus",
]
# Two branches that both add a migration then conflict in a text file, and not on somebody's machine.
if LOCAL and find_spec("django_linear_migrations"):
    INSTALLED_APPS.append("django_linear_migrations")
FIRST_PARTY_APPS = [
    "accounts",
    "audit",
    "notifications",
    "members",
    "documents",
    "initiatives",
    "consultations",
    "meetings",
]

# The order matters: the viewer's transaction lies inside the session's save and outside everything that reads.
MIDDLEWARE = [
    "portal.health.HealthMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.ResponseHeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.PersonMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    # Outside the viewer's transaction: allauth sends mail and adds messages when that commits.
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # Outside the viewer's transaction, which may be undone.
    "portal.audit_room.refusals.RefusalMiddleware",
    "members.middleware.ViewerMiddleware",
    "audit.middleware.AuditContextMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.SignInAgainMiddleware",
    "accounts.middleware.SessionActivityMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.RequireSecondFactorMiddleware",
    # Inside all that notes who is there, before all that keeps what was sent: a firm's eyes write nothing.
    "members.mirroring.MirrorMiddleware",
    "accounts.middleware.StepUpMiddleware",
    "members.confirmed.RequireConfirmationMiddleware",
    "portal.middleware.NullCharacterMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.portal",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "portal.common.templatetags.portal",
            ],
        },
    },
]

# Widgets take our templates where there are some (admin/widgets).
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Two roles: the app connects as one that owns nothing; only migrations and the loader's set-up get the owner.
_POOL: dict[str, Any] = {"min_size": 1, "max_size": env.int("PORTAL_DB_POOL", default=6), "timeout": 5}
DATABASES: dict[str, Any] = {"default": env.db("DATABASE_URL", default="postgres://portal_app@/portal")}
if env.bool("PORTAL_DB_POOLED", default=True):
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = _POOL
if env.str("DATABASE_OWNER_URL", default=""):
    DATABASES["owner"] = env.db("DATABASE_OWNER_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL: str = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
}

CELERY_BROKER_URL: str = env.str("CELERY_BROKER_URL", default=REDIS_URL)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "Asia/Hong_Kong"
CELERY_ENABLE_UTC = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_keepalive": True}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A nudge must never hold up a request: if Redis is away, the sweep finds the row within OUTBOX_SWEEP_SECONDS.
CELERY_TASK_PUBLISH_RETRY = False
OUTBOX_SWEEP_SECONDS: int = env.int("PORTAL_OUTBOX_SWEEP", default=30)
OUTBOX_LEASE_SECONDS: int = env.int("PORTAL_OUTBOX_LEASE", default=120)
OUTBOX_BATCH: int = env.int("PORTAL_OUTBOX_BATCH", default=50)
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    # Nudges that no worker took in time are worth nothing: they expire instead of piling up.
    "sweep the outbox": {
        "task": "notifications.tasks.deliver",
        "schedule": OUTBOX_SWEEP_SECONDS,
        "options": {"expires": 2 * OUTBOX_SWEEP_SECONDS},
    },
    "heartbeat": {"task": "notifications.tasks.heartbeat", "schedule": 30, "options": {"expires": 60}},
    # Files that the virus scanner could not be asked about (docs/uploads.md).
    "check files that wait": {
        "task": "documents.tasks.check_again",
        "schedule": 300,
        "options": {"expires": 240},
    },
    "announce what was released": {
        "task": "consultations.tasks.announce",
        "schedule": 30,
        "options": {"expires": 60},
    },
    # Memberships whose last day has passed: what was open goes to the successor. Soon after midnight in Hong Kong.
    "hand over what leavers had open": {
        "task": "members.tasks.hand_over",
        "schedule": crontab(minute=5),
        "options": {"expires": 3000},
    },
    "certifications of firms at 07:30 Hong Kong time": {
        "task": "members.tasks.remind_of_certifications",
        "schedule": crontab(hour=7, minute=30),
    },
    "what is past its retention period, 04:15 Hong Kong time": {
        "task": "members.tasks.propose_disposals",
        "schedule": crontab(hour=4, minute=15),
    },
    # Entries of audit are sealed a short while after they are written; their newest head leaves the house once a day.
    "seal the audit record": {"task": "audit.tasks.seal", "schedule": 60, "options": {"expires": 50}},
    "seal what is older, and mail the head": {
        "task": "portal.audit_room.tasks.mail_head",
        "schedule": crontab(hour=7, minute=30),
    },
    "daily digest at 08:00 Hong Kong time": {
        "task": "notifications.tasks.queue_digests",
        "schedule": crontab(hour=8, minute=0),
    },
}

# Where the head of the sealed audit record goes each day: a mailbox outside of this machine and its database.
AUDIT_HEAD_ADDRESS: str = env.str("PORTAL_AUDIT_HEAD_ADDRESS", default="audit-heads@archive.example" if DEMO else "")

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600

ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_FORMS = {"signup": "accounts.forms.SignupForm"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# How long a second factor or a confirmation serves for signing off, publishing, roles and exports (accounts.step_up).
STEP_UP_SECONDS: int = env.int("PORTAL_STEP_UP", default=900)
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if LOCAL else "https"
ALLAUTH_TRUSTED_PROXY_COUNT: int = env.int("PORTAL_TRUSTED_PROXIES", default=0)
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.one_time_codes.AuthenticateForm",
    "reauthenticate": "accounts.one_time_codes.ReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TRUST_ENABLED = False
MFA_TOTP_ISSUER = "ASPIRe Portal"
USERSESSIONS_ADAPTER = "accounts.adapters.SessionsAdapter"
USERSESSIONS_TRACK_ACTIVITY = True

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.audit_room.refusals.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = not LOCAL
LANGUAGE_COOKIE_SAMESITE = "Lax"  # the same in portal.common.i18n
SECURE_SSL_REDIRECT = env.bool("PORTAL_SSL_REDIRECT", default=not LOCAL)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 0 if LOCAL else 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # data: is the QR code of the authenticator app
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

PGHISTORY_APPEND_ONLY = True
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_CONTEXT_ID_FIELD = pghistory.ContextUUIDField(null=True)
PGHISTORY_CREATED_AT_FUNCTION = "clock_timestamp()"
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_constraint=False)
# The owner migrates; the extension's own migration hook would run it as whoever connects.
PGTRIGGER_MIGRATIONS = True

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hant", "繁體中文"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Hong_Kong"
FORMAT_MODULE_PATH = ["portal.formats"]

STATIC_URL = "static/"
# A developer's machine serves static/ as it is; production collects it when the image is built.
STATIC_ROOT = None if LOCAL else Path(env.str("PORTAL_STATIC_ROOT", default=str(BASE_DIR / ".local" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("PORTAL_MEDIA_ROOT", default=str(BASE_DIR / ".local" / "media")))
# Files that people send: docs/uploads.md.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "documents.uploads.CountingUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_QUOTA_BYTES: int = env.int("PORTAL_FILE_QUOTA", default=2 * 1024**3)
CLAMD_URL: str = env.str("CLAMD_URL", default="")
CLAMD_TIMEOUT: int = env.int("CLAMD_TIMEOUT", default=20)
WHITENOISE_USE_FINDERS = LOCAL
WHITENOISE_MAX_AGE = 60 if LOCAL else 31_536_000
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("PORTAL_FROM_EMAIL", default="ASPIRe Portal <portal@portal.example>")
MAILBOX = env.str("PORTAL_MAILBOX", default="")

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        scrub,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(),
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso"),
                scrub,
            ],
        },
        "plain": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
            "foreign_pre_chain": [structlog.stdlib.add_log_level, scrub],
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain" if LOCAL else "json"}},
    "root": {"handlers": ["console"], "level": "WARNING" if LOCAL else "INFO"},
    "loggers": {
        "django_structlog": {"level": "WARNING" if LOCAL else "INFO"},
        "django.request": {"level": "ERROR"},
    },
}
# One line for each request, when it is answered.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
# Bound by the viewer's middleware: asking here would read the session before the transaction has begun.
DJANGO_STRUCTLOG_USER_ID_FIELD = ""
SILENCED_SYSTEM_CHECKS: list[str] = []
