"""Whose messages our users also read: files of Django and allauth whose strings belong to our catalogues.

Our catalogue comes first (LOCALE_PATHS), so an entry there overrides the package's own translation. A template that
`templates/` replaces is left out by itself. allauth's Chinese is incomplete and in the mainland's wording, so all of
it is taken; Django's is complete, so only what breaks our rules of writing is taken.
"""

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

ALLAUTH: Final = (
    "account/adapter.py",
    "account/apps.py",
    "account/fields.py",
    "account/forms.py",
    "account/models.py",
    "mfa/adapter.py",
    "mfa/apps.py",
    "mfa/base/forms.py",
    "mfa/models.py",
    "mfa/totp/forms.py",
    "mfa/webauthn/forms.py",
    "usersessions/apps.py",
    "usersessions/models.py",
    "templates/429.html",
    "templates/account/*.html",
    "templates/account/email/*.txt",
    "templates/account/messages/*.txt",
    "templates/account/snippets/*.html",
    "templates/allauth/**/*.html",
    "templates/mfa/**/*.html",
    "templates/mfa/**/*.txt",
    "templates/usersessions/**/*.html",
    "templates/usersessions/**/*.txt",
)

# Pages and mails of features that the portal does not offer: phones, sign-in by mailed code or link, open sign-up.
ALLAUTH_NOT_OFFERED: Final = (
    "templates/account/*phone*",
    "templates/account/*login_code*",
    "templates/account/email/*login_code*",
    "templates/account/messages/*phone*",
    "templates/account/messages/*login_code*",
    "templates/account/signup_by_passkey.html",
    "templates/mfa/webauthn/signup_form.html",
    "templates/mfa/trust.html",
)

DJANGO: Final = (
    "contrib/admin/**/*.py",
    "contrib/admin/templates/**/*.html",
    "contrib/auth/**/*.py",
    "contrib/sessions/**/*.py",
    "contrib/sites/**/*.py",
    "core/validators.py",
    "db/models/base.py",
    "db/models/constraints.py",
    "db/models/fields/__init__.py",
    "db/models/fields/files.py",
    "db/models/fields/json.py",
    "db/models/fields/related.py",
    "forms/*.py",
    "template/defaultfilters.py",
    "utils/dates.py",
    "utils/text.py",
    "utils/timesince.py",
)

# Not prose (a list that a filter takes apart at its half-width commas, a set of punctuation marks), or on no page.
LEFT_TO_DJANGO: Final = {"yes,no,maybe", ":?.!", "Server Error <em>(500)</em>"}

# What follows a label: no rule of writing finds the half-width colon at fault, since no Chinese stands beside it.
ALWAYS_OURS: Final = {":"}


def owns(files: Iterable[str]) -> bool:
    """Whether all these references lie in other people's packages: the glossary does not hold their English to its
    senses ("Code" is the code that one types in there, and a code of conduct with us)."""
    return all(file.startswith(("allauth/", "django/")) for file in files)


def package_folder(package: str) -> Path:
    """Where a package lies, found without importing it (Django's apps want settings)."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{package} is not installed")
    return Path(spec.submodule_search_locations[0])


def allauth_files(templates: Path) -> list[Path]:
    """The files of allauth whose strings our users read, given the folder of our own templates."""
    base = package_folder("allauth")
    hidden = {path for pattern in ALLAUTH_NOT_OFFERED for path in base.glob(pattern)}
    shown = {path for pattern in ALLAUTH for path in base.glob(pattern)} - hidden
    return sorted(path for path in shown if not _replaced(path, base / "templates", templates))


def django_files(templates: Path) -> list[Path]:
    base = package_folder("django")
    found = {path for pattern in DJANGO for path in base.glob(pattern) if "migrations" not in path.parts}
    return sorted(path for path in found if not _replaced(path, base / "contrib/admin/templates", templates))


def _replaced(path: Path, theirs: Path, ours: Path) -> bool:
    return path.is_relative_to(theirs) and (ours / path.relative_to(theirs)).exists()
