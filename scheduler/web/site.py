"""What every page needs: the archive, the topic's words, the templates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from crawler.portals import Portal
from crawler.topics import Topic
from scheduler.alerts.wording import Wording, load_wording
from scheduler.asking import query_words
from scheduler.config import Config
from scheduler.web.printing import FILTERS, print_words
from scheduler.web.sections import WebSection
from storage import Archive, Catalog, Database, Ledger, QueryWords

STATIC = Path(__file__).with_name("static")


def templates() -> Environment:
    """The templates: everything printed is escaped, a name that is missing is an error."""
    environment = Environment(
        loader=PackageLoader("scheduler.web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        finalize=print_words,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment


@dataclass(frozen=True, kw_only=True)
class Site:
    """The archive as readers see it."""

    database: Database
    portals: Mapping[str, Portal]
    wording: Wording
    words: QueryWords
    settings: WebSection
    clock: Callable[[], datetime]
    channels: int = 0
    """How many channels are configured."""
    tick_seconds: float = 15.0
    environment: Environment = field(default_factory=templates)

    @property
    def archive(self) -> Archive:
        """Articles, one by one."""
        return Archive(self.database)

    @property
    def catalog(self) -> Catalog:
        """Questions to the whole archive."""
        return Catalog(self.database, self.words)

    @property
    def ledger(self) -> Ledger:
        """What was looked at, and what came of it."""
        return Ledger(self.database)

    def render(self, request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page from a template."""
        shared = {
            "wording": self.wording,
            "portals": self.portals,
            "now": self.clock(),
            "path": request.url.path,
        }
        shared |= {"nonce": request.state.nonce, "query": ""}
        page = self.environment.get_template(template).render(shared | values)
        return HTMLResponse(page, status)


def site_of(request: Request) -> Site:
    """The archive that is served."""
    site: Site = request.app.state.site
    return site


At = Annotated[Site, Depends(site_of)]
"""What a room is given that asks for the archive."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What a site is made by, beside the archive."""

    config: Config
    portals: Mapping[str, Portal]
    topic: Topic
    clock: Callable[[], datetime]


def site_over(database: Database, setting: Setting) -> Site:
    """The archive as its readers see it."""
    return Site(
        database=database,
        portals=setting.portals,
        wording=load_wording(setting.topic),
        words=query_words(setting.topic),
        settings=setting.config.web,
        clock=setting.clock,
        channels=len(setting.config.channels),
        tick_seconds=setting.config.service.tick_seconds,
    )
