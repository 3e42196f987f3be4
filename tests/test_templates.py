"""Users' templates: what they can say, what they cannot do, and that no alert is lost by one."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scheduler.alerts.channels import Channel
from scheduler.alerts.composing import Composer
from scheduler.alerts.delivery import Notifier, NotifierSettings
from scheduler.alerts.fitting import Limit, fit, size, split
from scheduler.alerts.formats import FORMATS, render
from scheduler.alerts.messages import story_message
from scheduler.alerts.summaries import Told, batch_message
from scheduler.alerts.templates import LONGEST_MESSAGE, WRITTEN, TemplateFault, load_templates
from scheduler.alerts.values import GIVEN
from scheduler.alerts.wording import load_wording
from scheduler.receiver import Receiver
from storage import Archive, Database, Ledger, Outbox, Rule
from tests.specimens import NOW, fill, result
from tests.test_messages import ARTICLE, NEWS, OWED

WORDING = load_wording()
TEMPLATE = """{{ source }} {{ time }}
{% for figure in figures %}
{{ loop.index }}) {{ figure }}
{% endfor %}
{% if also_on %}另有 {{ also_on }} 家{% endif %}
原文 {{ link }}
"""


def write(folder: Path, **templates: str) -> Path:
    for name, source in templates.items():
        (folder / f"{name.replace('__', '.')}.jinja").write_text(source, "utf-8")
    return folder


def compose(folder: Path, as_format: str = "text", **changes: object) -> tuple[str, str, str]:
    """Title, body and problem of the alert that all messages here are about."""
    composer = Composer(wording=WORDING, templates=load_templates(folder))
    told = Told(owed=OWED, news=replace(NEWS, **changes))  # type: ignore[arg-type]
    composed = composer.compose([told], as_format)  # type: ignore[arg-type]
    rendered = render(composed.message, as_format)  # type: ignore[arg-type]
    return rendered.title, rendered.body, composed.problem


def test_a_template_words_the_message_and_the_code_always_stands(tmp_path: Path) -> None:
    title, body, problem = compose(write(tmp_path, story__text=TEMPLATE), also_on=2)
    assert problem == ""
    assert title == "【禁毒】甘肃 兰州警方破获一起运输毒品案"
    assert body.splitlines() == [
        "陇上新闻网 2026-04-23 09:15", "1) 缴获海洛因约1.2千克", "另有 2 家", f"原文 {ARTICLE.url}", "编号：#7F3A",
    ]  # fmt: skip


def test_a_template_serves_the_channels_that_take_its_format(tmp_path: Path) -> None:
    write(
        tmp_path,
        story__markdown="# 我的 {{ title }}",
        story__title="《{{ title }}》",
        story__html="<i>{{ title }}</i>",
    )
    for as_format in FORMATS:
        title, body, _ = compose(tmp_path, as_format)
        mine = as_format in {"markdown", "dingtalk", "wecom", "html"}
        assert title == "《兰州警方破获一起运输毒品案》"
        assert ("我的" in body or "<i>" in body) == mine
        assert "#7F3A" in body


def test_a_sequel_is_worded_as_a_story_unless_it_has_words_of_its_own(tmp_path: Path) -> None:
    templates = load_templates(write(tmp_path, story__text="A {{ title }}", removed__text="B {{ title }}"))
    composer = Composer(wording=WORDING, templates=templates)
    for kind, start in (("follow_up", "A"), ("changed", "A"), ("removed", "B")):
        told = Told(owed=replace(OWED, kind=kind), news=NEWS)  # type: ignore[arg-type]
        assert composer.compose([told], "text").message.body.startswith(start)


LIMIT = Limit(unit="bytes", total=2_000)


@pytest.mark.parametrize("as_format", FORMATS)
def test_a_digest_is_worded_entry_by_entry(tmp_path: Path, as_format: Any) -> None:
    """In every format, each entry whole with its code, in one message and spread over several."""
    entry = "{{ number }}号 {{ title }} {{ figures|join('，') }}\n{{ link }}"
    write(tmp_path, entry__text=entry, entry__markdown=entry, entry__html=entry.replace("\n", "<br>"))
    write(tmp_path, digest__title="今日 {{ number }} 篇（{{ batch }}）")
    owed = replace(OWED, batch="digest")
    batch = [Told(owed=replace(owed, code=f"AAA{n:02}"), news=NEWS) for n in range(30)]
    composer = Composer(wording=WORDING, templates=load_templates(tmp_path))
    composed = composer.compose(batch, as_format)
    assert composed.problem == ""
    assert composed.message.title == "今日 30 篇（digest）"
    for total in (1_000_000, 2_000):
        parts = split(composed.message, replace(LIMIT, total=total, format=as_format))
        told = "".join(render(part.message, as_format).body for part in parts)
        assert [told.count(f"{n}号 兰州") for n in (1, 30)] == [told.count("30号 兰州") + 2, 1]
        assert [told.count(f"#AAA{n:02}") for n in range(30)] == [1] * 30
        assert sum(part.entries for part in parts) == 30
        assert ("今日 30 篇（digest）（1/" in parts[0].message.title) == (total == 2_000)


def test_notices_and_the_first_summary_have_templates_too(tmp_path: Path) -> None:
    write(
        tmp_path, notice__text="值班员：{{ title }}\n{{ note|join('；') }}", notice__title="运行 {{ topic }}"
    )
    write(tmp_path, baseline__text="静默 {{ archived }} 篇，相关 {{ relevant }} 篇")
    composer = Composer(wording=WORDING, templates=load_templates(tmp_path))
    notice = replace(OWED, kind="notice", note="2 项异常\n● 一\n● 二")
    told = composer.compose([Told(owed=notice)], "text").message
    assert (told.title, told.body) == ("运行 禁毒", "值班员：2 项异常\n● 一；● 二\n编号：#7F3A")
    both = composer.compose([Told(owed=replace(notice, batch="notice"))] * 2, "text").message
    assert both.body.count("值班员：2 项异常") == 2
    baseline = replace(OWED, kind="baseline", silenced=120, silenced_relevant=7)
    assert "静默 120 篇，相关 7 篇" in composer.compose([Told(owed=baseline)], "text").message.body


def test_a_failing_entry_falls_back_to_our_words_for_the_whole_list(tmp_path: Path) -> None:
    write(tmp_path, entry__text="{{ figures[5] if number == 1 else '' }}")
    composer = Composer(wording=WORDING, templates=load_templates(tmp_path))
    composed = composer.compose([Told(owed=OWED, news=NEWS)] * 2, "text")
    assert composed.message == batch_message([Told(owed=OWED, news=NEWS)] * 2, WORDING)
    assert "entry.text.jinja" in composed.problem


FORBIDDEN = {
    "globals by self": "{{ self.__init__.__globals__.__builtins__.__import__('os').popen('id').read() }}",
    "globals by cycler": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "subclasses": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "attribute by item": "{{ title['__class__'] }}{{ title[code] }}",
    "attribute by filter": "{{ title|attr('__class__') }}",
    "map": "{{ words|map(attribute='__class__')|list }}",
    "debug": "{% debug %}",
    "unknown name": "{{ config }}",
    "misspelt name": "{{ titel }}",
    "endless loop": "{% for i in range(10**9) %}x{% endfor %}",
    "endless text": "{{ 'x' * 10**9 }}",
    "endless number": "{{ 9**9**9 }}",
    "endless padding": "{{ '%1000000000d'|format(1) }}",
    "endless centre": "{{ title|center(1000000000) }}",
    "growth by replacing": "{{ title|replace('', title) }}",
    "method": "{{ title.upper() }}",
    "method without a call": "{{ title.format }}",
    "loops four deep": "{% for a in words %}{% for b in words %}{% for c in words %}x{% endfor %}{% endfor %}{% endfor %}",
    "recursion": "{% for a in words recursive %}{{ loop(words) }}{% endfor %}",
    "include": "{% include 'secret' %}",
    "extends": "{% extends 'secret' %}",
    "import": "{% import 'os' as os %}",
    "macro": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "assignment": "{% set title = 'x' %}{{ title }}",
    "switching escapes off": "{{ title|safe }}",
    "unclosed": "{% for a in words %}",
    "no such tag": "{% frobnicate %}",
    "an index that may be missing": "{{ figures[0] }}",
    "nested too deep": "{{ " + "(" * 3000 + "title" + ")" * 3000 + " }}",
    "too long": "x" * 10_001,
}


@pytest.mark.parametrize("source", FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_template_that_may_not_run_is_refused_when_it_is_loaded(tmp_path: Path, source: str) -> None:
    """With file and line, and in no time."""
    path = write(tmp_path, story__html=f"第一行\n{source}") / "story.html.jinja"
    with pytest.raises(TemplateFault) as caught:
        load_templates(tmp_path)
    assert path.name in str(caught.value)
    if len(source) < 5000:
        assert f"{path.name}:2:" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_misspelt_value_names_the_one_meant(tmp_path: Path) -> None:
    with pytest.raises(TemplateFault, match="titel; title"):
        load_templates(write(tmp_path, story__text="{{ titel }}"))


def test_a_file_with_another_name_or_no_folder_is_refused(tmp_path: Path) -> None:
    for name in ("story__pdf", "entry__title", "digest__text", "stories__text"):
        folder = tmp_path / name
        folder.mkdir()
        with pytest.raises(TemplateFault, match=name.replace("__", r"\.")):
            load_templates(write(folder, **{name: "x"}))
    with pytest.raises(TemplateFault, match="no such folder"):
        load_templates(tmp_path / "none")


def test_every_value_can_be_printed(tmp_path: Path) -> None:
    for kind, names in GIVEN.items():
        source = "\n".join(f"{{{{ {name} }}}}" for name in sorted(names))
        write(tmp_path, **{f"{kind}__{written}": source for written in WRITTEN[kind]})
    composer = Composer(wording=WORDING, templates=load_templates(tmp_path))
    story, notice = Told(owed=OWED, news=NEWS), Told(owed=replace(OWED, kind="notice", note="x"))
    baseline = Told(owed=replace(OWED, kind="baseline"))
    for as_format in FORMATS:
        for batch in ([story], [notice], [baseline], [story, notice]):
            assert composer.compose(batch, as_format).problem == ""


FAILING = {
    "a value that is missing this time": "{{ words[0] if also_on == 7 else '' }}",
    "too long this time": "{% for a in '0123456789' %}{% if also_on == 7 %}"
    + "长" * 4000
    + "{% endif %}{% endfor %}",
}


@pytest.mark.parametrize("source", FAILING.values(), ids=FAILING)
def test_a_template_that_fails_when_it_is_used_loses_no_alert(tmp_path: Path, source: str) -> None:
    """The built-in words go out, and the problem is told."""
    changes = {"also_on": 7, "verdict": replace(NEWS.verdict, evidence=())}
    title, body, problem = compose(write(tmp_path, story__text=source), **changes)
    ours = render(story_message(OWED, replace(NEWS, **changes), WORDING), "text")  # type: ignore[arg-type]
    assert (title, body) == (ours.title, ours.body)
    assert "story.text.jinja" in problem


def test_a_template_has_a_bound_on_what_it_prints(tmp_path: Path) -> None:
    with pytest.raises(TemplateFault, match=str(LONGEST_MESSAGE)):
        load_templates(write(tmp_path, story__text="{% for a in words %}" + "长" * 9000 + "{% endfor %}"))


@pytest.mark.parametrize("as_format", FORMATS)
def test_values_are_harmless_wherever_a_template_puts_them(tmp_path: Path, as_format: str) -> None:
    source = "{{ title }}\n{{ source }} {{ figures|join(', ') }}\n{{ words|join }}{{ extract }}"
    write(tmp_path, story__text=source, story__markdown=source, story__html=source)
    evil = "# [a](http://evil.example) <b>@all</b> _x_ &lt;"
    article = replace(ARTICLE, title=evil, source=evil, text=evil)
    _, body, problem = compose(tmp_path, as_format, article=article)
    assert problem == ""
    assert "<b>" not in body
    assert "@" not in body
    assert "evil.example)" not in body.replace("（", "(").replace("：//evil.example)", "")
    if as_format in {"markdown", "dingtalk", "wecom"}:
        assert "_x_" not in body
        assert not any(line.startswith("# ") for line in body.splitlines())


def test_what_a_template_writes_is_made_to_fit_with_link_and_code(tmp_path: Path) -> None:
    write(tmp_path, story__text="{{ link }}\n" + "\n".join(f"第{n}行" for n in range(100)))
    composed = Composer(wording=WORDING, templates=load_templates(tmp_path)).compose(
        [Told(owed=OWED, news=NEWS)], "text"
    )
    limit = Limit(unit="bytes", total=400)
    fitted = fit(composed.message, limit)
    assert size(fitted, limit) <= 400
    lines = fitted.body.splitlines()
    assert (lines[0], lines[1], lines[-1]) == (ARTICLE.url, "第0行", "编号：#7F3A")


def test_the_receipt_says_that_a_template_failed(database: Database, tmp_path: Path) -> None:
    """The alert arrived in our own words; `jindu alerts show` tells why."""
    write(
        tmp_path,
        story__text="{{ figures[0] if also_on == 0 and figures|length == 1 and figures[5] else '' }}",
    )
    outbox = Outbox(database)
    outbox.set_rules([Rule(name="all", channels=("group",))], now=NOW)
    fill(database, [result(1)])
    with Receiver() as receiver:
        channels: dict[str, Any] = {"group": Channel("group", receiver.channel)}
        settings = NotifierSettings(
            owner="us", clock=lambda: NOW, wording=WORDING, templates=load_templates(tmp_path)
        )
        notifier = Notifier(
            outbox=outbox,
            archive=Archive(database),
            ledger=Ledger(database),
            channels=channels,
            settings=settings,
        )
        assert notifier.deliver_some() == 1
        for thread in tuple(notifier._busy.values()):
            thread.join(20)
        assert "第1起案件" in receiver.messages.get(timeout=5).title
    [row] = outbox.rows()
    assert row.state == "sent"
    assert "story.text.jinja:1" in row.receipts[0].receipt.detail
