"""Static files under hashed names, gathered once and then read by every worker process."""

import base64
import hashlib
import os
import shutil
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

_PACKAGE = Path(__file__).resolve().parent
_SHARED = _PACKAGE / "static"
_PORTAL = (_PACKAGE.parent / "portal" / "static",)


def collected_folder(*sources: Path) -> Path:
    """Return where the gathered files of the present sources stand, gathered or not.

    `sources` are folders of static files beside `site`'s; by default the portal's.
    """
    return _PACKAGE / "collected" / _digest(sources or _PORTAL)


def collect() -> None:
    """Gather the static files where they are not yet. Two processes may do so at once."""
    final = Path(settings.STATIC_ROOT)
    if final.is_dir():
        return
    own = final.with_name(f".{final.name}.{os.getpid()}")
    try:
        _gather(own)
        own.rename(final)
    except OSError:
        if not final.is_dir():
            raise
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _gather(folder: Path) -> None:
    """Copy, hash and compress every static file into the folder, as collectstatic would."""
    storage = CompressedManifestStaticFilesStorage(location=str(folder))
    paths = {}
    for finder in get_finders():
        for name, source in finder.list([]):
            with source.open(name) as file:
                storage.save(name, file)
            paths[name] = (storage, name)
    for _name, _hashed, outcome in storage.post_process(paths):
        if isinstance(outcome, Exception):
            raise outcome


@cache
def integrity(name: str) -> str:
    """Return the SRI value of a gathered file, by its name without hash."""
    with staticfiles_storage.open(staticfiles_storage.stored_name(name)) as file:  # type: ignore[attr-defined]  # our storage is a manifest one
        digest = hashlib.sha384(file.read()).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


def _digest(sources: tuple[Path, ...]) -> str:
    digest = hashlib.sha256()
    for folder in (_SHARED, *sources):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(f"{path.relative_to(folder).as_posix()}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
