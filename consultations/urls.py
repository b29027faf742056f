from django.urls import path

from consultations.views import discussion, paper

app_name = "consultations"
urlpatterns = [
    path("", paper.consultation_list, name="list"),
    path("<slug:key>/", paper.consultation, name="consultation"),
    path("<slug:key>/news/", paper.news, name="news"),
    path("<slug:key>/thread/<str:anchor>/", paper.thread, name="thread"),
    path("<slug:key>/comments/", discussion.post, name="post"),
    path("<slug:key>/comments/<uuid:pk>/edit/", discussion.edit, name="edit"),
    path("<slug:key>/comments/<uuid:pk>/withdraw/", discussion.withdraw, name="withdraw"),
    path("<slug:key>/comments/<uuid:pk>/official/", discussion.official, name="official"),
    path("<slug:key>/comments/<uuid:pk>/resolve/", discussion.resolve, name="resolve"),
    path("<slug:key>/comments/<uuid:pk>/history/", discussion.comment_history, name="comment_history"),
]
