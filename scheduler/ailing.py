"""How each source fares, and what is wrong with it in words. Pure.

What a server says for sure (a refusal, a page without links, an address that has moved) is named at the first look; what may
pass by itself (time-outs, 5xx) when it has happened again and again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from scheduler.breakage import Silence, given_up, in_other_charset, liars, silences, worsened
from scheduler.findings import Finding, print_span, subject_of
from storage import NO_ANSWER, Quality, Rhythm, SourceState, Witness, Worse, is_outage

State = Literal["waiting", "ok", "failing", "down", "recovered"]
"""`waiting`: no good look yet; `recovered`: well again, for less than a day, after failing again and again."""

FAILING_AFTER = 3
"""Failed looks in a row after which a source is called failing, whatever the reason."""
DOWN_AFTER = timedelta(hours=24)
"""A failing source without a good look for this long is called down."""
RECOVERED_FOR = timedelta(hours=24)
NETWORK_SHARE = 0.5
"""The network is gone when more than this share of the sources got no answer at their last look."""

STATE_WORDS: Mapping[State, str] = {
    "waiting": "待看 waiting",
    "ok": "正常 ok",
    "failing": "异常 failing",
    "down": "中断 down",
    "recovered": "已恢复 recovered",
}
_CAUSES: Mapping[str, tuple[str, ...]] = {
    "list_changed": ("layout", "empty", "not_html", "empty_list", "too_large"),
    "list_moved": (
        "http_404",
        "http_410",
        "soft_404",
        "stub",
        "moved_off_site",
        "moved_to_front",
        "redirect_loop",
    ),
    "source_blocked": ("blocked",),
    "robots_forbids": ("robots",),
}
CAUSE_OF: Mapping[str, str] = {outcome: code for code, outcomes in _CAUSES.items() for outcome in outcomes}
"""Outcome of a look → the code under which it is told at once."""
LOOK_CODES = ("source_down", *_CAUSES, "source_failing")
"""Codes of which a source has at most one: stages of one trouble, the failing of its looks."""
_CAUSE_WORDS: Mapping[str, tuple[str, str]] = {
    "list_changed": ("栏目读不出文章，网站可能改版", "lists no articles any more, the site may have been redesigned"),
    "list_moved": ("栏目地址已失效或搬走", "its address is gone or leads elsewhere"),
    "source_blocked": ("网站拒绝了我们（防火墙或验证页），已放慢，不会绕过", "refuses us; asked less often, never worked around"),
    "robots_forbids": ("robots.txt 不再允许", "robots.txt forbids it now"),
}  # fmt: skip
_FIELD_WORDS: Mapping[str, tuple[str, str]] = {
    "titled": ("标题", "headline"),
    "dated": ("日期", "day"),
    "timed": ("时分", "time of day"),
    "credited": ("来源", "来源 source"),
    "bodied": ("正文", "text"),
}
_OTHER_CODES: Mapping[str, str] = {
    "readable": "pages_unreadable",
    "selected": "selector_broken",
    "sound": "garbled",
    "charset": "charset_changed",
}


def state_of(source: SourceState, now: datetime) -> State:
    """How a source fares."""
    if source.failures >= FAILING_AFTER or (source.failures and _cause(source)):
        good = source.last_ok_at or source.failing_since
        is_down = source.failures >= FAILING_AFTER and (
            source.last_ok_at is None or (good is not None and now - good >= DOWN_AFTER)
        )
        return "down" if is_down else "failing"
    if source.recovered_at is not None and now - source.recovered_at < RECOVERED_FOR:
        return "recovered"
    return "ok" if source.last_ok_at is not None else "waiting"


def answered(source: SourceState) -> bool:
    """Whether the last look at the source got an answer from a server, good or bad."""
    return source.last_outcome.split(":", 1)[0] not in NO_ANSWER


def source_findings(
    sources: Sequence[SourceState],
    rhythms: Mapping[int, Rhythm],
    qualities: Mapping[int, Quality],
    now: datetime,
) -> list[Finding]:
    """Everything that is wrong with sources; with no network at all that is one cause, said once."""
    looked = [source for source in sources if source.active and source.last_looked_at]
    if gone := _network(looked, now):
        return [gone]
    found = [_failing(source, now) for source in looked if state_of(source, now) in ("failing", "down")]
    found += _silent(looked, rhythms, now)
    found += [_lying(source) for source in liars(looked, now)]
    for source, worse in worsened(looked, qualities):
        found += _worse(source, worse)
    told = {(one.code, one.subject) for one in found}
    found += [
        _other_charset(one)
        for one in in_other_charset(looked, now)
        if ("charset_changed", subject_of(one)) not in told
    ]
    silent = {one.subject for one in found if one.code in ("source_frozen", "source_silent")}
    return found + [_given_up(one, now) for one in given_up(looked) if subject_of(one) not in silent]


def _cause(source: SourceState) -> str | None:
    code = CAUSE_OF.get(source.last_outcome)
    # A list that never had anything may be empty for good.
    return None if source.last_outcome == "empty_list" and source.last_new_at is None else code


def _network(looked: Sequence[SourceState], now: datetime) -> Finding | None:
    silent = sum(not answered(source) for source in looked)
    witnesses = (
        Witness(host=one.host, outcome=one.last_outcome, at=one.last_looked_at, failures=one.failures)
        for one in looked
        if one.last_looked_at is not None
    )
    if not (silent and (silent > NETWORK_SHARE * len(looked) or is_outage(witnesses, now=now))):
        return None
    return Finding(
        code="no_network",
        level="red",
        chinese=f"没有网络：{len(looked)} 个栏目中 {silent} 个连不上；恢复后会自动继续",
        english=f"no network: {silent} of {len(looked)} sources cannot be reached; goes on by itself when it is back",
    )


def _failing(source: SourceState, now: datetime) -> Finding:
    down, cause = state_of(source, now) == "down", _cause(source)
    why = f"{source.last_outcome} {source.detail}".strip()
    chinese, english = _CAUSE_WORDS.get(cause or "", ("连不上或出错", "cannot be had"))
    since = print_span(now - source.failing_since) if source.failing_since and source.failures > 1 else None
    times = f"连续 {source.failures} 次失败" + (f"，已 {since[0]}" if since else "")
    return Finding(
        code="source_down" if down else cause or "source_failing",
        level="red" if down else "yellow",
        chinese=f"{subject_of(source)} {chinese}（{times}）：{why}",
        english=f"{source.portal} {english}; failed {source.failures} times in a row",
        subject=subject_of(source),
    )


def _silent(looked: Sequence[SourceState], rhythms: Mapping[int, Rhythm], now: datetime) -> Iterable[Finding]:
    found = silences(looked, rhythms)
    if found.everybody is not None:
        silent, of = found.everybody
        yield Finding(
            code="all_silent",
            level="yellow",
            chinese=f"{of} 个有规律的门户中 {silent} 个久无新报道：放假，或是我们读漏了，请抽查",
            english=f"{silent} of {of} portals bring nothing for long: a holiday, or we miss it; look at some",
        )
    for silence in found.sources:
        yield _silence(silence, now)


def _silence(silence: Silence, now: datetime) -> Finding:
    source, span = silence.source, print_span(now - silence.since)
    usual = f"按往常应有约 {silence.expected:.0f} 次更新"
    if silence.kind == "frozen":
        return _yellow(
            "source_frozen",
            source,
            f"{span[0]}没有变化（{usual}），同门户其他栏目有新报道：栏目可能已停更或搬走",
            f"unchanged for {span[1]} while its other sources bring news; frozen or moved",
        )
    return _yellow(
        "source_silent",
        source,
        f"{span[0]}没有新报道（{usual}）",
        f"nothing new for {span[1]}, longer than its own rhythm explains",
    )


def _lying(source: SourceState) -> Finding:
    return _yellow(
        "validators_lie",
        source,
        "说“没有变化”(304)，其实有新报道：一周内每次取全文列表",
        'said "not modified" of a list that had changed; asked in full for a week',
    )


def _other_charset(source: SourceState) -> Finding:
    change = f"{source.charset_was} → {source.charset}"
    return _yellow(
        "charset_changed", source, f"列表换了编码：{change}", f"its list is in another charset: {change}"
    )


def _given_up(source: SourceState, now: datetime) -> Finding:
    assert source.newest_at is not None, "what was expected follows from the newest date"
    newest, span = f"{source.newest_at:%Y-%m-%d}", print_span(now - source.newest_at)
    return _yellow(
        "source_stale",
        source,
        f"最新一篇是 {newest}（{span[0]}前），按列表上的日期早该更新：栏目可能已停更或搬走",
        f"the newest entry is of {newest}, longer ago than the list's own dates explain; given up or moved",
    )


def _worse(source: SourceState, worse: Sequence[Worse]) -> Iterable[Finding]:
    for one in worse:
        if (code := _OTHER_CODES.get(one.field)) is not None:
            chinese, english = _page_words(one)
            yield _yellow(
                code,
                source,
                f"最近 {one.of} 篇中 {one.lacking} 篇{chinese}（以前 {one.before:.0%}）",
                f"{one.lacking} of the last {one.of} pages {english} ({one.before:.0%} before)",
            )
    lost = [one for one in worse if one.field in _FIELD_WORDS]
    if lost:
        told = "、".join(f"{_FIELD_WORDS[one.field][0]} {one.lacking}/{one.of}" for one in lost)
        words = ", ".join(f"{_FIELD_WORDS[one.field][1]} {one.lacking}/{one.of}" for one in lost)
        yield _yellow(
            "fields_lost",
            source,
            f"最近的报道读不到{told}，网站可能改版",
            f"the last pages lack {words}; the site may have been redesigned",
        )


def _yellow(code: str, source: SourceState, chinese: str, english: str) -> Finding:
    subject = subject_of(source)
    return Finding(
        code=code,
        level="yellow",
        chinese=f"{subject} {chinese}",
        english=f"{source.portal}: {english}",
        subject=subject,
    )


def _page_words(one: Worse) -> tuple[str, str]:
    return {
        "readable": (f"读不出报道：{one.detail}", f"gave no article: {one.detail}"),
        "selected": ("的选择器找不到内容", "had nothing where a selector of the portal's file points"),
        "sound": ("有乱码", "have garbled characters"),
        "charset": (f"换了编码：{one.detail}", f"are in another charset: {one.detail}"),
    }[one.field]
