"""The chain for whoever wants to look: chains, nodes, checkpoints, blocks, entries, tiles, proofs that it only grew."""

from typing import Annotated

import msgspec
from litestar import MediaType, Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter

from tianping.engines.ledger import codec, machine
from tianping.engines.ledger.checkpoints import Cosigned
from tianping.engines.ledger.gateway.desk import Desk
from tianping.engines.ledger.gateway.shapes import Chain, base64_of, invalid
from tianping.engines.ledger.gateway.signed import Caller, Who, allow
from tianping.engines.ledger.merkle import subtree
from tianping.engines.ledger.model import Member
from tianping.engines.ledger.said import instant
from tianping.engines.ledger.state import Overlay
from tianping.engines.ledger.store import EntryUnknown, Store
from tianping.engines.ledger.transactions.base import key_of
from tianping.engines.ledger.transactions.deposit import Deposit, Tally
from tianping.engines.ledger.verdicts import cosigners_of
from tianping.engines.ledger.witness import proven_changes
from tianping.interfaces import ledger_reading
from tianping.interfaces.ledger_reading import (
    Block,
    BlockLine,
    BlockTransaction,
    CategoryCount,
    Checkpoint,
    Consistency,
)
from tianping.kit.problems import Text

WATCHED = 200
"""Newest checkpoints over which a member's share of co-signing is counted."""

Limit = Annotated[int, Parameter(ge=1, le=200)]
Before = Annotated[int | None, Parameter(ge=0, description="Only below this height")]
_BINARY = {200: ResponseSpec(bytes, generate_examples=False, media_type="application/octet-stream")}


class EntryView(msgspec.Struct, frozen=True):
    """`envelope`: base64 of the encoded transaction."""

    first: int
    count: int
    height: int
    kind: str
    envelope: str


class ChangeView(msgspec.Struct, frozen=True):
    """A change of members, as what follows a chain from outside wants it: all bytes in base64."""

    index: int
    body: str
    signatures: list[list[str]]
    path: list[str]


@get("/chains", opt=allow(Who.ANYONE), tags=["chain"], summary="All chains, with their size and what they hold")
async def chains(ledger_desk: Desk, caller: Caller) -> list[ledger_reading.Chain]:
    return [_chain(store) for store in ledger_desk.node.reading.values()]


@get("/chains/{chain:str}/genesis", opt=allow(Who.ANYONE), tags=["chain"], summary="The encoded genesis of a chain",
     media_type="application/octet-stream", responses=_BINARY)  # fmt: skip
async def genesis(chain: Chain, ledger_desk: Desk, caller: Caller) -> bytes:
    return codec.encode(ledger_desk.node.store(chain).genesis())


@get("/nodes", opt=allow(Who.ANYONE), tags=["chain"], summary="Members: level, weight, co-signing record")
async def nodes(ledger_desk: Desk, caller: Caller) -> list[ledger_reading.Member]:
    """ "Visible nodes" of the access rules: every member is named, with how faithfully it co-signs."""
    main = ledger_desk.node.store("main")
    members = [member for key in main.keys("member/") if (member := Overlay(main).read(key, Member)) is not None]
    # Read anew: a place is a description, which may be given while the node runs.
    places = ledger_desk.node.home.places()
    return [_node(ledger_desk, member, places.get(member.id)) for member in members]


@get("/checkpoints", opt=allow(Who.ANYONE), tags=["chain"], summary="Checkpoints, from the newest")
async def checkpoints(
    chain: Chain, ledger_desk: Desk, caller: Caller, before: Before = None, limit: Limit = 20
) -> list[Checkpoint]:
    store = ledger_desk.node.store(chain)
    return [_checkpoint(store, one) for one in store.checkpoints(before, limit)]


@get("/checkpoints/latest", opt=allow(Who.ANYONE), tags=["chain"], summary="The newest checkpoint as a signed note",
     media_type=MediaType.TEXT)  # fmt: skip
async def latest(chain: Chain, ledger_desk: Desk, caller: Caller) -> str:
    """Text, for witnesses."""
    newest = ledger_desk.node.store(chain).checkpoint()
    if newest is None:
        raise EntryUnknown
    return newest.note()


@get("/consistency", opt=allow(Who.ANYONE), tags=["chain"], summary="That the log only grew between two sizes")
async def consistency(chain: Chain, old: int, new: int, ledger_desk: Desk, caller: Caller) -> Consistency:
    store = ledger_desk.node.store(chain)
    head = store.head()
    if not 0 < old <= new <= (head.size if head else 0):
        raise invalid("old", "应有 0 < old ≤ new ≤ 链上条数", "0 < old ≤ new ≤ entries of the log")
    path = [step.hex() for step in store.consistency(old, new)]
    return Consistency(old, new, subtree(store, 0, old).hex(), subtree(store, 0, new).hex(), path)


@get(
    "/changes",
    opt=allow(Who.ANYONE),
    tags=["chain"],
    summary="Changes of members between two sizes, each proven in the newer",
)
async def changes(chain: Chain, old: int, new: int, ledger_desk: Desk, caller: Caller) -> list[ChangeView]:
    """For witnesses, who believe no server: signatures are [fingerprint, signature]."""
    store = ledger_desk.node.store(chain)
    head = store.head()
    if not 0 <= old <= new <= (head.size if head else 0):
        raise invalid("old", "应有 0 ≤ old ≤ new ≤ 链上条数", "0 ≤ old ≤ new ≤ entries of the log")
    return [
        ChangeView(
            one.index,
            base64_of(one.body),
            [[base64_of(by.fingerprint), base64_of(by.signature)] for by in one.signatures],
            [base64_of(step) for step in one.path],
        )
        for one in proven_changes(store, old, new)
    ]


@get("/blocks", opt=allow(Who.ANYONE), tags=["chain"], summary="Blocks, from the newest")
async def blocks(
    chain: Chain, ledger_desk: Desk, caller: Caller, before: Before = None, limit: Limit = 20
) -> list[BlockLine]:
    store = ledger_desk.node.store(chain)
    times = {one.checkpoint.height: one.time for one in store.checkpoints(before, limit)}
    return [
        BlockLine(height, first, size, root.hex(), count, instant(times[height]) if height in times else None)
        for height, first, size, root, count in store.heights(before, limit)
    ]


@get("/blocks/{height:int}", opt=allow(Who.ANYONE), tags=["chain"], summary="A block with its transactions")
async def block(height: int, chain: Chain, ledger_desk: Desk, caller: Caller) -> Block:
    """References and commitments are public; what they stand for is not here."""
    store = ledger_desk.node.store(chain)
    size, root = store.block_root(height)
    first = store.block_root(height - 1)[0] if height else 0
    cosigned = store.checkpoint(height)
    shown = []
    for entry in store.entries(first, 200):
        if entry.height != height:
            break
        body = machine.read_envelope(entry.envelope)[1]
        about = codec.shape(body.content, Deposit).category if body.kind == "deposit" else ""
        shown.append(
            BlockTransaction(
                id=entry.tx_id.hex(),
                kind=body.kind,
                author=body.author,
                ref=body.ref,
                first=entry.first,
                count=entry.count,
                about=about,
            )
        )
    return Block(
        height=height, first=first, size=size, root=root.hex(),
        checkpoint=_checkpoint(store, cosigned) if cosigned else None, transactions=shown,
    )  # fmt: skip


@get(
    "/entries",
    opt=allow(Who.ANYONE),
    tags=["chain"],
    summary="Transactions as they are kept, for members that replicate",
)
async def entries(
    chain: Chain, ledger_desk: Desk, caller: Caller, first: Annotated[int, Parameter(ge=0)] = 0, limit: Limit = 100
) -> list[EntryView]:
    return [
        EntryView(one.first, one.count, one.height, one.kind, base64_of(one.envelope))
        for one in ledger_desk.node.store(chain).entries(first, limit)
    ]


@get("/tiles/{level:int}/{index:int}", opt=allow(Who.ANYONE), tags=["chain"], summary="A tile of the tree: up to 256 hashes",
     media_type="application/octet-stream", responses=_BINARY)  # fmt: skip
async def tile(level: int, index: int, chain: Chain, ledger_desk: Desk, caller: Caller) -> Response[bytes]:
    """32 bytes each. A full tile never changes and may be kept for ever."""
    hashes = ledger_desk.node.store(chain).tile(level, index)
    caching = "public, max-age=31536000, immutable" if len(hashes) == 256 * 32 else "no-cache"
    return Response(hashes, media_type="application/octet-stream", headers={"Cache-Control": caching})


def _chain(store: Store) -> ledger_reading.Chain:
    genesis, head, newest, state = store.genesis(), store.head(), store.checkpoint(), Overlay(store)
    counts = []
    for category in genesis.categories:
        tally = state.read(key_of("tally", category), Tally) or Tally(0, 0)
        counts.append(CategoryCount(category, tally.deposits, tally.items))
    return ledger_reading.Chain(
        name=genesis.chain,
        title=Text(genesis.name_zh, genesis.name_en),
        origin=genesis.origin,
        genesis=genesis.digest().hex(),
        created_at=instant(genesis.created_at),
        height=head.height if head else 0,
        size=head.size if head else 0,
        root=head.root.hex() if head else "",
        time=instant(newest.time) if newest else None,
        categories=counts,
    )


def _checkpoint(store: Store, one: Cosigned) -> Checkpoint:
    at = one.checkpoint
    stamp = store.stamp_covering(at.height)
    return Checkpoint(
        height=at.height, size=at.size, root=at.root.hex(), time=instant(one.time), power=one.power,
        total_power=one.total, cosigners=cosigners_of(store, one), stamped_at=instant(stamp[1]) if stamp else None,
        note=one.note(),
    )  # fmt: skip


def _node(desk: Desk, member: Member, place: tuple[float, float] | None) -> ledger_reading.Member:
    signed, seen, behind, last = 0, 0, 0, 0
    for store in desk.node.reading.values():
        newest = store.checkpoints(None, WATCHED)
        ours = [at for at, one in enumerate(newest) if any(by.member == member.id for by in one.cosignatures)]
        seen, signed = seen + len(newest), signed + len(ours)
        if member.power and newest:
            behind = max(behind, ours[0] if ours else len(newest))
        for at in ours[:1]:
            last = max(last, *(by.time for by in newest[at].cosignatures if by.member == member.id))
    return ledger_reading.Member(
        id=member.id, name=Text(member.name_zh, member.name_en), level=member.level, power=member.power,
        standing=member.standing.value, fingerprint=member.fingerprint.hex(),
        last_cosigned_at=instant(last) if last else None, share=round(signed / seen, 4) if seen else 0.0, behind=behind,
        place=place,
    )  # fmt: skip


ROUTES = [
    chains, genesis, nodes, checkpoints, latest, consistency, changes, blocks, block, entries, tile,
]  # fmt: skip
