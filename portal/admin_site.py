"""The admin site: Django's own, for the regulator's staff, behind the portal's sign-in and second factor."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from members import policies


class PortalAdminSite(AdminSite):
    site_header = _("ASPIRe Portal administration")
    site_title = _("ASPIRe Portal administration")
    index_title = _("Administration")
    enable_nav_sidebar = True
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        """Decided by the viewer's role; the middleware has asked for the second factor already."""
        return policies.can_enter_admin(request.viewer)  # type: ignore[attr-defined]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Sign-in is the portal's own: this form knows no second factor. Signed in without the right: 403."""
        if request.user.is_authenticated:
            policies.require(self.has_permission(request))
            # allauth's guard would ask for `is_staff`, which nobody has here.
            return redirect(f"{self.name}:index")
        return secure_admin_login(super().login)(request, extra_context)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().each_context(request) | {"viewer": request.viewer}  # type: ignore[attr-defined]
