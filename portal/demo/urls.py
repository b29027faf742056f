from django.urls import path

from portal.demo import views

app_name = "demo"
urlpatterns = [
    path("enter/", views.enter, name="enter"),
    path("confirm/", views.confirm, name="confirm"),
    path("mailbox/", views.mail_list, name="mailbox"),
    path("mailbox/<str:key>/", views.mail, name="mail"),
    path("mailbox/<str:key>/html/", views.mail_html, name="mail_html"),
]
