"""How each vendor says yes and no inside an HTTP 200, from `manners.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

TABLE = Path(__file__).with_name("manners.toml")


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """One code that a vendor documents."""

    code: int
    outcome: Literal["throttled", "permanent"]
    means: str
    hold: int | None = None
    """Seconds the vendor shuts a sender out; None when it does not say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Vendor:
    """How one vendor answers."""

    name: str
    schemas: tuple[str, ...]
    keys: tuple[str, ...]
    """Where the code stands; the first one present counts."""
    accepted: int
    header: str
    """The header, in small letters, that says how many seconds to wait; empty when there is none."""
    refusals: Mapping[int, Refusal]


def load_vendors() -> tuple[Vendor, ...]:
    """Every vendor of the table, in its order."""
    table = tomllib.loads(TABLE.read_text("utf-8"))["vendors"]
    return tuple(
        Vendor(
            name=entry["name"],
            schemas=tuple(entry["schemas"]),
            keys=tuple(entry["keys"]),
            accepted=entry["accepted"],
            header=entry.get("header", ""),
            refusals={code["code"]: Refusal(**code) for code in entry["codes"]},
        )
        for entry in table
    )


VENDORS: Mapping[str, Vendor] = {schema: vendor for vendor in load_vendors() for schema in vendor.schemas}
"""Apprise schema → its vendor's manners."""
