"""Forms with files: counted while they stream in, and dropped where they are too large, before anything keeps them."""

import errno
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.utils.translation import gettext as _

from documents.checking.check import too_large
from documents.limits import MAX_BYTES, MAX_REQUEST

logger = structlog.get_logger(__name__)


class RefusedUpload(SimpleUploadedFile):
    """In place of a file that was dropped while it came in: `storing.receive` gives its sentence beside the field,
    and what else was typed is kept. It is empty, and says the size that was counted."""

    def __init__(self, name: str, content_type: str, size: int, refusal: str) -> None:
        super().__init__(name or "file", b"", content_type)
        self.size = size
        self.refusal = refusal


class CountingUploadHandler(TemporaryFileUploadHandler):
    """Django's limit on a request does not count its files (SECURITY.md A7). This one does, for each file and all."""

    counted = 0
    refusal = ""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """RequestDataTooBig, which is answered with 400, before anything of the request was read."""
        if content_length > MAX_REQUEST:
            raise RequestDataTooBig("The files of this form are too large together.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.counted, self.refusal = 0, ""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.counted += len(raw_data)
        if self.refusal:
            return
        if self.counted > MAX_BYTES:
            self._drop(too_large())
            return
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise
            logger.exception("upload not kept", errno=error.errno)
            self._drop(_("The portal has no room to store the file at present. Nothing was kept. Try again later."))

    def _drop(self, refusal: str) -> None:
        self.refusal = refusal
        self.file.close()

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        if self.refusal:
            return RefusedUpload(self.file_name or "", self.content_type or "", self.counted, self.refusal)
        return super().file_complete(file_size)
