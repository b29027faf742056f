from django.urls import path

from members.firm import views

app_name = "firm"
urlpatterns = [
    path("", views.people, name="people"),
    path("invite/", views.invite, name="invite"),
    path("invitations/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("invitations/<int:pk>/send-again/", views.send_again, name="send_again"),
    path("people/<int:pk>/role/", views.role, name="role"),
    path("people/<int:pk>/end/", views.end, name="end"),
    path("certification/", views.certification, name="certification"),
]
