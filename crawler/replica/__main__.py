"""`python -m crawler.replica`: serve the invented portals until Ctrl-C and say how to crawl them."""

import contextlib
import threading
from typing import Literal

import click

from crawler.portals import load_portals
from crawler.replica import Replica


@click.command()
@click.option("--port", default=8898, show_default=True, help="Port on 127.0.0.1; 0 takes any free one.")
@click.option(
    "--minutes-per-second",
    default=1.0,
    show_default=True,
    help="How fast news comes: replica minutes a second.",
)
@click.option(
    "--world",
    type=click.Choice(["demo", "year"]),
    default="demo",
    show_default=True,
    help="Which invented web.",
)
def main(port: int, minutes_per_second: float, world: Literal["demo", "year"]) -> None:
    """Serve the invented portals as an HTTP proxy until Ctrl-C."""
    try:
        replica = Replica(port=port, minutes_per_second=minutes_per_second, world=world)
    except OSError as error:
        raise click.ClickException(
            f"port {port} cannot be used ({error.strerror}); give another with --port"
        ) from error
    names = ",".join(load_portals(replica.portals_dir, only=_invented(replica)))
    with replica, contextlib.suppress(KeyboardInterrupt):
        click.echo(f"{names} behind {replica.proxy_url}; Ctrl-C ends it. Try:")
        click.echo(
            f"  http_proxy={replica.proxy_url} JINDU_PORTALS={replica.portals_dir} "
            f"JINDU_ARCHIVE=replica.sqlite python -m scrapy crawl portal -a portal={names}"
        )
        threading.Event().wait()


def _invented(replica: Replica) -> list[str]:
    return [path.stem for path in replica.portals_dir.glob("*.toml")]


if __name__ == "__main__":
    main()
