"""A real clamd looks at what people send: what it finds is refused and kept nowhere."""

import io
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.factories.clamd import EICAR, running
from tests.factories.desk import Browser, desk


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "navy").save(out, "PNG")
    return out.getvalue()


def sent(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/png")


def test_it_knows_its_signature_wherever_it_stands(clamd: Path) -> None:
    with running(clamd) as found:
        assert found.scanner.scan(EICAR) == "infected"
        assert found.scanner.scan(picture() + EICAR) == "infected"
        assert found.scanner.scan(picture()) == "clean"
        assert found.scanner.scan(bytes(10 * 1024 * 1024)) == "clean"


def test_the_desk_refuses_what_it_finds_and_says_when_nobody_looked(
    clamd: Path, tmp_path: Path
) -> None:
    from breachdesk.desk.models import Attachment, Case  # noqa: PLC0415 (once Django is set up)

    with running(clamd) as own, desk(tmp_path, BREACHDESK_DESK_SCANNER=own.command):
        browser = Browser("en")
        browser.send(files=[sent("good.png", picture()), sent("bad.png", picture() + EICAR)])
        assert [one.verdict for one in Attachment.objects.all()] == ["clean"]
        own.stop()
        browser.send(files=[sent("later.png", picture())])
        assert Case.objects.count() == 2
        assert sorted(Attachment.objects.values_list("verdict", flat=True)) == ["clean", "waiting"]
        kept = {path.name for path in (tmp_path / "files").rglob("*") if path.is_file()}
        assert kept == set(Attachment.objects.values_list("name", flat=True))
