"""Who may act on a filing: the filer, the principal, members of the organisation, agents under a mandate. CPL arts.
60-62."""

from dataclasses import dataclass
from uuid import UUID

from tianping.contexts.filing.actions.desk import Desk, person_of
from tianping.contexts.filing.model import Head
from tianping.contexts.filing.rules.complaint import POWER_NAMES
from tianping.contexts.filing.rules.problems import MandateNeeded, SpecialPowerNeeded
from tianping.interfaces.identity import Actor, MandateCard, Power
from tianping.kit.ids import OrganisationId, PersonId
from tianping.kit.problems import NotFound

ALL_POWERS = frozenset(Power)


@dataclass(frozen=True)
class Standing:
    """How a person stands to a filing. `capacity`: filer, principal, member, agent. `any_matter`: the person may also act
    in other filings of the same plaintiff, which a mandate for one matter does not give. CPL art. 62."""

    person: PersonId
    capacity: str
    powers: frozenset[Power]
    any_matter: bool = True

    def need(self, power: Power) -> None:
        """Raises SpecialPowerNeeded. CPL art. 62: special powers need special authorisation."""
        if power not in self.powers:
            name = POWER_NAMES[power]
            raise SpecialPowerNeeded(power_zh=name.zh, power_en=name.en)


def _covers(
    mandate: MandateCard, person: PersonId | None, organisation: OrganisationId | None, matter: UUID | None
) -> bool:
    principal = (mandate.principal_person, mandate.principal_organisation)
    return principal == (person, organisation) and mandate.matter in (None, matter)


async def mandate_for(
    desk: Desk, actor: Actor, person: PersonId | None, organisation: OrganisationId | None
) -> MandateCard | None:
    """Under which mandate the actor would file for that principal; None for oneself or one's own organisation.

    Raises MandateNeeded.
    """
    me = person_of(actor)
    if (person is None and organisation is None) or person == me:
        return None
    if organisation is not None and organisation in {o.id for o in await desk.people.organisations_of(me)}:
        return None
    for mandate in await desk.people.mandates_of(me, on=desk.today):
        if _covers(mandate, person, organisation, None):
            return mandate
    raise MandateNeeded


async def standing(desk: Desk, actor: Actor, head: Head) -> Standing:
    """Raises NotFound for everybody to whom the filing does not exist, also when the mandate has ended."""
    me = person_of(actor)
    for_self = head.for_person is None and head.for_organisation is None
    if head.filer == me and (for_self or head.for_person == me):
        return Standing(me, "filer", ALL_POWERS)
    if head.for_person == me:
        return Standing(me, "principal", ALL_POWERS)
    if head.for_organisation is not None and head.for_organisation in {
        o.id for o in await desk.people.organisations_of(me)
    }:
        return Standing(me, "member", ALL_POWERS)
    if not for_self:
        mandates = [
            mandate
            for mandate in await desk.people.mandates_of(me, on=desk.today)
            if _covers(mandate, head.for_person, head.for_organisation, head.id)
        ]
        powers = [power for mandate in mandates for power in mandate.powers]
        if powers:
            any_matter = any(mandate.matter is None for mandate in mandates)
            return Standing(me, "agent", frozenset({*powers, Power.GENERAL}), any_matter)
    raise NotFound
