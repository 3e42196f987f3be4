"""Send one message through one channel and say truly what came of it."""

import difflib
import logging
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from apprise import (
    Apprise,
    AppriseAsset,
    AppriseResultStatus,
    ContentLocation,
    NotifyBase,
    NotifyFormat,
    OverflowMode,
)
from apprise.manager_plugins import NotificationManager
from apprise.plugins import url_to_dict
from apprise.utils.parse import parse_urls

from scheduler.alerts.answers import DETAIL_LENGTH, MAIL, Answer, install, judge, listening, retry_after
from scheduler.alerts.fitting import Limit, Part, fit, split
from scheduler.alerts.formats import Format, render
from scheduler.alerts.letters import install_letters
from scheduler.alerts.limits import load_limits
from scheduler.alerts.messages import Message
from scheduler.alerts.vendors import Checked, register
from storage import Receipt

CONNECT_SECONDS = 5.0
SECRET_LENGTH = 4
"""Pieces of a channel's address shorter than this are too common to be blotted out of texts."""
SEVERITY = ("permanent", "throttled", "unreadable", "transient", "sent")
"""When a channel posts several requests, the first of these that occurs decides."""


class ChannelError(Exception):
    """A channel cannot be used: the text names it, without its address, and says what to do."""


class Channel:
    """A named Apprise address: `send` delivers one message and returns the receipt."""

    def __init__(self, name: str, url: str, *, timeout_seconds: float = 15.0) -> None:
        self.name = name
        # Apprise knows the vendors' own https addresses too: what it made of the address tells the vendor.
        self.schema = url.split("://", 1)[0].lower() if "://" in url else ""
        self._timeout = timeout_seconds
        self._secrets = secrets_of(url)
        prepare_libraries()
        # Read once: to read an address takes Apprise longer than to make a service of what it read.
        self._read = [url_to_dict(one) for one in parse_urls(url)]  # type: ignore[no-untyped-call]
        (service,) = self._build()
        self.schema = schema_of(service, written=self.schema)
        self.limit = limit_of(service, self.schema)

    def __repr__(self) -> str:
        return f"Channel({self.name!r}, {self.schema}://…)"

    @property
    def format(self) -> Format:
        """How it is written to."""
        return self.limit.format

    def fit(self, message: Message) -> Message:
        """The message as this channel is given it: no more than its vendor takes."""
        return fit(message, self.limit)

    def split(self, message: Message) -> tuple[Part, ...]:
        """The messages that one is sent as: a digest is spread over as many as the vendor's limit makes of it."""
        return split(message, self.limit)

    def send(self, message: Message, *, now: datetime) -> Receipt:
        """Deliver one message, made to fit, through an Apprise object of its own; may take up to twice the timeout."""
        told = render(self.fit(message), self.limit.format)
        apprise = self._build()
        for service in apprise:
            if isinstance(service, Checked):
                service.told = told
        read_as = NotifyFormat.HTML if self.limit.format == "html" else NotifyFormat.TEXT
        with listening() as answers:
            result = apprise.notify(
                body=told.body, title=told.title, body_format=read_as, interpret_escapes=False
            )
        statuses = [attempt.status for service in result for attempt in service.attempts]
        logged = " ".join(entry.message for entry in result.logs())
        receipt = read_receipt(self.schema, statuses=statuses, answers=answers, logged=logged, now=now)
        return Receipt(
            result=receipt.result,
            detail=self.redact(receipt.detail)[:DETAIL_LENGTH],
            ambiguous=receipt.ambiguous,
            retry_at=receipt.retry_at,
        )

    def redact(self, text: str) -> str:
        """The text without any secret of this channel's address."""
        return blot_out(text, self._secrets)

    def _build(self) -> Apprise:
        """A fresh Apprise object: no attachments, no redirects, no retries of its own, our time limits."""
        asset = AppriseAsset(
            app_id="Jindu",
            app_desc="禁毒",
            app_url="",
            async_mode=False,
            http_redirects=False,
            interpret_emojis=False,
            service_timeout=0,
        )
        apprise = Apprise(asset=asset, location=ContentLocation.INACCESSIBLE)
        if len(self._read) != 1 or self._read[0] is None or not apprise.add(deepcopy(self._read[0])):
            raise ChannelError(f"channels.{self.name}: {_why_not(self.schema, len(self._read))}")
        for service in apprise:
            service.redirects = False
            service.retry = 0
            service.optional = False
            # A mail server's every answer is awaited by this limit; its yes to a letter may take its time.
            patience = self._timeout if self.schema in MAIL else CONNECT_SECONDS
            service.socket_connect_timeout = min(patience, self._timeout)
            service.socket_read_timeout = self._timeout
            # What is sent has been made to fit: nothing is split, cut or read as markup behind our back.
            service.overflow_mode = OverflowMode.UPSTREAM
            service.body_max_line_count = 0
            service._format_override = None
        return apprise


def _why_not(schema: str, addresses: int) -> str:
    """Why Apprise cannot use an address, in words that hold nothing of it but its schema."""
    known = NotificationManager().schemas()  # type: ignore[no-untyped-call]
    if not schema:
        return "应为 wecombot://KEY 这样的地址 (write an address such as wecombot://KEY)"
    if schema not in known:
        close = difflib.get_close_matches(schema, known, n=1)
        hint = f"，是不是 {close[0]}:// (did you mean {close[0]}://?)" if close else " (no such service)"
        return f"Apprise 没有 {schema}:// 这种服务{hint}"
    if addresses > 1:
        return "一个通道只写一个地址 (write one address for each channel)"
    return (
        f"Apprise 用不了这个 {schema}:// 地址，缺了什么；请对照它的文档 "
        "(Apprise cannot use this address, something is missing; see its documentation)"
    )


def schema_of(service: NotifyBase, *, written: str) -> str:
    """The Apprise schema of a service: the one its address was written with, where that is one of its own."""
    schemas = sorted(service.schemas())  # type: ignore[no-untyped-call]
    return written if written in schemas or not schemas else schemas[0]


def limit_of(service: NotifyBase, schema: str) -> Limit:
    """What the vendor publishes, or else what Apprise declares for it."""
    declared = Limit(
        unit="characters", total=int(service.body_maxlen), title=int(service.title_maxlen) or None
    )
    return load_limits().get(schema, declared)


def read_receipt(
    schema: str,
    *,
    statuses: Iterable[AppriseResultStatus],
    answers: Iterable[Answer],
    logged: str,
    now: datetime,
) -> Receipt:
    """Join what Apprise says with what its server was heard to answer; only a yes of both is a success."""
    statuses = tuple(statuses)
    heard = [(judge(schema, answer), answer) for answer in answers]
    worst = min(heard, key=lambda pair: SEVERITY.index(pair[0].result), default=None)
    if worst is not None and worst[0].result != "sent":
        receipt, answer = worst
        seconds = retry_after(answer, schema)
        some_arrived = any(other.result == "sent" for other, _ in heard)
        return Receipt(
            result=receipt.result,
            detail=receipt.detail,
            ambiguous=receipt.ambiguous or some_arrived,
            retry_at=now + timedelta(seconds=min(seconds, 86_400)) if seconds is not None else None,
        )
    if statuses and all(status == AppriseResultStatus.SUCCESS for status in statuses):
        return worst[0] if worst else Receipt(result="sent", detail="accepted")
    if not statuses:
        return Receipt(result="transient", detail="nobody was told: Apprise matched no service")
    timed_out = AppriseResultStatus.TIMEOUT in statuses
    return Receipt(result="transient", detail=logged or "not delivered", ambiguous=timed_out or bool(heard))


def build_channels(urls: Mapping[str, str], *, timeout_seconds: float) -> dict[str, Channel]:
    """All channels of the configuration. Raises ChannelError naming the first that cannot be used."""
    return {name: Channel(name, url, timeout_seconds=timeout_seconds) for name, url in urls.items()}


def secrets_of(url: str) -> tuple[str, ...]:
    """Every piece of an Apprise address that may be a key, longest first, as written and as decoded."""
    address = url.split("://", 1)[-1]
    pieces = {url, address, urlsplit(url).netloc} | set(re.split(r"[/?&=@:#,]", address))
    pieces |= {unquote(piece) for piece in pieces}
    harmless = {"localhost", "127.0.0.1", "https", "http", "json", "yes", "no"}
    kept = {piece for piece in pieces if len(piece) >= SECRET_LENGTH and piece not in harmless}
    return tuple(sorted(kept, key=len, reverse=True))


def blot_out(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret replaced, whatever its case."""
    for secret in secrets:
        text = re.sub(re.escape(secret), "***", text, flags=re.IGNORECASE)
    return text


def prepare_libraries() -> None:
    """Make the libraries that send silent, heard and checked."""
    quiet_libraries()
    install()
    install_letters()
    register()


def quiet_libraries() -> None:
    """Keep libraries that print addresses with their keys out of our logs; what matters is in the receipt."""
    logging.getLogger("apprise").propagate = False
    for name in ("urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
