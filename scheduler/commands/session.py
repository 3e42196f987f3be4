"""What every command shares: the settings it was called with, read when first asked for, and the open archive."""

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import click

from crawler.portals import Portal, load_portals
from crawler.topics import Topic, choose_topic
from scheduler.config import Config, default_archive, find_config, load_config
from scheduler.fetching import RobotsBook, RobotsMemory
from storage import ArchiveUnavailableError, Database, RobotsFiles, open_database


@dataclass
class Session:
    """One call of `jindu`."""

    config_file: Path | None = None
    archive: str | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    @cached_property
    def config(self) -> Config:
        """The settings. Raises ConfigError."""
        path = find_config(self.environment, chosen=self.config_file, here=Path.cwd())
        return load_config(self.environment, path=path, archive=self.archive)

    @cached_property
    def topic(self) -> Topic:
        """What articles are judged by. Raises TopicError."""
        return choose_topic(self.config.topic.folder or "")

    def portals(self, *, only: Collection[str] = ()) -> Mapping[str, Portal]:
        """The portals watched, or those named. Raises PortalError."""
        chosen = tuple(only) or self.config.crawl.only
        return load_portals(self.config.crawl.portals, only=chosen)

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The archive, opened, made where there is none. Raises ArchiveUnavailableError."""
        url = self.config.archive.url
        if url == default_archive():
            try:
                Path(url).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise ArchiveUnavailableError(
                    f"{Path(url).parent}: cannot be made ({error.strerror}); name another place with --archive"
                ) from error
        with open_database(url) as database:
            yield database

    @contextmanager
    def robots(self) -> Iterator[RobotsBook]:
        """The robots.txt files that the archive keeps; where there is no archive to open, those of this call."""
        url = self.config.archive.url
        if "://" not in url and not Path(url).is_file():
            yield RobotsMemory()
            return
        with self.database() as database:
            yield RobotsFiles(database)


pass_session = click.make_pass_decorator(Session)


class Failure(click.ClickException):
    """The one clear line with which a command that could not be done ends; exit code 1."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))

    def show(self, file: object = None) -> None:
        """Print the line to standard error."""
        click.echo(f"错误 error: {self.message}", err=True)


class Misuse(Failure):
    """The command was asked for wrongly, or its settings or archive cannot be used; exit code 2."""

    exit_code = 2


json_option = click.option("--json", "as_json", is_flag=True, help="JSON Lines for programs.")
