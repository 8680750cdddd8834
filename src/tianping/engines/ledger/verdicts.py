"""The verdict: is this file what was stored under this number? Checked from the log itself, each step said in words.

Law: Online Litigation Rules (《人民法院在线诉讼规则》). Article 16: what agrees with its entry is taken as unaltered since it was
stored, unless the contrary is shown. Article 17: what a court looks at when that is disputed: the platform, its interest,
its systems, its methods. Article 18: what was true before storing is another question. Article 19: experts and appraisal.
"""

from collections.abc import Callable, Mapping

import msgspec

from tianping.engines.ledger import codec, machine
from tianping.engines.ledger.checking import VerifyMany
from tianping.engines.ledger.checkpoints import Cosigned, gather, offered
from tianping.engines.ledger.digests import commitment, commitment_sha256
from tianping.engines.ledger.merkle import consistent, includes, leaf_hash, root_of
from tianping.engines.ledger.model import Application, Body, Entry, Envelope, Item, SigningKey, signed_message
from tianping.engines.ledger.numbers import NumberMalformed, StorageNumber, number_of, read_number
from tianping.engines.ledger.said import instant, spoken_time
from tianping.engines.ledger.state import Overlay
from tianping.engines.ledger.store import EntryUnknown, Store
from tianping.engines.ledger.transactions.access import STEPS, Decide
from tianping.engines.ledger.transactions.base import Refused, key_of
from tianping.engines.ledger.transactions.deposit import Deposit
from tianping.interfaces.ledger import Cosigner, Depositor, Verdict, Verification
from tianping.interfaces.signing import SignatureCheck
from tianping.kit.problems import InvalidInput, Text


class OpeningMissing(InvalidInput):
    """There is an entry, but nothing was given to open its commitment with."""

    code = "opening-missing"
    title = Text(
        "缺少开封值：本院不掌握该存证的开封值，请提供存证时获得的开封值",
        "The salt is missing: the court does not hold it for this deposit; give the one received when it was made",
    )


class DigestMissing(InvalidInput):
    code = "digest-missing"
    title = Text("缺少文件摘要（SM3 或 SHA-256）", "The digest of the file is missing (SM3 or SHA-256)")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """`digest`: SM3 of the file, `sha256` beside it, 32 bytes each; `size` in bytes where the file is at hand."""

    number: str
    digest: bytes | None = None
    sha256: bytes | None = None
    salt: bytes | None = None
    size: int | None = None


class _Found(msgspec.Struct, frozen=True):
    """An entry taken apart."""

    entry: Entry
    envelope: Envelope
    body: Body
    deposit: Deposit
    position: int
    item: Item
    cosigned: Cosigned


Opened = Callable[[str, str, str, int], bytes | None]
"""(chain, author, reference, position) -> the salt that the court holds."""


def verify(chains: Mapping[str, Store], question: Question, *, check_many: VerifyMany, opened: Opened) -> Verification:
    """The answer to one question; its signatures are checked together. Raises OpeningMissing, DigestMissing where nothing can
    be compared.
    """
    reasons: list[Text] = []
    try:
        number = read_number(question.number)
    except NumberMalformed:
        reasons.append(
            Text("编号的格式或校验码不对，请核对每一位。", "The number's form or check characters are wrong.")
        )
        return _nothing(question.number, Verdict.NOT_FOUND, reasons)
    store = chains.get(number.chain)
    if store is None:
        reasons.append(Text(f"没有名为 {number.chain} 的链。", f"There is no chain named {number.chain}."))
        return _nothing(str(number), Verdict.NOT_FOUND, reasons)
    try:
        found = _find(store, number)
    except EntryUnknown:
        reasons.append(Text("链上没有这一编号的存证。", "The chain has no deposit under this number."))
        return _nothing(str(number), Verdict.NOT_FOUND, reasons)
    except (codec.Malformed, Refused):
        reasons.append(Text("链上该条记录已损坏，无法读取。", "The entry on the chain is damaged and cannot be read."))
        return _nothing(str(number), Verdict.CHAIN_INCONSISTENT, reasons)
    if found is None:
        reasons.append(
            Text(
                "该存证已受理，尚未达到成员共签的法定多数，请稍后再查。",
                "Taken, not yet co-signed by a quorum; ask again soon.",
            )
        )
        return _nothing(str(number), Verdict.PENDING, reasons)
    if number_of(number.chain, found.cosigned.time, number.index) != number:
        reasons.append(Text("编号中的日期与链上不符，链上没有这一编号。", "The day in the number is not the chain's."))
        return _nothing(str(number), Verdict.NOT_FOUND, reasons)

    sound = _chain_is_sound(store, found, number.index, check_many, reasons)
    if not sound:
        return _answer(store, number, found, Verdict.CHAIN_INCONSISTENT, reasons)
    salt = question.salt or opened(number.chain, found.body.author, found.body.ref, found.position)
    if question.digest is None and question.sha256 is None:
        raise DigestMissing
    if salt is None:
        raise OpeningMissing
    same = _compare(found.item, question, salt, reasons)
    if same:
        time = spoken_time(found.cosigned.time)
        reasons.append(
            Text(
                f"结论：该数据自 {time} 存入以来未被篡改（《人民法院在线诉讼规则》第十六条）。存入之前是否真实、"
                "存证平台与当事人有无利害关系，属另行审查的问题（第十七条、第十八条）。",
                f"Unaltered since it was stored at {time} (China time; Online Litigation Rules, article 16). Whether it was "
                "true before, and the depositor's interest in the case, are separate questions (articles 17 and 18).",
            )
        )
    return _answer(store, number, found, Verdict.MATCH if same else Verdict.MISMATCH, reasons)


def _find(store: Store, number: StorageNumber) -> _Found | None:
    """The entry, None while no quorate checkpoint covers it. Raises EntryUnknown, Malformed."""
    entry = store.entry(number.index)
    if entry.kind != "deposit":
        raise EntryUnknown
    cosigned = store.checkpoint_covering(number.index + 1)
    if cosigned is None or not cosigned.quorate:
        return None
    envelope, body = machine.read_envelope(entry.envelope)
    position = number.index - entry.first
    if position >= len(envelope.items):
        raise codec.Malformed
    item = codec.decode(envelope.items[position], Item)
    return _Found(entry, envelope, body, codec.shape(body.content, Deposit), position, item, cosigned)


def _chain_is_sound(store: Store, found: _Found, index: int, check_many: VerifyMany, reasons: list[Text]) -> bool:
    """The entry under its signature, its checkpoint, its quorum, and under the newest checkpoint."""
    at = found.cosigned.checkpoint
    members, own = machine.signers_at(store, at.height), _signature_of(store, found)
    checks = [check for _, _, check in offered(at, found.cosigned.cosignatures, members)]
    checks += [own] if own else []
    right = {check for check, good in zip(checks, check_many(checks), strict=True) if good}
    signed = own in right
    reasons.append(
        Text("存证请求的签名有效，签名覆盖该项内容。", "The depositor's signature is right and covers this item.")
        if signed
        else Text("存证请求的签名无效。", "The depositor's signature is wrong.")
    )
    try:
        leaves = machine.leaves_of(store.genesis().chain, found.body.kind, found.entry.tx_id, found.envelope.items)
        within = includes(leaf_hash(leaves[found.position]), index, at.size, store.inclusion(index, at.size), at.root)
        newest = store.checkpoint()
        grown = newest is not None and consistent(
            at.size, newest.checkpoint.size, at.root, newest.checkpoint.root,
            store.consistency(at.size, newest.checkpoint.size),
        )  # fmt: skip
    except (EntryUnknown, IndexError):
        within = grown = False
    reasons.append(
        Text(
            f"该记录在第 {at.height} 号区块检查点的默克尔树中。",
            f"The entry is in the tree of the checkpoint of block {at.height}.",
        )
        if within
        else Text("该记录不在其检查点的默克尔树中。", "The entry is not in the tree of its checkpoint.")
    )
    counted = gather(at, found.cosigned.cosignatures, members, lambda *asked: SignatureCheck(*asked) in right)
    quorate = counted.quorate and counted.time == found.cosigned.time
    reasons.append(
        Text(
            f"该检查点由 {len(counted.cosignatures)} 个成员共签，占权重 {counted.power}/{counted.total}。",
            f"The checkpoint is co-signed with {counted.power} of {counted.total} by weight (signatures: {len(counted.cosignatures)}).",
        )
        if quorate
        else Text("该检查点的共签不足三分之二或签名无效。", "The checkpoint's co-signatures are too few or wrong.")
    )
    reasons.append(
        Text("自该检查点至今，链只增长、从未改写。", "Since then the chain only grew and was never rewritten.")
        if grown
        else Text("该检查点与最新检查点不一致，链曾被改写。", "The newest checkpoint does not continue this one.")
    )
    return signed and within and quorate and grown


def _signature_of(store: Store, found: _Found) -> SignatureCheck | None:
    """What to check of the depositor; None where the entry is not what its only signature covers, or the key was not its own."""
    if root_of(found.envelope.items) != found.deposit.items_root or len(found.envelope.signatures) != 1:
        return None
    one = found.envelope.signatures[0]
    key = Overlay(store).read(key_of("key", one.fingerprint), SigningKey)
    if key is None or key.owner != found.body.author:
        return None
    if key.since > found.entry.first or (key.until is not None and key.until <= found.entry.first):
        return None
    return SignatureCheck(key.public_key, signed_message(found.envelope.body), one.signature)


def _compare(item: Item, question: Question, salt: bytes, reasons: list[Text]) -> bool:
    same = True
    if question.size is not None and question.size != item.size:
        same = False
        reasons.append(
            Text(
                f"文件大小不同：存证时 {item.size} 字节，现为 {question.size} 字节。",
                f"Another size: {item.size} bytes when it was stored, {question.size} bytes now.",
            )
        )
    if question.digest is not None:
        agrees = commitment(salt, question.digest) == item.commit
        same = same and agrees
        reasons.append(_compared("SM3", agrees))
    if question.sha256 is not None and (question.digest is None or item.commit_sha256 is not None):
        agrees = item.commit_sha256 is not None and commitment_sha256(salt, question.sha256) == item.commit_sha256
        same = same and agrees
        reasons.append(_compared("SHA-256", agrees))
    return same


def _compared(digest: str, agrees: bool) -> Text:
    if agrees:
        return Text(f"文件的 {digest} 摘要与存证一致。", f"The file's {digest} is the one that was stored.")
    return Text(
        f"文件的 {digest} 摘要与存证不一致：文件已变，或开封值、编号不是这份文件的。",
        f"The file's {digest} is not the one that was stored: it was changed, or salt or number belong to another file.",
    )


def _nothing(number: str, verdict: Verdict, reasons: list[Text]) -> Verification:
    return Verification(
        number=number, verdict=verdict, chain=None, chain_name=None, category=None, stored_at=None, claimed_at=None,
        stamped_at=None, depositor=None, cosigners=[], power=0, total_power=0, size=None, media_type=None, reasons=reasons,
    )  # fmt: skip


def _answer(store: Store, number: StorageNumber, found: _Found, verdict: Verdict, reasons: list[Text]) -> Verification:
    genesis = store.genesis()
    at = found.cosigned.checkpoint
    stamp = store.stamp_covering(at.height)
    return Verification(
        number=str(number),
        verdict=verdict,
        chain=genesis.chain,
        chain_name=Text(genesis.name_zh, genesis.name_en),
        category=found.deposit.category,
        stored_at=instant(found.cosigned.time),
        claimed_at=None if found.item.claimed_at is None else instant(found.item.claimed_at),
        stamped_at=instant(stamp[1]) if stamp else None,
        depositor=depositor_of(store, found.body.author, found.entry.first),
        cosigners=cosigners_of(store, found.cosigned),
        power=found.cosigned.power,
        total_power=found.cosigned.total,
        size=found.item.size,
        media_type=found.item.media,
        reasons=reasons,
    )


def cosigners_of(store: Store, cosigned: Cosigned) -> list[Cosigner]:
    names = {one.id: one for one in machine.signers_at(store, cosigned.checkpoint.height)}
    return [
        Cosigner(one.member, Text(names[one.member].name_zh, names[one.member].name_en), instant(one.time))
        for one in cosigned.cosignatures
        if one.member in names
    ]


def depositor_of(store: Store, application: str, before: int) -> Depositor | None:
    """How a depositor stood when it deposited (entry `before`), and stands now."""
    now = Overlay(store).read(key_of("application", application), Application)
    if now is None:
        return None
    return Depositor(
        now.id, Text(now.name_zh, now.name_en), now.organisation, standing_at(store, application, before),
        now.standing.value, now.score, now.standard,
    )  # fmt: skip


def standing_at(store: Store, application: str, before: int) -> str:
    """The standing after the last decision before an entry of the log."""
    standing = next((one.standing.value for one in store.genesis().applications if one.id == application), "applied")
    for entry in store.entries_of("access.decide", before):
        _, body = machine.read_envelope(entry.envelope)
        decided = codec.shape(body.content, Decide)
        if decided.id == application:
            standing = STEPS[decided.decision][1].value
    return standing
