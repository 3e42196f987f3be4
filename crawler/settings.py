"""Scrapy's settings for every crawl, and the crawl's only reading of the environment.

Variables: JINDU_ARCHIVE, JINDU_PORTALS, JINDU_TOPIC, JINDU_QUIET_HOURS, JINDU_SUMMARY_AFTER, JINDU_REVISIT, JINDU_CAPTURES, JINDU_CAPTURES_FOLDER,
JINDU_PARENT_PIPE, JINDU_CONTACT, and the usual http_proxy, https_proxy and no_proxy.
"""

import os
from importlib.metadata import version
from typing import get_args
from urllib.parse import urlsplit
from urllib.request import getproxies

import platformdirs

from storage import Keep, captures_folder


def _number(name: str, default: float) -> float:
    text = os.environ.get(name, "")
    try:
        return float(text) if text else default
    except ValueError:
        raise SystemExit(f"{name}={text}: this is not a number; write one such as {default:g}") from None


def _one_of(name: str, choices: tuple[str, ...]) -> str:
    text = os.environ.get(name) or choices[0]
    if text not in choices:
        raise SystemExit(f"{name}={text}: this is not known; write one of {', '.join(choices)}")
    return text


def _seconds(name: str, default: str) -> list[float]:
    text = os.environ.get(name, default)
    try:
        return [float(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise SystemExit(f"{name}={text}: write seconds with commas, such as {default}") from None


def _user_agent() -> str:
    contact = os.environ.get("JINDU_CONTACT", "").strip()
    # A header is one line of printable ASCII; anything else in the contact would break every request.
    shown = "".join(character for character in contact if " " <= character <= "~")
    return f"jindu/{version('jindu')} (news archive{'; +' + shown if shown else ''})"


ARCHIVE = os.environ.get("JINDU_ARCHIVE") or str(platformdirs.user_data_path("jindu") / "archive.db")
PORTALS_FOLDER = os.environ.get("JINDU_PORTALS", "")
TOPIC_FOLDER = os.environ.get("JINDU_TOPIC", "")
QUIET_HOURS = _number("JINDU_QUIET_HOURS", 48)
SUMMARY_AFTER = _number("JINDU_SUMMARY_AFTER", 120)
# Of which articles the bytes are kept (all, relevant, none), and where.
CAPTURES = _one_of("JINDU_CAPTURES", get_args(Keep))
CAPTURES_FOLDER = os.environ.get("JINDU_CAPTURES_FOLDER") or str(
    captures_folder(ARCHIVE, platformdirs.user_data_path("jindu"))
)
# Seconds between two looks at a source that is well: its rhythm chooses within these.
SOONEST = _number("JINDU_SOONEST", 5 * 60)
LATEST = _number("JINDU_LATEST", 6 * 3600)
# How long after it was archived a relevant page is looked at again; the default is 1 h, 24 h and 7 d.
REVISIT = _seconds("JINDU_REVISIT", "3600,86400,604800")
PARENT_PIPE = os.environ.get("JINDU_PARENT_PIPE") == "1"
# Seconds a crawl has to end by itself once its parent is gone.
PARENT_PIPE_GRACE = 5.0
# What a list brings beyond this stays pending: no host is asked for more in one run.
PAGES_PER_HOST = 60
# The one kind of host that may be private: it was chosen by whoever runs this, not by a page.
PROXY_HOSTS = sorted({urlsplit(proxy).hostname or "" for proxy in getproxies().values()})

BOT_NAME = "jindu"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"
# Portals must be able to tell who calls and to write to them.
USER_AGENT = _user_agent()

# Manners. Scrapy's defaults are 8 connections to a host without any delay, and robots.txt ignored.
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# For hosts a portal's redirect leads to; its own hosts have the pace of its file (DOWNLOAD_SLOTS, set by the spider).
DOWNLOAD_DELAY = 3.0
# The pace is the least time between two requests; Scrapy would halve it at random.
DOWNLOAD_DELAY_JITTER = 0

# Limits. A body of 32 MB holds the reactor for 6 s and 416 MB; one of 8 MB for 1 s.
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 30
DNS_TIMEOUT = 10
REDIRECT_MAX_TIMES = 5
MEMUSAGE_LIMIT_MB = 1024
MEMUSAGE_CHECK_INTERVAL_SECONDS = 10.0
CLOSESPIDER_TIMEOUT = 30 * 60

# Safety. Only the web, only public addresses, nothing that listens, nothing of us sent along.
_ONCE = "crawler.middlewares.connections.SingleUseHandler"
DOWNLOAD_HANDLERS = {"http": _ONCE, "https": _ONCE, "file": None, "data": None, "ftp": None, "s3": None}
DOWNLOAD_VERIFY_CERTIFICATES = True
TWISTED_DNS_RESOLVER = "crawler.middlewares.borders.PublicResolver"
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
COOKIES_ENABLED = False
REFERRER_POLICY = "same-origin"
# Only gzip is asked for: of it we can tell whether it came whole.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.8,*/*;q=0.5",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.3",
    "Accept-Encoding": "gzip",
}

# Freshness is the ledger's: our own validators, a full fetch every 12 hours. Scrapy's cache serves stale lists.
HTTPCACHE_ENABLED = False
# What was asked for before is known to the ledger, across processes; a filter in memory would drop without a word.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
# Front pages reload themselves by meta refresh, which Scrapy would follow until it gives up; reading names such pages.
METAREFRESH_ENABLED = False
# One more try for a connection that broke on the way; every other retry is the ledger's, which knows when.
RETRY_TIMES = 1
RETRY_HTTP_CODES: list[int] = []
RETRY_EXCEPTIONS = ["scrapy.exceptions.DownloadFailedError", "scrapy.exceptions.ResponseDataLossError"]
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
# Our own addresses come from the ledger; one that is long is asked for all the same, not dropped without a word.
URLLENGTH_LIMIT = 0
# First come, first served within a priority: the newest pages are listed first.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"

SPIDER_MIDDLEWARES = {"crawler.middlewares.ledger.LedgerMiddleware": 100}
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.borders.BordersMiddleware": 40,
    # Ours, below: off-site requests are failures of their source, not silence.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "crawler.middlewares.pace.PaceMiddleware": 60,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.robots.RobotsMiddleware": 100,
    "crawler.middlewares.bodies.WholeBodiesMiddleware": 595,
    "crawler.middlewares.turns.TurnsMiddleware": 890,
}
ITEM_PIPELINES = {"crawler.pipelines.ArchivePipeline": 300}
EXTENSIONS = {"crawler.extensions.ParentPipe": 0, "crawler.middlewares.relooks.LookAgain": 0}

TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
LOG_LEVEL = "INFO"
LOG_VERSIONS: list[str] = []
