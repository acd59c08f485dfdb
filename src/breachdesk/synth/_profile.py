"""The shapes of leak that can be made."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from breachdesk.synth.errors import SynthError


@dataclass(frozen=True, slots=True)
class Profile:
    """The shape of one leak: its columns in order, its duplicates and its gaps.

    `headers` maps item codes to column headers. `empty` has, for each item, of how many of a
    thousand records its cell is empty.
    """

    incident: str
    records: int
    people: int
    headers: Mapping[str, str]
    empty: Mapping[str, float]

    def people_for(self, records: int) -> int:
        """Return of how many people so many records are, in this leak's own ratio."""
        return max(1, round(records * self.people / self.records))


KT_2014 = Profile(
    incident="kt-2014",
    records=11_708_875,  # Korea Communications Commission, 10 March 2014
    people=9_818_074,
    headers=MappingProxyType(
        {
            "name": "고객명",
            "rrn": "주민등록번호",
            "phone": "휴대전화번호",
            "email": "이메일",
            "address": "주소",
            "card_number": "카드번호",
            "card_expiry": "카드유효기간",
            "bank_account": "은행계좌번호",
            "customer_number": "고객관리번호",
            "usim_number": "유심번호",
            "subscription": "가입서비스",
            "rate_plan": "요금제",
        }
    ),
    empty=MappingProxyType(
        {
            "name": 2,
            "phone": 20,
            "email": 340,
            "address": 30,
            "card_expiry": 15,
            "customer_number": 6,
            "usim_number": 120,
            "subscription": 10,
            "rate_plan": 45,
        }
    ),
)
#: Of this leak only the number of people is known; columns and gaps are made up for it.
KT_2012 = Profile(
    incident="kt-2012",
    records=8_700_000,
    people=8_700_000,
    headers=MappingProxyType(
        {
            "name": "성명",
            "rrn": "주민번호",
            "phone": "전화번호",
            "subscription": "가입서비스",
            "rate_plan": "요금제",
        }
    ),
    empty=KT_2014.empty,
)
PROFILES: Mapping[str, Profile] = MappingProxyType({"kt-2014": KT_2014, "kt-2012": KT_2012})


def profile_named(name: str) -> Profile:
    """Return a profile; SynthError names those that there are."""
    if name not in PROFILES:
        raise SynthError(f"There is no such profile. Use one of: {', '.join(PROFILES)}.")
    return PROFILES[name]
