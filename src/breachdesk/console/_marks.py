"""Marks of a scam: numbers, accounts, pages and texts in the one spelling that links cases."""

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

from breachdesk.identifiers import InvalidField, canonical

#: As `desk.models.Fingerprint.digest` holds a page.
MOST_URL_BYTES: Final = 200
_FEWEST_DIGITS: Final = 7
_MOST_DIGITS: Final = 20
#: Shorter texts are no scam's own.
_FEWEST_CHARACTERS: Final = 12
_HOST: Final = re.compile(r"[a-z0-9\u0080-\uffff-]+(\.[a-z0-9\u0080-\uffff-]+)+(:[0-9]{1,5})?")


def phone(typed: str) -> str | None:
    """A telephone number: its canonical form, or its digits where it is foreign or unusual."""
    try:
        return canonical("phone", typed).decode()
    except InvalidField:
        return _digits(typed)


def account(typed: str) -> str | None:
    """A bank account: its digits. Banks write them with hyphens in different places."""
    return _digits(typed)


def page(typed: str) -> str | None:
    """Host and path of an address, in small letters: no scheme, `www.`, query or last slash."""
    folded = unicodedata.normalize("NFKC", typed).strip().lower()
    # Scams are often written down so that nobody opens them by mistake.
    folded = folded.replace("hxxp", "http", 1).replace("[.]", ".").replace("(.)", ".")
    if "://" not in folded:
        folded = f"http://{folded}"
    try:
        parts = urlsplit(folded)
    except ValueError:
        return None
    host = parts.netloc.rpartition("@")[2].removeprefix("www.")
    if not _HOST.fullmatch(host):
        return None
    whole = (host + parts.path.rstrip("/")).encode()[:MOST_URL_BYTES]
    return whole.decode(errors="ignore")


def text(typed: str) -> str | None:
    """A text message: letters only, so that other amounts, names of links and dates are the same
    text. None for one that is too short to be a scam's own."""
    without_pages = re.sub(r"\S+\.\S+", " ", unicodedata.normalize("NFKC", typed).casefold())
    letters = "".join(one for one in without_pages if one.isalpha())
    return letters if len(letters) >= _FEWEST_CHARACTERS else None


def _digits(typed: str) -> str | None:
    folded = unicodedata.normalize("NFKC", typed)
    if any(one.isalpha() for one in folded):
        folded = re.sub(r"[^\W\d_]+", " ", folded)
    digits = re.sub(r"[^0-9]", "", folded)
    return digits if _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS else None
