"""Who may do what: roles, and for each act the roles that may do it. Everything else is refused."""

from dataclasses import dataclass
from typing import Final

from breachdesk.console.errors import Refused
from breachdesk.incidents import Actor as DeskActor

AGENT: Final = "agent"
LEAD: Final = "lead"
PAYER: Final = "payer"
AUDITOR: Final = "auditor"
REGULATOR: Final = "regulator"
ADMIN: Final = "admin"
ROLES: Final = (AGENT, LEAD, PAYER, AUDITOR, REGULATOR, ADMIN)

#: Read and work are apart: only who works cases opens what people wrote. An admin keeps accounts
#: and reads no case; a regulator sees figures alone.
ACTS: Final[dict[str, frozenset[str]]] = {
    "case.list": frozenset({AGENT, LEAD, PAYER, AUDITOR}),
    "case.read": frozenset({AGENT, LEAD}),
    "case.work": frozenset({AGENT, LEAD}),
    "case.bulk": frozenset({LEAD}),
    "call.take": frozenset({AGENT, LEAD}),
    "warning.approve": frozenset({LEAD}),
    "reply.prepare": frozenset({LEAD}),
    "incident.see": frozenset({AGENT, LEAD, PAYER, AUDITOR}),
    "incident.revise": frozenset({LEAD}),
    "board.see": frozenset({AGENT, LEAD, PAYER, AUDITOR, ADMIN}),
    "board.export": frozenset({LEAD, AUDITOR}),
    "duty.see": frozenset({LEAD}),
    "duty.time": frozenset({LEAD}),
    "figures.see": frozenset({LEAD, AUDITOR, REGULATOR, ADMIN}),
    "audit.see": frozenset({AUDITOR, ADMIN}),
    "staff.manage": frozenset({ADMIN}),
    "own": frozenset(ROLES),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member of staff, or a part of the service (`user` None, role empty)."""

    name: str
    role: str = ""
    user: int | None = None

    @property
    def at_desk(self) -> DeskActor:
        """The same as the desk's actions and the history of a case name him."""
        if self.user is None:
            return DeskActor.system("console")
        return DeskActor.staff(self.user)

    def may(self, act: str) -> bool:
        """Whether the role is among those of the act. KeyError for an act that there is not."""
        return self.role in ACTS[act]


#: The worker, and commands that whoever may run them on the machine has run.
SERVICE: Final = Actor("breachdesk")


def permit(actor: Actor, act: str) -> None:
    """Raise Refused unless the actor may. The service itself may."""
    if actor is SERVICE:
        return
    if not actor.may(act):
        raise Refused("not-allowed")
