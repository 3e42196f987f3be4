"""Which hosts belong together: for pace and leases, and for "is this ours?"."""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from tldextract import TLDExtract

_FRONT = re.compile(r"/*(?:(?:index|default|home)\.\w{2,5})?", re.IGNORECASE)
# The bundled snapshot only: nothing is fetched and nothing is written, so every machine groups alike.
_EXTRACT = TLDExtract(suffix_list_urls=(), cache_dir=None)


def pace_group(url: str) -> str:
    """The name under which a host's pace and lease are kept: its registrable domain, in lower case.

    `http://gansu.gscn.com.cn/x` gives `gscn.com.cn`: sub-hosts of a portal usually stand on the same machines. Under a suffix that
    is in no list (`.example`, `.invalid`, an intranet) the last two labels count. An IP address or a one-label name
    (`localhost`) keeps its port, because there each port is a server of its own.

    Raises:
        ValueError: `url` has no host, or a port that is no number.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if not host:
        raise ValueError(f"{url!r} has no host")
    if _is_address(host) or "." not in host:
        name = f"[{host}]" if ":" in host else host
        return name if parts.port is None else f"{name}:{parts.port}"
    found = _EXTRACT(host).top_domain_under_public_suffix
    return found or ".".join(host.split(".")[-2:])


def is_within(url: str, hosts: Iterable[str]) -> bool:
    """Whether the host of `url` is one of `hosts` or below one of them (`gansu.gscn.com.cn` is within `gscn.com.cn`).

    What is no address is within nothing.
    """
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    return any(host == own or host.endswith("." + own) for own in hosts)


def is_front(url: str) -> bool:
    """Whether `url` is the front page of its host."""
    parts = urlsplit(url)
    return not parts.query and _FRONT.fullmatch(parts.path) is not None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
