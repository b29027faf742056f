from django.urls import path

from members import views, views_mirror

app_name = "members"
urlpatterns = [
    path("", views.directory, name="directory"),
    path("views/", views_mirror.views, name="views"),
    path("view-as/stop/", views_mirror.stop_view_as, name="stop_view_as"),
    path("view-as/<slug:key>/", views_mirror.view_as, name="view_as"),
]
