"""All addresses. tests/portal/test_access_matrix.py fails for one that nobody has classified."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("notifications.urls")),
    path("account/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/setlang/", views.choose_language, name="set_language"),
    path("roadmap/", include("initiatives.urls")),
    path("consultations/", include("consultations.urls")),
    path("meetings/", include("meetings.urls")),
    path("documents/", include("documents.urls")),
    path("members/", include("members.urls")),
    path("audit/", include("portal.audit_room.urls")),
    path("", include("members.urls_oversight")),
    path("firm/", include("members.firm.urls")),
    path("help/", views.page, {"name": "help"}, name="help"),
    path("accessibility/", views.page, {"name": "accessibility"}, name="accessibility"),
    path("privacy/", views.page, {"name": "privacy"}, name="privacy"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("metrics", views.metrics, name="metrics"),
    path("admin/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("portal.demo.urls"))]

handler500 = "portal.views.server_error"
