"""The service: a tick that starts due crawls, a notifier that empties the outbox, a watchdog, and an orderly end."""

import logging
import os
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from crawler.owners import is_dead, own_name
from crawler.portals import Portal
from crawler.topics import choose_topic
from scheduler.alerts.channels import build_channels
from scheduler.alerts.delivery import Notifier, NotifierSettings
from scheduler.alerts.templates import load_templates
from scheduler.alerts.wording import load_wording
from scheduler.config import Config
from scheduler.crawling import CrawlLimits, Crawls
from scheduler.reporting import LOOK_SECONDS, PING_LOOK_SECONDS, Reporter
from scheduler.upkeep import upkeep
from storage import (
    SHANGHAI,
    Archive,
    Database,
    HostBatch,
    Ledger,
    Outbox,
    Revisits,
    StorageError,
    must_be_whole,
)

log = logging.getLogger(__name__)

REAP_SECONDS = 0.25
NOTIFIER_GRACE = timedelta(seconds=5)
END_WITHIN_SECONDS = 28.0
"""If the orderly end takes longer, the process ends anyway; its children end when their pipes close."""
STUCK_EXIT = 70
"""Exit code of a service that stopped ticking: whoever supervises it should start it again."""


@dataclass(kw_only=True)
class _Pulse:
    """When the tick last came through, by the monotonic clock, and what kept it from its work."""

    at: float = field(default_factory=time.monotonic)
    failing: str = ""


def now_in_shanghai() -> datetime:
    """The wall clock, aware."""
    return datetime.now(SHANGHAI)


def child_command(batches: Sequence[HostBatch]) -> list[str]:
    """The command line of the child that crawls these hosts under these leases."""
    portals = sorted({name for batch in batches for name in batch.portals})
    leases = ",".join(f"{batch.lease.host}:{batch.lease.fence}" for batch in batches)
    words = [sys.executable, "-P", "-m", "scrapy", "crawl", "portal"]
    return [*words, "-a", f"portal={','.join(portals)}", "-a", f"leases={leases}"]


def child_environment(config: Config, environment: Mapping[str, str]) -> dict[str, str]:
    """What a crawl child is told: ours, less what it has no business to know, plus its settings."""
    secret = {*config.channels.values(), config.operators.ping_url} - {""}
    kept = {name: value for name, value in environment.items() if value not in secret}
    source = str(Path(__file__).parent.parent)
    told = {
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        "PYTHONPATH": os.pathsep.join(filter(None, (source, kept.get("PYTHONPATH", "")))),
        "JINDU_ARCHIVE": config.archive.url,
        "JINDU_PARENT_PIPE": "1",
        "JINDU_QUIET_HOURS": f"{config.alerts.quiet_hours:g}",
        "JINDU_REVISIT": ",".join(f"{span.total_seconds():g}" for span in config.crawl.revisit),
        "JINDU_SUMMARY_AFTER": f"{config.alerts.summary_after_seconds:g}",
        "JINDU_CONTACT": config.crawl.contact,
        "JINDU_SOONEST": f"{config.crawl.soonest.total_seconds():g}",
        "JINDU_LATEST": f"{config.crawl.latest.total_seconds():g}",
        "JINDU_CAPTURES": config.captures.keep,
        "JINDU_CAPTURES_FOLDER": str(config.captures_folder.absolute()),
    }
    if config.crawl.portals is not None:
        told["JINDU_PORTALS"] = str(config.crawl.portals)
    if config.topic.folder is not None:
        told["JINDU_TOPIC"] = str(config.topic.folder)
    return kept | told


def prepare(database: Database, config: Config, portals: Mapping[str, Portal], now: datetime) -> None:
    """Tell the archive what is watched, who hears what, and that the dead hold nothing any more.

    Raises ArchiveUnavailableError when it is only half moved here, StorageError.
    """
    must_be_whole(database)
    ledger = Ledger(database)
    ledger.set_address_rules(portal.address_rules() for portal in portals.values())
    ledger.sync_sources([source for portal in portals.values() for source in portal.watched()], now=now)
    Outbox(database).set_rules(config.rules, now=now)
    if not config.crawl.revisit:
        Revisits(database).none_any_more()
    for owner in {holding.owner for holding in ledger.held(now)}:
        if is_dead(owner):
            ledger.release_owner(owner)
    for sender in Outbox(database).senders():
        if is_dead(sender):
            Outbox(database).free(sender, now=now)


class Service:
    """Everything `jindu run` does, until `request_stop`."""

    def __init__(
        self,
        database: Database,
        config: Config,
        portals: Mapping[str, Portal],
        *,
        environment: Mapping[str, str],
    ) -> None:
        """Raises ChannelError when a channel cannot be used, TopicError when the topic cannot, StorageError when the
        archive cannot be written."""
        self._config = config
        self._database = database
        self._ledger = Ledger(database)
        self._stop = threading.Event()
        self._pulse = _Pulse()
        owner = own_name()
        channels = build_channels(config.channels, timeout_seconds=config.alerts.timeout_seconds)
        self.crawls = Crawls(
            self._ledger,
            command=child_command,
            environment=child_environment(config, environment),
            owner=owner,
            limits=crawl_limits(config),
        )
        self._notifier = Notifier(
            outbox=Outbox(database),
            archive=Archive(database),
            ledger=self._ledger,
            channels=channels,
            settings=NotifierSettings(
                owner=owner,
                clock=now_in_shanghai,
                wording=load_wording(choose_topic(config.topic.folder or "")),
                templates=load_templates(config.templates.folder),
                portal_titles={name: portal.title for name, portal in portals.items()},
                poll_seconds=config.alerts.poll_seconds,
                lease_seconds=config.alerts.lease_seconds,
                send_seconds=2 * config.alerts.timeout_seconds,
                flood=config.alerts.flood,
                operators=config.operators.channels,
            ),
        )
        self._reporter = Reporter(
            database,
            config.operators,
            channels=len(config.channels),
            tick_seconds=config.service.tick_seconds,
            clock=now_in_shanghai,
        )
        prepare(database, config, portals, now_in_shanghai())

    def request_stop(self) -> None:
        """Ask the service to end; safe in a signal handler."""
        self._stop.set()

    def run(self) -> None:
        """Work until `request_stop`, then end within half a minute: no child left, nothing half-written."""
        clockwork = self._clockwork()
        for work, name in (
            (self._notifier.run, "notifier"),
            (self._watch, "watchdog"),
            (partial(upkeep, self._database, self._config, self._stop, self._complain), "upkeep"),
            (self._report, "reporter"),
            (self._ping, "ping"),
        ):
            threading.Thread(target=work, name=name, daemon=True).start()
        clockwork.start()
        try:
            while not self._stop.wait(REAP_SECONDS):
                self._reap()
        finally:
            self._end(clockwork)

    def _clockwork(self) -> BackgroundScheduler:
        """One job, the tick. What is due lives in the archive, so a late or lost tick loses nothing."""
        clockwork = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=SHANGHAI,
        )
        trigger = IntervalTrigger(seconds=self._config.service.tick_seconds, timezone=SHANGHAI)
        clockwork.add_job(self._tick, trigger, id="tick", next_run_time=now_in_shanghai())
        return clockwork

    def _tick(self) -> None:
        """Leave a sign of life and fill the free places; when that cannot be done now, the next tick tries again."""
        now = now_in_shanghai()
        try:
            self._ledger.beat("service", now=now, detail=f"{self.crawls.running} running")
            self.crawls.fill(now)
            if self._pulse.failing:
                log.warning("恢复工作 (working again)")
                self._pulse.failing = ""
        except (StorageError, OSError) as error:
            self._complain(error)
        self._pulse.at = time.monotonic()

    def _reap(self) -> None:
        """Collect ended children; a free place is filled at once, not at the next tick."""
        try:
            ended = self.crawls.reap(now_in_shanghai())
            if ended and not self._stop.is_set():
                self.crawls.fill(now_in_shanghai())
        except (StorageError, OSError) as error:
            self._complain(error)
            return
        for child in ended:
            if child.ending not in {"done", "stopped"}:
                log.warning(
                    "抓取 %s 没有正常结束 (crawl %s): %s", ",".join(child.hosts), child.ending, child.detail
                )

    def _complain(self, error: Exception) -> None:
        """Say a lasting trouble once, not at every tick."""
        if str(error) != self._pulse.failing:
            self._pulse.failing = str(error)
            log.error("暂时无法工作，会继续重试 (cannot work now, trying again): %s", error)

    def _report(self) -> None:
        """Owe operators what they should know; when the archive cannot be asked, the next look makes good for it."""
        while not self._stop.wait(LOOK_SECONDS):
            try:
                self._reporter.report()
            except StorageError as error:
                self._complain(error)

    def _ping(self) -> None:
        """Ping from a thread of its own, so that a hanging watch delays nothing."""
        while not self._stop.wait(PING_LOOK_SECONDS):
            try:
                self._reporter.ping_if_due()
            except StorageError as error:
                self._complain(error)

    def _watch(self) -> None:
        """End the process when the tick has stopped: a supervisor starts a fresh one, a stuck one helps nobody."""
        patience = self._config.service.watchdog_seconds
        while not self._stop.wait(min(1.0, patience / 4)):
            if time.monotonic() - self._pulse.at > patience:
                log.critical("%.0f 秒没有心跳，退出 (no tick for that many seconds, exiting)", patience)
                os._exit(STUCK_EXIT)

    def _end(self, clockwork: BackgroundScheduler) -> None:
        """Stop ticking, end the children, let sends under way finish."""
        last_resort = threading.Timer(END_WITHIN_SECONDS, os._exit, args=(1,))
        last_resort.daemon = True
        last_resort.start()
        clockwork.shutdown(wait=False)
        self.crawls.stop(now_in_shanghai())
        end = time.monotonic() + self._config.service.stop_seconds
        while self.crawls.running and time.monotonic() < end:
            self._reap()
            time.sleep(REAP_SECONDS / 5)
        self.crawls.kill()
        self._reap()
        self._notifier.stop(within=NOTIFIER_GRACE)
        last_resort.cancel()


def crawl_limits(config: Config) -> CrawlLimits:
    """The limits of the configuration."""
    return CrawlLimits(
        children=config.crawl.children,
        hosts_per_child=config.crawl.hosts_per_child,
        deadline=config.crawl.deadline,
        back_off=config.crawl.back_off,
    )
