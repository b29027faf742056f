"""WSGI entrance for gunicorn."""

import os
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application: Any = get_wsgi_application()

from portal.checks import refuse_unsafe_start  # noqa: E402  the settings must be loaded first
from portal.loading import load_all  # noqa: E402
from portal.stack import with_room  # noqa: E402

refuse_unsafe_start()
load_all()
application = with_room(application)
