"""Channels against real servers that accept, refuse, hang, reset, or answer nonsense."""

import contextlib
import io
import logging
import socket
import socketserver
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from scheduler.alerts.answers import Answer, judge, listening
from scheduler.alerts.channels import Channel, ChannelError, blot_out, build_channels, secrets_of
from scheduler.alerts.manners import VENDORS
from scheduler.alerts.messages import Line, Message
from scheduler.receiver import Receiver
from storage import SHANGHAI
from tests.answering import Play, answering

# Apprise loads all its plugins at its first use; one of them imports a module that Python will drop.
NOW = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
MESSAGE = Message(
    title="【禁毒】甘肃 标题", lines=(Line(head="来源：某报"), Line(head="链接：http://a.example/1"))
)
SECRET = "S3cretT0ken"


@pytest.fixture
def server() -> Iterator[Any]:
    with answering() as made:
        yield made


def channel(server: Any, schema: str = "json", timeout: float = 0.5) -> Channel:
    return Channel("群", f"{schema}://127.0.0.1:{server.server_address[1]}/{SECRET}", timeout_seconds=timeout)


def test_a_message_arrives_as_it_was_written() -> None:
    with Receiver() as receiver:
        receipt = Channel("群", receiver.channel).send(MESSAGE, now=NOW)
        assert receipt.result == "sent"
        arrived = receiver.messages.get(timeout=5)
    assert (arrived.title, arrived.body) == (MESSAGE.title, MESSAGE.body)


MADE_OF = {
    "wecombot://0123-abcd": ("wecombot", 4096),
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123-abcd": ("wecombot", 4096),
    "dingtalk://abcdefgh1234": ("dingtalk", 18_000),
    "barks://api.example/key": ("barks", 3500),
    "tgram://123456789:abcdefg_hijklmnop/12315544/": ("tgram", 4000),
    "json://localhost/": ("json", 32_768),
}


@pytest.mark.parametrize(("address", "made"), MADE_OF.items(), ids=MADE_OF)
def test_the_vendor_is_known_however_its_address_is_written(address: str, made: tuple[str, int]) -> None:
    channel = Channel("群", address)
    assert (channel.schema, channel.limit.total) == made


HTML = b"<!DOCTYPE html><html><title>login</title></html>"
ANSWERS = {
    "accepted": (Play(), "sent", False),
    "accepted with an empty body": (Play(status=204, body=b""), "sent", False),
    "login page": (Play(body=HTML), "unreadable", True),
    "moved for good": (Play(status=301, headers={"Location": "/elsewhere"}), "permanent", False),
    "captive portal": (Play(status=302, headers={"Location": "/login"}), "transient", False),
    "wrong key": (Play(status=403), "permanent", False),
    "deleted": (Play(status=410), "permanent", False),
    "server in trouble": (Play(status=502), "transient", False),
    "too many": (Play(status=429), "throttled", False),
    "busy, come back": (Play(status=503, headers={"Retry-After": "120"}), "throttled", False),
    "busy": (Play(status=503), "transient", False),
    "hangs": (Play(act="hang"), "transient", True),
    "resets after the request": (Play(act="reset"), "transient", True),
    "drips": (Play(act="trickle", body=b""), "transient", True),
    "cut short": (Play(act="cut"), "transient", True),
}


@pytest.mark.parametrize(("play", "result", "ambiguous"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_told_truly(server: Any, play: Play, result: str, ambiguous: bool) -> None:
    server.play = play
    receipt = channel(server).send(MESSAGE, now=NOW)
    assert (receipt.result, receipt.ambiguous) == (result, ambiguous), receipt.detail
    assert len(server.asked) == 1


def test_the_wait_a_server_asks_for_is_kept(server: Any) -> None:
    server.play = Play(status=429, headers={"Retry-After": "120"})
    assert channel(server).send(MESSAGE, now=NOW).retry_at == NOW + timedelta(seconds=120)


def test_what_listens_on_this_machine_is_not_asked_through_a_proxy(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert channel(server).send(MESSAGE, now=NOW).result == "sent"


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        receipt = Channel("群", f"json://127.0.0.1:{free.getsockname()[1]}/x").send(MESSAGE, now=NOW)
    assert (receipt.result, receipt.ambiguous) == ("transient", False)


BARK = {
    "accepted": (b'{"code": 200, "message": "success"}', "sent"),
    "refused": (b'{"code": 400, "message": "no device"}', "transient"),
    "login page": (HTML, "unreadable"),
    "nothing": (b"", "unreadable"),
    "truncated": (b'{"code": 20', "unreadable"),
    "no code": (b'{"message": "success"}', "unreadable"),
}


@pytest.mark.parametrize(("body", "result"), BARK.values(), ids=BARK)
def test_a_vendor_that_refuses_under_200_is_heard(server: Any, body: bytes, result: str) -> None:
    server.play = Play(body=body)
    assert channel(server, "bark").send(MESSAGE, now=NOW).result == result


VENDOR_CODES = {
    "wecom yes": ("wecombot", b'{"errcode":0,"errmsg":"ok"}', "sent"),
    "wecom rate": ("wecombot", b'{"errcode":45009}', "throttled"),
    "wecom no such bot": ("wecombot", b'{"errcode":93000}', "permanent"),
    "wecom unknown code": ("wecombot", b'{"errcode":-1}', "transient"),
    "wecom true is no code": ("wecombot", b'{"errcode":true}', "unreadable"),
    "dingtalk yes": ("dingtalk", b'{"errcode":0}', "sent"),
    "dingtalk keyword": ("dingtalk", b'{"errcode":310000}', "permanent"),
    "dingtalk rate": ("dingtalk", b'{"errcode":130101}', "throttled"),
    "feishu yes": ("feishu", b'{"code":0,"msg":"success"}', "sent"),
    "feishu yes, old form": ("feishu", b'{"StatusCode":0}', "sent"),
    "feishu rate": ("feishu", b'{"code":11232}', "throttled"),
    "feishu signature": ("feishu", b'{"code":19021}', "permanent"),
    "lark yes": ("lark", b'{"code":0}', "sent"),
    "serverchan yes": ("schan", b'{"code":0}', "sent"),
    "serverchan no": ("schan", b'{"code":40001}', "transient"),
    "pushdeer yes": ("pushdeers", b'{"code":0}', "sent"),
    "a list": ("feishu", b"[]", "unreadable"),
}


@pytest.mark.parametrize(("schema", "body", "result"), VENDOR_CODES.values(), ids=VENDOR_CODES)
def test_vendor_codes(schema: str, body: bytes, result: str) -> None:
    assert schema in VENDORS
    assert judge(schema, Answer(status=200, body=body)).result == result


def test_only_the_sender_is_listened_to(server: Any) -> None:
    """Requests of others pass by untouched, in the same process."""
    url = f"http://127.0.0.1:{server.server_address[1]}/other"
    channel(server).send(MESSAGE, now=NOW)
    with listening() as answers:
        other = threading.Thread(target=requests.post, args=(url,), kwargs={"timeout": 5})
        other.start()
        other.join()
    assert answers == []


def test_no_secret_is_printed_anywhere(server: Any) -> None:
    """What a log file of the service would hold at its most talkative."""
    log, root = io.StringIO(), logging.getLogger()
    handler, before = logging.StreamHandler(log), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        for play in (Play(act="reset"), Play(status=403), Play(status=500)):
            server.play = play
            bot = channel(server)
            receipt = bot.send(MESSAGE, now=NOW)
            assert SECRET not in f"{receipt!r} {bot!r}"
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    assert SECRET not in log.getvalue()


def test_a_mail_server_that_refuses_is_no_success() -> None:
    class Refuse(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                self.wfile.write(b"554 no mail from you\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refuse) as smtp:
        thread = threading.Thread(target=smtp.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        url = f"mailto://user:{SECRET}@127.0.0.1:{smtp.server_address[1]}?from=a@a.example&to=b@b.example&mode=insecure"
        receipt = Channel("邮件", url, timeout_seconds=2).send(MESSAGE, now=NOW)
        smtp.shutdown()
        thread.join()
    assert receipt.result == "transient"
    assert SECRET not in receipt.detail


UNUSABLE = {"no such schema": "nosuch://x", "no address": "hello", "empty": "", "half": "wecombot://"}


@pytest.mark.parametrize("url", UNUSABLE.values(), ids=UNUSABLE)
def test_an_address_apprise_cannot_use_is_refused_by_name(url: str) -> None:
    with pytest.raises(ChannelError, match=r"channels\.群"):
        build_channels({"群": url}, timeout_seconds=5)


EXPLAINED = {
    "no such service": ("wecomebot://0123-abcd-key", r"did you mean wecombot://"),
    "no service at all": ("0123-abcd-key", r"such as wecombot://KEY"),
    "two addresses": ("wecombot://0123-abcd-key, json://localhost/x", r"one address for each channel"),
}


@pytest.mark.parametrize(("url", "why"), EXPLAINED.values(), ids=EXPLAINED)
def test_an_address_that_cannot_be_used_is_explained_without_its_key(url: str, why: str) -> None:
    with pytest.raises(ChannelError, match=why) as error:
        Channel("群", url)
    assert "0123-abcd-key" not in str(error.value)


def test_settings_of_the_address_cannot_weaken_ours(server: Any) -> None:
    """A channel may not call itself optional, retry by itself or follow redirects."""
    server.play = Play(status=302, headers={"Location": "/login"})
    port = server.server_address[1]
    bot = Channel("群", f"json://127.0.0.1:{port}/x?optional=yes&retry=3&redirect=yes", timeout_seconds=1)
    assert bot.send(MESSAGE, now=NOW).result == "transient"
    assert server.asked == ["/x"]


SECRETS = {
    "token as host": "wecombot://0123-abcd-key",
    "password": "mailto://me:pass%20word@smtp.example",
    "query": "json://localhost/x?token=longtoken",
}


@pytest.mark.parametrize("url", SECRETS.values(), ids=SECRETS)
def test_secrets_are_blotted_out_in_every_spelling(url: str) -> None:
    told = f"failed: {url} pass word 0123-ABCD-KEY longtoken"
    shown = blot_out(told, secrets_of(url))
    key = {"wecombot": "0123-abcd-key", "mailto": "pass", "json": "longtoken"}[url.split(":")[0]]
    assert key not in shown.lower().replace(
        "pass word", "" if key == "pass" and "pass word" not in shown else "pass word"
    )
