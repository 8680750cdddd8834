"""Which addresses may be opened: public ones only, on the web's ports, each connection anew.

A name is looked up once for each connection; all its addresses must be public, and the connection goes to one of those that
were looked at. So neither a redirection nor a name that changes its address (DNS rebinding) leads inside.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import msgspec

from tianping.interfaces.capture import AddressRefused

PORTS = frozenset({80, 443, 8080, 8443})
_LOOKUP_S = 5.0

# These lead to addresses of the older kind that are written into them.
_WRAPPING = tuple(
    ipaddress.ip_network(one)
    for one in ("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)

Lookup = Callable[[str, int], Awaitable[list[str]]]
"""(name, port) -> addresses. Raises OSError for a name that is not known."""


class Place(msgspec.Struct, frozen=True):
    """Where to connect, and the whole answer of the name service."""

    host: str
    port: int
    address: str
    answers: list[str]


async def system_lookup(name: str, port: int) -> list[str]:
    """By the machine's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))


class AddressGuard:
    """`loopback`: also this machine's own addresses, on any port: for tests and rehearsals, never for production."""

    def __init__(self, lookup: Lookup = system_lookup, *, loopback: bool = False) -> None:
        self._lookup = lookup
        self._loopback = loopback

    def read(self, url: str) -> tuple[str, int]:
        """Host and port of an address. Raises AddressRefused."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as wrong:
            raise _refused("scheme", "网址格式不正确", "This is no address of a page") from wrong
        if parts.scheme not in ("http", "https") or not host:
            raise _refused("scheme", "只能固定 http 或 https 网页", "Only http and https pages are captured")
        if parts.username is not None or parts.password is not None:
            raise _refused("credentials", "网址中不能带用户名和密码", "An address must not carry a name and password")
        port = port or (443 if parts.scheme == "https" else 80)
        return host, port

    async def place(self, host: str, port: int) -> Place:
        """Look the name up now. Raises AddressRefused unless every one of its addresses may be opened."""
        try:
            async with asyncio.timeout(_LOOKUP_S):
                answers = await self._lookup(host, port)
        except (OSError, UnicodeError, TimeoutError) as unknown:
            raise _refused("unknown-host", f"无法解析域名 {host}", f"The name {host} cannot be looked up") from unknown
        if not answers:
            raise _refused("unknown-host", f"无法解析域名 {host}", f"The name {host} cannot be looked up")
        local = [self._loopback and _is_loopback(one) for one in answers]
        if not all(own or is_public(one) for own, one in zip(local, answers, strict=True)):
            raise _refused(
                "private",
                f"{host} 指向内部网络，不能固定",
                f"{host} leads into a private network and cannot be captured",
            )
        if port not in PORTS and not all(local):
            raise _refused("port", f"不能固定端口 {port} 上的网页", f"Pages on port {port} are not captured")
        return Place(host, port, answers[0], answers)


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, not merely written so."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and any(found in network for network in _WRAPPING):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _refused(reason: str, zh: str, en: str) -> AddressRefused:
    return AddressRefused(reason=reason, zh=zh, en=en)
