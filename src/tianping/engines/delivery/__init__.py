"""Delivery 消息: a message reaches a person by the channels there are, once, with a trace.

Each channel of a notice is a row; a row of another channel than the app's own is sent by a job that was deferred in the
same transaction. Gateways are adapters (`adapters/`); without one, a local stand-in keeps the messages and says so.
Numbers, addresses and words are sealed (PIPL art. 51). This is not service of process, which needs proof of receipt.
"""
