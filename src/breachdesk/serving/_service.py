"""The service document (PROTOCOL section 10), from the public half of the key folder."""

from pathlib import Path

from breachdesk.keys import PublicKeys, open_folder
from breachdesk.release import ReleaseError, Store, StoreError
from breachdesk.serving._request import ServeRequest
from breachdesk.serving.errors import ServeError
from breachdesk.wire import KINDS, ChannelAddress, EvaluatorAddress, ServiceDocument, WireError


def public_keys(folder: Path) -> PublicKeys:
    """The public values of a key folder: no key is read. Raises `keys.KeysError`."""
    return open_folder(folder, only=()).public


def service_document(request: ServeRequest, public: PublicKeys) -> str:
    """The document as the pages hand it out. Raises `ServeError` for an address no client takes."""
    document = ServiceDocument(
        origin=public.origin,
        log=public.log,
        timestamps=(public.timestamp,),
        buckets=request.public_buckets,
        evaluators={
            kind: (
                EvaluatorAddress(public.origin, request.public_evaluator, public.oprf[kind].public),
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
