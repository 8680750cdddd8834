"""What stood at an index of the log: members, officers, applications, replayed from the genesis (6.2 and 6.3 of the format)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tianping_verify import structures
from tianping_verify.faults import Fault
from tianping_verify.structures import Application, Body, Genesis, Member, Officer, fields

SET_DELAY = 2
PASSING_SCORE = 60

_DECISIONS = {
    "probation": (("applied",), "probation"),
    "admit": (("probation",), "admitted"),
    "refuse": (("applied", "probation"), "revoked"),
    "suspend": (("probation", "admitted"), "suspended"),
    "resume": (("suspended",), "probation"),
    "revoke": (("probation", "admitted", "suspended"), "revoked"),
}


class Signers:
    """Whose co-signatures count at a height."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._from: list[tuple[int, dict[str, Member]]] = [(0, {one.id: one for one in members})]

    def at(self, height: int) -> dict[str, Member]:
        return [members for start, members in self._from if start <= height][-1]

    def change(self, height: int, members: dict[str, Member]) -> None:
        """`members` as they stand after a change in the block of this height."""
        start = height + SET_DELAY
        if self._from[-1][0] > start:
            raise Fault("members-order")
        self._from.append((start, members))


class Standing:
    """Moves on by one transaction at a time; `signed` are the fingerprints whose signatures are right."""

    def __init__(self, genesis: Genesis) -> None:
        self.members = {one.id: one for one in genesis.members if one.standing == "admitted"}
        self.officers = {one.fingerprint: one for one in genesis.officers}
        self.applications = {one.id: one for one in genesis.applications}

    def key(self, fingerprint: bytes, body: Body) -> bytes | None:
        """The public key under this fingerprint, if it is one of those that sign this kind of transaction now."""
        if body.kind == "deposit":
            application = self.applications.get(body.author)
            return application.public_key if application and application.fingerprint == fingerprint else None
        if body.kind in ("member.change", "officer.change"):
            return next((one.public_key for one in self.members.values() if one.fingerprint == fingerprint), None)
        officer = self.officers.get(fingerprint)
        return officer.public_key if officer else None

    def take(self, body: Body, signed: set[bytes]) -> None:
        """Raises Fault where the transaction was not allowed to those who signed it, or not at this point."""
        if body.kind == "member.change":
            self._need_members(body, signed)
            self._change_member(structures.member(fields(body.content, structures.array)[0]))
        elif body.kind == "officer.change":
            self._need_members(body, signed)
            self._change_officer(body.content)
        elif body.kind == "access.decide":
            self._decide(body, signed)
        elif body.kind == "access.rekey":
            self._need_two_officers(body, signed)
            self._rekey(body.content)
        elif body.kind == "access.apply":
            self._need_officer(body, signed)
            self._apply(body.content)
        elif body.kind == "access.assess":
            self._need_officer(body, signed)
            self._assess(body.content)
        else:
            raise Fault("history-kind", kind=body.kind)

    def _change_member(self, member: Member) -> None:
        leaves = member.standing == "removed"
        if (leaves and member.id not in self.members) or not (leaves or member.standing == "admitted"):
            raise Fault("history-step", kind="member.change")
        if leaves or member.level != 1:
            if member.power:
                raise Fault("history-step", kind="member.change")
            self.officers = {mark: one for mark, one in self.officers.items() if one.owner != member.id}
        if leaves:
            del self.members[member.id]
        else:
            self.members[member.id] = member

    def _change_officer(self, content: Any) -> None:
        readers = (structures.digest, structures.slug, structures.public_key, structures.boolean)
        fingerprint, owner, key, active = fields(content, *readers)
        if owner not in self.members or self.members[owner].level != 1:
            raise Fault("history-step", kind="officer.change")
        if active:
            self.officers[fingerprint] = Officer(fingerprint, owner, key)
        else:
            self.officers.pop(fingerprint, None)

    def _apply(self, content: Any) -> None:
        text, slug, digest = structures.text, structures.slug, structures.digest
        readers = (slug, text, text, text, digest, structures.public_key, structures.each(slug), digest)
        identity, zh, en, by, fingerprint, key, categories, _ = fields(content, *readers)
        before = self.applications.get(identity)
        if before is not None and before.standing != "applied":
            raise Fault("history-step", kind="access.apply")
        self.applications[identity] = Application(
            identity, zh, en, by, fingerprint, key, tuple(categories), "applied", None, None
        )

    def _assess(self, content: Any) -> None:
        readers = (structures.slug, structures.text, structures.uint, structures.digest)
        identity, standard, score, _ = fields(content, *readers)
        application = self._known(identity)
        if application.standing in ("revoked", "removed"):
            raise Fault("history-step", kind="access.assess")
        self.applications[identity] = replace(application, score=score, standard=standard)

    def _decide(self, body: Body, signed: set[bytes]) -> None:
        readers = (structures.slug, structures.one_of(*_DECISIONS), structures.digest)
        identity, decision, _ = fields(body.content, *readers)
        application = self._known(identity)
        before, after = _DECISIONS[decision]
        if application.standing not in before:
            raise Fault("history-step", kind="access.decide")
        if decision == "suspend":
            self._need_officer(body, signed)
        else:
            self._need_two_officers(body, signed)
        if after in ("probation", "admitted") and (application.score or 0) < PASSING_SCORE:
            raise Fault("history-step", kind="access.decide")
        self.applications[identity] = replace(application, standing=after)

    def _rekey(self, content: Any) -> None:
        identity, fingerprint, key = fields(content, structures.slug, structures.digest, structures.public_key)
        application = self._known(identity)
        if application.standing not in ("probation", "admitted", "suspended"):
            raise Fault("history-step", kind="access.rekey")
        self.applications[identity] = replace(application, fingerprint=fingerprint, public_key=key)

    def _known(self, identity: str) -> Application:
        if identity not in self.applications:
            raise Fault("application-unknown", application=identity)
        return self.applications[identity]

    def _need_members(self, body: Body, signed: set[bytes]) -> None:
        signers = [one for one in self.members.values() if one.fingerprint in signed]
        power = sum(one.power for one in signers)
        total = sum(one.power for one in self.members.values())
        if 3 * power <= 2 * total or body.author not in {one.id for one in signers}:
            raise Fault("history-signatures")

    def _need_officer(self, body: Body, signed: set[bytes]) -> None:
        owners = [self.officers[mark].owner for mark in signed if mark in self.officers]
        if len(signed) != 1 or owners != [body.author]:
            raise Fault("history-signatures")

    def _need_two_officers(self, body: Body, signed: set[bytes]) -> None:
        owners = [self.officers[mark].owner for mark in signed if mark in self.officers]
        several = len({one.owner for one in self.officers.values()}) > 1
        if len(owners) < 2 or (several and len(set(owners)) < 2) or body.author not in owners:
            raise Fault("history-signatures")
