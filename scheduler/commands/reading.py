"""Serve the archive: the reader's page and the API."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from scheduler.commands.session import Failure, Session, pass_session
from scheduler.service import now_in_shanghai
from scheduler.web.app import WebError, serving
from scheduler.web.site import Setting, Site, site_over
from storage import Database


def site_of(session: Session, database: Database) -> Site:
    """The archive as its readers see it, by the settings of this call."""
    setting = Setting(
        config=session.config, portals=session.portals(), topic=session.topic, clock=now_in_shanghai
    )
    return site_over(database, setting)


@contextmanager
def page_served(site: Site) -> Iterator[str]:
    """Serve the page meanwhile; gives its address. Raises Failure."""
    try:
        with serving(site) as address:
            yield address
    except WebError as error:
        raise Failure(str(error)) from error


@contextmanager
def page_beside(session: Session, database: Database) -> Iterator[str]:
    """Serve the page beside other work, where the settings want it; gives its address, or nothing. Raises Failure."""
    if not session.config.web.enabled:
        yield ""
        return
    with page_served(site_of(session, database)) as address:
        yield address


@click.command(short_help="网页 the reader's page and the API")
@pass_session
def web(session: Session) -> None:
    """打开网页和接口，直到 Ctrl-C。 Serve the reader's page and the API until Ctrl-C; `jindu run` does so too."""
    with session.database() as database, page_served(site_of(session, database)) as address:
        click.echo(f"网页 the page: {address} （Ctrl-C 结束 to end）", err=True)
        threading.Event().wait()
