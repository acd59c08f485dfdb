"""Of a stranger's file nothing is left but what is seen."""

import io
import stat
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from breachdesk.cleaning import MOST_BYTES, FileRefusedError, Scanner, clean

CANARY = b"canary-4711"


def image(kind: str, size: tuple[int, int] = (40, 20), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind, **more)
    return out.getvalue()


def document(*, pages: int = 1, password: str = "") -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page(page_size=(100, 100))
        made.docinfo["/Author"] = CANARY.decode()
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=CANARY.decode())
        made.Root["/OpenAction"] = script
        made.pages[0].AA = pikepdf.Dictionary(O=script)
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=script)
        made.pages[0].Annots = pikepdf.Array([note])
        made.attachments["x.exe"] = CANARY * 10
        security = pikepdf.Encryption(owner=password, user=password) if password else False
        made.save(out, encryption=security, compress_streams=False)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "kept"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/jpeg"), ("GIF", "image/png")],
)
def test_an_image_is_written_anew(kind: str, kept: str) -> None:
    cleaned = clean(image(kind))
    assert (cleaned.media_type, cleaned.width, cleaned.height) == (kept, 40, 20)
    with Image.open(io.BytesIO(cleaned.data)) as opened:
        assert opened.size == (40, 20)


def test_what_a_photo_says_of_itself_goes_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    exif[0x0112] = 6  # turned by a quarter
    given = image("JPEG", exif=exif, comment=CANARY)
    assert CANARY in given
    cleaned = clean(given)
    assert CANARY not in cleaned.data
    assert (cleaned.width, cleaned.height) == (20, 40)


def test_what_hangs_behind_an_image_goes() -> None:
    assert CANARY not in clean(image("PNG") + CANARY).data


def test_a_pdf_keeps_its_pages_alone() -> None:
    given = document(pages=3)
    assert CANARY in given
    cleaned = clean(given)
    assert (cleaned.media_type, cleaned.pages) == ("application/pdf", 3)
    with pikepdf.open(io.BytesIO(cleaned.data)) as opened:
        assert len(opened.pages) == 3
        assert not {"/OpenAction", "/Names", "/AcroForm", "/Metadata"} & set(opened.Root.keys())
        assert not {"/AA", "/Annots"} & set(opened.pages[0].obj.keys())
        assert not opened.attachments
        assert CANARY.decode() not in repr(dict(opened.docinfo.items()))
    assert CANARY not in cleaned.data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"hello", "type"),
        (b"MZ" + bytes(100), "type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "type"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "damaged"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "damaged"),
        (b"%PDF-1.7\n" + bytes(50), "damaged"),
        (bytes(MOST_BYTES + 1), "large"),
    ],
)
def test_what_is_refused_and_why(data: bytes, reason: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        clean(data)
    assert refused.value.reason == reason


def test_a_locked_pdf_and_a_picture_of_too_many_pixels() -> None:
    with pytest.raises(FileRefusedError, match="locked"):
        clean(document(password="x"))
    bomb = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, "PNG")
    with pytest.raises(FileRefusedError, match=r"large|damaged"):
        clean(bomb.getvalue())


def scanner(folder: Path, status: int) -> Scanner:
    """A program that is called as clamdscan is, and keeps what it was given."""
    program = folder / "clamdscan"
    lines = ("#!/bin/sh", f"cat > {folder}/given", f'echo "$@" > {folder}/told', f"exit {status}")
    program.write_text("\n".join(lines))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return Scanner(f"{program} --stream")


@pytest.mark.parametrize(("status", "verdict"), [(0, "clean"), (1, "infected"), (2, "waiting")])
def test_what_the_scanner_says(tmp_path: Path, status: int, verdict: str) -> None:
    assert scanner(tmp_path, status).scan(b"data") == verdict
    assert (tmp_path / "given").read_bytes() == b"data"
    assert (tmp_path / "told").read_text() == "--stream --no-summary -\n"


def test_no_scanner_and_one_that_is_not_there(tmp_path: Path) -> None:
    assert Scanner("").scan(b"x") == "none"
    assert Scanner(str(tmp_path / "no such")).scan(b"x") == "waiting"
