"""Which bars a release, or two, are drawn as: people by item, or by question without the ledger."""

from collections.abc import Iterable, Sequence

from breachdesk.figures._compare import Difference
from breachdesk.figures._figures import Figure
from breachdesk.figures._picture import Picture
from breachdesk.figures._words import measure_words, of_words
from breachdesk.incident import ITEMS

_BY_ITEM, _BY_LOOKUP = "people-by-item", "people-by-lookup"


def picture_of(figures: Sequence[Figure], release: int, language: str) -> Picture:
    """People of one release, an incident a series."""
    measure = _measure(figures)
    wanted = [one for one in figures if one.measure == measure]
    series: dict[str, dict[str, int]] = {}
    for one in wanted:
        series.setdefault(one.incident, {})[of_words(one.of, language)] = one.value
    labels = [of_words(of, language) for of in _ordered(one.of for one in wanted)]
    title = f"{_release(release, language)}: {measure_words(measure, language)}"
    return Picture(title, measure_words("people", language), labels, series)


def picture_of_both(rows: Sequence[Difference], before: int, after: int, language: str) -> Picture:
    """People of two releases, a release a series."""
    measure = _measure(rows)
    wanted = [one for one in rows if one.measure == measure]
    several = len({one.incident for one in wanted}) > 1
    old, new, labels = {}, {}, []
    for incident in dict.fromkeys(one.incident for one in wanted):
        of_incident = {one.of: one for one in wanted if one.incident == incident}
        for of in _ordered(of_incident):
            label = of_words(of, language)
            label = f"{incident}: {label}" if several else label
            labels.append(label)
            old[label], new[label] = of_incident[of].before or 0, of_incident[of].after or 0
    names = (_release(before, language), _release(after, language))
    return Picture(
        f"{names[0]}, {names[1]}: {measure_words(measure, language)}",
        measure_words("people", language),
        labels,
        dict(zip(names, (old, new), strict=True)),
    )


def _measure(rows: Iterable[Figure | Difference]) -> str:
    return _BY_ITEM if any(one.measure == _BY_ITEM for one in rows) else _BY_LOOKUP


def _ordered(of: Iterable[str]) -> list[str]:
    """Items in the order of the catalogue; questions as they come."""
    found = list(dict.fromkeys(of))
    return [item for item in ITEMS if item in found] or found


def _release(number: int, language: str) -> str:
    return f"제{number}차 자료" if language == "ko" else f"Release {number}"
