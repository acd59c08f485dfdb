"""What can be done at the channel service, one action each (PROTOCOL sections 4.4, 4.5 and 10).

Nothing here knows who was in a leak: whatever is asked with a well-formed address takes one way,
writes the same rows and answers the same.
"""

import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import F

from breachdesk.admission import BudgetSpent
from breachdesk.channel import _outbox
from breachdesk.channel._config import ChannelConfig
from breachdesk.channel._messages import compose
from breachdesk.channel._parts import Parts
from breachdesk.channel.errors import Refusal
from breachdesk.channel.models import Ask, DeskIssue, LetterTry, Outgoing, Spend
from breachdesk.identifiers import LETTER_ID_LENGTH, letter_code_of, token_input
from breachdesk.voprf import blind

CODE_SECONDS: Final = 600
MOST_TRIES: Final = 5
_CODE_DIGITS: Final = 8
HOUR: Final = 3600
DAY: Final = 86_400
#: A refusal by an address's quota names a time to come back, this rough: when exactly somebody
#: else asked is nobody's business.
_ROUGH_SECONDS: Final = 600
_ONE: Final = b"\x01" + bytes(31)


@dataclass(frozen=True, slots=True)
class Address:
    """A canonical address of a channel, `phone` or `email`. Its repr shows only the channel."""

    channel: str
    text: str

    def __repr__(self) -> str:
        """Not the address."""
        return f"Address({self.channel})"


def ask(parts: Parts, address: Address, language: str) -> str:
    """Enqueue a code for an address; the ticket that belongs to it. All of it, or nothing.

    Raises Refusal: not-served, too-many-requests, unavailable.
    """
    config, now = parts.config, parts.now
    if not config.serves(address.channel, address.text):
        raise Refusal("not-served")
    ticket, code = secrets.token_hex(16), f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}d}"
    row = Outgoing(channel=address.channel, created=now, due=now, expires=now + CODE_SECONDS)
    message = compose(
        row=str(row.id),
        channel=address.channel,
        address=address.text,
        language=language,
        code=code,
        organisation=config.organisation,
    )
    hidden = parts.hider.address(address.channel, address.text)
    Spend.objects.get_or_create(day=now // DAY)
    with transaction.atomic():
        _spend(config, address.channel, now)
        _check_quota(config, hidden, now)
        Ask.objects.create(
            ticket=parts.hider.ticket(ticket),
            address=hidden,
            code=parts.hider.code(ticket, address.channel, address.text, code),
            created=now,
            expires=now + CODE_SECONDS,
        )
        _outbox.put(message, parts.sealer, row)
    _alarm_of_spending(parts, now)
    return ticket


def take_token(parts: Parts, address: Address, ticket: str, code: str) -> bytes:
    """96 bytes for the right code, once. Raises Refusal as `wrong-code`, admission.StoreError.

    The try is counted and committed before the code is looked at, so that no two tries, however
    close, are the same one.
    """
    hidden = parts.hider.ticket(ticket)
    given = parts.hider.code(ticket, address.channel, address.text, code)
    counted = Ask.objects.filter(ticket=hidden, tries__lt=MOST_TRIES, expires__gt=parts.now).update(
        tries=F("tries") + 1
    )
    stored = Ask.objects.filter(ticket=hidden).values_list("code", flat=True).first() or ""
    if not counted or not hmac.compare_digest(stored, given):
        raise wrong_code(parts)
    answer = evaluate(parts, address.channel, address.text)
    if not Ask.objects.filter(ticket=hidden, code=stored).update(code=""):
        raise wrong_code(parts)
    return answer


def take_letter(parts: Parts, code: str) -> bytes:
    """96 bytes for the letter id of a right letter code (4.5). Raises Refusal as `wrong-code`.

    A right code gives its letter the day's tries back: whoever holds it may ask again.
    """
    letter_id, day = code[:LETTER_ID_LENGTH], parts.now // DAY
    hidden = parts.hider.letter(letter_id)
    LetterTry.objects.get_or_create(letter=hidden, day=day)
    counted = LetterTry.objects.filter(letter=hidden, day=day, tries__lt=MOST_TRIES).update(
        tries=F("tries") + 1
    )
    right = letter_code_of(parts.letter_key, parts.epoch, letter_id)
    if not counted or not hmac.compare_digest(right, code):
        raise wrong_code(parts)
    answer = evaluate(parts, "letter", letter_id)
    LetterTry.objects.filter(letter=hidden, day=day).update(tries=0)
    return answer


def take_desk_token(parts: Parts, address: Address, code: str) -> bytes:
    """96 bytes for a code that the desk issued for this address, once. Refusal as `wrong-code`.

    A try counts for every code of the address that is still good.
    """
    hidden = parts.hider.address(address.channel, address.text)
    given = parts.hider.desk_code(address.channel, address.text, code)
    good = DeskIssue.objects.filter(
        address=hidden, used=False, expires__gt=parts.now, tries__lt=MOST_TRIES
    )
    with transaction.atomic():
        issues = list(good.select_for_update().order_by("pk"))
        DeskIssue.objects.filter(pk__in=[one.pk for one in issues]).update(tries=F("tries") + 1)
    found = [one for one in issues if hmac.compare_digest(one.code, given)]
    if not found:
        raise wrong_code(parts)
    answer = evaluate(parts, address.channel, address.text)
    used = DeskIssue.objects.filter(pk=found[0].pk, used=False)
    if not used.update(used=True, address="", code=""):
        raise wrong_code(parts)
    return answer


def evaluate(parts: Parts, channel: str, address: str) -> bytes:
    """Evaluated element and proof for an address that the service itself hashes (4.4).

    Raises Refusal as `unavailable` when the key's budget is spent, admission.StoreError.
    """
    try:
        parts.budget.spend()
    except BudgetSpent as spent:
        parts.alarms.tell("channel-budget-spent")
        raise Refusal("unavailable", retry_after=spent.retry_after) from None
    point = blind(token_input(parts.epoch, channel, address.encode()), fixed_blind=_ONE).element
    found = parts.evaluator.evaluate(point)
    parts.metrics.evaluations.inc()
    return found.element + found.proof


def wrong_code(parts: Parts) -> Refusal:
    """The refusal of a code, counted: many in an hour raise an alarm."""
    failed = parts.counts.add("channel/wrong-codes", 1, HOUR)
    if failed >= parts.config.alarm.wrong_codes_hour:
        parts.alarms.tell("channel-wrong-codes", failed=failed)
    return Refusal("wrong-code")


def price(config: ChannelConfig, channel: str) -> int:
    """What one message of a channel costs."""
    sending = config.sending(channel)
    return 0 if sending is None else sending.price


def _spend(config: ChannelConfig, channel: str, now: int) -> None:
    """Count a message against the day's caps. The day's row is locked until the commit, so quotas
    that are looked at afterwards are looked at by one request at a time."""
    cost = price(config, channel)
    taken = Spend.objects.filter(
        day=now // DAY,
        sends__lt=config.spend.sends_day,
        money__lte=config.spend.money_day - cost,
    ).update(sends=F("sends") + 1, money=F("money") + cost)
    if not taken:
        raise Refusal("unavailable", retry_after=min(HOUR, DAY - now % DAY))


def _check_quota(config: ChannelConfig, hidden: str, now: int) -> None:
    limits = config.limits
    for most, seconds in ((limits.address_hour, HOUR), (limits.address_day, DAY)):
        times = Ask.objects.filter(address=hidden, created__gt=now - seconds)
        asked = list(times.order_by("-created").values_list("created", flat=True)[:most])
        if len(asked) == most:
            wait = asked[-1] + seconds - now
            raise Refusal("too-many-requests", retry_after=wait + -wait % _ROUGH_SECONDS)


def _alarm_of_spending(parts: Parts, now: int) -> None:
    limits = parts.config.spend
    row = Spend.objects.filter(day=now // DAY).first()
    if row is None:
        return
    share = limits.alarm_percent
    if row.sends * 100 >= limits.sends_day * share or (
        row.money > 0 and row.money * 100 >= limits.money_day * share
    ):
        parts.alarms.tell("channel-spend", sends=row.sends, money=row.money)
