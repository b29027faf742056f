from django.urls import path

from members import views, views_delegation, views_mirror

app_name = "members"
urlpatterns = [
    path("", views.directory, name="directory"),
    path("delegations/", views_delegation.delegations, name="delegations"),
    path("delegations/new/", views_delegation.delegate, name="delegate"),
    path("delegations/<int:pk>/end/", views_delegation.end_delegation, name="end_delegation"),
    path("views/", views_mirror.views, name="views"),
    path("view-as/stop/", views_mirror.stop_view_as, name="stop_view_as"),
    path("view-as/<slug:key>/", views_mirror.view_as, name="view_as"),
]
