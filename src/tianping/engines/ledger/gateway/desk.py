"""What the routes work with: the node, its token, limits, and what only the application knows how to do."""

import time
from collections.abc import Awaitable, Callable

from tianping.engines.ledger.gateway.measures import Measures
from tianping.engines.ledger.home import Limits
from tianping.engines.ledger.node import Node
from tianping.interfaces.signing import CertificateFacts
from tianping.kit.problems import TooManyRequests

ReadCertificate = Callable[[bytes], CertificateFacts]
"""PEM or DER of an application's certificate, checked against the court's CA now. Raises CertificateRefused."""

Render = Callable[[bytes, str], Awaitable[bytes]]
"""(bundle, language) -> the certificate of storage as PDF."""


class MinuteLimits:
    """Counts in this process, by the minute. `clock`: seconds, only differences count."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._minute = -1
        self._counts: dict[tuple[str, str], int] = {}

    def request(self, owner: str, address: str) -> None:
        """Count a request of an application, or of an address. Raises TooManyRequests with the seconds to wait."""
        if owner:
            self._count("request", owner, 1, self._limits.requests)
        else:
            self._count("stranger", address, 1, self._limits.strangers)

    def items(self, owner: str, count: int) -> None:
        """Raises TooManyRequests."""
        if owner:
            self._count("items", owner, count, self._limits.items)

    def _count(self, kind: str, who: str, more: int, most: int) -> None:
        now = self._clock()
        if int(now // 60) != self._minute:
            self._minute = int(now // 60)
            self._counts.clear()
        count = self._counts.get((kind, who), 0) + more
        if count > most:
            raise TooManyRequests(retry_after_s=max(1, round(60 - now % 60)))
        self._counts[kind, who] = count


class Desk:
    """`token`: of the node, hexadecimal."""

    def __init__(self, node: Node, *, token: str, read_certificate: ReadCertificate, render: Render | None) -> None:
        self.node = node
        self.token = token
        self.read_certificate = read_certificate
        self.render = render
        self.limits = MinuteLimits(node.config.limits)
        self.measures = Measures(node)
