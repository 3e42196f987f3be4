"""Own the topic: a copy with changed words is tried on the archive and then judges the crawl."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.topics import TopicError, choose_topic, load_topic
from scheduler.cli import main
from storage import Outbox, Rule, open_database
from tests.specimens import NOW, fill, result


@pytest.fixture
def archive(tmp_path: Path, empty_file: Path) -> Path:
    path = tmp_path / "filled.db"
    path.write_bytes(empty_file.read_bytes())
    with open_database(str(path)) as database:
        Outbox(database).set_rules([Rule(name="all", channels=("group",))], now=NOW)
        fill(database, [result(n) for n in (1, 2)])
    return path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    answer = CliRunner().invoke(main, ["topic", "copy", str(folder)])
    assert answer.exit_code == 0, answer.output
    return folder


def test_a_copy_judges_as_the_original(own: Path) -> None:
    assert choose_topic(own).terms == load_topic("antidrug").terms


def test_check_tells_what_stricter_words_would_have_lost(own: Path, archive: Path) -> None:
    model = own / "model.toml"
    lines = model.read_text("utf-8").splitlines()
    stricter = ["threshold = 0.9999999999" if line.startswith("threshold") else line for line in lines]
    assert stricter != lines
    model.write_text("\n".join(stricter), "utf-8")
    answer = CliRunner().invoke(main, ["--archive", str(archive), "topic", "check", str(own), "--json"])
    assert answer.exit_code == 0, answer.output
    told = [json.loads(line) for line in answer.stdout.splitlines()]
    assert {one["change"] for one in told} == {"lost"}
    assert all(one["before"]["relevant"] and not one["after"]["relevant"] for one in told)
    shown = CliRunner().invoke(
        main, ["--archive", str(archive), "topic", "check", str(own), "--examples", "1"]
    )
    assert "漏掉 lost" in shown.stdout


def test_an_unchanged_copy_changes_nothing(own: Path, tmp_path: Path, empty_file: Path) -> None:
    answer = CliRunner().invoke(main, ["--archive", str(empty_file), "topic", "check", str(own)])
    assert "多发 gained: 0" in answer.stdout


def test_mistakes_are_told_in_a_line(own: Path, tmp_path: Path) -> None:
    for words, told in (
        (["topic", "check", str(tmp_path / "none")], "topic copy"),
        (["topic", "copy", str(own)], "already"),
    ):
        answer = CliRunner().invoke(main, words)
        assert (answer.exit_code, told in answer.output) == (2, True), answer.output


def test_the_crawl_and_the_commands_use_the_folder_of_the_settings(own: Path, tmp_path: Path) -> None:
    (own / "topic.toml").write_text('title = "青云"\n', "utf-8")
    (own / "words.toml").write_text("[[group]\n", "utf-8")
    settings = tmp_path / "jindu.toml"
    settings.write_text('[topic]\nfolder = "own"\n', "utf-8")
    answer = CliRunner().invoke(
        main, ["--config", str(settings), "judge"], input='{"id": 1, "title": "禁毒"}'
    )
    assert (answer.exit_code, "words.toml" in answer.output) == (2, True), answer.output


def test_a_folder_without_a_topic_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TopicError, match="topic copy"):
        choose_topic(tmp_path)
