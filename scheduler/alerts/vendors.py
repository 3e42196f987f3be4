"""Apprise's services for Chinese vendors, checked: they succeed only when the vendor's own answer says yes.

Registered over Apprise's schemas, so that every way through Apprise is checked. Where Apprise lacks what the vendor
documents (WeCom's and DingTalk's Markdown, DingTalk's signature as it is checked, Feishu's post and signature, ServerChan's
Markdown), the request is made here.
"""

# Apprise is typed by halves: its services differ in the signatures of what they override.
# mypy: disable-error-code="no-untyped-call, misc, override"

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

import requests
from apprise import NotifyBase
from apprise.manager_plugins import NotificationManager
from apprise.plugins.bark import NotifyBark
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.lark import NotifyLark
from apprise.plugins.pushdeer import NotifyPushDeer
from apprise.plugins.serverchan import NotifyServerChan
from apprise.plugins.wecombot import NotifyWeComBot

from scheduler.alerts.answers import judge, listening
from scheduler.alerts.formats import Rendered

PREVIEW_LENGTH = 60
"""Characters of a DingTalk title, which is shown in the list of chats only."""


class Checked(NotifyBase):
    """A service whose yes is the vendor's."""

    vendor: ClassVar[str]
    """The schema by which `answers` knows its manners."""
    told: Rendered | None = None
    """What to send, in the vendor's format; without it, Apprise's own plain text."""

    def send(self, body: str, title: str = "", **options: Any) -> bool:
        """Whether every answer heard was the vendor's yes."""
        with listening() as answers:
            accepted = self._post(body, title) if self.told else super().send(body, title, **options)
        return bool(accepted and answers and all(self._is_yes(answer) for answer in answers))

    def _is_yes(self, answer: Any) -> bool:
        return judge(self.vendor, answer).result == "sent"

    def _post(self, body: str, title: str) -> bool:
        return bool(super().send(body, title))

    def _ask(
        self, url: str, payload: Mapping[str, object], *, params: Mapping[str, str] | None = None
    ) -> bool:
        """Post one JSON request; its error, which would name the address, is heard by who listens."""
        try:
            answer = requests.post(
                url,
                data=json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode(),
                headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": self.app_id},
                params=params,
                verify=self.verify_certificate,
                timeout=self.request_timeout,
                allow_redirects=False,
            )
        except requests.RequestException:
            return False
        return answer.status_code == requests.codes.ok


class CheckedWeCom(Checked, NotifyWeComBot):
    """WeCom's group robot, in Markdown."""

    vendor = "wecombot"

    def _post(self, body: str, title: str) -> bool:
        assert self.told is not None
        return self._ask(self.api_url, {"msgtype": "markdown", "markdown": {"content": self.told.body}})


class CheckedDingTalk(Checked, NotifyDingTalk):
    """DingTalk's custom robot, in Markdown, signed where the address holds a secret."""

    vendor = "dingtalk"

    def get_signature(self) -> tuple[str, str]:
        """Milliseconds and signature; `requests` quotes both, so that they must not be quoted here."""
        timestamp = str(round(time.time() * 1000))
        return timestamp, _signature(self.secret or "", f"{timestamp}\n{self.secret}")

    def _post(self, body: str, title: str) -> bool:
        assert self.told is not None
        called = "".join(f"@{phone} " for phone in self.targets)
        text = f"{self.told.body}\n\n{called}".rstrip()
        payload = {
            "msgtype": "markdown",
            "markdown": {"title": self.told.title[:PREVIEW_LENGTH] or self.app_desc, "text": text},
            "at": {"atMobiles": self.targets, "isAtAll": False},
        }
        signed = dict(zip(("timestamp", "sign"), self.get_signature(), strict=True)) if self.secret else None
        return self._ask(self.notify_url.format(token=self.token), payload, params=signed)


class _PostBot(Checked):
    """Feishu's and Lark's custom bot, as a post, signed where the address holds a secret: `feishu://SECRET@TOKEN`."""

    token: str

    def __init__(self, token: str, secret: str = "", **options: Any) -> None:
        super().__init__(token=token, **options)
        self.secret = secret

    def _post(self, body: str, title: str) -> bool:
        assert self.told is not None
        content = {"post": json.loads(self.told.body)}
        payload = {"msg_type": "post", "content": content} | _stamp(self.secret)
        return self._ask(self._address(), payload)

    def _address(self) -> str:
        raise NotImplementedError

    def url(self, privacy: bool = False, *args: Any, **kwargs: Any) -> str:  # noqa: FBT001, FBT002
        """The address again; with `privacy` without what is secret in it."""
        address = str(super().url(privacy, *args, **kwargs))
        if not self.secret:
            return address
        return address.replace("://", f"://{self.pprint(self.secret, privacy, safe='')}@", 1)


class CheckedFeishu(_PostBot, NotifyFeishu):
    """Feishu."""

    vendor = "feishu"

    def _address(self) -> str:
        return str(self.notify_url.format(token=self.token))

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """The arguments of an address: its token, and a secret as user name or `?secret=`."""
        return _with_secret(NotifyFeishu.parse_url(url))


class CheckedLark(_PostBot, NotifyLark):
    """Lark."""

    vendor = "lark"

    def _address(self) -> str:
        return f"{self.notify_url}{self.token}"

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """The arguments of an address: its token, and a secret as user name or `?secret=`."""
        return _with_secret(NotifyLark.parse_url(url))


class CheckedServerChan(Checked, NotifyServerChan):
    """ServerChan, whose `desp` is Markdown."""

    vendor = "schan"

    def _post(self, body: str, title: str) -> bool:
        assert self.told is not None
        return bool(NotifyServerChan.send(self, self.told.body, self.told.title))


class CheckedPushDeer(Checked, NotifyPushDeer):
    """PushDeer."""

    vendor = "pushdeer"


class CheckedBark(Checked, NotifyBark):
    """Bark."""

    vendor = "bark"


CHECKED: tuple[type[Checked], ...] = (
    CheckedWeCom,
    CheckedDingTalk,
    CheckedFeishu,
    CheckedLark,
    CheckedServerChan,
    CheckedPushDeer,
    CheckedBark,
)


@cache
def register() -> None:
    """Put the checked services over Apprise's, once a process."""
    manager = NotificationManager()
    for service in CHECKED:
        manager.add(service, force=True)


def _with_secret(found: dict[str, Any] | None) -> dict[str, Any] | None:
    if found:
        asked = found["qsd"].get("secret") or found.get("user") or ""
        found["secret"] = NotifyBase.unquote(asked)
    return found


def _stamp(secret: str) -> dict[str, object]:
    """Feishu's and Lark's signature: seconds, and an HMAC over nothing whose key is seconds and secret."""
    if not secret:
        return {}
    timestamp = str(int(time.time()))
    return {"timestamp": timestamp, "sign": _signature(f"{timestamp}\n{secret}", "")}


def _signature(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()
