"""How much each vendor takes in one message, and in which format, from `limits.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from scheduler.alerts.fitting import Limit

TABLE = Path(__file__).with_name("limits.toml")


@cache
def load_limits() -> Mapping[str, Limit]:
    """Apprise schema → limit; read once."""
    table = tomllib.loads(TABLE.read_text("utf-8"))["limits"]
    return {
        schema: Limit(
            unit=entry["unit"],
            total=entry["total"],
            title=entry.get("title"),
            format=entry.get("format", "text"),
        )
        for entry in table
        for schema in entry["schemas"]
    }
