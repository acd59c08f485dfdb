"""After a day nothing on the disk knows an address or a code; before, nothing does in the clear."""

import json
from pathlib import Path

from breachdesk.channel import _outbox, services, tasks
from breachdesk.channel._spool import SpoolSender
from breachdesk.channel.models import Ask, Outgoing
from breachdesk.channel.services import Address
from tests.factories.channel import MAILBOX, in_process, make_channel
from tests.factories.sent_codes import code_in

NUMBER = "+821099887766"


def everything(folder: Path, *, but: Path) -> bytes:
    """All bytes of all files below a folder."""
    return b"".join(
        file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and but not in file.parents
    )


def test_no_file_knows_an_address_a_code_or_what_was_wiped(tmp_path: Path) -> None:
    made = make_channel(tmp_path)
    with in_process(made) as service:
        for channel, address in (("phone", NUMBER), ("email", MAILBOX)):
            services.ask(service.parts, Address(channel, address), "ko")
        sealed = [bytes(row.sealed)[12:44] for row in Outgoing.objects.all()]
        hashes = list(Ask.objects.values_list("address", flat=True))
        hashes += list(Ask.objects.values_list("code", flat=True))
        assert all(one in everything(tmp_path, but=made.spool) for one in sealed)

        sender = SpoolSender(made.spool)
        senders = {"phone": sender, "email": sender}
        while tasks.deliver_one(senders, service.parts.sealer, service.clock):
            pass
        sent = [json.loads(file.read_bytes()) for file in made.spool.glob("*.json")]
        codes = [code_in(one["text"]) for one in sent]
        canaries = [NUMBER, NUMBER[3:], MAILBOX, *codes, *(f"{c[:4]} {c[4:]}" for c in codes)]
        assert sorted(one["to"] for one in sent) == sorted([NUMBER, MAILBOX])

        tasks.tidy(int(service.clock()))
        kept = everything(tmp_path, but=made.spool)
        assert not [one for one in canaries if one.encode() in kept]
        assert not [one for one in sealed if one in kept]
        assert all(one.encode() in kept for one in hashes)

        service.clock.now += tasks.DAY
        tasks.tidy(int(service.clock()))
        kept = everything(tmp_path, but=made.spool)
        assert not [one for one in (*canaries, *hashes) if one.encode() in kept]
        assert _outbox.counts() == {}
