"""Messages of CometBFT v0.38.26 (ABCI 2.0); written by servers/cometbft/messages."""
