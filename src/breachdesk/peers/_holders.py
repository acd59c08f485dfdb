"""Whose address has which share (PROTOCOL sections 5.4 and 10.2), checked against our key list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpx

from breachdesk.keys import SPLIT_KINDS, KeyFormat, PublicKeys, SharePublic, check_possession
from breachdesk.peers._http import get
from breachdesk.peers.errors import PeerAwayError, PeerError
from breachdesk.voprf import VoprfError, combine_public
from breachdesk.wire import HOLDER_LIMIT, HOLDER_PATH, HTTP_PREFIX, HolderDocument, WireError

_URL: Final = re.compile(r"https?://[^\s/?#@\\]+(/[^\s?#@\\]*[^\s/?#@\\])?", re.ASCII)
_OTHER: Final = "name the holder of the other share, of the same split"


@dataclass(frozen=True, slots=True)
class Holder:
    """Another holder: `share` is its number, from 1; `publics` are its share keys by kind."""

    url: str
    name: str
    share: int
    publics: dict[str, bytes]


def find_holders(public: PublicKeys, urls: Sequence[str]) -> tuple[Holder, ...]:
    """Ask every address for its keys, and match them. Raises `PeerError`."""
    with httpx.Client(timeout=20, follow_redirects=False) as http:
        return match_holders(public, [(url, _fetch(http, url)) for url in urls])


def find_present_holders(
    public: PublicKeys, urls: Sequence[str]
) -> tuple[tuple[Holder, ...], PeerError | None]:
    """As `find_holders`, but one holder may be away: then also the error that says so.

    Its share is the one of our list that no other holder has. A client believes no address: it
    checks every proof against the share keys of the manifest. Raises `PeerError`.
    """
    found, away = [], []
    with httpx.Client(timeout=20, follow_redirects=False) as http:
        for url in urls:
            try:
                found.append((url, _fetch(http, url)))
            except PeerAwayError as error:
                away.append(error)
    if not away:
        return match_holders(public, found), None
    if len(away) > 1 or len(urls) != public.holders - 1:
        raise away[0]
    for url, document in found:
        _check_document(public, url, document)
    for kind in SPLIT_KINDS:
        _check_distinct(public, kind, found)
    present = [_holder(public, url, document) for url, document in found]
    holders = [*present, _holder_away(public, away[0].url, present)]
    return tuple(sorted(holders, key=lambda one: one.share)), away[0]


def match_holders(
    public: PublicKeys, found: Sequence[tuple[str, HolderDocument]]
) -> tuple[Holder, ...]:
    """The holders in the order of their shares, once everything holds.

    For each kind: every proof of possession; no key twice and none of ours; the sum with ours is
    the combined key; each is a share that we list; and no share is without its holder.
    Raises `PeerError` at the first address that does not fit.
    """
    if not public.share:
        raise PeerError(
            found[0][0] if found else "--peer",
            "was named, but our keys are whole",
            "leave --peer out, or name the folder of our share",
        )
    for url, document in found:
        _check_document(public, url, document)
    for kind in SPLIT_KINDS:
        _check_distinct(public, kind, found)
        _check_sum(public, kind, found)
    holders = [_holder(public, url, document) for url, document in found]
    return tuple(sorted(holders, key=lambda one: one.share))


def _fetch(http: httpx.Client, url: str) -> HolderDocument:
    if _URL.fullmatch(url) is None:
        raise PeerError(url, "is no address", "give it as in https://check.example.org")
    data = get(http, url, HTTP_PREFIX + HOLDER_PATH, HOLDER_LIMIT)
    try:
        return HolderDocument.decode(data)
    except WireError as error:
        raise PeerError(
            url, f"publishes no keys that we understand ({error.detail})", _OTHER
        ) from None


def _check_document(public: PublicKeys, url: str, document: HolderDocument) -> None:
    if document.epoch != public.epoch:
        raise PeerError(
            url, f"holds keys of epoch {document.epoch}, ours are of epoch {public.epoch}", _OTHER
        )
    for kind in SPLIT_KINDS:
        key = document.keys.get(kind)
        if key is None:
            raise PeerError(url, f"publishes no key of kind {kind}", _OTHER)
        try:
            check_possession(SharePublic(key.public, key.possession), kind, public.epoch)
        except KeyFormat:
            raise PeerError(
                url, f"does not prove that it holds its key of kind {kind}", _OTHER
            ) from None


def _check_distinct(
    public: PublicKeys, kind: str, found: Sequence[tuple[str, HolderDocument]]
) -> None:
    seen = {public.own(kind).public: "this folder"}
    for url, document in found:
        key = document.keys[kind].public
        if key in seen:
            raise PeerError(url, f"has the same share of kind {kind} as {seen[key]}", _OTHER)
        seen[key] = url


def _check_sum(public: PublicKeys, kind: str, found: Sequence[tuple[str, HolderDocument]]) -> None:
    theirs = [document.keys[kind].public for _, document in found]
    try:
        total = combine_public([public.own(kind).public, *theirs])
    except VoprfError:
        total = b""
    if total != public.oprf[kind].public:
        missing = public.holders - 1 - len(found)
        raise PeerError(
            found[-1][0] if found else "--peer",
            f"and our share of kind {kind} do not sum to the combined key",
            f"name {missing} more holder(s) with --peer" if missing > 0 else _OTHER,
        )


def _holder(public: PublicKeys, url: str, document: HolderDocument) -> Holder:
    publics = {kind: document.keys[kind].public for kind in SPLIT_KINDS}
    numbers = {
        number
        for number in range(1, public.holders + 1)
        if all(public.oprf[k].shares[number - 1].public == publics[k] for k in SPLIT_KINDS)
    }
    if len(numbers) != 1:
        raise PeerError(url, "has keys that our key list does not name", _OTHER)
    return Holder(url, urlsplit(url).netloc, numbers.pop(), publics)


def _holder_away(public: PublicKeys, url: str, present: Sequence[Holder]) -> Holder:
    taken = {public.share, *(one.share for one in present)}
    share = next(number for number in range(1, public.holders + 1) if number not in taken)
    publics = {kind: public.oprf[kind].shares[share - 1].public for kind in SPLIT_KINDS}
    return Holder(url, urlsplit(url).netloc, share, publics)
