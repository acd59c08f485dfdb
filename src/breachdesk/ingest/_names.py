"""What a column's name says: certainly, or perhaps.

`certain` reads a name as the catalogue lists it, also where it stands in several header rows that
agree. `maybe` reads abbreviations and parts of names: enough for a question, never for an answer,
because a guardian's phone and a former address are named much like a customer's.
"""

import re
from typing import Final

from breachdesk.incident import item_of_header

JOINT: Final = " / "
"""Between the lines of a name that has several."""

_NUMBERED: Final = re.compile(r" #[0-9]+$")
_NEUTRAL: Final = re.compile(
    r"(?:고객|회원|가입자?|개인|기본|결제|카드|계좌|금융|연락처?|인적|신상|유출|서비스|본인)*"
    r"(?:정보|사항|내역|내용|항목)?|(?:customer|member|personal|basic|payment|card|contact|account)?s?"
    r"(?:information|info|details|data)?"
)
_OPTIONAL: Final = re.compile(r"[(\[（【].{0,12}?[)\]）】]|[*※]")
_SOMEBODY_ELSE: Final = re.compile(
    r"보호자|법정|대리인|배우자|부모|자녀|가족|추천인|담당자|상담원|직원|비상|긴급|수령인|받는|직장|회사|자택|"
    r"이전|변경전|guardian|parent|spouse|emergency|agent|staff|recipient|office|home|work|old|prev"
)
_WORDS: Final = {
    "name": r"이름|성명|성함|고객명|회원명|가입자명|name|nm|nme",
    "rrn": r"주민|실명번호|rrn|jumin|ssn|rsdt|regno|juminno|resno",
    "phone": r"휴대|핸드폰|폰번호|전화|연락처|phone|mobile|cell|tel|hp|msisdn|ctn",
    "email": r"메일|email|e-mail|mail|eml",
    "address": r"주소|거주지|addr|address|adres",
    "card_number": r"카드.{0,3}번호|카드no|card.?no|card.?num|cardnumber|crdno|pan",
    "card_expiry": r"유효기[간한]|만료|expir|expdt|valid.?thru|validity",
    "bank_account": r"계좌|account.?no|acct|acnt|acno|bank.?no",
    "customer_number": r"고객.{0,3}번호|회원.{0,2}번호|계약번호|(?:고객|회원)id"
    r"|(?:cust|mbr|member).?(?:no|id)|contract.?no",
    "usim_number": r"유심|usim|iccid",
    "rate_plan": r"요금제|plan",
    "birth_date": r"생년|생일|출생|birth|brth|bday|dob",
    "password": r"비밀번호|패스워드|passw|pwd",
    "sex": r"성별|gender|sex",
    "passport_number": r"여권|passport",
    "driver_licence": r"면허|licen[cs]e",
    "foreigner_number": r"외국인",
    "ip_address": r"아이피|ip.?addr|^ip$",
    "device_id": r"단말|기기|imei|imsi|device",
    "delivery_address": r"배송|수령지|shipping|delivery",
    "account_holder": r"예금주|계좌주|holder",
}
_PATTERNS: Final = {code: re.compile(pattern) for code, pattern in _WORDS.items()}


def certain(name: str) -> str | None:
    """Return the item that the name means, if it is written as the catalogue has it."""
    name = _NUMBERED.sub("", name)
    if code := item_of_header(name):
        return code
    parts = name.split(JOINT)
    if len(parts) == 1:
        return None
    codes = [item_of_header(part) for part in parts]
    known = {code for code in codes if code}
    rest = [part for part, code in zip(parts, codes, strict=True) if not code]
    agreed = len(known) == 1 and all(map(_is_neutral, rest))
    return known.pop() if agreed else None


def maybe(name: str) -> tuple[str, ...]:
    """Return the items that the name may mean, if it is not certain."""
    text = _NUMBERED.sub("", name)
    if (code := item_of_header(_OPTIONAL.sub("", text))) and code != certain(name):
        return (code,)
    lower = text.casefold()
    return tuple(code for code, pattern in _PATTERNS.items() if pattern.search(lower))


def of_somebody_else(name: str) -> bool:
    """Return whether the name speaks of another person, or of another phone than one's own."""
    return _SOMEBODY_ELSE.search(name.casefold()) is not None


def _is_neutral(part: str) -> bool:
    return _NEUTRAL.fullmatch("".join(part.casefold().split())) is not None
