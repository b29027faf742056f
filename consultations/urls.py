from django.urls import path

from consultations import views

app_name = "consultations"
urlpatterns = [
    path("", views.consultation_list, name="list"),
    path("<slug:key>/", views.consultation, name="consultation"),
    path("<slug:key>/news/", views.news, name="news"),
    path("<slug:key>/thread/<str:anchor>/", views.thread, name="thread"),
    path("<slug:key>/comments/", views.post, name="post"),
    path("<slug:key>/comments/<uuid:pk>/edit/", views.edit, name="edit"),
    path("<slug:key>/comments/<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:key>/comments/<uuid:pk>/official/", views.official, name="official"),
    path("<slug:key>/comments/<uuid:pk>/resolve/", views.resolve, name="resolve"),
    path("<slug:key>/comments/<uuid:pk>/history/", views.comment_history, name="comment_history"),
]
