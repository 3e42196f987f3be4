"""The command `jindu`."""

import logging
import os
import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import click

from crawler.portals import PortalError
from crawler.topics import TopicError
from scheduler.alerts.channels import ChannelError
from scheduler.alerts.templates import TemplateFault
from scheduler.commands.session import Failure, Misuse, Session
from scheduler.config import ConfigError
from scheduler.fetching import FetchError
from storage import ArchiveUnavailableError, QueryError, StorageError

WRONGLY_ASKED = (ConfigError, PortalError, TopicError, ChannelError, TemplateFault, QueryError)
INTERRUPTED = 130
EXIT_CODES = """退出码 exit codes: 0 done · 1 could not be done · 2 asked for wrongly (option, config, archive) · 130 interrupted."""


# In the order a new user meets them; each is imported only when it is called.
COMMANDS: Mapping[str, str] = {
    "demo": "running:demo",
    "run": "running:run",
    "web": "reading:web",
    "mcp": "assisting:mcp",
    "crawl": "running:crawl",
    "backfill": "backfilling:backfill",
    "inspect": "pages:inspect",
    "judge": "pages:judge_rows",
    "search": "searching:search",
    "stats": "statistics:stats",
    "figures": "statistics:figures",
    "export": "exporting:export",
    "show": "showing:show",
    "stories": "stories:stories",
    "versions": "versions:versions",
    "explain": "explaining:explain",
    "capture": "captures:capture",
    "archive": "keeping:archive",
    "verify": "captures:verify_captures",
    "status": "status:status",
    "coverage": "coverage:coverage",
    "portals": "portals:portals",
    "topic": "topic:topic",
    "alerts": "operating:alerts",
}


class Jindu(click.Group):
    """Turns every foreseen trouble into one line and an exit code, and ends quietly on Ctrl-C and a closed pipe."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order a new user meets them, not the alphabet's."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command's module when it is asked for."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        return cast(click.Command, getattr(import_module(f"scheduler.commands.{module}"), name))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except WRONGLY_ASKED as error:
            raise Misuse(str(error)) from error
        except ArchiveUnavailableError as error:
            raise Misuse(f"归档打不开 archive: {error}") from error
        except (StorageError, FetchError) as error:
            raise Failure(str(error)) from error
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            # Nobody reads any more; without this Python complains once more when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


@click.group(cls=Jindu, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config", "config_file", type=click.Path(path_type=Path), help="The configuration file to use."
)
@click.option("--archive", metavar="URL", help="The archive: a file path, sqlite:///path or postgresql://…")
@click.version_option(package_name="jindu", prog_name="jindu")
@click.pass_context
def main(ctx: click.Context, config_file: Path | None, archive: str | None) -> None:
    """禁毒新闻监测：抓取、判断、归档、提醒、检索。

    Watches China's provincial news portals for anti-drug reports, archives them, and alerts once per story.

    Try first: jindu demo
    """
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", force=True
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # `kill` is to be as gentle as Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    ctx.obj = Session(config_file=config_file, archive=archive)
