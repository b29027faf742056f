"""What a start refuses, with the reason (manage.py check, gunicorn and the workers run these)."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

from portal.settings import LOCAL


def problems_of_production() -> list[str]:
    """Why this configuration may not serve the public; empty where it may, and on a developer's machine."""
    if LOCAL:
        return []
    found = []
    if settings.SECRET_KEY.startswith("insecure") or len(settings.SECRET_KEY) < 40:
        found.append("DJANGO_SECRET_KEY is missing or shorter than 40 characters.")
    if settings.DEBUG:
        found.append("DJANGO_DEBUG is on. It shows code and settings to anybody who meets an error.")
    if settings.DEMO:
        found.append("PORTAL_DEMO is on. It lets anybody enter as anybody. It needs PORTAL_ENV=local.")
    if settings.MAILBOX:
        found.append("PORTAL_MAILBOX is set. It shows all mail to anybody. It needs PORTAL_ENV=local.")
    if not settings.ALLOWED_HOSTS:
        found.append("DJANGO_ALLOWED_HOSTS is empty.")
    if not settings.BASE_URL.startswith("https://"):
        found.append("PORTAL_BASE_URL must begin with https://.")
    return found


@register(Tags.security)
def production_configuration(app_configs: Any, **kwargs: Any) -> list[Error]:
    return [Error(reason, id=f"portal.E{number:03}") for number, reason in enumerate(problems_of_production(), start=1)]


@register(Tags.security, deploy=True)
def audit_head_leaves_the_house(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """Without a mailbox outside, whoever owns the database can write the audit record anew and nobody could tell."""
    if LOCAL or settings.AUDIT_HEAD_ADDRESS:
        return []
    return [
        Warning(
            "PORTAL_AUDIT_HEAD_ADDRESS is not set: the head of the audit record is mailed to nobody. Whoever owns the "
            "database can then write the whole record anew with seals that fit, and `manage.py audit verify` has "
            "nothing from outside to hold it against.",
            hint="Set it to a mailbox outside of this machine, out of the operators' reach (docs/audit.md).",
            id="portal.W001",
        )
    ]


def refuse_unsafe_start() -> None:
    """Raise SystemExit with the reasons. Called by the WSGI entrance and the Celery app, which run no checks."""
    if found := problems_of_production():
        raise SystemExit("The portal does not start: " + " ".join(found))


@register(Tags.database, deploy=False)
def role_owns_nothing(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Error]:
    """The app's role must not own tables, be a superuser or bypass row security: policies would not apply."""
    if not databases or "default" not in databases:
        return []
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT rolsuper, rolbypassrls,
                      EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user)
               FROM pg_roles WHERE rolname = current_user"""
        )
        superuser, bypasses, owns = cursor.fetchone()
    if superuser or bypasses or owns:
        return [
            Error(
                "The role in DATABASE_URL owns tables, is a superuser or bypasses row security.",
                hint="Connect as portal_app and migrate as portal_owner (deploy/README.md).",
                id="portal.E100",
            )
        ]
    return []
