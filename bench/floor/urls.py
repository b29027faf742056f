from django.urls import path

from bench.floor import views

urlpatterns = [
    path("hello/", views.hello),
    path("login/", views.login),
    path("topics/", views.listing),
    path("topics/<int:pk>/", views.thread),
    path("topics/<int:pk>/lean/", views.thread_lean),
    path("topics/<int:pk>/post/", views.post),
]
