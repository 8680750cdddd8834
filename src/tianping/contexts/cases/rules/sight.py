"""Who stands where in a case, and which of the court's staff may see it. Nobody else learns that it exists.

Law: CPL art. 52 (parties and their files), 61-62 (agents); the court's own division of work for staff.
"""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from tianping.contexts.cases.model import JUDGES, Case, DocketEntry, Seat, Standing
from tianping.interfaces.identity import Actor, MandateCard, Role


class Affiliation(msgspec.Struct, frozen=True):
    """Whom the actor may stand for: organisations one is a member of, mandates in force today."""

    organisations: list[UUID]
    mandates: list[MandateCard]


def standing(case: Case, actor: Actor, affiliation: Affiliation) -> Standing | None:
    """How the actor stands to the case. A party's standing goes before an office at the court; None: not at all."""
    return (
        own_standing(case, actor)
        or organisation_standing(case, affiliation.organisations)
        or agent_standing(case, affiliation.mandates)
        or staff_standing(case, actor)
    )


def own_standing(case: Case, actor: Actor) -> Standing | None:
    """What the case itself says of the actor: a party by name, or seated. No other context need be asked."""
    if actor.person_id is None:
        return None
    for party in case.parties:
        if party.person_id == actor.person_id:
            return Standing(party.capacity, party.capacity)
    for seated in case.bench:
        if seated.person_id == actor.person_id:
            kind = "clerk" if seated.seat is Seat.CLERK else "bench"
            return Standing(kind, None, actor.roles)
    return None


def organisation_standing(case: Case, organisations: Iterable[UUID]) -> Standing | None:
    """A member of an organisation that is a party acts for it."""
    own = set(organisations)
    for party in case.parties:
        if party.organisation_id is not None and party.organisation_id in own:
            return Standing(party.capacity, party.capacity)
    return None


def agent_standing(case: Case, mandates: Iterable[MandateCard]) -> Standing | None:
    """An agent with a mandate in force for a party, for every matter or for this one. CPL arts. 61-62."""
    for mandate in mandates:
        if mandate.matter not in {None, case.id, case.filing_id}:
            continue
        for party in case.parties:
            person = mandate.principal_person is not None and mandate.principal_person == party.person_id
            body = (
                mandate.principal_organisation is not None and mandate.principal_organisation == party.organisation_id
            )
            if person or body:
                return Standing("agent", party.capacity)
    return None


def staff_standing(case: Case, actor: Actor) -> Standing | None:
    """President; the head and the clerks of its division; the filing side while no bench has it."""
    roles = actor.roles
    if Role.PRESIDENT in roles:
        return Standing("staff", None, roles)
    in_division = actor.division is not None and actor.division == case.division
    if in_division and Role.DIVISION_HEAD in roles:
        return Standing("staff", None, roles)
    if Role.CLERK in roles and (in_division or case.in_intake):
        return Standing("clerk", None, roles)
    if Role.FILING_JUDGE in roles and case.in_intake:
        return Standing("staff", None, roles)
    return None


def may_read_restricted(entry: DocketEntry, standing: Standing) -> bool:
    return entry.restricted is not None and bool(standing.tags & set(entry.restricted.visible_to))


def presides(case: Case, person_id: UUID) -> bool:
    """Whether the person is the sole or the presiding judge."""
    return any(s.person_id == person_id and s.seat in {Seat.SOLE, Seat.PRESIDING} for s in case.bench)


def judges_it(case: Case, person_id: UUID) -> bool:
    return any(s.person_id == person_id and s.seat in JUDGES for s in case.bench)
