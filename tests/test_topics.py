"""A topic is a folder of data: it loads, it is consistent, and a mistake in it is named."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import crawler.topics
from crawler.judging.matching import matcher
from crawler.judging.normalise import normalise, respell
from crawler.judging.passages import passages
from crawler.topics import Topic, TopicError, load_topic, read_topic, shipped_topics
from crawler.topics.fit import as_toml, cross_validated, fit_model, main, rows_of
from crawler.topics.logistic import Example, Prior, fit

SHIPPED = Path(crawler.topics.__file__).parent / "antidrug"
TOPIC = load_topic("antidrug")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped topic that a test may change."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "mine"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_shipped_topic() -> None:
    assert shipped_topics() == ("antidrug",)
    assert (TOPIC.name, TOPIC.title) == ("antidrug", "禁毒")
    assert load_topic("antidrug") is TOPIC


def test_terms_are_spelt_as_texts_are() -> None:
    texts = [term.text for term in TOPIC.terms] + [cue.text for cue in TOPIC.cues]
    assert [text for text in texts if respell(text) != text] == []


def test_a_term_has_one_kind() -> None:
    texts = [term.text for term in TOPIC.terms]
    assert len(texts) == len(set(texts))


def test_every_kind_that_counts_is_weighed() -> None:
    weighed = {term.kind.name for term in TOPIC.terms if term.kind.role != "trap"}
    assert weighed <= set(TOPIC.model.passage)


def test_weights_have_the_sign_of_their_role() -> None:
    for kind in {term.kind for term in TOPIC.terms if term.kind.role != "trap"}:
        weight = TOPIC.model.passage[kind.name]
        assert weight <= 0 if kind.role == "against" else weight >= 0, kind.name


def test_substances_are_told_apart() -> None:
    ids = [substance.id for substance in TOPIC.substances]
    names = [name for substance in TOPIC.substances for name in (*substance.names, *substance.slang)]
    assert len(ids) == len(set(ids))
    assert len(names) == len(set(names))
    assert {"heroin", "methamphetamine", "ketamine", "etomidate", "nitrous_oxide"} <= set(ids)


def test_an_unknown_topic_is_named() -> None:
    with pytest.raises(TopicError, match="no topic 'floods': choose one of antidrug"):
        load_topic("floods")


MISTAKES = {
    "broken file": ("words.toml", "[[group]]", "[[group", r"words\.toml: "),
    "unknown kind": ("words.toml", 'kind = "crime"', 'kind = "crimes"', r"words\.toml: no kind 'crimes' in kinds\.toml"),
    "word twice": ("words.toml", '"缉毒",', '"缉毒", "缉毒",', r"words\.toml: 缉毒 is listed twice"),
    "unknown key of a substance": ("substances.toml", 'name = "海洛因"', 'nam = "海洛因"', r"substances\.toml, heroin: .*nam"),
    "no title": ("topic.toml", "title", "titel", r"topic\.toml: 'title' is missing"),
    "kind without a role": ("kinds.toml", 'role = "topic"', 'rule = "topic"', r"kinds\.toml, crime: role: Field required"),
    "misspelt role": ("kinds.toml", 'role = "topic"', 'role = "topical"', r"kinds\.toml, crime: role: .*'topic'"),
    "unknown category": ("categories.toml", 'category = "trial"', 'category = "court"', r"categories\.toml, court: category"),
    "unknown key of a guard": ("traps.toml", "not_before", "not_behind", r"traps\.toml, guard: not_behind"),
    "unknown key of the model": ("model.toml", "threshold", "treshold", r"model\.toml: .*treshold"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named(folder: Path, file: str, old: str, new: str, message: str) -> None:
    change(folder / file, old, new)
    with pytest.raises(TopicError, match=message):
        read_topic(folder)


def test_a_new_word_counts(folder: Path) -> None:
    change(folder / "words.toml", '"缉毒",', '"缉毒", "捉毒龙",')
    words = matcher(read_topic(folder))
    text = "民警捉毒龙"
    assert matcher(TOPIC).standing(text, matcher(TOPIC).scan(text)) is None
    found = words.standing(text, words.scan(text))
    assert found is not None
    assert [hit.term.text for hit in found.topical] == ["捉毒龙"]


STANDING = {
    "longest counts": ("强制隔离戒毒所", ["强制隔离戒毒", "戒毒所"]),
    "trap hides": ("遇上大麻烦", []),
    "context hides": ("精神鸦片", []),
    "neighbour behind": ("用嘴吸毒液", []),
    "neighbour before": ("消毒品", []),
    "neighbour fits": ("吸毒人员", ["吸毒人员"]),
    "Latin word whole": ("lsd邮票", ["lsd"]),
    "Latin word inside another": ("elsdon", []),
    "support stays beside a topic word": ("缴获毒品", ["缴获毒品"]),
}


@pytest.mark.parametrize(("text", "words"), STANDING.values(), ids=STANDING.keys())
def test_words_that_stand_for_themselves(text: str, words: list[str]) -> None:
    found = matcher(TOPIC).standing(text, matcher(TOPIC).scan(text))
    assert [hit.term.text for hit in (found.topical if found else ())] == words


SPELLINGS = {
    "traditional": ("緝毒", "缉毒"),
    "full width": ("ＬＳＤ１２", "lsd12"),
    "unchanged": ("缉毒警", "缉毒警"),
    "longer when normalised stays": ("㎏", "㎏"),
    "empty": ("", ""),
}


@pytest.mark.parametrize(("text", "plain"), SPELLINGS.values(), ids=SPELLINGS.keys())
@pytest.mark.parametrize("spell", [normalise, respell])
def test_spelling_keeps_offsets(spell: object, text: str, plain: str) -> None:
    assert callable(spell)
    assert spell(text) == plain


def test_normalise_also_respells_punctuation() -> None:
    text = "１２．５％，（克）"
    assert normalise(text) == "12.5%,(克)"
    assert len(respell(text)) == len(normalise(text)) == len(text)


def test_passages_follow_headings() -> None:
    text = "第一条标题\n第一条的内容在这里，说了一件事。\n第二条标题\n第二条的内容。"
    assert [text[p.start : p.head_end] for p in passages(text)] == ["第一条标题", "第二条标题"]


def test_passages_cover_a_long_paragraph() -> None:
    text = "这是很长的一段话里的一句。" * 200
    pieces = passages(text)
    assert len(pieces) > 5
    assert [p.end for p in pieces[:-1]] == [p.start for p in pieces[1:]]
    assert (pieces[0].start, pieces[-1].end) == (0, len(text))


def test_fit_finds_what_the_rows_say() -> None:
    examples = [Example({"yes": 1.0}, positive=True)] * 20 + [Example({"no": 1.0}, positive=False)] * 20
    weights = fit(examples, {"yes": Prior(strength=0.1), "no": Prior(high=0.0, strength=0.1)})
    assert weights["yes"] > 2
    assert weights["no"] < -2


def test_fit_keeps_to_its_bounds_and_prior() -> None:
    examples = [Example({"word": 1.0}, positive=False)] * 50
    assert fit(examples, {"word": Prior(mean=1.0, low=0.0)})["word"] == 0.0
    assert fit([], {"word": Prior(mean=1.5)})["word"] == 1.5


ROWS = [
    {"id": "a", "label": "positive", "title": "警方缴获冰毒"},
    {"id": "b", "label": "negative", "title": "新剧定档 主演饰演缉毒警"},
    {"id": "c", "label": "positive", "title": "要闻", "text": "海关查获海洛因。"},
    {
        "id": "d",
        "label": "negative",
        "title": "要闻",
        "text": "会议部署了反诈、禁毒、防火工作。" + "其他工作也作了安排。" * 40,
    },
    {"id": "e", "label": "borderline", "title": "韩国男星被曝吸毒"},
]


def rows_file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS), "utf-8")
    return path


def test_the_model_is_fitted_the_same_each_time() -> None:
    rows = list(rows_of([json.dumps(row) for row in ROWS], TOPIC))
    assert fit_model(rows, TOPIC) == fit_model(rows, TOPIC)
    assert set(cross_validated(rows, TOPIC, folds=2)) == {"a", "b", "c", "d", "e"}


def test_the_model_s_file_reads_back(folder: Path) -> None:
    (folder / "model.toml").write_text(as_toml(TOPIC.model), "utf-8")
    assert read_topic(folder).model == TOPIC.model


def test_fitting_prints_what_changed(tmp_path: Path) -> None:
    before = (SHIPPED / "model.toml").read_text("utf-8")
    done = CliRunner().invoke(main, ["antidrug", str(rows_file(tmp_path))])
    assert done.exit_code == 0, done.output
    assert "passage.against_film: " in done.output
    assert "cross-validated: rows=4" in done.output
    assert (SHIPPED / "model.toml").read_text("utf-8") == before


def test_a_topic_is_compared_by_identity(folder: Path) -> None:
    mine = read_topic(folder)
    assert isinstance(mine, Topic)
    assert mine != TOPIC
    assert matcher(mine) is matcher(mine)
