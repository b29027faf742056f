"""What gunicorn serves: the program whose settings DJANGO_SETTINGS_MODULE names."""

from typing import Any

from django.core.wsgi import get_wsgi_application

application: Any = get_wsgi_application()

from django.conf import settings  # noqa: E402  the settings must be loaded first

if settings.ROOT_URLCONF == "portal.urls":
    # As portal.wsgi does.
    from portal.loading import load_all
    from portal.stack import with_room

    application = with_room(application)
    load_all()
else:
    from django.urls import get_resolver

    get_resolver()._populate()
