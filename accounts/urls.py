from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("theme/", views.theme, name="theme"),
    path("sessions/<int:pk>/end/", views.end_session, name="end_session"),
    path("carry-on/", views.carry_on, name="carry_on"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
]
