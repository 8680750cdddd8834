"""Deposits and verifies on the Tianping evidence ledger, for applications with an SM2 certificate of the court's CA."""

from tianping_client.client import Client, Deposited, Pending, Refused, Unreachable
from tianping_client.encoding import Item, commitment, commitment_sha256, encode, sm3, tagged
from tianping_client.keys import Key, KeyUnusable, Signer

__all__ = [
    "Client",
    "Deposited",
    "Item",
    "Key",
    "KeyUnusable",
    "Pending",
    "Refused",
    "Signer",
    "Unreachable",
    "commitment",
    "commitment_sha256",
    "encode",
    "sm3",
    "tagged",
]
