"""The service document (PROTOCOL section 10), from the public half of the key folder."""

from collections.abc import Callable, Sequence
from pathlib import Path

from breachdesk.keys import PublicKeys, open_folder
from breachdesk.peers import Holder, find_present_holders
from breachdesk.release import ReleaseError, Store, StoreError, VKey, is_own_key
from breachdesk.serving._request import ServeRequest
from breachdesk.serving._witnesses import parse_witnesses
from breachdesk.serving.errors import ServeError
from breachdesk.wire import KINDS, ChannelAddress, EvaluatorAddress, ServiceDocument, WireError


def public_keys(folder: Path) -> PublicKeys:
    """The public values of a key folder: no key is read. Raises `keys.KeysError`."""
    return open_folder(folder, only=()).public


def other_holders(
    request: ServeRequest, public: PublicKeys, tell: Callable[[str], None]
) -> tuple[Holder, ...]:
    """The holders of the other shares, asked now, their keys checked against our list.

    One of them may be away: `tell` hears of it, and people that nothing can be checked until it is
    back. Raises `ServeError`, or `peers.PeerError`.
    """
    if public.holders > 1 and not public.share:
        raise ServeError(
            "--keys: these are the whole keys of split ones: name the folder with your share"
        )
    if not public.share:
        if request.peers:
            raise ServeError("--peer: these keys are whole: leave it out, or name your share")
        return ()
    if not request.peers:
        raise ServeError(
            f"--peer: this folder holds share {public.share} of {public.holders}: name the other "
            "holders' evaluators"
        )
    holders, away = find_present_holders(public, request.peers)
    if away is not None:
        tell(f"Nothing can be checked for now: {away}")
    _check_release_shares(request, public)
    return holders


def _check_release_shares(request: ServeRequest, public: PublicKeys) -> None:
    """The release in force names exactly these shares, else no client would take an answer."""
    current = Store(request.releases).current()
    if current is None:
        return
    for kind in KINDS:
        listed = current.manifest.keys.get(kind)
        ours = {one.public for one in public.oprf[kind].holders}
        if listed is not None and {one.public for one in listed.shares} != ours:
            raise ServeError(
                "--keys: the release in force was built for other shares: build a release with "
                "these, or name the folder that it was built with"
            )


def service_document(
    request: ServeRequest, public: PublicKeys, holders: Sequence[Holder] = ()
) -> str:
    """The document as the pages hand it out. Raises `ServeError` for an address no client takes."""
    document = ServiceDocument(
        origin=public.origin,
        log=public.log,
        timestamps=(public.timestamp, *_witness_keys(request, public)),
        buckets=request.public_buckets,
        evaluators={
            kind: (
                EvaluatorAddress(public.origin, request.public_evaluator, public.own(kind).public),
                *(EvaluatorAddress(one.name, one.url, one.publics[kind]) for one in holders),
            )
            for kind in KINDS
        },
        channel=_channel(request),
    )
    try:
        return document.encode().decode()
    except WireError as error:
        raise ServeError(
            "--evaluator-url, --buckets-url or --channel-url: give an address such as "
            f"https://check.example.org "
            f"({error.detail})"
        ) from None


def _channel(request: ServeRequest) -> ChannelAddress | None:
    config = request.channel_config()
    return None if config is None else ChannelAddress(request.public_channel, config.channels)


def _witness_keys(request: ServeRequest, public: PublicKeys) -> list[str]:
    """The witnesses' vkeys, none of which may be the operator's own (9.5)."""
    keys = [one.key for one in parse_witnesses(request.witnesses)]
    own = VKey.parse(public.timestamp)
    if any(is_own_key(key, public.origin) or key.public == own.public for key in keys):
        raise ServeError("--witness: this is your own timestamp key, which witnesses nothing")
    return [key.text for key in keys]


def check_published(request: ServeRequest, public: PublicKeys) -> None:
    """Raise `ServeError` unless the folder holds a release of these keys' log."""
    try:
        checkpoint = Store(request.releases).checkpoint()
    except (StoreError, ReleaseError) as error:
        raise ServeError(f"--releases: {error}") from None
    if checkpoint is None or checkpoint.size == 0:
        raise ServeError(
            "--releases: nothing has been published there: build a release with `breachdesk build`"
        )
    if checkpoint.origin != public.origin:
        raise ServeError(
            "--keys: these are not the keys of this log: name the folder that the releases were "
            "built with"
        )
