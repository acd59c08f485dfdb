"""Two releases side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from breachdesk.figures._figures import MEASURES, Figure

#: They are of one release and mean nothing against another's.
_OF_ONE_RELEASE = frozenset({"change-records", "change-people"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact in two releases; None where a release does not say it."""

    incident: str
    measure: str
    of: str
    before: int | None
    after: int | None

    @property
    def by(self) -> int:
        """How much more it is; what is not said counts as nothing."""
        return (self.after or 0) - (self.before or 0)


def compare(before: Sequence[Figure], after: Sequence[Figure]) -> tuple[Difference, ...]:
    """Every fact of either release, in the order of incidents and measures.

    A measure that only one of the two has at all, as people by item without the ledger of the
    other, is left out: its absence says nothing.
    """
    old, new = ({one.key: one.value for one in of} for of in (before, after))
    both = {key[1] for key in old} & {key[1] for key in new}
    keys = [key for key in dict.fromkeys((*old, *new)) if _wanted(key[1], both)]
    # What is of several incidents stands last.
    keys.sort(key=lambda key: (not key[0], key[0], MEASURES.index(key[1])))
    return tuple(Difference(*key, old.get(key), new.get(key)) for key in keys)


def _wanted(measure: str, both: set[str]) -> bool:
    ledger = measure in {"people-by-item", "records-by-item", "people-in-exactly"}
    return measure not in _OF_ONE_RELEASE and (measure in both or not ledger)
