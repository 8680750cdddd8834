"""Access of applications: applied for, assessed against the published standard, approved by two, on probation, admitted;
suspended, resumed, revoked. The access rules of the court's chain: "traceable process, credible chain, visible nodes".

The papers themselves (qualification, storage rules, platform management, use of data) stay off the chain; their digest
and every decision with its signers are entries of the log.
"""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from tianping.engines.ledger.codec import Encoded
from tianping.engines.ledger.model import Application, Bytes32, Name, PublicKey, SignerRole, Slug, Standing
from tianping.engines.ledger.transactions.base import (
    Desk,
    Kind,
    Refused,
    Transaction,
    enrol,
    key_of,
    need_two_officers,
    only_signer,
    retire,
)

PASSING_SCORE = 60


class Apply(Encoded, frozen=True):
    id: Slug
    name_zh: Name
    name_en: Name
    organisation: Name
    fingerprint: Bytes32
    public_key: PublicKey
    categories: Annotated[list[Slug], Meta(min_length=1, max_length=30)]
    documents: Bytes32


class Assess(Encoded, frozen=True):
    """`standard`: version of the assessment standard; `sheet`: digest of the sheet with every item's score."""

    id: Slug
    standard: Annotated[str, Meta(min_length=1, max_length=40)]
    score: Annotated[int, Meta(ge=0, le=100)]
    sheet: Bytes32


class Decision(StrEnum):
    PROBATION = "probation"
    ADMIT = "admit"
    REFUSE = "refuse"
    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"


class Decide(Encoded, frozen=True):
    """`reasons`: digest of the written reasons."""

    id: Slug
    decision: Decision
    reasons: Bytes32


class Rekey(Encoded, frozen=True):
    """A new certificate in place of the application's old one. Who holds it deposits in its name: two officers decide."""

    id: Slug
    fingerprint: Bytes32
    public_key: PublicKey


STEPS: dict[Decision, tuple[frozenset[Standing], Standing]] = {
    Decision.PROBATION: (frozenset({Standing.APPLIED}), Standing.PROBATION),
    Decision.ADMIT: (frozenset({Standing.PROBATION}), Standing.ADMITTED),
    Decision.REFUSE: (frozenset({Standing.APPLIED, Standing.PROBATION}), Standing.REVOKED),
    Decision.SUSPEND: (frozenset({Standing.PROBATION, Standing.ADMITTED}), Standing.SUSPENDED),
    Decision.RESUME: (frozenset({Standing.SUSPENDED}), Standing.PROBATION),
    Decision.REVOKE: (frozenset({Standing.PROBATION, Standing.ADMITTED, Standing.SUSPENDED}), Standing.REVOKED),
}
"""From where a decision may be taken, and where it leads. A suspended application comes back on probation."""


def apply_for(desk: Desk, tx: Transaction) -> None:
    only_signer(tx, SignerRole.OFFICER)
    wanted = tx.content(Apply)
    before = desk.state.read(key_of("application", wanted.id), Application)
    if before is not None and before.standing != Standing.APPLIED:
        raise Refused("wrong-standing")
    if any(category not in desk.genesis.categories for category in wanted.categories):
        raise Refused("category-not-admitted")
    if desk.state.get(key_of("key", wanted.fingerprint)) is not None:
        raise Refused("not-permitted")
    desk.state.write(
        key_of("application", wanted.id),
        Application(
            wanted.id, wanted.name_zh, wanted.name_en, wanted.organisation, wanted.fingerprint, wanted.public_key,
            wanted.categories, wanted.documents, Standing.APPLIED, None, None,
        ),
    )  # fmt: skip


def assess(desk: Desk, tx: Transaction) -> None:
    only_signer(tx, SignerRole.OFFICER)
    sheet = tx.content(Assess)
    application = _known(desk, sheet.id)
    if application.standing in (Standing.REVOKED, Standing.REMOVED):
        raise Refused("wrong-standing")
    _keep(desk, msgspec.structs.replace(application, score=sheet.score, standard=sheet.standard))


def decide(desk: Desk, tx: Transaction) -> None:
    content = tx.content(Decide)
    application = _known(desk, content.id)
    before, after = STEPS[content.decision]
    if application.standing not in before:
        raise Refused("wrong-standing")
    if content.decision == Decision.SUSPEND:
        # One officer stops an application at once; everything else is decided by two.
        only_signer(tx, SignerRole.OFFICER)
    else:
        need_two_officers(desk, tx)
    if content.decision in (Decision.PROBATION, Decision.ADMIT, Decision.RESUME):
        if (application.score or 0) < PASSING_SCORE:
            raise Refused("low-score")
        enrol(desk, application.fingerprint, SignerRole.APPLICATION, application.id, application.public_key)
    if after == Standing.REVOKED:
        retire(desk, application.fingerprint)
    _keep(desk, msgspec.structs.replace(application, standing=after))


def rekey(desk: Desk, tx: Transaction) -> None:
    need_two_officers(desk, tx)
    content = tx.content(Rekey)
    application = _known(desk, content.id)
    if application.standing not in (Standing.PROBATION, Standing.ADMITTED, Standing.SUSPENDED):
        raise Refused("wrong-standing")
    retire(desk, application.fingerprint)
    enrol(desk, content.fingerprint, SignerRole.APPLICATION, application.id, content.public_key)
    _keep(desk, msgspec.structs.replace(application, fingerprint=content.fingerprint, public_key=content.public_key))


def _known(desk: Desk, application_id: str) -> Application:
    application = desk.state.read(key_of("application", application_id), Application)
    if application is None:
        raise Refused("unknown-application")
    return application


def _keep(desk: Desk, application: Application) -> None:
    desk.state.write(key_of("application", application.id), application)


KINDS = (
    Kind("access.apply", apply_for),
    Kind("access.assess", assess),
    Kind("access.decide", decide),
    Kind("access.rekey", rekey),
)
