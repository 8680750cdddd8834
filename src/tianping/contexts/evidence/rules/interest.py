"""Whether who deposited has an interest in the case. ORL art. 17: what the court weighs when the other side objects."""

import re
import unicodedata
from collections.abc import Iterable

import msgspec

from tianping.contexts.evidence.model.verifications import Interest
from tianping.interfaces.ledger import Depositor
from tianping.kit.ids import OrganisationId, PersonId
from tianping.kit.problems import Text

_SOUND = frozenset({"probation", "admitted"})


class Party(msgspec.Struct, frozen=True):
    """A party as far as it matters here. `people`: itself and its agents."""

    name: str
    organisation_id: OrganisationId | None
    people: frozenset[PersonId]


class Through(msgspec.Struct, frozen=True):
    """Who deposited through this court: the person, and the organisation acted for."""

    owner: PersonId
    organisation_id: OrganisationId | None


def interest(
    depositor: Depositor | None, parties: Iterable[Party], *, through: Through | None,
    platform: OrganisationId | None,
) -> Interest:  # fmt: skip
    """`through`: for a deposit made through this court; `platform`: the organisation behind the application, if known here."""
    sides = list(parties)
    if depositor is None:
        return _said(False, "none", "存证方信息缺失。", "Nothing is known of the depositor.")
    for party in sides:
        same_name = normal(depositor.organisation) == normal(party.name) or normal(depositor.name.zh) == normal(
            party.name
        )
        if (platform is not None and party.organisation_id == platform) or (same_name and through is None):
            return _said(
                True, "party_platform",
                f"存证平台“{depositor.organisation}”是本案当事人。对方有异议并说明理由的，应审查其有无不当干预取证、存证过程（第十七条）。",
                f"The depositing platform “{depositor.organisation}” is a party to this case: if the other side objects with reasons, "
                "whether it interfered is to be examined (art. 17).",
            )  # fmt: skip
    if depositor.standing_then not in _SOUND or depositor.standing_now not in _SOUND:
        return _said(
            True, "standing",
            "存证应用存证时或者目前不具备正常接入资格，请结合其评估记录审查（第十七条）。",
            "The depositing application was not, or is no longer, admitted: see its assessments (art. 17).",
        )  # fmt: skip
    if through is not None:
        for party in sides:
            own = party.organisation_id is not None and party.organisation_id == through.organisation_id
            if own or through.owner in party.people:
                return _said(
                    False, "party_deposited",
                    "由本案当事人一方通过本院存入；存证平台为本院，与当事人无利害关系。",
                    "Deposited by a party of this case through this court, which has no interest in it.",
                )  # fmt: skip
        return _said(
            False, "none", "通过本院存入；存证平台为本院，与当事人无利害关系。",
            "Deposited through this court, which has no interest in the case.",
        )  # fmt: skip
    return _said(
        False, "none", f"未发现存证平台“{depositor.organisation}”与本案当事人为同一主体。",
        f"The depositing platform “{depositor.organisation}” is not found among the parties.",
    )  # fmt: skip


def normal(name: str) -> str:
    """A name without what people write differently: width, spaces, brackets."""
    return re.sub(r"[\s()\[\]【】〔〕《》·.]", "", unicodedata.normalize("NFKC", name)).casefold()


def _said(flagged: bool, ground: str, zh: str, en: str) -> Interest:
    return Interest(flagged=flagged, ground=ground, said=Text(zh, en))
