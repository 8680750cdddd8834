"""The ledger for whoever wants to look, through the court; and the console of members and officers."""

from typing import Annotated, Any

from litestar import get
from litestar.params import Parameter

from tianping.contexts.evidence.actions import ledger
from tianping.contexts.evidence.api.inputs import EvidenceDesk, Limit, NumberPath
from tianping.contexts.evidence.model.ledger import ChainView, Console, EntryView, Overview
from tianping.interfaces.ledger_reading import Block, BlockLine, Checkpoint, Consistency
from tianping.platform.http import PUBLIC, permit

ChainName = Annotated[str, Parameter(pattern="^[a-z0-9]{2,12}$")]
Before = Annotated[int | None, Parameter(ge=0, lt=1 << 53, description="Only below this height")]
Height = Annotated[int, Parameter(ge=0, lt=1 << 53)]
Size = Annotated[int, Parameter(ge=1, lt=1 << 53, description="Entries of the log")]


@get("/ledger", opt=permit(PUBLIC), tags=["ledger"], summary="Chains, counts, members, health")
async def overview(evidence_desk: EvidenceDesk) -> Overview:
    """Also when the node does not answer: then `available` is false and `health` says why."""
    return await ledger.overview(evidence_desk)


@get("/ledger/chains/{chain:str}", opt=permit(PUBLIC), tags=["ledger"], summary="A chain with its newest checkpoints")
async def see_chain(chain: ChainName, evidence_desk: EvidenceDesk) -> ChainView:
    return await ledger.chain(evidence_desk, chain)


@get("/ledger/chains/{chain:str}/blocks", opt=permit(PUBLIC), tags=["ledger"], summary="Blocks, from the newest")
async def blocks(
    chain: ChainName, evidence_desk: EvidenceDesk, before: Before = None, limit: Limit = 20
) -> list[BlockLine]:
    return await ledger.blocks(evidence_desk, chain, before=before, limit=limit)


@get(
    "/ledger/chains/{chain:str}/blocks/{height:int}",
    opt=permit(PUBLIC),
    tags=["ledger"],
    summary="A block with its transactions",
)
async def block(chain: ChainName, height: Height, evidence_desk: EvidenceDesk) -> Block:
    return await ledger.block(evidence_desk, chain, height)


@get(
    "/ledger/chains/{chain:str}/checkpoints",
    opt=permit(PUBLIC),
    tags=["ledger"],
    summary="Checkpoints, from the newest",
)
async def checkpoints(
    chain: ChainName, evidence_desk: EvidenceDesk, before: Before = None, limit: Limit = 20
) -> list[Checkpoint]:
    return await ledger.checkpoints(evidence_desk, chain, before=before, limit=limit)


@get(
    "/ledger/chains/{chain:str}/consistency",
    opt=permit(PUBLIC),
    tags=["ledger"],
    summary="Proof that a chain only grew",
)
async def consistency(chain: ChainName, old: Size, new: Size, evidence_desk: EvidenceDesk) -> Consistency:
    """To be checked by whoever asks: RFC 9162, 2.1.4.2, with SM3."""
    return await ledger.consistency(evidence_desk, chain, old, new)


@get(
    "/ledger/entries/{number:str}", opt=permit(PUBLIC), tags=["ledger"], summary="What is public under a storage number"
)
async def entry(number: NumberPath, evidence_desk: EvidenceDesk) -> EntryView:
    return await ledger.entry(evidence_desk, number)


@get(
    "/ledger/console",
    opt=permit("evidence.console.read"),
    tags=["ledger"],
    summary="Lag, co-signing record, assessment, disk",
)
async def console(evidence_desk: EvidenceDesk) -> Console:
    return await ledger.console(evidence_desk)


ROUTES: list[Any] = [overview, see_chain, blocks, block, checkpoints, consistency, entry, console]
