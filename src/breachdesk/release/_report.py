"""What an audit of a release folder found."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold, at one place of the folder.

    `code` is a name of PROTOCOL section 12, or `missing`, `stray`, `unpublished`, `order` (entries
    not in order, which tells real ones from padding), `counts`, `unreadable`.
    """

    code: str
    where: str
    detail: str


@dataclass(slots=True)
class Report:
    """`ok` if nothing was found. `trusted` says whether a log key was given to check against;
    without one the folder only agrees with itself.
    """

    trusted: bool
    entries: int = 0
    releases: int = 0
    buckets: int = 0
    time: int | None = None
    without_buckets: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.findings

    def add(self, code: str, where: str, detail: str) -> None:
        self.findings.append(Finding(code, where, detail))
