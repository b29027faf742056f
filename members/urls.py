from django.urls import path

from members import views, views_delegation, views_mirror, views_sign_in

app_name = "members"
urlpatterns = [
    path("", views.directory, name="directory"),
    path("delegations/", views_delegation.delegations, name="delegations"),
    path("delegations/new/", views_delegation.delegate, name="delegate"),
    path("delegations/<int:pk>/end/", views_delegation.end_delegation, name="end_delegation"),
    path("sign-in/", views_sign_in.through_a_firm, name="through_a_firm"),
    path("sign-in/mine/", views_sign_in.manage, name="firm_sign_in"),
    path("sign-in/mine/connect/", views_sign_in.connect, name="connect_firm"),
    path("sign-in/mine/disconnect/", views_sign_in.disconnect, name="disconnect_firm"),
    path("sign-in/<slug:key>/", views_sign_in.to_firm, name="to_firm"),
    path("sign-in/<slug:key>/go/", views_sign_in.go, name="go_to_firm"),
    path("sign-in/<slug:key>/back/", views_sign_in.callback, name="from_firm"),
    path("views/", views_mirror.views, name="views"),
    path("view-as/stop/", views_mirror.stop_view_as, name="stop_view_as"),
    path("view-as/<slug:key>/", views_mirror.view_as, name="view_as"),
]
