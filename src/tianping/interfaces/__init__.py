"""What each context and engine promises: Protocols to ask, events to react to, and the messages both carry.

Asking is idempotent and never awaited inside a transaction. `reactions.py` names who reacts to what.
"""
