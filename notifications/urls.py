from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.inbox, name="inbox"),
    path("notifications/read/", views.mark_all_read, name="mark_all_read"),
    path("notifications/settings/", views.settings, name="settings"),
    path("notifications/<int:pk>/open/", views.open_notice, name="open"),
    path("u/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
