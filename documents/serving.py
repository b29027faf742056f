"""Handing a stored file out. The view has asked `visible_to` before; here the file itself is asked."""

from django.core.files.storage import default_storage
from django.http import FileResponse
from django.utils.translation import gettext as _

from documents.stored import StoredFile
from portal.common.errors import Refused


def serve(row: StoredFile) -> FileResponse:
    """The file as an attachment under its own name (RFC 5987), never to be guessed at, shown or kept on the way.

    Refused: it is not clean, or its bytes are not there.
    """
    if not row.is_clean:
        raise Refused(not_clean(row))
    try:
        stored = default_storage.open(row.storage_name, "rb")
    except FileNotFoundError:
        raise Refused(_("The file cannot be found in the store. Tell the secretariat.")) from None
    response = FileResponse(stored, as_attachment=True, filename=row.file_name, content_type=row.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def not_clean(row: StoredFile) -> str:
    """Why the file cannot be downloaded."""
    if row.scan_state == "infected":
        return _("The check found harmful content in this file.")
    if row.scan_state == "pending":
        return _("This file has not been checked for harmful content yet. Try again in a few minutes.")
    return _("This file could not be checked for harmful content yet. The check is repeated by itself.")
