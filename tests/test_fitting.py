"""A message fits every vendor, and what matters stays whole."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from urllib3.response import HTTPResponse

from scheduler.alerts.channels import Channel
from scheduler.alerts.fitting import NO_LINK, Limit, fit, measure, size
from scheduler.alerts.limits import load_limits
from scheduler.alerts.manners import VENDORS
from scheduler.alerts.messages import Line, Message, story_message
from scheduler.alerts.wording import load_wording
from storage import SHANGHAI
from tests.answering import Play, answering
from tests.test_messages import ARTICLE, HEROIN, NEWS, OWED, VERDICT

NOW = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
LINK = "http://a.example/" + "1" * 100
LONG = Message(
    title="【禁毒】甘肃 " + "毒" * 60,
    lines=(
        Line(head="来源：某报　2026-04-23", worth=2),
        Line(opening="数字：", items=("缴获海洛因1千克", "抓获3人"), joint="；", worth=1),
        Line(head="判定：查缉 0.93", opening="（", items=("民警", "贩毒"), closing="）", worth=0),
        Line(head="链接：", link=LINK),
        Line(head="编号：#ABCDE"),
    ),
)
BARE = ["链接：" + LINK, "编号：#ABCDE"]
STEPS = [
    ["来源：某报　2026-04-23", "数字：缴获海洛因1千克；抓获3人", "判定：查缉 0.93（民警、贩毒）", *BARE],
    ["来源：某报　2026-04-23", "数字：缴获海洛因1千克；抓获3人", "判定：查缉 0.93（民警）", *BARE],
    ["来源：某报　2026-04-23", "数字：缴获海洛因1千克；抓获3人", "判定：查缉 0.93", *BARE],
    ["来源：某报　2026-04-23", "数字：缴获海洛因1千克；抓获3人", *BARE],
    ["来源：某报　2026-04-23", "数字：缴获海洛因1千克", *BARE],
    ["来源：某报　2026-04-23", *BARE],
    BARE,
    [NO_LINK, "编号：#ABCDE"],
]


def test_the_least_goes_first_at_the_borders_of_items() -> None:
    """Every limit from ample to tiny: the body is one of the steps, the longest that fits."""
    sizes = [measure("\n".join(lines), "bytes") + measure(f"{LONG.title}\r\n", "bytes") for lines in STEPS]
    for total in range(sizes[0] + 9, sizes[-1] - 1, -1):
        message = fit(LONG, Limit(unit="bytes", total=total))
        step = next(lines for lines, taken in zip(STEPS, sizes, strict=True) if taken <= total)
        assert message.body.splitlines() == step
        assert message.title == LONG.title


UNITS = ("bytes", "characters", "json")


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("title", [None, 32])
def test_what_is_fitted_fits(unit: str, title: int | None) -> None:
    for total in range(300, 1500, 7):
        limit = Limit(unit=unit, total=total, title=title)  # type: ignore[arg-type]
        message = fit(LONG, limit)
        assert size(message, limit) <= total
        assert fit(message, limit) == message
        assert "#ABCDE" in message.body
        assert measure(message.title, "characters") <= (title or 1000)


MEASURES = {
    "bytes of a chinese character": ("毒", "bytes", 3),
    "bytes of a rare character": ("𠮷", "bytes", 4),
    "characters as phones count them": ("𠮷毒", "characters", 3),
    "escaped in json": ('毒"\n', "json", 10),
    "escaped pair in json": ("𠮷", "json", 12),
}


@pytest.mark.parametrize(("text", "unit", "length"), MEASURES.values(), ids=MEASURES)
def test_texts_are_measured_as_vendors_do(text: str, unit: str, length: int) -> None:
    assert measure(text, unit) == length  # type: ignore[arg-type]


def test_a_title_too_long_for_its_field_stands_whole_in_the_body() -> None:
    message = fit(LONG, load_limits()["schan"])
    assert len(message.title) == 32
    assert message.title.endswith("…")
    assert message.body.splitlines()[0] == LONG.title
    short = replace(LONG, title="短")
    assert fit(short, load_limits()["schan"]) == short


def test_a_link_longer_than_the_channel_goes_as_a_whole_and_says_so() -> None:
    endless = tuple(replace(line, link=line.link + "1" * 5000) if line.link else line for line in LONG.lines)
    message = fit(replace(LONG, lines=endless), load_limits()["wecombot"])
    assert NO_LINK in message.body
    assert "a.example" not in message.body
    assert message.title == LONG.title


@pytest.mark.parametrize("schema", load_limits())
def test_the_longest_honest_alert_keeps_title_link_and_code_everywhere(schema: str) -> None:
    long = replace(
        ARTICLE,
        title="毒" * 300,
        source="某" * 400,
        url="http://n.example/" + "1" * 600,
        canonical_url="http://n.example/" + "1" * 600,
    )
    evidence = tuple(replace(VERDICT.evidence[1], term=f"{n}" + "词" * 300) for n in range(9))
    many = tuple(replace(HEROIN, value=1000.0 * n) for n in range(1, 20))
    news = replace(NEWS, article=long, verdict=replace(VERDICT, evidence=evidence), facts=many)
    message = story_message(OWED, news, load_wording())
    limit = load_limits()[schema]
    fitted = fit(message, limit)
    assert size(fitted, limit) <= limit.total
    whole = f"{fitted.title}\n{fitted.body}"
    for kept in ("毒" * 300, "链接：" + long.url, "#7F3A"):
        assert kept in whole


def test_the_vendors_whose_answers_are_read_have_their_limits_too() -> None:
    """PushDeer publishes none."""
    assert set(VENDORS) - set(load_limits()) == {"pushdeer", "pushdeers"}


@pytest.fixture
def server() -> Iterator[Any]:
    with answering() as made:
        yield made


ENDLESS = Message(
    title="【禁毒】甘肃 " + "毒" * 240,
    lines=(
        Line(head="判定：查缉 0.93", opening="（", items=("词" * 40,) * 400, closing="）", worth=0),
        Line(head="链接：", link="http://a.example/1?a=1&b=*2"),
        Line(head="编号：#ABCDE"),
    ),
)
VENDORS_HERE = {
    "bark": ("bark://127.0.0.1:{port}/key", 4096),
    "ntfy": ("ntfy://127.0.0.1:{port}/topic", 4096),
    "ntfy that splits": ("ntfy://127.0.0.1:{port}/topic?overflow=split", 4096),
    "ntfy that cuts": ("ntfy://127.0.0.1:{port}/topic?overflow=truncate&emojis=yes", 4096),
    "webhook as markdown": ("json://127.0.0.1:{port}/?format=markdown&overflow=split", 100_000),
    "webhook as HTML": ("json://127.0.0.1:{port}/?format=html", 100_000),
}


@pytest.mark.parametrize(("address", "most"), VENDORS_HERE.values(), ids=VENDORS_HERE)
def test_what_arrives_fits_and_is_whole(server: Any, address: str, most: int) -> None:
    """One request, whatever the address asks of Apprise; nothing in it is split, cut or read as markup."""
    channel = Channel("群", address.format(port=server.server_address[1]), timeout_seconds=2)
    server.play = Play(body=b'{"code":200}')
    assert channel.send(ENDLESS, now=NOW).result == "sent"
    [sent] = [json.loads(body) for body in server.bodies]
    words = [value for value in sent.values() if isinstance(value, str)]
    fitted = channel.fit(ENDLESS)
    assert fitted.body in [value.replace("\r\n", "\n") for value in words]
    assert sum(len(value.encode()) for value in words) <= most
    for kept in (ENDLESS.title, "链接：http://a.example/1?a=1&b=*2", "#ABCDE"):
        assert any(kept in value for value in words)


BOTS = {
    "wecom": ("wecombot://0123-abcd-key", 4096),
    "dingtalk that splits": ("dingtalk://abcdefgh1234?format=markdown&overflow=split", 20_000),
    "feishu": ("feishu://abcdefgh-1234-5678-90ab", 20_000),
    "lark": ("lark://abcdefgh-1234-5678-90ab", 20_000),
    "serverchan": ("schan://SCTabcdefgh1234", 32_768),
    "telegram that splits": ("tgram://123456789:abcdefg_hijklmnop/12315544/?overflow=split", 3 * 4096),
    "discord that cuts": (
        "discord://123456789012345678/abcdefghijklmnopqrstuvwxyz0123456789?overflow=truncate",
        3 * 2250,
    ),
}


@pytest.mark.parametrize(("address", "most"), BOTS.values(), ids=BOTS)
def test_a_vendor_on_the_internet_is_sent_one_request_that_fits(
    address: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their hosts are fixed in Apprise, so the last step, the socket, is the one thing that is not real here."""
    asked: list[requests.PreparedRequest] = []

    def answer(_self: object, request: requests.PreparedRequest, **_options: object) -> requests.Response:
        asked.append(request)
        response = requests.Response()
        response.status_code, response.url = 200, str(request.url)
        response.raw = HTTPResponse(
            body=io.BytesIO(b'{"errcode":0,"code":0,"ok":true}'), preload_content=False
        )
        return response

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", answer)
    channel = Channel("群", address)
    assert channel.send(ENDLESS, now=NOW).result == "sent"
    [body] = [request.body for request in asked]
    assert isinstance(body, bytes | str)
    told = "\n".join(texts_of(body if isinstance(body, str) else body.decode()))
    assert len(told.encode()) <= most
    for kept in (ENDLESS.title, "http://a.example/1?a=1&b=*2", "#ABCDE"):
        assert kept in told.replace("&amp;", "&")


def texts_of(body: str) -> list[str]:
    """Every text with Chinese in it, and every address, that a request carries."""
    if not body.startswith("{"):
        return [text for texts in parse_qs(body).values() for text in texts]
    found, waiting = [], [json.loads(body)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict | list):
            waiting += one.values() if isinstance(one, dict) else one
        elif isinstance(one, str) and (one.startswith("http") or any("一" <= char <= "鿿" for char in one)):
            found.append(one)
    return found
