"""Capture of public web pages by a headless browser in a clean profile: what was sent, what came back, what was seen.

Usable without a court, a database or a ledger. It opens only public addresses, each connection included.
"""
