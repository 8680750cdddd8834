"""The ledger as a consortium: several members agree on the order of blocks through CometBFT, and co-sign with SM2.

`abci` speaks with the engine, `application` is the ledger behind it, `engine` and `node` run one member, `consortium` runs
several on one machine, `driver` is what the gateway uses. Votes, node identities and the network between engines are
ed25519 by CometBFT's own design; what a court relies on are the SM2 co-signatures over checkpoints.
"""
