from django.urls import path

from meetings import views

app_name = "meetings"
urlpatterns = [
    path("", views.meeting_list, name="list"),
    path("actions/", views.action_list, name="actions"),
    path("<slug:key>/", views.meeting, name="meeting"),
    path("<slug:key>/reply/", views.reply, name="reply"),
]
