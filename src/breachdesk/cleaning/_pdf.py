"""A PDF, its pages copied into a new document: no scripts, actions, forms, files or metadata."""

import io
from typing import Any, Final

import pikepdf

from breachdesk.cleaning.errors import FileRefusedError

_MOST_PAGES: Final = 200
#: Of a page everything goes that can act or hides something beside what is seen.
_PAGE_KEYS: Final = ("/AA", "/Metadata", "/PieceInfo", "/LastModified", "/Annots", "/Thumb", "/B")


def clean_pdf(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The pages alone. Notes on them go too: they can hold actions and files."""
    try:
        opened = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError:
        raise FileRefusedError("locked") from None
    with opened, pikepdf.new() as bare:
        if len(opened.pages) > _MOST_PAGES:
            raise FileRefusedError("large")
        if not opened.pages:
            raise FileRefusedError("empty")
        for page in opened.pages:
            for key in _PAGE_KEYS:
                if key in page:
                    del page[key]
        bare.pages.extend(opened.pages)
        _forget_metadata(bare)
        pages = len(bare.pages)
        out = io.BytesIO()
        bare.save(out, deterministic_id=True)
    return {"media_type": "application/pdf", "pages": pages}, out.getvalue()


def _forget_metadata(document: pikepdf.Pdf) -> None:
    """Of images and forms within the pages, which carry their own."""
    for found in document.objects:
        if isinstance(found, pikepdf.Stream | pikepdf.Dictionary) and "/Metadata" in found:
            del found["/Metadata"]
