"""Settings of the tests: the product's own, on the services that `services.testing` shares out.

Tests connect as the app's role, so that row-level security holds in them; migrations run as the owner.
"""

import os
from zlib import crc32

from services.testing import ensure

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
NUMBER = int(WORKER.removeprefix("gw")) if WORKER.startswith("gw") else 0
# Two runs at the same time never share a database, nor keys in the cache.
RUN = os.environ.get("PORTAL_TEST_NAME") or os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:8]
NAME = f"{RUN}_{WORKER}"

_given = ensure()
os.environ.update(_given)
os.environ["PORTAL_ENV"] = "test"
os.environ.setdefault("DJANGO_SECRET_KEY", "a-key-of-the-tests-which-is-long-enough-for-the-check")
os.environ["PORTAL_DEMO"] = "true"
os.environ["PORTAL_BASE_URL"] = "http://portal.test"
# Two Redis databases for each worker of each run: a job of one must never be taken by another's Celery, and clearing
# the cache empties a whole database.
QUEUE = 1 + crc32(RUN.encode()) % 60 * 8 + NUMBER % 4 * 2
os.environ["CELERY_BROKER_URL"] = _given["CELERY_BROKER_URL"].split("?")[0] + f"?virtual_host={QUEUE}"

from portal.settings import *  # noqa: E402, F403
from portal.settings import CACHES, DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
for alias in DATABASES.values():
    alias["TEST"] = {"NAME": f"test_{alias['NAME']}_{NAME}"}
DATABASES["owner"].setdefault("OPTIONS", {}).pop("pool", None)
CACHES["default"]["KEY_PREFIX"] = f"test-{NAME}"
CACHES["default"]["LOCATION"] = f"{_given['REDIS_URL'].split('?')[0]}?db={QUEUE + 1}"
WHITENOISE_AUTOREFRESH = False
CELERY_TASK_STORE_EAGER_RESULT = False
