from django.urls import path

from notifications import views, views_feeds

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.inbox, name="inbox"),
    path("notifications/read/", views.mark_all_read, name="mark_all_read"),
    path("notifications/settings/", views.settings, name="settings"),
    path("notifications/feeds/", views_feeds.feed_keys, name="feeds"),
    path("notifications/feeds/<int:pk>/revoke/", views_feeds.revoke_feed_key, name="revoke_feed_key"),
    path("notifications/<int:pk>/open/", views.open_notice, name="open"),
    path("u/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
