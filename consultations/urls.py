from django.urls import path

from consultations.views import calendar, discussion, exports, paper

app_name = "consultations"
urlpatterns = [
    path("", paper.consultation_list, name="list"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/check/", calendar.calendar_check, name="calendar_check"),
    path("calendar/days/", calendar.calendar_days, name="calendar_days"),
    path("calendar/days/change/", calendar.change_day, name="change_day"),
    path("calendar/days/<int:pk>/undo/", calendar.undo_change, name="undo_change"),
    path("calendar/windows/set/", calendar.set_window, name="set_window"),
    path("calendar/windows/<int:pk>/lift/", calendar.lift_window, name="lift_window"),
    path("<slug:key>/", paper.consultation, name="consultation"),
    path("<slug:key>/news/", paper.news, name="news"),
    path("<slug:key>/thread/<str:anchor>/", paper.thread, name="thread"),
    path("<slug:key>/export/", exports.export, name="export"),
    path("<slug:key>/export/<slug:what>.<slug:extension>", exports.export_file, name="export_file"),
    path("<slug:key>/feed/<str:token>/", exports.feed, name="feed"),
    path("<slug:key>/comments/", discussion.post, name="post"),
    path("<slug:key>/comments/<uuid:pk>/edit/", discussion.edit, name="edit"),
    path("<slug:key>/comments/<uuid:pk>/withdraw/", discussion.withdraw, name="withdraw"),
    path("<slug:key>/comments/<uuid:pk>/official/", discussion.official, name="official"),
    path("<slug:key>/comments/<uuid:pk>/resolve/", discussion.resolve, name="resolve"),
    path("<slug:key>/comments/<uuid:pk>/history/", discussion.comment_history, name="comment_history"),
]
