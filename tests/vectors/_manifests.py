"""manifests.json: release ids, manifests and tombstones (PROTOCOL section 8).

`op`: `release-id`; `entry`, the exact bytes of a log entry, in `text` (UTF-8) or, where they are no
UTF-8 or no short text, in `bytes` (hex) or `padded_to` (append U+0020 up to so many bytes). All bad
ones are `entry`.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from breachdesk.release import (
    Change,
    KeyList,
    Lookup,
    Manifest,
    Share,
    SourceRows,
    Tombstone,
    encode_manifest,
    encode_tombstone,
    release_id,
)
from tests.factories.releases import ORIGIN, build_release, seed

Edit = Callable[[dict[str, Any]], object]
FORMAT, VERSION = "manifest-format", "manifest-version"


def vectors() -> dict[str, Any]:
    return {"section": "8", "good": _good(), "bad": _bad()}


def _good() -> list[dict[str, Any]]:
    manifest = build_release().manifest
    shares = tuple(Share(seed(f"share/{i}"), seed(f"possession/{i}", 96)) for i in range(3))
    keys = KeyList(seed("combined"), shares)
    with_code = _with_code(manifest, keys)
    text = encode_manifest(manifest).decode()
    tombstone = Tombstone(ORIGIN, 2, "kt-2012", {"ko": "보관 기간이 끝났습니다.", "en": "Retired."})
    return [
        _release_id(1, 1),
        _release_id(4_294_967_295, 3),
        _entry("one evaluator", text) | {"kind": "manifest", "release": 1},
        _entry("three shares and a code lookup", encode_manifest(with_code).decode())
        | {"kind": "manifest", "release": 1},
        _entry("blanks and line ends between members", json.dumps(json.loads(text), indent=2))
        | {"kind": "manifest", "release": 1},
        _entry("of exactly the largest size", text)
        | {"padded_to": 262_144, "kind": "manifest", "release": 1},
        _entry("two incidents, every change", encode_manifest(_amended(manifest)).decode())
        | {"kind": "manifest", "release": 3},
        _entry("a tombstone", encode_tombstone(tombstone).decode())
        | {"kind": "tombstone", "release": 2},
    ]


def _amended(manifest: Manifest) -> Manifest:
    """Release 3: one incident has grown and rejected rows were read again, one is new, one left."""
    one = manifest.incidents[0]
    sources = (
        SourceRows(1, 10, 9, {"shape": 1}),
        SourceRows(1, 3, 3, {}),
        SourceRows(3, 10, 9, {"no-lookup": 1}),
    )
    grown = replace(one, records=replace(one.records, sources=sources))
    other = replace(one, id="kt-2012", number=8)
    day = date(2014, 4, 3)
    changes = (
        Change("kt-2014", "added", day, 9, 7),
        Change("kt-2014", "reread", day, 2, 0),
        Change("kt-2012", "first", day, 21, 21),
        Change("kt-2010", "retired", day, 1_000_000, 870_000),
        Change("kt-2012", "replaced", date(1970, 1, 2), 0, 0),
    )
    return replace(manifest, release=3, incidents=(grown, other), changes=changes)


def _with_code(manifest: Manifest, keys: KeyList) -> Manifest:
    """The manifest with a code lookup by phone and letter."""
    fields = ("name", "birth_date", "channel_token")
    code = Lookup("+".join(fields), fields, "code", "items", ("phone", "letter"))
    channel = KeyList(seed("channel"), (Share(seed("channel"), seed("possession/channel", 96)),))
    return replace(
        manifest,
        keys={"open": keys, "code": keys, "channel": channel},
        lookups=(*manifest.lookups, code),
    )


def _coded(edit: Edit) -> str:
    """A manifest with a code lookup, the last of its lookups, after an edit."""
    share = Share(seed("share/0"), seed("possession/0", 96))
    keys = KeyList(share.public, (share,))
    return _edited(encode_manifest(_with_code(build_release().manifest, keys)).decode(), edit)


def _release_id(number: int, sources: int) -> dict[str, Any]:
    digests = [seed(f"source/{i}") for i in range(sources)]
    parts = [seed(part, 40) for part in ("mapping", "incident", "parameters")]
    return {
        "name": f"release {number} of {sources} sources",
        "op": "release-id",
        "release_key": seed("release").hex(),
        "number": number,
        "sources": [digest.hex() for digest in digests],
        "mapping": parts[0].hex(),
        "incident": parts[1].hex(),
        "parameters": parts[2].hex(),
        "release_id": release_id(seed("release"), number, digests, *parts).hex(),
    }


def _entry(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "op": "entry", "text": text}


def _bad() -> list[dict[str, Any]]:
    text = encode_manifest(build_release().manifest).decode()
    edited = [_entry(name, _edited(text, edit)) | {"error": error} for name, edit, error in _EDITS]
    replaced = [
        _entry(name, text.replace(old, new, 1)) | {"error": FORMAT} for name, old, new in _TEXTS
    ]
    tombstones = [
        _entry(name, json.dumps(_TOMBSTONE | edit)) | {"error": FORMAT} for name, edit in _BURIED
    ]
    coded = [_entry(name, _coded(edit)) | {"error": FORMAT} for name, edit in _CODED]
    return [
        *edited,
        *coded,
        *replaced,
        *tombstones,
        _entry("bytes after the value", text + "{}") | {"error": FORMAT},
        _entry("cut off", text[:-1]) | {"error": FORMAT},
        _entry("empty", "") | {"error": FORMAT},
        _entry("an array", "[]") | {"error": FORMAT},
        _entry("a byte order mark", "\ufeff" + text) | {"error": FORMAT},
        _entry("nested too deep", "[" * 10_000) | {"error": FORMAT},
        _entry("one byte too long", text) | {"padded_to": 262_145, "error": FORMAT},
        {
            "name": "not UTF-8",
            "op": "entry",
            "bytes": text.encode().replace(b"kt-2014", b"kt-\xff014").hex(),
            "error": FORMAT,
        },
    ]


def _edited(text: str, edit: Edit) -> str:
    value = json.loads(text)
    edit(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _incident(value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = value["incidents"][0]
    return found


def _records(value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = _incident(value)["records"]
    return found


def _change(value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = value["changes"][0]
    return found


def _extra_source(value: dict[str, Any], first: int, second: int, release: int = 1) -> None:
    """Two sources of the releases `first` and `second`, whose rows add up, in `release`."""
    value["release"] = release
    empty = {"release": second, "read": 0, "indexed": 0, "rejected": {}}
    records = _records(value)
    records["sources"] = [records["sources"][0] | {"release": first}, empty]


_EDITS: tuple[tuple[str, Edit, str], ...] = (
    ("a future format", lambda v: v.update(format="breachdesk/manifest/v2"), VERSION),
    (
        "a future format with unknown keys",
        lambda v: v.update(format="breachdesk/manifest/v2", more=1),
        VERSION,
    ),
    ("another format", lambda v: v.update(format="something/v1"), VERSION),
    ("another canonicalisation", lambda v: v.update(canonicalisation=2), VERSION),
    ("a stretch", lambda v: v.update(stretch="scrypt"), VERSION),
    ("no format", lambda v: v.pop("format"), FORMAT),
    ("a format that is no string", lambda v: v.update(format=1), FORMAT),
    ("an unknown key", lambda v: v.update(note=""), FORMAT),
    ("an unknown key inside", lambda v: _incident(v).update(title="x"), FORMAT),
    ("a missing key", lambda v: v.pop("epoch"), FORMAT),
    ("a missing key inside", lambda v: _incident(v)["records"].pop("rejected"), FORMAT),
    ("release 0", lambda v: v.update(release=0), FORMAT),
    ("a number that is true", lambda v: v.update(release=True), FORMAT),
    ("a number in a string", lambda v: v.update(release="1"), FORMAT),
    ("a release beyond the log's limit", lambda v: v.update(release=10_001), FORMAT),
    ("a release id too short", lambda v: v.update(release_id="00" * 31), FORMAT),
    ("a release id in capitals", lambda v: v.update(release_id="AB" * 32), FORMAT),
    ("epoch 2^32", lambda v: v.update(epoch=2**32), FORMAT),
    ("a channel key", lambda v: v["keys"].update(channel=v["keys"]["open"]), FORMAT),
    ("no key for open lookups", lambda v: v["keys"].update(open=None), FORMAT),
    ("a code key that no lookup needs", lambda v: v["keys"].update(code=v["keys"]["open"]), FORMAT),
    ("no shares", lambda v: v["keys"]["open"].update(shares=[]), FORMAT),
    (
        "a possession too long",
        lambda v: v["keys"]["open"]["shares"][0].update(possession="00" * 97),
        FORMAT,
    ),
    ("3 buckets", lambda v: v["buckets"].update(count=3), FORMAT),
    ("2^25 buckets", lambda v: v["buckets"].update(count=2**25), FORMAT),
    ("capacity 17", lambda v: v["buckets"].update(capacity=17), FORMAT),
    ("capacity 2048", lambda v: v["buckets"].update(capacity=2048), FORMAT),
    ("no slots", lambda v: v["buckets"].update(max_slots=0), FORMAT),
    ("65 slots", lambda v: v["buckets"].update(max_slots=65), FORMAT),
    ("no lookups", lambda v: v.update(lookups=[]), FORMAT),
    ("one lookup twice", lambda v: v["lookups"].append(v["lookups"][0]), FORMAT),
    ("an id that is not its fields", lambda v: v["lookups"][0].update(id="phone"), FORMAT),
    (
        "fields out of order",
        lambda v: v["lookups"][1].update(
            id="customer_number+name", fields=["customer_number", "name"]
        ),
        FORMAT,
    ),
    (
        "an unknown field",
        lambda v: v["lookups"][1].update(id="name+shoe_size", fields=["name", "shoe_size"]),
        FORMAT,
    ),
    ("code with no channel token", lambda v: v["lookups"][0].update(assurance="code"), FORMAT),
    ("an unknown assurance", lambda v: v["lookups"][0].update(assurance="none"), FORMAT),
    ("an unknown reveals", lambda v: v["lookups"][0].update(reveals="all"), FORMAT),
    ("no incidents", lambda v: v.update(incidents=[]), FORMAT),
    (
        "33 incidents",
        lambda v: v.update(
            incidents=[_incident(v) | {"id": f"i{n}", "number": n} for n in range(1, 34)]
        ),
        FORMAT,
    ),
    (
        "incidents out of order",
        lambda v: v["incidents"].append(_incident(v) | {"id": "other", "number": 6}),
        FORMAT,
    ),
    ("one incident twice", lambda v: v["incidents"].append(_incident(v)), FORMAT),
    ("an incident number too large", lambda v: _incident(v).update(number=65_536), FORMAT),
    ("items out of order", lambda v: _incident(v).update(items=["phone", "name"]), FORMAT),
    ("an item twice", lambda v: _incident(v).update(items=["name", "name"]), FORMAT),
    ("an unknown item", lambda v: _incident(v).update(items=["name", "shoe_size"]), FORMAT),
    ("a date of no calendar", lambda v: _incident(v).update(last="2014-02-30"), FORMAT),
    ("a date in another form", lambda v: _incident(v).update(last="20140228"), FORMAT),
    ("last before first", lambda v: _incident(v).update(last="2013-01-31"), FORMAT),
    ("records that do not add up", lambda v: _incident(v)["records"].update(read=999), FORMAT),
    (
        "an unknown reason for rejection",
        lambda v: _incident(v)["records"].update(rejected={"mood": 2}),
        FORMAT,
    ),
    ("more subjects than there are", lambda v: _incident(v).update(subjects=1), FORMAT),
    (
        "counts of a lookup that is not there",
        lambda v: _incident(v)["lookups"][0].update(id="phone"),
        FORMAT,
    ),
    (
        "left out for a field of another lookup",
        lambda v: _incident(v)["lookups"][0].update(left_out={"missing:email": 1}),
        FORMAT,
    ),
    ("no sources", lambda v: _records(v).update(sources=[]), FORMAT),
    ("sources missing", lambda v: _records(v).pop("sources"), FORMAT),
    (
        "257 sources",
        lambda v: _records(v)["sources"].extend(
            [{"release": 1, "read": 0, "indexed": 0, "rejected": {}}] * 256
        ),
        FORMAT,
    ),
    ("the name of a source", lambda v: _records(v)["sources"][0].update(name="leak.csv"), FORMAT),
    ("a source of release 0", lambda v: _extra_source(v, 0, 1), FORMAT),
    ("a source of a later release", lambda v: _extra_source(v, 1, 2), FORMAT),
    ("sources out of order", lambda v: _extra_source(v, 2, 1, release=2), FORMAT),
    ("a source twice", lambda v: _records(v)["sources"].extend(_records(v)["sources"]), FORMAT),
    ("a source that does not add up", lambda v: _records(v)["sources"][0].update(read=24), FORMAT),
    (
        "sources with other reasons",
        lambda v: _records(v)["sources"][0].update(rejected={"no-lookup": 2}),
        FORMAT,
    ),
    (
        "sources that index more",
        lambda v: _records(v)["sources"][0].update(indexed=22, rejected={"shape": 1}),
        FORMAT,
    ),
    ("no list of changes", lambda v: v.pop("changes"), FORMAT),
    ("a change that is unknown", lambda v: _change(v).update(kind="improved"), FORMAT),
    ("a change with an unknown key", lambda v: _change(v).update(why="x"), FORMAT),
    ("a change with no day", lambda v: _change(v).pop("on"), FORMAT),
    ("a change on no day", lambda v: _change(v).update(on="2014-04-31"), FORMAT),
    ("a change on a day with no number", lambda v: _change(v).update(on="1970-01-01"), FORMAT),
    ("a change at a time", lambda v: _change(v).update(on="2014-04-03T00:00:00Z"), FORMAT),
    ("a change of an incident in capitals", lambda v: _change(v).update(incident="KT"), FORMAT),
    ("a change of no incident here", lambda v: _change(v).update(incident="kt-2012"), FORMAT),
    ("an incident that is here and retired", lambda v: _change(v).update(kind="retired"), FORMAT),
    ("a change of more records", lambda v: _change(v).update(records=22), FORMAT),
    ("a change of more people", lambda v: _change(v).update(subjects=22), FORMAT),
    ("a change of people below none", lambda v: _change(v).update(subjects=-1), FORMAT),
    ("one change twice", lambda v: v["changes"].append(_change(v)), FORMAT),
    (
        "65 changes",
        lambda v: v["changes"].extend(
            _change(v) | {"incident": f"i{n}", "kind": "retired"} for n in range(64)
        ),
        FORMAT,
    ),
    ("an origin with a blank", lambda v: v.update(origin="breach example"), FORMAT),
)

_CODED: tuple[tuple[str, Edit], ...] = (
    ("a code lookup with no channel key", lambda v: v["keys"].update(channel=None)),
    (
        "a channel key of two shares",
        lambda v: v["keys"]["channel"].update(shares=v["keys"]["channel"]["shares"] * 2),
    ),
    ("a code lookup of no channel", lambda v: v["lookups"][-1].update(channels=[])),
    ("channels out of order", lambda v: v["lookups"][-1].update(channels=["letter", "phone"])),
    ("a channel twice", lambda v: v["lookups"][-1].update(channels=["phone", "phone"])),
    ("an unknown channel", lambda v: v["lookups"][-1].update(channels=["pigeon"])),
    ("an open lookup with a channel", lambda v: v["lookups"][0].update(channels=["phone"])),
    ("no channels", lambda v: v["lookups"][-1].pop("channels")),
)

_TEXTS = (
    ("a duplicate key", '"epoch":1,', '"epoch":1,"epoch":1,'),
    ("a duplicate key inside", '"number":7,', '"number":7,"number":7,'),
    ("a duplicate key by an escape", '"epoch":1,', '"epoch":1,"\\u0065poch":1,'),
    ("a fraction", '"epoch":1,', '"epoch":1.0,'),
    ("an exponent", '"epoch":1,', '"epoch":1e0,'),
    ("a negative number", '"subjects":21', '"subjects":-21'),
    ("minus zero", '"subjects":21', '"subjects":-0'),
    ("a leading zero", '"epoch":1,', '"epoch":01,'),
    ("NaN", '"epoch":1,', '"epoch":NaN,'),
    ("2^53", '"subjects":21', '"subjects":9007199254740992'),
    ("a trailing comma", '"max_slots":2}', '"max_slots":2,}'),
    ("a comment", '"epoch":1,', '"epoch":1,/**/'),
    ("an unpaired surrogate", '"kt-2014"', '"kt-\\ud800"'),
)

_TOMBSTONE: dict[str, Any] = {
    "format": "breachdesk/tombstone/v1",
    "origin": ORIGIN,
    "number": 2,
    "retired": "kt-2012",
    "reason": {"ko": "끝", "en": "over"},
}

_BURIED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("a tombstone with an unknown key", {"more": 1}),
    ("a tombstone with a missing language", {"reason": {"ko": "끝"}}),
    ("a tombstone with number 0", {"number": 0}),
    ("a tombstone for nothing", {"retired": ""}),
)
