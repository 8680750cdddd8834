"""The ledger's HTTP API, `/ledger/v1`: deposits in, proofs and verdicts out, the chain for whoever wants to look.

Everyone may read and verify. Applications and officers sign each request with the key of their SM2 certificate
(`signed`); the court on the same machine has the node's token. What is refused is a problem (RFC 9457) in both languages.
"""
