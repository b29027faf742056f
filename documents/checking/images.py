"""Pictures are drawn anew: the pixels that were seen are stored, without camera data, place or appended bytes."""

import io
import re
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from documents.checking import signatures
from documents.checking.finding import Objection
from documents.limits import MAX_FRAMES, MAX_PIXELS

_FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP"}
_PAGE = re.compile(rb"<script|<html>|<!doctype html|<iframe|<\?php", re.IGNORECASE)
_GIF_FRAME = b"\x21\xf9\x04"
_MODES = {
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "JPEG": ("L", "RGB"),
    "WEBP": ("RGB", "RGBA"),
}


def check(extension: str, content: bytes) -> bytes:
    expected = _FORMATS[extension]
    refuse_second_nature(extension, content)
    # Pillow walks through every frame to count them.
    if expected == "GIF" and content.count(_GIF_FRAME) > 20 * MAX_FRAMES:
        raise _too_many_pixels()
    try:
        with Image.open(io.BytesIO(content), formats=[expected]) as picture:
            return _drawn_anew(picture, expected)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except UnidentifiedImageError:
        raise signatures.wrong_kind(extension) from None
    except (OSError, SyntaxError, ValueError, EOFError, OverflowError):
        raise signatures.damaged() from None


def refuse_second_nature(extension: str, content: bytes) -> None:
    """A picture that is also a web page or an archive was made to deceive, though drawn anew it would be harmless."""
    if _PAGE.search(content) or content.rfind(b"PK\x05\x06", max(0, len(content) - 65_557)) >= 0:
        raise signatures.wrong_kind(extension)


def _drawn_anew(picture: Image.Image, expected: str) -> bytes:
    width, height = picture.size
    frames = getattr(picture, "n_frames", 1) if expected == "GIF" else 1
    if frames > MAX_FRAMES or width * height * frames > MAX_PIXELS:
        raise _too_many_pixels()
    out = io.BytesIO()
    if expected == "GIF" and frames > 1:
        _save_moving(picture, out)
        return out.getvalue()
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    if expected == "GIF":
        _bare(upright.convert("RGBA") if upright.mode not in ("P", "L", "1") else upright).save(out, "GIF")
        return out.getvalue()
    if upright.mode not in _MODES[expected]:
        transparent = "A" in upright.mode or "transparency" in upright.info
        upright = upright.convert("RGBA" if transparent and expected != "JPEG" else "RGB")
    options = {"JPEG": {"quality": 92, "subsampling": 0}, "WEBP": {"quality": 92}, "PNG": {}}[expected]
    _bare(upright).save(out, expected, **options)
    return out.getvalue()


def _bare(picture: Image.Image) -> Image.Image:
    """The pixels with nothing that the file said about them, except which colour is transparent."""
    kept: dict[str | tuple[int, int], Any] = {
        key: picture.info[key] for key in ("transparency",) if key in picture.info
    }
    bare = picture.copy() if picture.readonly else picture
    bare.info = kept
    # Pillow writes what it finds here into the new file.
    bare._exif = None
    return bare


def _save_moving(picture: Image.Image, out: io.BytesIO) -> None:
    durations = []
    frames = []
    for frame in ImageSequence.Iterator(picture):
        durations.append(min(10_000, max(20, int(frame.info.get("duration", 100) or 100))))
        frames.append(_bare(frame.convert("RGBA")))
    frames[0].save(
        out, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, disposal=2, comment=b""
    )


def _too_many_pixels() -> Objection:
    return Objection(_("The picture is too large. At most 30 million pixels and 100 frames fit. Make it smaller."))
