from django.urls import path

from initiatives import views

app_name = "initiatives"
urlpatterns = [
    path("", views.roadmap, name="roadmap"),
    path("<int:number>/", views.initiative, name="initiative"),
]
