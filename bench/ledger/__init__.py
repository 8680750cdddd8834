"""The evidence ledger measured: one node and four members, beside SQLite and the signature rate of the same minute.

Each part runs in a process of its own, so that its processor time is its own.
"""
