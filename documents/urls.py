from django.urls import path

from documents import views

app_name = "documents"
urlpatterns = [
    path("", views.document_list, name="list"),
    path("appointments/<int:pk>/", views.appointment_letter, name="appointment_letter"),
    path("<uuid:pk>/", views.document, name="document"),
    path("<uuid:pk>/<int:number>/", views.download, name="download"),
]
