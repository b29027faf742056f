"""Settings of the tests: the product's own, on the services that `services.testing` shares out.

Tests connect as the app's role, so that row-level security holds in them; migrations run as the owner.
"""

import os

from services.testing import ensure

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
NUMBER = int(WORKER.removeprefix("gw")) if WORKER.startswith("gw") else 0
NAME = "_".join(part for part in (os.environ.get("PORTAL_TEST_NAME", ""), WORKER) if part)

_given = ensure()
os.environ.update(_given)
os.environ["PORTAL_ENV"] = "test"
os.environ.setdefault("DJANGO_SECRET_KEY", "a-key-of-the-tests-which-is-long-enough-for-the-check")
os.environ["PORTAL_DEMO"] = "true"
os.environ["PORTAL_BASE_URL"] = "http://portal.test"
# A virtual host for each worker: a job of one must never be taken by another's Celery.
os.environ["CELERY_BROKER_URL"] = _given["CELERY_BROKER_URL"].split("?")[0] + f"?virtual_host={NUMBER + 1}"

from portal.settings import *  # noqa: E402, F403
from portal.settings import CACHES, DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
for alias in DATABASES.values():
    alias["TEST"] = {"NAME": f"test_{alias['NAME']}_{NAME}"}
DATABASES["owner"].setdefault("OPTIONS", {}).pop("pool", None)
CACHES["default"]["KEY_PREFIX"] = f"test-{NAME}"
WHITENOISE_AUTOREFRESH = False
CELERY_TASK_STORE_EAGER_RESULT = False
