"""jindu.toml and the environment: what is accepted, and what a mistake is answered with."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.config import (
    ENVIRONMENT,
    Config,
    ConfigError,
    RuleSection,
    Section,
    find_config,
    load_config,
)
from scheduler.service import child_environment
from storage import Bound

ROOT = Path(__file__).parent.parent


def write(folder: Path, text: str) -> Path:
    path = folder / "jindu.toml"
    path.write_text(text, "utf-8")
    return path


def load(folder: Path, text: str, environment: dict[str, str] | None = None) -> Config:
    return load_config(environment or {}, path=write(folder, text))


def test_without_any_file_there_are_good_defaults() -> None:
    config = load_config({}, path=None)
    assert config.archive.url.endswith("archive.db")
    assert config.rules == ()
    assert config.crawl.deadline == timedelta(minutes=10)


def test_pages_are_looked_at_again_as_the_settings_say(tmp_path: Path) -> None:
    spans = {text: load(tmp_path, text).crawl.revisit for text in ("", "[crawl]\nrevisit = []")}
    assert list(spans.values()) == [(timedelta(hours=1), timedelta(days=1), timedelta(days=7)), ()]
    config = load(tmp_path, '[crawl]\nrevisit = ["90s", "2h"]')
    assert child_environment(config, {})["JINDU_REVISIT"] == "90,7200"


def test_channels_without_rules_hear_everything(tmp_path: Path) -> None:
    config = load(tmp_path, '[channels]\na = "json://localhost"\nb = "json://127.0.0.1"\n')
    assert [(rule.name, rule.channels) for rule in config.rules] == [("all", ("a", "b"))]


def test_a_rule_without_channels_means_all_of_them(tmp_path: Path) -> None:
    text = '[channels]\na = "json://localhost"\n[[rules]]\nname = "甘肃"\nprovinces = ["甘肃"]\n'
    [rule] = load(tmp_path, text).rules
    assert rule.channels == ("a",)
    assert rule.provinces == {"甘肃"}


def test_a_rule_in_full(tmp_path: Path) -> None:
    text = """
        [channels]
        a = "json://localhost"
        [[rules]]
        name = "x"
        provinces = ["甘肃省", "内蒙古", "全国"]
        places = ["兰州", "四川省成都市"]
        portals = ["gansudaily"]
        categories = ["查缉", "trial"]
        substances = ["冰毒", "heroin"]
        figures = ["白粉>=1kg"]
        digest = true
        quiet = "22:30-07:00"
        urgent = { figures = ["抓获>=10人"], score = 0.9 }
    """
    [rule] = load(tmp_path, text).rules
    assert rule.provinces == {"甘肃", "内蒙古", "全国"}
    assert rule.places == ("兰州", "四川省成都市")
    assert rule.portals == {"gansudaily"}
    assert rule.categories == {"enforcement", "trial"}
    assert rule.substances == {"methamphetamine", "heroin"}
    assert rule.figures == (Bound(substance="heroin", op=">=", value=1000, unit="gram"),)
    assert rule.digest == ("08:07", "17:37")
    assert rule.urgent is not None
    assert (rule.urgent.score, rule.urgent.figures[0].measure) == (0.9, "suspects_arrested")


def test_the_ping_address_is_a_secret(tmp_path: Path) -> None:
    config = load(
        tmp_path, '[operators]\nping_url = "env:PING"', {"PING": "https://watch.example/key-of-ours"}
    )
    assert config.operators.ping_url == "https://watch.example/key-of-ours"
    assert "key-of-ours" not in repr(config)


MISTAKES = {
    "unknown key": ("[crawl]\nchilds = 3", ["crawl.childs", "children"]),
    "unknown table": ("[crawler]\nchildren = 3", ["crawler", "crawl"]),
    "unknown key of a rule": (
        '[[rules]]\nname = "x"\nprovince = ["甘肃"]',
        ["rules.0.province", "provinces"],
    ),
    "wrong type": ('[crawl]\nchildren = "many"', ["crawl.children"]),
    "out of range": ("[crawl]\nchildren = 0", ["crawl.children"]),
    "span without unit": ('[crawl]\ndeadline = "ten"', ["crawl.deadline", '"10m"']),
    "re-looks out of order": ('[crawl]\nrevisit = ["24h", "1h"]', ["crawl.revisit", "rising"]),
    "re-look at once": ('[crawl]\nrevisit = ["0s"]', ["crawl.revisit"]),
    "span too short": ("[crawl]\ndeadline = 0", ["deadline"]),
    "not TOML": ("[crawl\n", ["TOML"]),
    "table as value": ('channels = "x"', ["channels"]),
    "channel is no text": ("[channels]\na = 3", ["channels.a"]),
    "variable not set": ('[channels]\na = "env:NO_SUCH_NAME"', ["channels.a", "NO_SUCH_NAME"]),
    "rule names no channel": ('[[rules]]\nname = "x"\nchannels = ["b"]', ["rules", "b", "[channels]"]),
    "two rules of one name": ('[[rules]]\nname = "x"\n[[rules]]\nname = "x"', ["x", "twice"]),
    "unknown category": ('[[rules]]\nname = "x"\ncategories = ["sports"]', ["categories"]),
    "figure of nothing": (
        '[[rules]]\nname = "x"\nfigures = ["海洛>=1kg"]',
        ["rules: x", "海洛", "did you mean"],
    ),
    "figure without unit": (
        '[[rules]]\nname = "x"\nfigures = ["海洛因>=1"]',
        ["rules: x", "unit is missing"],
    ),
    "unknown substance": ('[[rules]]\nname = "x"\nsubstances = ["糖"]', ["rules: x", "糖", "heroin"]),
    "unknown province": (
        '[[rules]]\nname = "x"\nprovinces = ["四川市"]',
        ["rules: x: provinces: 四川市", "did you mean", "四川"],
    ),
    "unknown place": (
        '[[rules]]\nname = "x"\nplaces = ["甘肃兰州"]',
        ["rules: x: places: 甘肃兰州", "did you mean", "甘肃省兰州市"],
    ),
    "unknown portal": (
        '[[rules]]\nname = "x"\nportals = ["gansudaly"]',
        ["rules: x: portals: gansudaly", "did you mean", "gansudaily"],
    ),
    "misspelt substance": (
        '[[rules]]\nname = "x"\nsubstances = ["海络因"]',
        ["rules: x", "did you mean", "海洛因"],
    ),
    "blank word": ('[[rules]]\nname = "x"\nnot_words = [" "]', ["rules.0.not_words.0", "blank"]),
    "pattern for a word": ('[[rules]]\nname = "x"\nwords = ["毒品.*案"]', ["rules.0.words.0", "no patterns"]),
    "words that exclude each other": (
        '[[rules]]\nname = "x"\nwords = ["冰毒案", "新型冰毒"]\nnot_words = ["冰毒"]',
        ["rules.0", "not_words", "冰毒案"],
    ),
    "quiet all day": ('[[rules]]\nname = "x"\nquiet = "07:00-22:30"', ["rules.0.quiet", '"22:30-07:00"']),
    "a rule without a name": ("[[rules]]\n", ["rules.0.name", "missing"]),
    "rules in one table": ('[rules]\nname = "x"', ["[[rules]]"]),
    "text for a list": ('[[rules]]\nname = "x"\nprovinces = "四川"', ["rules.0.provinces", "list"]),
    "digest at no time": ('[[rules]]\nname = "x"\ndigest = ["8"]', ["rules.0.digest", '"08:07"']),
    "quiet without end": ('[[rules]]\nname = "x"\nquiet = "22:30"', ["rules.0.quiet", '"22:30-07:00"']),
    "urgent without condition": (
        '[[rules]]\nname = "x"\nurgent = {}',
        ["rules.0.urgent", "everything urgent"],
    ),
    "urgent with a wrong figure": (
        '[[rules]]\nname = "x"\nurgent = {figures = ["1kg"]}',
        ["rules: x", "海洛因>=1kg"],
    ),
    "operators on no channel": ('[operators]\nchannels = ["b"]', ["operators.channels", "b"]),
    "heartbeat at no time": ('[operators]\nheartbeat = "noon"', ["operators.heartbeat", '"08:07"']),
    "ping to no address": ('[operators]\nping_url = "x"', ["operators.ping_url", "https"]),
    "watchdog too fast": ("[service]\nwatchdog_seconds = 20", ["watchdog_seconds"]),
    "lease too short": ("[alerts]\nlease_seconds = 20", ["lease_seconds"]),
}


@pytest.mark.parametrize(("text", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_answered_with_one_line_that_names_file_and_key(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    with pytest.raises(ConfigError) as error:
        load(tmp_path, text)
    line = str(error.value)
    assert "\n" not in line.strip()
    assert [word for word in ["jindu.toml", *words] if word not in line] == []


def test_a_mistake_never_prints_a_secret(tmp_path: Path) -> None:
    for text in (
        '[channels]\na = ["wecombot://0123456789abcdef"]',
        '[operators]\nchannels = ["0123456789abcdef01234"]',
        '[[rules]]\nname = "x"\nchannels = ["wecombot://0123456789abcdef"]',
    ):
        with pytest.raises(ConfigError) as error:
            load(tmp_path, text)
        assert "0123456789abcdef" not in str(error.value)
    config = load(tmp_path, '[channels]\na = "wecombot://0123456789abcdef"')
    assert "0123456789abcdef" not in repr(config)


def test_secrets_come_from_the_environment(tmp_path: Path) -> None:
    config = load(tmp_path, '[channels]\na = "env:BOT"', {"BOT": "json://localhost/secret"})
    assert config.channels == {"a": "json://localhost/secret"}


def test_the_environment_stands_above_the_file_and_the_command_line_above_both(tmp_path: Path) -> None:
    path = write(tmp_path, '[archive]\nurl = "a.db"\n[alerts]\nquiet_hours = 1')
    environment = {"JINDU_ARCHIVE": "/e.db", "JINDU_QUIET_HOURS": "7", "JINDU_SUMMARY_AFTER": "3"}
    config = load_config(environment, path=path)
    assert config.archive.url == "/e.db"
    assert (config.alerts.quiet_hours, config.alerts.summary_after_seconds) == (7, 3)
    assert load_config(environment, path=path, archive="postgresql://x/y").archive.url == "postgresql://x/y"


def test_paths_in_a_file_are_relative_to_the_file(tmp_path: Path) -> None:
    config = load(tmp_path, '[archive]\nurl = "data/a.db"\n[crawl]\nportals = "mine"')
    assert config.archive.url == str(tmp_path / "data/a.db")
    assert config.crawl.portals == tmp_path / "mine"


def test_the_file_is_searched_in_order(tmp_path: Path) -> None:
    chosen, named, here = tmp_path / "chosen.toml", tmp_path / "named.toml", write(tmp_path, "")
    chosen.touch()
    named.touch()
    environment = {"JINDU_CONFIG": str(named)}
    assert find_config(environment, chosen=chosen, here=tmp_path) == chosen
    assert find_config(environment, chosen=None, here=tmp_path) == named
    assert find_config({}, chosen=None, here=tmp_path) == here


def test_a_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml"):
        find_config({}, chosen=tmp_path / "none.toml", here=tmp_path)


def is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Section)


def test_the_table_of_keys_in_the_manual_is_true() -> None:
    manual = (ROOT / "docs/operations.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", manual, re.MULTILINE))
    sections = {
        name: field.annotation for name, field in Config.model_fields.items() if is_section(field.annotation)
    }
    sections["rules"] = RuleSection
    keys = {f"{name}.{key}" for name, section in sections.items() for key in section.model_fields}
    assert documented == keys | {"channels.name"}
    assert [variable for variable in ENVIRONMENT if f"`{variable}`" not in manual] == []


def test_the_example_is_a_configuration_that_works() -> None:
    config = load_config({"WECOM": "wecombot://key"}, path=ROOT / "deploy/jindu.example.toml")
    assert config.channels
    assert config.rules
