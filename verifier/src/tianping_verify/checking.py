"""Every check of a certificate or a bundle, in the order in which one rests on the other (section 6 of the format)."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from tianping_verify import bundle, cms, merkle, notes, numbers, pdf, sm2, structures, timestamps, x509
from tianping_verify.bundle import Bundle, ProvenEntry
from tianping_verify.faults import Fault, NotMade, Unusable
from tianping_verify.notes import Checkpoint, Quorum
from tianping_verify.report import Check, Cosigner, Options, Report, Result, Subject
from tianping_verify.sm3 import sm3
from tianping_verify.standing import Signers, Standing
from tianping_verify.structures import Body, Genesis, Leaf

T = TypeVar("T")


def check(content: bytes, options: Options | None = None) -> Report:
    """`content`: a certificate (PDF) or a bundle (JSON). Raises Unusable for anything else."""
    run = _Run(options or Options())
    if pdf.is_pdf(content):
        run.certificate(content)
    elif bundle.is_bundle(content):
        run.bundle(content)
    else:
        raise Unusable(
            "既不是存证证书（PDF），也不是证明包（JSON）",
            "This is neither a certificate (PDF) nor a proof bundle (JSON)",
        )
    return Report(run.checks, run.subject)


class _Run:
    def __init__(self, options: Options) -> None:
        self.options = options
        self.checks: list[Check] = []
        self.subject = Subject()
        self._passed: set[str] = set()

    def certificate(self, content: bytes) -> None:
        signed = self._step("pdf.signature", lambda: pdf.check(content))
        try:
            inside = pdf.bundle(content)
        except Fault as fault:
            self.checks.append(Check("bundle", Result.FAILED, fault.reason, fault.values))
            self._rest(None)
            return
        self.bundle(inside, signed)

    def bundle(self, content: bytes, signed: cms.SignedFile | None = None) -> None:
        read = self._step("bundle", lambda: _read(content))
        if signed is not None or any(one.id == "pdf.signature" for one in self.checks):
            self._step(
                "pdf.signer", lambda: _pdf_signer(_known(signed), _known(read)[1].root), "pdf.signature", "bundle"
            )
        self._rest(read)

    def _rest(self, read: tuple[Bundle, Genesis] | None) -> None:
        about, options = self.subject, self.options
        given, genesis = read or (None, None)
        if given and genesis:
            about.number, about.genesis = given.number, genesis.digest
            about.chain, about.chain_zh, about.chain_en = genesis.chain, genesis.name_zh, genesis.name_en
        self._step("genesis", lambda: _pinned(_known(genesis), options.pins), "bundle")
        walk = self._step("members", lambda: _Walk(_known(given), _known(genesis)), "bundle")
        quorum = self._step("checkpoint", lambda: _known(walk).quorum(), "members")
        if quorum:
            about.stored_at, about.power, about.total = quorum.time, quorum.power, quorum.total
            about.cosigners = [
                Cosigner(one.member.id, one.member.name_zh, one.member.name_en, one.time) for one in quorum.signed
            ]
        leaf = self._step("entry", lambda: _known(walk).entry(), "checkpoint")
        self._step("signature", lambda: _known(walk).signature(), "entry")
        self._step("depositor", lambda: _known(walk).depositor(about), "signature")
        self._step("number", lambda: _number(_known(given), _known(genesis), _known(quorum)), "checkpoint")
        self._step("file", lambda: self._file(_known(given), _known(leaf)), "entry")
        self._step("facts", lambda: _facts(_known(given), _known(leaf)), "entry")
        self._stamp(given, genesis, quorum)
        self._step("certificates", lambda: _Holders(_known(walk)).check(), "depositor")
        self._step("revocation", _revocation, "bundle")

    def _file(self, given: Bundle, leaf: Leaf) -> None:
        item = structures.item(_known(leaf.item))
        about, file = self.subject, self.options.file
        about.size, about.media_type, about.claimed_at = item.size, item.media_type, item.claimed_at
        if file is None:
            raise NotMade("no-file")
        if file.size != item.size:
            raise Fault("file-size", stored=item.size, given=file.size)
        salt = given.salt if self.options.salt is None else self.options.salt
        if salt is None:
            raise NotMade("no-salt")
        if sm3(salt + file.sm3) != item.commit:
            raise Fault("file-differs")
        if item.commit_sha256 is not None and hashlib.sha256(salt + file.sha256).digest() != item.commit_sha256:
            raise Fault("file-differs")

    def _stamp(self, given: Bundle | None, genesis: Genesis | None, quorum: Quorum | None) -> None:
        if given is not None and given.stamp is None:
            for name in ("stamp", "stamp.authority"):
                self.checks.append(Check(name, Result.NOT_MADE, "no-stamp"))
            return
        token = self._step(
            "stamp", lambda: timestamps.check(_known(given).stamp, _known(quorum).checkpoint), "checkpoint"
        )
        if token:
            self.subject.stamped_at = token.time
        self._step(
            "stamp.authority",
            lambda: timestamps.authority(_known(token), _known(given), _known(genesis).root, self.options.tsa_ca),
            "stamp",
        )

    def _step(self, name: str, work: Callable[[], T], *needs: str) -> T | None:
        if any(need not in self._passed for need in needs):
            self.checks.append(Check(name, Result.NOT_MADE, "earlier"))
            return None
        try:
            found = work()
        except NotMade as open_:
            self.checks.append(Check(name, Result.NOT_MADE, open_.reason, open_.values))
        except Fault as fault:
            self.checks.append(Check(name, Result.FAILED, fault.reason, fault.values))
        except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError):
            # Nothing of what we write leads here: whatever it is, it is not in the format.
            self.checks.append(Check(name, Result.FAILED, "structure"))
        else:
            self.checks.append(Check(name, Result.PASSED))
            self._passed.add(name)
            return found
        return None


class _Walk:
    """From the genesis to the entry: the members' chain when it is made, then one step a call."""

    def __init__(self, given: Bundle, genesis: Genesis) -> None:
        self.given = given
        self.genesis = genesis
        self.signers = Signers(genesis.members)
        self.final = notes.checkpoint(notes.text_of(given.checkpoint))
        self._standing = Standing(genesis)
        self._to_come: list[tuple[int, ProvenEntry, bool]] = [(one.index, one, False) for one in given.history]
        self._seen: dict[str, Quorum] = {}
        self._follow_members(Standing(genesis))

    def _follow_members(self, members: Standing) -> None:
        """All changes first, by their own signatures: a note may be signed by those whom it shows to have come."""
        index = height = -1
        for step in self.given.members:
            entry, under = step.entry, notes.checkpoint(notes.text_of(step.checkpoint))
            if not index < entry.index < self.final.size or not height <= step.height <= under.height:
                raise Fault("members-order")
            index, height = entry.index, step.height
            body = _proven(entry, under, self.genesis)[0]
            if body.kind != "member.change":
                raise Fault("history-kind", kind=body.kind)
            members.take(body, _signed(members, entry, body))
            self.signers.change(step.height, dict(members.members))
            if entry.index < self.given.entry.index:
                self._to_come.append((entry.index, entry, True))
        for step in self.given.members:
            under = self._note(step.checkpoint).checkpoint
            if under.height > self.final.height or not merkle.grew(
                under.size, under.root, self.final.size, self.final.root, step.consistency
            ):
                raise Fault("members-consistency")

    def _note(self, note: str) -> Quorum:
        if note not in self._seen:
            text = notes.checkpoint(notes.text_of(note))
            if text.origin != self.genesis.origin:
                raise Fault("origin")
            self._seen[note] = notes.quorum(note, self.signers.at(text.height))
        return self._seen[note]

    def quorum(self) -> Quorum:
        return self._note(self.given.checkpoint)

    def entry(self) -> Leaf:
        self.body, leaf = _proven(self.given.entry, self.final, self.genesis)
        if leaf.item is None or self.body.kind != "deposit":
            raise Fault("not-a-deposit")
        structures.item(leaf.item)
        return leaf

    def signature(self) -> None:
        """Replay what stood before the entry, then the deposit's own signature."""
        last = -1
        for index, entry, of_members in sorted(self._to_come, key=lambda one: one[0]):
            if not last < index < self.given.entry.index:
                raise Fault("history-order")
            last = index
            if of_members:
                # A change of members: shown and its signatures checked before.
                self._standing.take(structures.body(entry.body), {mark for mark, _ in entry.signatures})
                continue
            body = _proven(entry, self.final, self.genesis)[0]
            if not self._belongs(body):
                raise Fault("history-kind", kind=body.kind)
            self._standing.take(body, _signed(self._standing, entry, body))
        if [one.index for one in self.given.history] != sorted({one.index for one in self.given.history}):
            raise Fault("history-order")
        if len(_signed(self._standing, self.given.entry, self.body)) != 1:
            raise Fault("deposit-signatures")

    def depositor(self, about: Subject) -> None:
        application = self._standing.applications[self.body.author]
        deposit = structures.deposit(self.body.content)
        about.category = deposit.category
        about.depositor_zh, about.depositor_en = application.name_zh, application.name_en
        about.organisation, about.standing, about.score = (
            application.organisation,
            application.standing,
            application.score,
        )
        if application.standing not in ("probation", "admitted"):
            raise Fault("standing", standing=application.standing)
        if deposit.category not in application.categories or deposit.category not in self.genesis.categories:
            raise Fault("category", category=deposit.category)

    @property
    def standing(self) -> Standing:
        return self._standing

    def _belongs(self, body: Body) -> bool:
        if body.kind == "officer.change":
            return True
        return body.kind.startswith("access.") and body.content[:1] == [self.body.author]


def _signed(standing: Standing, entry: ProvenEntry, body: Body) -> set[bytes]:
    """Who signed. Raises Fault where one signature is not right, or not by a key that counts for this kind now."""
    for mark, signature in entry.signatures:
        key = standing.key(mark, body)
        if key is None:
            raise Fault("signer-unknown", kind=body.kind)
        if not sm2.verify(key, body.message, signature):
            raise Fault("signature-wrong", kind=body.kind)
    return {mark for mark, _ in entry.signatures}


def _read(content: bytes) -> tuple[Bundle, Genesis]:
    given = bundle.read(content)
    return given, structures.genesis(given.genesis)


def _pinned(genesis: Genesis, pins: frozenset[bytes]) -> None:
    if not pins:
        raise NotMade("no-pin", digest=genesis.digest.hex())
    if genesis.digest not in pins:
        raise Fault("another-genesis", digest=genesis.digest.hex())


def _pdf_signer(signed: cms.SignedFile, root: bytes) -> None:
    way = x509.way_to_root(signed.signer, signed.certificates, root, signed.time)
    if len(way) != len(signed.certificates):
        raise Fault("pdf-shape")
    x509.need_role(way, "court")


def _proven(entry: ProvenEntry, under: Checkpoint, genesis: Genesis) -> tuple[Body, Leaf]:
    """6.1, but for the signatures, whose keys are known only later."""
    leaf, body = structures.leaf(entry.leaf), structures.body(entry.body)
    if (leaf.chain, leaf.kind, leaf.transaction) != (body.chain, body.kind, body.id) or body.chain != genesis.chain:
        raise Fault("leaf")
    if not merkle.included(merkle.leaf_hash(entry.leaf), entry.index, under.size, entry.path, under.root):
        raise Fault("not-included")
    within = entry.items_root_path
    if body.kind != "deposit":
        if within is not None or leaf.item is not None or leaf.position:
            raise Fault("leaf")
        return body, leaf
    deposit = structures.deposit(body.content)
    if within is None or leaf.item is None or (within.position, within.count) != (leaf.position, deposit.count):
        raise Fault("leaf")
    hashed = merkle.leaf_hash(leaf.item)
    if not merkle.included(hashed, within.position, within.count, within.path, deposit.items_root):
        raise Fault("item-not-signed")
    return body, leaf


def _number(given: Bundle, genesis: Genesis, quorum: Quorum) -> None:
    if numbers.number(genesis.chain, quorum.time, given.entry.index) != given.number:
        raise Fault("number")


def _facts(given: Bundle, leaf: Leaf) -> None:
    expected = structures.item(_known(leaf.item)).facts
    if given.facts is None:
        raise NotMade("no-facts" if expected else "facts-none")
    if expected != sm3(given.facts.encode("utf-8")):
        raise Fault("facts-differ")


def _revocation() -> None:
    raise NotMade("revocation")


class _Holders:
    """Whose the certificates of a bundle are."""

    def __init__(self, walk: _Walk) -> None:
        self._walk = walk

    def check(self) -> None:
        walk = self._walk
        held = [x509.read(one) for one in walk.given.certificates]
        if not held:
            raise NotMade("no-certificates")
        marks = [one.fingerprint for one in held]
        if marks != sorted(set(marks)):
            raise Fault("certificate-order")
        quorum = walk.quorum()
        application = walk.standing.applications[walk.body.author]
        people = [(application.fingerprint, application.public_key, "application")]
        people += [(one.member.fingerprint, one.member.public_key, "node") for one in quorum.signed]
        missing, used = 0, set()
        for fingerprint, key, role in people:
            end = next((one for one in held if one.fingerprint == fingerprint), None)
            if end is None:
                missing += 1
                continue
            if end.public_key != key:
                raise Fault("certificate-key", name=end.name)
            way = x509.way_to_root(end, held, walk.genesis.root, quorum.time)
            x509.need_role(way, role)
            used |= {one.fingerprint for one in way}
        for one in held:
            if one.fingerprint in used:
                continue
            if one.fingerprint not in self._others():
                raise Fault("certificate-stray")
            used |= {step.fingerprint for step in x509.way_to_root(one, held, walk.genesis.root, quorum.time)}
        if missing:
            raise NotMade("certificates-missing", count=missing)

    def _others(self) -> set[bytes]:
        standing = self._walk.standing
        members = {one.fingerprint for one in standing.members.values()}
        return members | set(standing.officers)


def _known(value: Any) -> Any:
    """What an earlier step found; a step that needs it does not run without it."""
    if value is None:
        raise Fault("earlier")
    return value
