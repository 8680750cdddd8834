"""A deposit by its number: what is stored, its proof, its certificate; and, for the court alone, its opening."""

import asyncio
from typing import Annotated, Literal

import msgspec
from litestar import MediaType, Response, delete, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter

from tianping.engines.ledger import bundle, codec, machine
from tianping.engines.ledger.drivers.base import NotYet
from tianping.engines.ledger.gateway.desk import Desk
from tianping.engines.ledger.gateway.signed import Caller, Who, allow, write_down
from tianping.engines.ledger.model import Item
from tianping.engines.ledger.numbers import StorageNumber, number_of, read_number
from tianping.engines.ledger.said import instant
from tianping.engines.ledger.store import EntryUnknown, Store
from tianping.engines.ledger.transactions.deposit import Deposit
from tianping.engines.ledger.vault import Opening
from tianping.engines.ledger.verdicts import cosigners_of, depositor_of
from tianping.interfaces.ledger_reading import StoredEntry, StoredItem
from tianping.kit.problems import NotFound, Text, Unavailable

Number = Annotated[str, Parameter(max_length=60, description="Storage number, e.g. TP1-WORKS-20261122-000000042-7K")]


class CertificatesUnavailable(Unavailable):
    code = "certificates-unavailable"
    title = Text(
        "本节点没有法院签名密钥，不能出具存证证书", "This node has no key of the court to sign certificates with"
    )


class OpeningView(msgspec.Struct, frozen=True):
    """`salt`: hexadecimal; `facts`: the provenance facts' canonical JSON."""

    salt: str
    facts: str | None


@get("/deposits/{number:str}", opt=allow(Who.ANYONE), tags=["deposits"], summary="A deposit by its number")
async def deposit(number: Number, ledger_desk: Desk, caller: Caller) -> StoredEntry:
    """What was acknowledged a moment ago is waited for until the chain has recorded its time."""
    await _recorded(ledger_desk, number)
    store, found = _found(ledger_desk, number)
    entry = store.entry(found.index)
    envelope, body = machine.read_envelope(entry.envelope)
    content = codec.shape(body.content, Deposit)
    position = found.index - entry.first
    item = codec.decode(envelope.items[position], Item)
    cosigned = store.checkpoint_covering(found.index + 1)
    if cosigned is None:
        raise NotYet
    stamp = store.stamp_covering(cosigned.checkpoint.height)
    genesis = store.genesis()
    return StoredEntry(
        number=str(found),
        chain=genesis.chain,
        chain_name=Text(genesis.name_zh, genesis.name_en),
        category=content.category,
        index=found.index,
        position=position,
        transaction=entry.tx_id.hex(),
        ref=body.ref,
        height=entry.height,
        stored_at=instant(cosigned.time),
        stamped_at=instant(stamp[1]) if stamp else None,
        depositor=depositor_of(store, body.author, entry.first),
        token=None if content.token is None else content.token.hex(),
        phase=content.phase,
        item=StoredItem(
            commit=item.commit.hex(),
            commit_sha256=None if item.commit_sha256 is None else item.commit_sha256.hex(),
            size=item.size,
            media_type=item.media,
            facts=None if item.facts is None else item.facts.hex(),
            claimed_at=None if item.claimed_at is None else instant(item.claimed_at),
        ),
        cosigners=cosigners_of(store, cosigned),
        power=cosigned.power,
        total_power=cosigned.total,
    )


@get(
    "/deposits/{number:str}/proof", opt=allow(Who.ANYONE), tags=["deposits"], summary="The proof bundle (JSON)",
    media_type=MediaType.JSON,
    responses={200: ResponseSpec(dict, generate_examples=False, description="docs/ledger-format.md, section 6")},
)  # fmt: skip
async def proof(number: Number, ledger_desk: Desk, caller: Caller, opening: bool = False) -> Response[bytes]:
    """Everything someone needs to check the deposit without asking us. `opening=true` puts salt and facts of the court's own
    deposits into it: only with the node's token.
    """
    await _recorded(ledger_desk, number)
    content = await asyncio.to_thread(_bundle, ledger_desk, caller, number, opening)
    named = {"Content-Disposition": f'attachment; filename="{number}.json"'}
    return Response(content, media_type=MediaType.JSON, headers=named)


@get(
    "/deposits/{number:str}/certificate", opt=allow(Who.ANYONE), tags=["deposits"], summary="The certificate of storage (PDF)",
    media_type="application/pdf",
    responses={200: ResponseSpec(bytes, generate_examples=False, description="PDF/A-3 with the bundle in it", media_type="application/pdf")},
)  # fmt: skip
async def certificate(
    number: Number, ledger_desk: Desk, caller: Caller, language: Literal["zh", "en"] = "zh", opening: bool = False
) -> Response[bytes]:
    """Signed by the court; any changed byte is found. `opening` as of the proof."""
    if ledger_desk.render is None:
        raise CertificatesUnavailable
    await _recorded(ledger_desk, number)
    proven = await asyncio.to_thread(_bundle, ledger_desk, caller, number, opening)
    content = await ledger_desk.render(proven, language)
    named = {"Content-Disposition": f'attachment; filename="{number}.pdf"'}
    return Response(content, media_type="application/pdf", headers=named)


@get(
    "/deposits/{number:str}/opening",
    opt=allow(Who.NODE),
    tags=["deposits"],
    summary="Salt and facts of a deposit of the court",
)
async def opening(number: Number, ledger_desk: Desk, caller: Caller) -> OpeningView:
    """Only with the node's token. Not found where they were forgotten, or are somebody else's."""
    await _recorded(ledger_desk, number)
    store, found = _found(ledger_desk, number)
    kept = _opening(ledger_desk, store, found)
    if kept is None:
        raise NotFound
    return OpeningView(kept.salt.hex(), None if kept.facts is None else kept.facts.decode())


@delete(
    "/deposits/{number:str}/opening", opt=allow(Who.NODE), tags=["deposits"], status_code=204,
    summary="Forget salt and facts: the entry then means nothing to anybody",
)  # fmt: skip
async def forget(number: Number, ledger_desk: Desk, caller: Caller) -> None:
    """Only with the node's token. Cannot be undone. The entry stays on the chain; what it stood for cannot be told any more."""
    await write_down(ledger_desk, caller)
    await _recorded(ledger_desk, number)
    store, found = _found(ledger_desk, number)
    entry = store.entry(found.index)
    body = machine.read_envelope(entry.envelope)[1]
    if body.author != ledger_desk.node.config.application:
        raise NotFound
    await ledger_desk.node.vault.openings.forget(found.chain, body.ref, found.index - entry.first)


async def _recorded(desk: Desk, text: str) -> None:
    """Raises NumberMalformed."""
    number = read_number(text)
    await desk.node.recorded([(number.chain, number.index + 1)])


def _found(desk: Desk, text: str) -> tuple[Store, StorageNumber]:
    """The chain and the number. Raises NumberMalformed, ChainUnknown, EntryUnknown, NotYet."""
    number = read_number(text)
    store = desk.node.store(number.chain)
    entry = store.entry(number.index)
    if entry.kind != "deposit":
        raise EntryUnknown
    cosigned = store.checkpoint_covering(number.index + 1)
    if cosigned is None:
        raise NotYet
    if number_of(number.chain, cosigned.time, number.index) != number:
        raise EntryUnknown
    return store, number


def _bundle(desk: Desk, caller: Caller, text: str, with_opening: bool) -> bytes:
    store, number = _found(desk, text)
    kept = _opening(desk, store, number) if with_opening and caller.who is Who.NODE else None
    return bundle.make(
        store,
        number.index,
        certificates=desk.node.vault.papers.certificates(),
        opening=kept.salt if kept else None,
        facts=kept.facts if kept else None,
    )


def _opening(desk: Desk, store: Store, number: StorageNumber) -> Opening | None:
    entry = store.entry(number.index)
    body = machine.read_envelope(entry.envelope)[1]
    if body.author != desk.node.config.application:
        return None
    return desk.node.vault.openings.opening(number.chain, body.ref, number.index - entry.first)


ROUTES = [deposit, proof, certificate, opening, forget]
