from django.urls import path

from members import views_oversight as views

app_name = "oversight"
urlpatterns = [
    path("overrides/", views.overrides, name="overrides"),
    path("overrides/ask/", views.ask, name="ask"),
    path("overrides/<uuid:pk>/decide/", views.decide, name="decide"),
    path("overrides/<uuid:pk>/end/", views.end, name="end"),
    path("openings/", views.opening_list, name="openings"),
    path("openings/openings.csv", views.opening_file, name="opening_file"),
]
