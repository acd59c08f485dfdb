"""Shares: they sum to the whole, neither has more than it must, and another sum is refused."""

from pathlib import Path

import pytest

from breachdesk import keys
from breachdesk.audit import read
from breachdesk.keys import (
    AUDIT_FILE,
    EPOCH_KEYS,
    HOLDER_KEYS,
    KEY_NAMES,
    LASTING_KEYS,
    SPLIT_KINDS,
    KeyDestroyed,
    KeyFolderExists,
    KeyFormat,
    KeyNotHeld,
    SplitError,
    SplitRequest,
)
from breachdesk.voprf import combine_public, public_key

ORIGIN = "breach.example.org/log"
ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    keys.create(tmp_path / "whole", origin=ORIGIN)
    return tmp_path / "whole"


def split(whole: Path, *, keep: bool = False) -> tuple[Path, Path]:
    """The builder's folder and the holder's."""
    folder = whole.parent
    keys.split(SplitRequest(whole, folder / "a", folder / "b", keep_whole=keep))
    return folder / "a", folder / "b"


def test_the_shares_sum_to_the_whole(whole: Path) -> None:
    before = keys.open_folder(whole)
    builder, holder = (keys.open_folder(one) for one in split(whole))
    for kind in SPLIT_KINDS:
        parts = [one.oprf(kind) for one in (builder, holder)]
        total = sum(int.from_bytes(one.secret, "little") for one in parts) % ORDER
        assert total.to_bytes(32, "little") == before.oprf(kind).secret
        assert combine_public([one.public for one in parts]) == before.oprf(kind).public
        assert [one.public for one in builder.public.oprf[kind].shares] == [
            public_key(one.secret) for one in parts
        ]
        assert builder.public.oprf[kind] == holder.public.oprf[kind]
    assert builder.oprf("channel") == before.oprf("channel")
    assert builder.log.vkey == before.log.vkey
    assert (builder.public.share, holder.public.share, builder.public.holders) == (1, 2, 2)


def test_the_holder_has_its_shares_and_nothing_of_the_builder(whole: Path) -> None:
    _, holder = split(whole)
    names = {path.stem for path in holder.glob("*.key")}
    assert names == set(HOLDER_KEYS)
    for name in set(KEY_NAMES) - names:
        with pytest.raises(KeyNotHeld, match=name):
            keys.open_folder(holder, only=(name,))
    assert keys.open_folder(holder).token != keys.open_folder(whole.parent / "a").token


def test_the_whole_is_destroyed_or_kept(whole: Path, tmp_path: Path) -> None:
    split(whole)
    for kind in SPLIT_KINDS:
        assert not (whole / f"oprf-{kind}.key").exists()
        with pytest.raises(KeyDestroyed, match=f"oprf-{kind}"):
            keys.open_folder(whole, only=(f"oprf-{kind}",))
    assert keys.open_folder(whole).release
    other = tmp_path / "other"
    other.mkdir()
    keys.create(other / "whole", origin=ORIGIN)
    split(other / "whole", keep=True)
    kept = keys.open_folder(other / "whole")
    assert (kept.public.share, kept.public.holders) == (0, 2)
    assert kept.oprf("open").public == kept.public.oprf["open"].public


def test_a_split_happens_once_and_overwrites_nothing(whole: Path) -> None:
    split(whole, keep=True)
    with pytest.raises(SplitError, match="split already"):
        keys.split(SplitRequest(whole, whole.parent / "c", whole.parent / "d"))
    assert not (whole.parent / "c").exists()
    keys.create(whole.parent / "new", origin=ORIGIN)
    for request in (
        SplitRequest(whole.parent / "new", whole.parent / "a", whole.parent / "e"),
        SplitRequest(whole.parent / "new", whole.parent / "e", whole.parent / "b"),
        SplitRequest(whole.parent / "new", whole.parent / "e", whole.parent / "e"),
    ):
        with pytest.raises(KeyFolderExists):
            keys.split(request)
    assert not (whole.parent / "e").exists()
    assert keys.open_folder(whole.parent / "new").release


def test_a_share_is_not_split_again(whole: Path) -> None:
    builder, holder = split(whole)
    for folder in (builder, holder):
        with pytest.raises(SplitError):
            keys.split(SplitRequest(folder, whole.parent / "c", whole.parent / "d"))


def test_the_builder_is_kept_as_the_whole_was(whole: Path, tmp_path: Path) -> None:
    text = keys.new_credential()
    keys.seal(whole, keys.CredentialCustody.of(text))
    unlock = keys.Unlock(prompt=lambda _: text)
    keys.split(SplitRequest(whole, tmp_path / "a", tmp_path / "b"), unlock=unlock)
    assert keys.custody_name(tmp_path / "a") == "credential"
    assert keys.custody_name(tmp_path / "b") == "plain"
    assert keys.open_folder(tmp_path / "a", unlock=unlock).oprf("open").public


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("identity", "not allowed"),
        ("duplicate", "not allowed, or one twice"),
        ("other", "do not sum"),
        ("possession", "possession does not hold"),
        ("share", "share is none"),
        ("one", "shares are 2 to 16"),
    ],
)
def test_a_key_list_that_does_not_hold_is_refused(whole: Path, change: str, reason: str) -> None:
    builder, _ = split(whole)
    public = keys.open_folder(builder, only=()).public.oprf["open"]
    first, second = (one.public.hex() for one in public.shares)
    text = (builder / "folder.toml").read_text()
    changed = {
        "identity": text.replace(second, "00" * 32),
        "duplicate": text.replace(second, first),
        "other": text.replace(second, keys.open_folder(whole).oprf("channel").public.hex()),
        "possession": text.replace(
            public.shares[1].possession.hex(), public.shares[0].possession.hex()
        ),
        "share": text.replace("share = 1", "share = 3"),
        "one": text[: text.index("[[oprf.open.shares]]")]
        + text[text.index("[[oprf.open.shares]]", text.index("[[oprf.open.shares]]") + 3) :],
    }[change]
    assert changed != text
    (builder / "folder.toml").write_text(changed)
    with pytest.raises(KeyFormat, match=reason):
        keys.open_folder(builder, only=("oprf-open",))


def test_rotation_renews_what_is_of_the_epoch(whole: Path, tmp_path: Path) -> None:
    old = keys.open_folder(whole)
    new = keys.rotate(whole, tmp_path / "next")
    assert (new.epoch, new.origin) == (2, old.origin)
    assert set(EPOCH_KEYS) | set(LASTING_KEYS) == set(KEY_NAMES)
    for kind in ("open", "code", "channel"):
        assert new.oprf(kind).secret != old.oprf(kind).secret
    for name in ("address", "token"):
        assert getattr(new, name) != getattr(old, name)
    for name in ("release", "padding", "subject", "claim", "letter", "builder_seed"):
        assert getattr(new, name) == getattr(old, name)
    for name in ("log", "timestamp", "builder"):
        assert getattr(new, name).vkey == getattr(old, name).vkey
    assert keys.open_folder(whole).epoch == 1
    assert [one.event for one in read(whole / AUDIT_FILE)] == ["keys.made", "keys.rotated"]


def test_a_holder_cannot_rotate(whole: Path, tmp_path: Path) -> None:
    _, holder = split(whole)
    with pytest.raises(KeyNotHeld):
        keys.rotate(holder, tmp_path / "next")
    assert not (tmp_path / "next").exists()


def test_destruction_is_for_good_and_told(whole: Path) -> None:
    assert keys.destroy(whole, ("oprf-open",)) == ("oprf-open",)
    assert keys.destroy(whole, ("oprf-open",)) == ()
    with pytest.raises(KeyDestroyed):
        keys.open_folder(whole, only=("oprf-open",))
    assert keys.open_folder(whole, only=("oprf-code",)).oprf("code").public
    rest = keys.destroy(whole)
    assert set(rest) == set(EPOCH_KEYS) - {"oprf-open"}
    events = [(one.event, one.facts.get("key")) for one in read(whole / AUDIT_FILE)]
    assert events[1] == ("keys.destroyed", "oprf-open")
    assert len(events) == 1 + len(EPOCH_KEYS)
    _, holder = split_of_another(whole)
    with pytest.raises(KeyNotHeld):
        keys.destroy(holder, ("log",))


def split_of_another(whole: Path) -> tuple[Path, Path]:
    keys.create(whole.parent / "another", origin=ORIGIN)
    return split(whole.parent / "another")


def test_a_folder_of_format_1_opens_and_gets_a_builder(whole: Path) -> None:
    """What version 0.1 wrote: no builder's key, no custody."""
    text = (whole / "folder.toml").read_text()
    kept = [
        line
        for line in text.splitlines()
        if not line.startswith(("share", "custody", "generation", "held", "destroyed", "builder"))
    ]
    (whole / "folder.toml").write_text("\n".join(kept).replace("format = 2", "format = 1") + "\n")
    (whole / "builder.key").unlink()
    assert keys.open_folder(whole).oprf("open").public
    vkey = keys.builder_vkey(whole)
    assert vkey.startswith(f"{ORIGIN}/builder+")
    assert keys.builder_vkey(whole) == vkey
    assert keys.open_folder(whole, only=("builder",)).builder.vkey == vkey
