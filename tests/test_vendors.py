"""Vendors' bots against a server that answers and checks as the vendors document it."""

import base64
import hashlib
import hmac
import io
import json
import logging
import time
import traceback
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from apprise import Apprise

from scheduler.alerts import vendors
from scheduler.alerts.answers import Answer, judge, retry_after
from scheduler.alerts.channels import Channel, ChannelError
from scheduler.alerts.contract import tables
from scheduler.alerts.manners import VENDORS, load_vendors
from scheduler.alerts.messages import Line, Message
from storage import SHANGHAI, Outbox, Receipt, Rule, open_database
from tests.answering import Play, answering
from tests.specimens import HOUR, fill, result
from tests.specimens import NOW as SPECIMEN_NOW

NOW = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
LINK = "http://a.example/1?a=(1)&b=_2_"
MESSAGE = Message(
    title="【禁毒】甘肃 标题",
    lines=(Line(head="来源：某报"), Line(head="链接：", link=LINK), Line(head="编号：#ABCDE")),
)
HTML = b"<!DOCTYPE html><html><title>login</title></html>"
TOKEN, SECRET = "t0kenT0kenT0ken", "SECs3cretS3cret"
PLACES = {
    vendors.CheckedWeCom: "cgi-bin/webhook/send?key={key}",
    vendors.CheckedDingTalk: "robot/send?access_token={token}",
    vendors.CheckedFeishu: "open-apis/bot/v2/hook/{token}/",
    vendors.CheckedLark: "open-apis/bot/v2/hook/",
    vendors.CheckedServerChan: "{token}.send",
}
ADDRESSES = {
    "wecombot": f"wecombot://{TOKEN}",
    "dingtalk": f"dingtalk://{SECRET}@{TOKEN}/13800000000",
    "feishu": f"feishu://{SECRET}@{TOKEN}",
    "lark": f"lark://{TOKEN}?secret={SECRET}",
    "schan": f"schan://{TOKEN}",
    "pushdeer": f"pushdeer://127.0.0.1:{{port}}/{TOKEN}",
    "bark": f"bark://127.0.0.1:{{port}}/{TOKEN}",
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The vendors' hosts, on loopback."""
    with answering() as made:
        for service, place in PLACES.items():
            monkeypatch.setattr(service, "notify_url", f"http://127.0.0.1:{made.server_address[1]}/{place}")
        yield made


def channel(server: Any, schema: str, timeout: float = 2.0) -> Channel:
    address = ADDRESSES[schema].format(port=server.server_address[1])
    return Channel("群", address, timeout_seconds=timeout)


def yes_of(schema: str) -> bytes:
    vendor = VENDORS[schema]
    return json.dumps({vendor.keys[0]: vendor.accepted}).encode()


def contract() -> Iterator[tuple[str, bytes, str, int | None]]:
    """Every answer that `manners.toml` documents, and those that nobody may take for a yes."""
    for vendor in load_vendors():
        for schema in (one for one in vendor.schemas if one in ADDRESSES):
            key = vendor.keys[0]
            yield schema, yes_of(schema), "sent", None
            for refusal in vendor.refusals.values():
                yield schema, json.dumps({key: refusal.code}).encode(), refusal.outcome, refusal.hold
            for code in (-1, 987654):
                yield schema, json.dumps({key: code}).encode(), "transient", None
            for body in (b"", HTML, b"[]", b"{}", yes_of(schema)[:-1], json.dumps({key: True}).encode()):
                yield schema, body, "unreadable", None


CONTRACT = tuple(contract())


@pytest.mark.parametrize(
    ("schema", "body", "outcome", "hold"), CONTRACT, ids=[f"{one[0]}-{one[1][:30]!r}" for one in CONTRACT]
)
def test_the_contract_with_each_vendor(
    server: Any, schema: str, body: bytes, outcome: str, hold: int | None
) -> None:
    server.play = Play(body=body)
    receipt = channel(server, schema).send(MESSAGE, now=NOW)
    assert receipt.result == outcome, receipt.detail
    assert len(server.asked) == 1
    assert receipt.retry_at == (NOW + timedelta(seconds=hold) if hold else None)
    assert TOKEN not in receipt.detail
    assert SECRET not in receipt.detail


@pytest.mark.parametrize("schema", ADDRESSES)
@pytest.mark.parametrize(
    ("body", "yes"), [(None, True), (b'{"errcode":45009,"code":11232}', False), (HTML, False)]
)
def test_apprise_itself_is_told_the_truth(server: Any, schema: str, body: bytes | None, yes: bool) -> None:
    """The checked services stand in Apprise's own register: whoever sends through it hears the vendor's answer."""
    vendors.register()
    server.play = Play(body=yes_of(schema) if body is None else body)
    apprise = Apprise(ADDRESSES[schema].format(port=server.server_address[1]))
    assert [isinstance(service, vendors.Checked) for service in apprise] == [True]
    assert bool(apprise.notify(body="正文", title="标题")) is yes


def test_a_feishu_post_is_signed_as_documented(server: Any) -> None:
    for schema in ("feishu", "lark"):
        server.play = Play(body=yes_of(schema))
        assert channel(server, schema).send(MESSAGE, now=NOW).result == "sent"
        sent = json.loads(server.bodies[-1])
        key = f"{sent['timestamp']}\n{SECRET}".encode()
        assert sent["sign"] == base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
        assert abs(int(sent["timestamp"]) - time.time()) < 60
        assert server.asked[-1].strip("/").endswith(f"hook/{TOKEN}")
        post = sent["content"]["post"]["zh_cn"]
        assert post["title"] == MESSAGE.title
        assert post["content"][1] == [
            {"tag": "text", "text": "链接："},
            {"tag": "a", "text": "a.example", "href": LINK},
        ]


def test_a_bot_without_a_secret_sends_no_signature(server: Any) -> None:
    server.play = Play(body=yes_of("feishu"))
    Channel("群", f"feishu://{TOKEN}", timeout_seconds=2).send(MESSAGE, now=NOW)
    assert not {"sign", "timestamp"} & set(json.loads(server.bodies[-1]))


def test_dingtalk_is_signed_as_documented_and_calls_only_whom_the_address_names(server: Any) -> None:
    server.play = Play(body=yes_of("dingtalk"))
    assert channel(server, "dingtalk").send(MESSAGE, now=NOW).result == "sent"
    asked = parse_qs(urlsplit(server.asked[-1]).query)
    assert asked["access_token"] == [TOKEN]
    signed = f"{asked['timestamp'][0]}\n{SECRET}".encode()
    assert asked["sign"] == [
        base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    ]
    sent = json.loads(server.bodies[-1])
    assert (sent["msgtype"], sent["at"]) == ("markdown", {"atMobiles": ["13800000000"], "isAtAll": False})
    assert sent["markdown"]["text"].endswith("@13800000000")
    assert sent["markdown"]["title"] == MESSAGE.title


def test_wecom_and_serverchan_are_sent_markdown(server: Any) -> None:
    target = LINK.replace("(", "%28").replace(")", "%29")
    server.play = Play(body=yes_of("wecombot"))
    assert channel(server, "wecombot").send(MESSAGE, now=NOW).result == "sent"
    sent = json.loads(server.bodies[-1])
    assert sent["msgtype"] == "markdown"
    assert sent["markdown"]["content"].splitlines() == [
        f"**{MESSAGE.title}**", "来源：某报", f"链接：[a.example]({target})", "编号：#ABCDE",
    ]  # fmt: skip
    server.play = Play(body=yes_of("schan"))
    assert channel(server, "schan").send(MESSAGE, now=NOW).result == "sent"
    form = parse_qs(server.bodies[-1].decode())
    assert form["title"] == [MESSAGE.title]
    assert f"[a.example]({target})" in form["desp"][0]


def test_the_wait_that_feishu_names_in_a_header_is_kept() -> None:
    answer = Answer(status=200, body=b'{"code":11232}', headers={"X-Ogw-Ratelimit-Reset": "37"})
    assert judge("feishu", answer).result == "throttled"
    assert retry_after(answer, "feishu") == 37
    assert retry_after(answer, "json") is None


def test_a_redirect_of_a_vendor_is_not_followed(server: Any) -> None:
    for schema in ADDRESSES:
        server.asked.clear()
        server.play = Play(status=302, body=yes_of(schema), headers={"Location": "/elsewhere"})
        assert channel(server, schema).send(MESSAGE, now=NOW).result == "transient"
        assert len(server.asked) == 1


def test_no_key_is_written_anywhere(server: Any, database_url: str, tmp_path: Path) -> None:
    """Logs at their most talkative, receipts, tracebacks, representations, and a dump of the archive."""
    log, root = io.StringIO(), logging.getLogger()
    handler, before = logging.StreamHandler(log), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    written: list[str] = []
    try:
        with open_database(database_url) as database:
            outbox = Outbox(database)
            outbox.set_rules([Rule(name="all", channels=tuple(ADDRESSES))], now=SPECIMEN_NOW)
            fill(database, [result(1)])
            for owed in outbox.claim(now=SPECIMEN_NOW, owner="us", limit=50, lease=HOUR):
                receipt = Receipt(result="transient", detail="")
                for play in (
                    Play(act="reset"),
                    Play(status=403),
                    Play(body=b'{"errcode":310000,"code":19021}'),
                ):
                    server.play = play
                    bot = channel(server, owed.channel)
                    receipt = bot.send(MESSAGE, now=NOW)
                    written.append(f"{bot!r} {receipt!r}")
                outbox.record(owed, receipt, now=SPECIMEN_NOW)
            written += [repr(row) for row in outbox.rows()]
        try:
            Channel("群", f"feishu://{SECRET}@{TOKEN}!!")
        except ChannelError:
            written.append(traceback.format_exc())
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    if database_url.startswith("sqlite"):
        written.append(Path(database_url.removeprefix("sqlite:///")).read_bytes().decode("latin-1"))
    whole = "\n".join((log.getvalue(), *written)).lower()
    assert len(written) > 3 * len(ADDRESSES)
    for secret in (TOKEN, SECRET):
        assert secret.lower() not in whole


def test_an_address_shows_no_secret_in_private() -> None:
    vendors.register()
    [service] = Apprise(f"feishu://{SECRET}@{TOKEN}")
    assert SECRET in service.url()
    assert SECRET not in service.url(privacy=True)
    assert TOKEN not in service.url(privacy=True)


def test_the_manual_shows_the_contract() -> None:
    manual = (Path(__file__).parent.parent / "docs/alerts.md").read_text("utf-8")
    shown = manual.partition("<!-- contract -->\n")[2].partition("\n<!-- /contract -->")[0]
    assert shown == tables(), "run `python -m scheduler.alerts.contract`"
