"""The admin site: Django's own, for the regulator's staff, behind the portal's sign-in and second factor.

It opens on what waits for the secretariat; below stand the records, by the field's words.
"""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members import policies
from members.desk import waiting
from members.desk.shelves import SHELVES, shelf_of


class PortalAdminSite(AdminSite):
    site_header = _("ASPIRe Portal administration")
    site_title = _("ASPIRe Portal administration")
    index_title = _("What waits for the secretariat")
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

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        lines = waiting.lines(request.viewer)  # type: ignore[attr-defined]
        # Urgent lines first; within each kind the rooms' own order stands.
        busy = sorted((line for line in lines if line.count), key=lambda line: not line.is_urgent)
        quiet = [line for line in lines if not line.count]
        return super().index(request, {"busy": busy, "quiet": quiet, **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The models by shelf; an app's own page, which Django asks for by its label, as Django has it."""
        if app_label is not None:
            return super().get_app_list(request, app_label)
        shelves: dict[str, list[Any]] = {key: [] for key in SHELVES}
        for app in self._build_app_dict(request).values():
            for entry in app["models"]:
                shelves[shelf_of(self._registry[entry["model"]])].append(entry)
        index = reverse(f"{self.name}:index")
        return [
            {
                "name": SHELVES[key],
                "app_label": key,
                "app_url": f"{index}#shelf-{key}",
                "has_module_perms": True,
                "models": sorted(models, key=lambda entry: str(entry["name"])),
            }
            for key, models in shelves.items()
            if models
        ]
