"""The log of the replica: what it was asked, when, and what it said."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One request as the server saw it."""

    host: str
    path: str
    status: int
    """0 when no answer was given."""
    at: float
    """Seconds on a steady clock."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    is_list: bool = False
    """Whether a list stands at that address."""
    struck: bool = False
    """Whether a fault spoiled the answer."""
