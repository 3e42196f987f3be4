"""The tables of `jindu.toml` that say who hears what, and how it is sent."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from scheduler.sections import Section
from storage import Category, Sequel


class AlertsSection(Section):
    """When and how patiently alerts are sent."""

    quiet_hours: Annotated[float, Field(ge=0)] = 48.0
    """News older than this when a source is first seen is archived without an alert."""
    summary_after_seconds: Annotated[float, Field(ge=0)] = 120.0
    poll_seconds: Annotated[float, Field(ge=0.05, le=60)] = 1.0
    lease_seconds: Annotated[float, Field(ge=2)] = 90.0
    """After a crash, an alert that was being sent is taken up again this much later."""
    timeout_seconds: Annotated[float, Field(ge=0.5, le=60)] = 15.0
    """How long a channel may take to answer."""

    @model_validator(mode="after")
    def _lease_outlasts_a_send(self) -> Self:
        if self.lease_seconds < 3 * self.timeout_seconds:
            raise ValueError("alerts.lease_seconds: at least three times alerts.timeout_seconds")
        return self


class RuleSection(Section):
    """One `[[rules]]` entry: who hears what."""

    name: str = Field(min_length=1, max_length=60)
    channels: tuple[str, ...] = ()
    """Names from `[channels]`; empty means all of them."""
    provinces: frozenset[str] = frozenset()
    portals: frozenset[str] = frozenset()
    categories: frozenset[Category] = frozenset()
    min_score: Annotated[float, Field(ge=0, le=1)] = 0.0
    words: tuple[str, ...] = ()
    also: frozenset[Sequel] = frozenset()
    """What of a story told before to hear as well: follow_up, changed, removed."""


class TemplatesSection(Section):
    """Messages in the user's own words."""

    folder: Path | None = None
    """Holds `KIND.WRITTEN.jinja` files; see docs/alerts.md."""
