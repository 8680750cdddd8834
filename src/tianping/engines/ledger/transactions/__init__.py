"""The kinds of transactions, one file a family. Each is a pure function of the state and the transaction."""

from tianping.engines.ledger.transactions import access, anchors, contracts, deposit, grants, membership, tokens
from tianping.engines.ledger.transactions.base import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        deposit.KIND, tokens.KIND, *access.KINDS, *membership.KINDS, anchors.KIND, *grants.KINDS, *contracts.KINDS,
    )
}  # fmt: skip
