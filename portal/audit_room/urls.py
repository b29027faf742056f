from django.urls import path

from portal.audit_room import views

app_name = "audit_room"
urlpatterns = [
    path("", views.entries, name="entries"),
    path("export.csv", views.export, {"extension": "csv"}, name="export_csv"),
    path("export.xlsx", views.export, {"extension": "xlsx"}, name="export_xlsx"),
]
