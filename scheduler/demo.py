"""The whole loop in a minute, without network or configuration: the real service on a small invented web."""

import os
import queue
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from crawler.portals import Portal, load_portals
from crawler.replica import Replica
from crawler.topics import choose_topic
from scheduler.config import Config, load_config
from scheduler.happenings import Happenings
from scheduler.receiver import Received, Receiver
from scheduler.service import Service, now_in_shanghai
from scheduler.web.app import WebError, serving
from scheduler.web.site import Setting, site_over
from storage import Archive, Catalog, Database, Filters, Totals, open_database

SECONDS = 60.0
PATIENCE = 30.0
"""Seconds beyond those asked for."""
MINUTES_PER_SECOND = 0.9
"""The invented stories take about 40 minutes of the replica's clock to appear."""
LOOK_SECONDS = 0.5
SETTINGS = """\
# Written by `jindu demo`, so that the other commands can be tried on what it left.
[archive]
url = "archive.db"

[crawl]
children = 2
hosts_per_child = 3
deadline = "60s"
portals = "{portals}"
only = [{names}]
revisit = ["10s", "20s", "30s", "40s"]

[service]
tick_seconds = 1

[alerts]
summary_after_seconds = 6
flood_messages = 0
poll_seconds = 0.2
timeout_seconds = 5
lease_seconds = 15

[channels]
demo = "{channel}"

[web]
port = 0

[[rules]]
name = "全部禁毒报道"
channels = ["demo"]
also = ["follow_up", "changed", "removed"]
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What the demo found, and where it is."""

    totals: Totals
    alerts: int = 0
    """Messages that arrived."""
    settings: Path = Path()
    """A configuration file for the other commands."""
    interrupted: bool = False
    example: int | None
    """The id of a relevant report, of the story that most portals carry if there is one."""
    changed: int | None
    """The id of a report that was changed."""
    removed: str | None
    """The address of a report whose page was removed."""


class DemoError(Exception):
    """The demo could not go on; the text says why."""


def run_demo(out: Console, *, seconds: float = SECONDS, keep_running: bool = False) -> Outcome:
    """Run the service on the replica and print each alert as it arrives; Ctrl-C ends it early.

    Raises DemoError when the service fails.
    """
    folder = Path(tempfile.mkdtemp(prefix="jindu-demo-"))
    with Replica(minutes_per_second=MINUTES_PER_SECOND) as replica, Receiver() as receiver:
        settings, config, portals = _settle(folder, replica, receiver)
        _welcome(out, portals)
        with open_database(config.archive.url) as database, _page(out, database, config, portals):
            service = Service(database, config, portals, environment=_through(replica.proxy_url, os.environ))
            worker = threading.Thread(target=service.run, name="service")
            happenings = Happenings(out, database, portals)
            show = _Show(
                out, Archive(database), happenings, receiver, seconds=None if keep_running else seconds
            )
            worker.start()
            try:
                interrupted = show.run(worker)
            finally:
                service.request_stop()
                worker.join()
            show.print_arrived()
            told = _told(database, happenings)
            return replace(told, alerts=show.alerts, settings=settings, interrupted=interrupted)


@contextmanager
def _page(out: Console, database: Database, config: Config, portals: Mapping[str, Portal]) -> Iterator[None]:
    """The reader's page meanwhile. Raises DemoError."""
    setting = Setting(config=config, portals=portals, topic=choose_topic(""), clock=now_in_shanghai)
    try:
        with serving(site_over(database, setting)) as address:
            out.print(Text(f"网页 the page, while this runs: {address}", "bold"))
            yield
    except WebError as error:
        raise DemoError(str(error)) from error


class _Show:
    """What a person sees meanwhile: alerts as they come, and on a terminal a line that moves."""

    def __init__(
        self,
        out: Console,
        archive: Archive,
        happenings: Happenings,
        receiver: Receiver,
        *,
        seconds: float | None,
    ) -> None:
        self.alerts = 0
        self._out = out
        self._archive = archive
        self._happenings = happenings
        self._receiver = receiver
        self._seconds = seconds

    def run(self, worker: threading.Thread) -> bool:
        """Watch until the time is up; returns whether a person ended it."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=20))
        progress = Progress(*columns, TimeElapsedColumn(), console=self._out, transient=True)
        progress.disable = not self._out.is_terminal
        with progress:
            task = progress.add_task("…", total=self._seconds)
            began = time.monotonic()
            try:
                while not self._is_over(time.monotonic() - began):
                    self.print_arrived()
                    progress.update(task, completed=time.monotonic() - began, description=self._counts())
                    worker.join(LOOK_SECONDS)
                    if not worker.is_alive():
                        raise DemoError("服务意外结束，原因见上 (the service ended unexpectedly, see above)")
            except KeyboardInterrupt:
                return True
        return False

    def _is_over(self, passed: float) -> bool:
        """The whole show waits a little for an edit and a removal on a machine that has much else to do."""
        if self._seconds is None or passed < self._seconds:
            return False
        whole = self._seconds >= SECONDS and not self._happenings.all_seen
        return not whole or passed >= self._seconds + PATIENCE

    def print_arrived(self) -> None:
        """Print every alert that has arrived since, and what became of the stories."""
        while True:
            try:
                message = self._receiver.messages.get_nowait()
            except queue.Empty:
                break
            self.alerts += 1
            self._print(message)
        self._happenings.print_new()

    def _print(self, message: Received) -> None:
        self._out.print(Text(f"🔔 {message.title}", "bold red"))
        for line in message.body.splitlines():
            self._out.print(Text(f"   {line}", "dim" if line.startswith(("编号", "链接")) else ""))

    def _counts(self) -> str:
        totals = self._archive.totals()
        return f"入库 {totals.articles} · 相关 {totals.relevant} · 报道 {totals.stories} · 提醒 {self.alerts}"


def _told(database: Database, happenings: Happenings) -> Outcome:
    """What the archive holds of it in the end."""
    archive = Archive(database)
    return Outcome(
        totals=archive.totals(),
        example=happenings.reprinted or _example(Catalog(database)),
        changed=happenings.changed,
        removed=_address(archive, happenings.removed),
    )


def _example(catalog: Catalog) -> int | None:
    hits = catalog.newest(filters=Filters(relevant_only=True), limit=1)
    return hits[0].id if hits else None


def _address(archive: Archive, article_id: int | None) -> str | None:
    stored = archive.get(article_id) if article_id is not None else None
    return stored.article.url if stored else None


def _settle(folder: Path, replica: Replica, receiver: Receiver) -> tuple[Path, Config, Mapping[str, Portal]]:
    """Write the demo's settings and read them as anybody's settings are read."""
    names = sorted(path.stem for path in replica.portals_dir.glob("*.toml"))
    settings = folder / "jindu.toml"
    text = SETTINGS.format(
        portals=replica.portals_dir,
        names=", ".join(f'"{name}"' for name in names),
        channel=receiver.channel,
    )
    settings.write_text(text, "utf-8")
    config = load_config({}, path=settings)
    return settings, config, load_portals(config.crawl.portals, only=config.crawl.only)


def _welcome(out: Console, portals: Mapping[str, Portal]) -> None:
    out.print(Text("jindu 演示：五个虚构的省级门户在本机上线，新闻陆续发布；不用网络，不用配置。", "bold"))
    out.print(
        Text("Demo: invented provincial portals on this machine publish news; no network, no configuration.")
    )
    for portal in portals.values():
        out.print(Text(f"  {portal.province}  {portal.title}  {portal.home}", "dim"))


def _through(proxy: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of the demo's crawls: the invented web and nothing else."""
    kept = {name: value for name, value in environment.items() if not name.lower().endswith("_proxy")}
    return kept | {"http_proxy": proxy}
