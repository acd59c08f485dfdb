"""What measures are called, in Korean and English."""

from types import MappingProxyType

from breachdesk.incident import ITEMS

_MEASURES = MappingProxyType(
    {
        "people": ("사람", "People"),
        "people-by-item": ("항목별 사람", "People by item"),
        "records-by-item": ("항목별 사람의 기록", "Records of the people by item"),
        "people-by-lookup": ("질문별 찾을 수 있는 사람", "People whom a question finds"),
        "entries-by-lookup": ("질문별 봉인된 답", "Entries of a question"),
        "rows-left-out": ("질문으로 찾을 수 없는 기록", "Records that a question cannot find"),
        "rows-read": ("읽은 기록", "Records read"),
        "rows-indexed": ("담은 기록", "Records indexed"),
        "rows-rejected": ("담지 못한 기록", "Records rejected"),
        "source-rows-read": ("파일별 읽은 기록", "Records read, by file"),
        "source-rows-indexed": ("파일별 담은 기록", "Records indexed, by file"),
        "source-rows-rejected": ("파일별 담지 못한 기록", "Records rejected, by file"),
        "change-records": ("이번에 달라진 기록", "Records changed by this release"),
        "change-people": ("이번에 달라진 사람", "People changed by this release"),
        "people-in-exactly": ("이 유출들에만 있는 사람", "People in exactly these incidents"),
    }
)


def measure_words(measure: str, language: str) -> str:
    """The name of a measure. KeyError for an unknown one."""
    korean, english = _MEASURES[measure]
    return korean if language == "ko" else english


def of_words(of: str, language: str) -> str:
    """An item's label; everything else as it is."""
    return ITEMS[of].label.in_language(language) if of in ITEMS else of
