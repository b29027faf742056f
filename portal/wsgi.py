"""WSGI entrance for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402  the settings must be loaded first

from portal.checks import refuse_unsafe_start  # noqa: E402

refuse_unsafe_start()
# All rooms are loaded now and not by the first request: before gunicorn makes its workers, which share them.
get_resolver()._populate()
