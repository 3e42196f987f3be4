"""`jindu alerts show|replay|drop|preview`: by hand, on a real archive, with a real receiver."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scheduler.cli import main
from scheduler.receiver import Receiver
from storage import Outbox, Receipt, Rule, open_database
from tests.specimens import HOUR, NOW, fill, result

GONE = Receipt(result="permanent", detail="HTTP 404")


@pytest.fixture
def archive(tmp_path: Path, empty_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two alerts, the first of them dead; the second is pending."""
    monkeypatch.chdir(tmp_path)
    for name in ("JINDU_CONFIG", "JINDU_ARCHIVE", "JINDU_PORTALS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = tmp_path / "alerts.db"
    path.write_bytes(empty_file.read_bytes())
    with open_database(str(path)) as database:
        outbox = Outbox(database)
        outbox.set_rules([Rule(name="all", channels=("group",))], now=NOW)
        fill(database, [result(n) for n in (1, 2)])
        [owed] = outbox.claim(now=NOW, owner="us", limit=1, lease=HOUR)
        outbox.record(owed, GONE, now=NOW)
    return path


def call(archive: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ("--archive", str(archive), "alerts", *words))


def listed(archive: Path, *words: str) -> list[Any]:
    return [json.loads(line) for line in call(archive, *words, "--json").stdout.splitlines()]


def code_of(archive: Path, state: str) -> str:
    [row] = listed(archive, "list", "--state", state)
    return str(row["code"])


def test_an_alert_is_shown_with_every_attempt(archive: Path) -> None:
    code = code_of(archive, "dead")
    shown = call(archive, "show", f"#{code.lower()}")
    assert shown.exit_code == 0
    for word in (f"#{code} dead", "HTTP 404", "permanent", "all", "group", "第 1 次"):
        assert word in shown.stdout
    [record] = listed(archive, "show", code)
    assert record["receipts"][0]["receipt"]["detail"] == "HTTP 404"
    assert "next try" in call(archive, "show", code_of(archive, "pending")).stdout


def test_a_dead_alert_is_replayed(archive: Path) -> None:
    code = code_of(archive, "dead")
    assert call(archive, "replay", code).exit_code == 0
    assert listed(archive, "list", "--state", "dead") == []
    [record] = listed(archive, "show", code)
    assert record["state"] == "pending"
    assert [one["receipt"]["detail"] for one in record["receipts"]] == ["HTTP 404", "replayed by hand"]


def test_a_dead_alert_is_dropped_with_its_reason(archive: Path) -> None:
    code = code_of(archive, "dead")
    assert call(archive, "drop", code, "--reason", "旧群").exit_code == 0
    [record] = listed(archive, "show", code)
    assert (record["state"], record["reason"]) == ("suppressed", "dropped by hand: 旧群")
    assert len(record["receipts"]) == 1


@pytest.mark.parametrize("verb", ["replay", "drop"])
def test_only_dead_alerts_and_all_or_none(archive: Path, verb: str) -> None:
    dead, pending = code_of(archive, "dead"), code_of(archive, "pending")
    for codes, told in (((dead, pending), "pending"), ((dead, "NONE1"), "NONE1")):
        answer = call(archive, verb, *codes)
        assert answer.exit_code == 2
        assert told in answer.stderr
        assert len(answer.stderr.splitlines()) == 1
    assert code_of(archive, "dead") == dead
    assert call(archive, verb).exit_code == 2


CONFIG = """[channels]
mail = "{receiver}"
phone = "bark://127.0.0.1/S3cretKey"
wide = "wecombot://0123-abcd"
chat = "schan://S3cretKeyAbcdefgh"
"""


def test_a_preview_shows_what_every_channel_would_get_and_sends_nothing(archive: Path) -> None:
    with Receiver() as receiver:
        Path("jindu.toml").write_text(CONFIG.format(receiver=receiver.channel), "utf-8")
        records = {record["channel"]: record for record in listed(archive, "preview", "1")}
        shown = call(archive, "preview", "1")
        assert receiver.messages.empty()
    assert {name: record["limit"] for name, record in records.items()} == {
        "mail": 32_768,
        "phone": 3500,
        "wide": 4096,
        "chat": 32_000,
    }
    for record in records.values():
        assert 0 < record["size"] <= record["limit"]
        assert not record["shortened"]
        assert "http://www.qingyun.example/2026/03/t00001.html" in record["body"]
    assert f"wide (wecombot, wecom) {records['wide']['size']} / 4096 字节" in shown.stdout
    assert "S3cret" not in shown.output


def test_a_preview_without_channels_or_an_id_shows_the_newest_alert(archive: Path) -> None:
    shown = call(archive, "preview")
    assert shown.exit_code == 0
    [pending] = listed(archive, "list", "--state", "pending")
    assert pending["title"] in shown.stdout


KINDS = {
    "story": "来源：",
    "changed": "【有改动 changed】",
    "removed": "原网页已删除",
    "digest": "汇总 2 条",
    "notice": "项异常",
    "baseline": "监测已开始",
}


@pytest.mark.parametrize(("kind", "words"), KINDS.items(), ids=KINDS)
def test_every_kind_of_message_can_be_previewed(archive: Path, kind: str, words: str) -> None:
    Path("jindu.toml").write_text(CONFIG.format(receiver="json://127.0.0.1:9/x"), "utf-8")
    shown = call(archive, "preview", "1", "--kind", kind)
    assert shown.exit_code == 0
    assert shown.stdout.count(words) >= 4


def test_a_preview_of_nothing_says_what_to_do(archive: Path, tmp_path: Path) -> None:
    assert call(archive, "preview", "999").exit_code == 1
    empty = call(tmp_path / "new.db", "preview")
    assert empty.exit_code == 1
    assert "jindu search" in empty.stderr


def test_a_preview_is_in_the_users_words_and_of_the_channels_asked_for(archive: Path) -> None:
    Path("words").mkdir()
    Path("words/story.text.jinja").write_text("我说 {{ title }}\n{{ link }}", "utf-8")
    rules = '[[rules]]\nname = "群"\nchannels = ["phone", "wide"]\n[templates]\nfolder = "words"\n'
    Path("jindu.toml").write_text(CONFIG.format(receiver="json://127.0.0.1:9/x") + rules, "utf-8")
    records = {record["channel"]: record for record in listed(archive, "preview", "1", "--rule", "群")}
    assert set(records) == {"phone", "wide"}
    assert records["phone"]["body"].startswith("我说 ")
    assert "#ABCDE" in records["phone"]["body"]
    assert "我说" not in records["wide"]["body"]
    assert "规则：群" in records["wide"]["body"]
    assert [record["channel"] for record in listed(archive, "preview", "1", "--channel", "chat")] == ["chat"]
    for words in (("--rule", "没有"), ("--channel", "nobody")):
        assert call(archive, "preview", "1", *words).exit_code == 2


@pytest.mark.parametrize("command", [("preview", "1"), ("test",)])
def test_a_template_that_cannot_be_used_is_told_with_file_and_line(
    archive: Path, command: tuple[str, ...]
) -> None:
    Path("words").mkdir()
    Path("words/story.text.jinja").write_text("{{ title }}\n{{ titel }}", "utf-8")
    Path("jindu.toml").write_text(
        '[templates]\nfolder = "words"\n[channels]\na = "json://127.0.0.1:9/x"\n', "utf-8"
    )
    told = call(archive, *command)
    assert told.exit_code == 2
    assert "story.text.jinja:2:" in told.stderr
    assert len(told.stderr.splitlines()) == 1
