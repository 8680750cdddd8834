"""What a node keeps beside the chains, in one SQLite file: openings and facts, the outbox, papers, certificates.

Nothing here is proof: lost, it costs the court its own openings and what was not yet on a chain, never a deposit.
- `openings`: deposits that this node makes for the court's own application, with their salts and facts sealed (SM4-GCM).
  Without them an entry of the log means nothing: `forget` is how personal data leaves an append-only ledger.
- `outbox`: what the gateway took, written through to disk before a driver sees it and until it is settled; nonces of
  signed requests, so that none is taken twice, restarts included.
- `papers`: what decisions on access rest on, transactions that wait for more signatures, certificates.
All SQL of the vault is in this folder.
"""

from pathlib import Path

from tianping.engines.ledger.vault.file import VaultFile
from tianping.engines.ledger.vault.openings import Opening, Openings, Own, OwnDiffers
from tianping.engines.ledger.vault.outbox import Outbox, RequestSeen, Waiting
from tianping.engines.ledger.vault.papers import Candidacy, Paper, Papers, Proposal
from tianping.platform.keyring import Keyring


class Vault:
    def __init__(self, path: Path, keyring: Keyring) -> None:
        self.file = VaultFile(path)
        self.outbox = Outbox(self.file)
        self.openings = Openings(self.file, keyring)
        self.papers = Papers(self.file, keyring)

    async def start(self) -> None:
        await self.file.start()

    async def stop(self) -> None:
        """What was asked is written first."""
        await self.file.stop()

    def close(self) -> None:
        self.file.close()


__all__ = [
    "Candidacy",
    "Opening",
    "Openings",
    "Outbox",
    "Own",
    "OwnDiffers",
    "Paper",
    "Papers",
    "Proposal",
    "RequestSeen",
    "Vault",
    "VaultFile",
    "Waiting",
]
