"""Which addresses a crawl may call: public ones, written plainly.

A portal's page decides what we ask for next, so each link, redirect and name is checked: as written here, and as resolved at
connect time by `PublicResolver`. Cases: the advisories on server-side request forgery against monitors such as
changedetection.io (CVE-2026-27696) and miniflux (#4092).
"""

import ipaddress
import re
import socket
from typing import TypeAlias
from unicodedata import normalize
from urllib.parse import urlsplit

_STRANGE = re.compile(r"[\x00-\x20\x7f\\]")
_HOST = re.compile(r"[a-z0-9_.\-]+|\[[0-9a-f:.]+\]")
_LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa")
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(net)
    # 6to4 relays (RFC 7526), addresses for documentation (RFC 9637), local-use NAT64 (RFC 8215)
    for net in ("192.88.99.0/24", "3fff::/20", "64:ff9b:1::/48")
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

IPAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


def why_not(url: str) -> tuple[str, str] | None:
    """Why `url` may not be called: (outcome, detail), or None when as written nothing speaks against it.

    `bad_address`: not plain http(s), or written so that two programs may read two hosts in it.
    `private_address`: the host is, in whatever spelling, an address or a name that is not public.
    """
    if _STRANGE.search(url):
        return "bad_address", f"{url!r} holds spaces, control characters or a backslash"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        return "bad_address", f"{url!r} is no web address: {error}"
    if parts.scheme not in ("http", "https"):
        return "bad_address", f"{url!r} is not http or https"
    if "@" in parts.netloc:
        return "bad_address", f"{url!r} names a user"
    return _why_not_host(f"[{host}]" if ":" in host else host)


def _why_not_host(written: str) -> tuple[str, str] | None:
    host = plain_host(written)
    address = literal_address(host)
    if address is not None:
        return (
            None
            if is_public(address)
            else ("private_address", f"{written} is {address}, which is not public")
        )
    if any(host == name or host.endswith(f".{name}") for name in _LOCAL_NAMES):
        return "private_address", f"{written} is a name for this machine or its network"
    if not _HOST.fullmatch(_ascii(host)):
        return "bad_address", f"{written!r} is no host name"
    return None


def plain_host(host: str) -> str:
    """`host` as a resolver sees it: full-width and circled characters folded, lower case, no trailing dot."""
    return normalize("NFKC", host).replace("。", ".").lower().rstrip(".")


def literal_address(host: str) -> IPAddress | None:
    """The address that `host` spells, or None for a name.

    A C library reads `2130706433`, `0x7f.1`, `0177.0.0.1` and `127.1` as 127.0.0.1, so this does too.
    """
    if host.startswith("["):
        try:
            return ipaddress.ip_address(host.strip("[]").split("%")[0])
        except ValueError:
            return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeEncodeError):
        return None


def is_public(address: IPAddress) -> bool:
    """Whether `address` belongs to the public internet, whatever it is wrapped in (IPv4 in IPv6, 6to4, Teredo, NAT64)."""
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in net for net in _NOT_PUBLIC if net.version == address.version)


def _inner(address: IPAddress) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        return ""
