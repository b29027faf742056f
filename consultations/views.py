from django.http import Http404, HttpRequest, HttpResponse


def _soon(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


consultation_list = consultation = news = thread = post = edit = withdraw = official = resolve = comment_history = _soon
