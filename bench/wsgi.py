"""What gunicorn serves: the program whose settings DJANGO_SETTINGS_MODULE names."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402  the settings must be loaded first

# As portal.wsgi does.
get_resolver()._populate()
