"""An image, decoded and written anew: of the old file nothing is left but its pixels."""

import io
from typing import Any, Final

from PIL import Image, ImageOps

from breachdesk.cleaning.errors import FileRefusedError

#: Pixels of an image: more than any telephone takes.
_MOST_PIXELS: Final = 60_000_000
#: What is kept is no larger on its longer side: text on a screenshot stays legible.
_LONGEST_SIDE: Final = 4096
_QUALITY: Final = 88
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")


def clean_image(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Turned as it is to be seen, the first picture of several, JPEG or, with few colours, PNG."""
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
        if opened.width * opened.height > _MOST_PIXELS:
            raise FileRefusedError("large")
        lossless = opened.format in ("PNG", "GIF")
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    bare = Image.frombytes("RGB", upright.size, upright.tobytes())
    out = io.BytesIO()
    if lossless:
        bare.save(out, "PNG", optimize=True)
    else:
        bare.save(out, "JPEG", quality=_QUALITY)
    told = {
        "media_type": "image/png" if lossless else "image/jpeg",
        "width": bare.width,
        "height": bare.height,
    }
    return told, out.getvalue()
