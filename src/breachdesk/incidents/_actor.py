"""Who does something: the first argument of every action."""

from dataclasses import dataclass
from typing import Literal, Self

Role = Literal["person", "staff", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who reports, a member of staff (`id` is theirs), or a command or worker of ours."""

    role: Role
    id: int | None = None
    label: str = ""

    @classmethod
    def staff(cls, user_id: int) -> Self:
        """A member of staff."""
        return cls("staff", user_id)

    @classmethod
    def system(cls, label: str) -> Self:
        """A command or a worker, by its name."""
        return cls("system", label=label)

    @property
    def name(self) -> str:
        """As history writes it: `person`, `staff:7`, `system:purge`."""
        tail = self.label if self.id is None else str(self.id)
        return f"{self.role}:{tail}" if tail else self.role


PERSON = Actor("person")
