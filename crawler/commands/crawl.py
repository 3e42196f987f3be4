"""`scrapy crawl`, with an exit code that tells whether the run itself failed."""

import argparse
import sys

from scrapy import Spider
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError

from crawler.portals import PortalError
from crawler.spiders.portal import portals_named
from crawler.topics import TopicError, choose_topic

WELL_ENDED = frozenset({"finished", "shutdown", "parent_gone", "closespider_timeout"})
"""Reasons for closing after which the archive is as good as it can be; a failed page or list is no failed run."""


class Command(ScrapyCrawl):
    """Run a spider of this project: exit code 0 done, 1 the run failed, 2 it was asked for wrongly."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check what is asked for, crawl, and set the exit code."""
        assert self.settings is not None
        try:
            portals_named(opts.spargs.get("portal", ""), self.settings["PORTALS_FOLDER"])
            choose_topic(self.settings["TOPIC_FOLDER"] or "")
        except (PortalError, TopicError) as error:
            raise UsageError(str(error), print_help=False) from error
        super().run(args, opts)
        stats = self._crawler.stats
        reason = stats.get_value("stopped_by") or stats.get_value("finish_reason")
        if reason not in WELL_ENDED:
            self.exitcode = 1
            # The last line is what whoever started us will show.
            sys.stderr.write(
                f"crawl failed ({reason}): {stats.get_value('stopped_because', 'see the log above')}\n"
            )

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        self._crawler = super()._create_crawler(spidercls)
        return self._crawler
