"""Small leaks to build from, with two lookups, and the way back: asking a published release."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from breachdesk.entry import Payload, Question, bucket_index, find_entries
from breachdesk.identifiers import canonical, oprf_input, token_input
from breachdesk.incident import TOKEN_FIELD
from breachdesk.ingest import Amend, BuildRequest
from breachdesk.keys import KeyFolder, create
from breachdesk.release import Store, check_bucket
from breachdesk.voprf import evaluate_known
from breachdesk.wire import bucket_path

HEADER = ("이름", "주민등록번호", "전화번호", "고객관리번호")
Row = tuple[str, str, str, str]

INCIDENT = """
format = 1
id = "leak"
number = 3
discovered = 2014-03-06
items = ["name", "rrn", "phone", "customer_number"]
organisation = { ko = "회사", en = "Company" }
title = { ko = "유출", en = "Leak" }
statement = { ko = "유출되었습니다.", en = "It was leaked." }
apology = { ko = "죄송합니다.", en = "We are sorry." }

[period]
first = 2013-02-01
last = 2014-02-28

[[lookups]]
id = "name+birth_date+phone"
fields = ["name", "birth_date", "phone"]
assurance = "open"
reveals = "items"
override = "anyone-who-knows-these-details-learns-the-items"

[[lookups]]
id = "name+customer_number"
fields = ["name", "customer_number"]
assurance = "open"
reveals = "membership"

[subject]
columns = [["rrn"], ["customer_number"]]

[channels]
uses = ["email"]
never = ["sms"]

[[contacts]]
kind = "phone"
name = { ko = "신고", en = "Reports" }
value = { ko = "100", en = "100" }
hours = { ko = "매일", en = "Every day" }
"""

_BY_CUSTOMER = INCIDENT[INCIDENT.index('[[lookups]]\nid = "name+customer') :]
CODE_LOOKUP = "name+birth_date+channel_token"
#: As INCIDENT, with mailboxes, nothing open but membership, and the items by code.
CODE_INCIDENT = (
    INCIDENT[: INCIDENT.index("[[lookups]]")].replace('"phone", "cust', '"phone", "email", "cust')
    + f"""[[lookups]]
id = "{CODE_LOOKUP}"
fields = ["name", "birth_date", "channel_token"]
assurance = "code"
channels = ["phone", "email", "letter"]
reveals = "items"

"""
    + _BY_CUSTOMER
)
CODE_HEADER = (*HEADER[:3], "이메일", HEADER[3])

KIM: Row = ("김하나", "890102-2234567", "010-1234-5678", "100000001")
LEE: Row = ("이두리", "750611-1234567", "010-2345-6789", "100000002")


def csv_text(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> str:
    """The rows as a CSV file."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def people(count: int, start: int = 0) -> list[Row]:
    """Different people, one row each."""
    syllables = "가나다라마바사아자차카타파하"
    return [
        (
            "박" + syllables[n % 14] + syllables[n // 14 % 14],
            f"{50 + n % 49:02d}{1 + n % 12:02d}{1 + n % 28:02d}-1{n:06d}",
            f"010-{5000 + n // 10_000:04d}-{n % 10_000:04d}",
            f"{200_000_000 + n}",
        )
        for n in range(start, start + count)
    ]


@dataclass(frozen=True)
class Desk:
    """A folder with an incident file, keys and a releases folder."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, incident: str = INCIDENT) -> "Desk":
        """Write the incident file and make keys."""
        (folder / "incident.toml").write_text(incident, "utf-8")
        create(folder / "keys", origin="breachdesk.invalid/test")
        return cls(folder)

    def source(
        self,
        rows: Sequence[Sequence[str]],
        name: str = "leak.csv",
        header: Sequence[str] = HEADER,
    ) -> Path:
        """Write a source file."""
        path = self.folder / name
        path.write_text(csv_text(rows, header), "utf-8")
        return path

    def request(
        self,
        *sources: Path,
        releases: str = "releases",
        workers: int = 1,
        max_slots: int = 8,
        amend: Amend | None = None,
        incident: str = "incident.toml",
    ) -> BuildRequest:
        """A build of these sources, at a fixed time."""
        return BuildRequest(
            incident=self.folder / incident,
            sources=sources,
            keys=self.folder / "keys",
            releases=self.folder / releases,
            workers=workers,
            max_slots=max_slots,
            amend=amend,
            clock=lambda: 1_400_000_000.0,
        )


def token(keys: KeyFolder, channel: str, address: bytes) -> bytes:
    """The channel token of an address (PROTOCOL 4.4)."""
    return evaluate_known(keys.oprf("channel").secret, token_input(keys.epoch, channel, address))


def ask(
    keys: KeyFolder, store: Store, lookup: str, *typed: str, token: bytes | None = None
) -> list[Payload]:
    """What the release in force says to these spellings, and this token under a code lookup."""
    current = store.current()
    assert current is not None
    manifest = current.manifest
    names = [name for name in lookup.split("+") if name != TOKEN_FIELD]
    fields = [(name, canonical(name, text)) for name, text in zip(names, typed, strict=True)]
    if token is not None:
        fields.append((TOKEN_FIELD, token))
    kind = "open" if token is None else "code"
    out = evaluate_known(keys.oprf(kind).secret, oprf_input(manifest.epoch, lookup, fields))
    index = bucket_index(out, manifest.buckets.count)
    body = check_bucket(store.read(bucket_path(current.number, index)), manifest, index)
    described = manifest.lookup(lookup)
    assert described is not None
    question = Question(out, manifest.release_id, lookup, described.assurance, described.reveals)
    incidents = [(one.number, one.item_mask) for one in manifest.incidents]
    found = find_entries(question, incidents, manifest.buckets.max_slots, body)
    return [one.payload for one in found]


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
