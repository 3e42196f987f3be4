"""Which sites are worth adding: the command portals leads."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

import click
from rich.text import Text

from crawler.portals import Portal, pace_group
from scheduler.commands.session import Session, json_option, pass_session
from scheduler.printing import as_json as to_json
from scheduler.printing import console, print_json, print_time, table
from storage import LeadHost, Leads

SHOWN = 30
_SAMPLES = 3


@click.command("leads", short_help="值得添加的网站 sites that portals link to")
@click.option("--all", "show_all", is_flag=True, help=f"More than {SHOWN} sites, and those we watch.")
@json_option
@pass_session
def leads(session: Session, *, show_all: bool, as_json: bool) -> None:
    """门户链接到的别处文章，按网站：看看哪些值得添加。 Article-like links to other sites, by site: which are worth adding.

    They are kept, never crawled. `jindu portals add URL` looks at one.
    """
    known = session.portals()
    with session.database() as database:
        sites = by_site(Leads(database).hosts())
    found = [(site, watcher(site, known)) for site in sites]
    shown = found if show_all else [row for row in found if not row[1]][:SHOWN]
    if as_json:
        for site, name in shown:
            print_json(to_json(site) | {"watched_as": name})
        return
    if not shown:
        click.echo("还没有线索 (no leads yet: lists that are looked at bring them)")
        return
    rows = (
        (
            site.host,
            f"{site.addresses}",
            print_time(site.last_seen_at, "day"),
            ", ".join(site.seen_on),
            f"已监测 watched: {name}" if name else site.samples[0],
        )
        for site, name in shown
    )
    columns = ("网站 site", "文章 articles", "最近 last seen", "见于 seen on", "例 such as")
    console().print(table(*columns, rows=rows))
    console().print(Text("jindu portals add URL 看一个 looks at one", "dim"))


def by_site(hosts: Sequence[LeadHost]) -> list[LeadHost]:
    """One entry for each registrable domain, the one with most addresses first."""
    ordered = sorted(hosts, key=lambda lead: site_of(lead.host))
    sites = [
        _together(name, list(group)) for name, group in groupby(ordered, key=lambda lead: site_of(lead.host))
    ]
    return sorted(sites, key=lambda site: (-site.addresses, site.host))


def site_of(host: str) -> str:
    """The registrable domain of a host."""
    return pace_group(f"http://{host}/").partition(":")[0]


def _together(name: str, group: Sequence[LeadHost]) -> LeadHost:
    samples = [url for lead in group for url in lead.samples]
    return replace(
        group[0],
        host=name,
        addresses=sum(lead.addresses for lead in group),
        times=sum(lead.times for lead in group),
        first_seen_at=min(lead.first_seen_at for lead in group),
        last_seen_at=max(lead.last_seen_at for lead in group),
        seen_on=tuple(sorted({portal for lead in group for portal in lead.seen_on})),
        samples=tuple(samples[:_SAMPLES]),
    )


def watcher(site: LeadHost, known: Mapping[str, Portal]) -> str:
    """The portal that owns the site; empty when none does."""
    return next((name for name, portal in known.items() if portal.owns(site.samples[0])), "")
