"""One chain on disk: a SQLite file, one transaction a block (WAL, synchronous FULL), history to go back, tiles for readers.

All SQL of the ledger is here. One process writes; any number read. What is kept: accepted transactions with the log
entries they made, the tree's tiles, the state with what it was before each block, and the checkpoints.
"""

from tianping.engines.ledger.store.beside import row_digest
from tianping.engines.ledger.store.chain import Head, Store
from tianping.engines.ledger.store.problems import ChainUnknown, Damaged, EntryUnknown, HeightWrong

__all__ = ["ChainUnknown", "Damaged", "EntryUnknown", "Head", "HeightWrong", "Store", "row_digest"]
