"""Drivers put transactions in order: alone (`solo`) or among members (`cometbft`)."""
