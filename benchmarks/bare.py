"""The bare engine: one hand-written SQL statement that answers a query with its newest 20 rows, texts and the total.

It asks the same index over the same connection, and is right for the queries here only: terms are written by hand, and a long word
is looked for in the texts of what its terms find.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Row, text

from benchmarks.invented import portal_name, world
from storage.search.terms import term_code

_SHOWN = "a.*, t.subtitle, t.text, s.reports"
_JOINED = "JOIN article_text t ON t.article_id = a.id JOIN story s ON s.id = a.story_id"
_IN_TEXT = {
    "sqlite": "instr(a.title || char(10) || t.text, :needle) > 0",
    "postgresql": "strpos(a.title || chr(10) || t.text, :needle) > 0",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Bare:
    """A query of ours, and what it asks of the engine."""

    kind: str
    query: str
    any_of: tuple[tuple[str, ...], ...] = ()
    """Terms that stand together, in at least one of these groups; none: all articles."""
    none_of: tuple[str, ...] = ()
    where: str = ""
    """On `a`, the article."""
    needle: str = ""
    """What the headline or text must hold."""

    def statement(self, dialect: str, *, total: bool) -> str:
        """The SQL statement."""
        return (_sqlite if dialect == "sqlite" else _postgresql)(self, total=total)

    def ask(self, connection: Connection, statement: str) -> list[Row[tuple[object, ...]]]:
        """The rows."""
        values = {"needle": self.needle} if self.needle else {}
        return list(connection.execute(text(statement), values))


def _sqlite(asked: Bare, *, total: bool) -> str:
    if not asked.any_of:
        count = f", (SELECT count(*) FROM article a WHERE {asked.where}) AS total" if total else ""
        return f"SELECT {_SHOWN}{count} FROM article a {_JOINED} WHERE {asked.where} ORDER BY a.sort_key DESC LIMIT 20"
    words = " OR ".join("(" + " AND ".join(f'"{term}"' for term in group) + ")" for group in asked.any_of)
    if asked.none_of:
        words = f"({words}) NOT ({' OR '.join(asked.none_of)})"
    found = f"article_fts WHERE article_fts MATCH '{words}'"
    checks = " AND ".join(part for part in (asked.where, _IN_TEXT["sqlite"] if asked.needle else "") if part)
    counted = f"FROM {found}"
    if asked.where:
        counted = f"FROM article_fts f JOIN article a ON a.sort_key = +f.rowid WHERE f.article_fts MATCH '{words}' AND {asked.where}"
    count = f", (SELECT count(*) {counted}) AS total" if total else ""
    if not checks:
        newest = f"SELECT rowid AS place FROM {found} ORDER BY rowid DESC LIMIT 20"
        return f"SELECT {_SHOWN}{count} FROM ({newest}) h JOIN article a ON a.sort_key = h.place {_JOINED} ORDER BY a.sort_key DESC"
    return (
        f"SELECT {_SHOWN}{count} FROM article_fts f JOIN article a ON a.sort_key = +f.rowid {_JOINED}"
        f" WHERE f.article_fts MATCH '{words}' AND {checks} ORDER BY f.rowid DESC LIMIT 20"
    )


def _postgresql(asked: Bare, *, total: bool) -> str:
    checks = (
        " AND ".join(part for part in (_IN_TEXT["postgresql"] if asked.needle else "",) if part) or "true"
    )
    if not asked.any_of:
        count = f", (SELECT count(*) FROM article a WHERE {asked.where}) AS total" if total else ""
        return f"SELECT {_SHOWN}{count} FROM article a {_JOINED} WHERE {asked.where} ORDER BY a.sort_key DESC LIMIT 20"
    groups = " OR ".join(f"terms @> {_codes(group)}" for group in asked.any_of)
    none = f" AND NOT terms && {_codes(asked.none_of)}" if asked.none_of else ""
    hits = f"SELECT sort_key FROM article_terms WHERE ({groups}){none}"
    if asked.where:
        hits = (
            f"SELECT h.sort_key FROM ({hits}) h JOIN article a ON a.sort_key = h.sort_key WHERE {asked.where}"
        )
    count = ", (SELECT count(*) FROM hits) AS total" if total else ""
    return (
        f"WITH hits AS MATERIALIZED ({hits}) SELECT {_SHOWN}{count} FROM hits h JOIN article a ON a.sort_key = h.sort_key {_JOINED}"
        f" WHERE {checks} ORDER BY h.sort_key DESC LIMIT 20"
    )


def _codes(terms: tuple[str, ...]) -> str:
    return f"ARRAY[{', '.join(str(term_code(term)) for term in terms)}]::int[]"


def bare_queries() -> Iterator[Bare]:
    """Some of each kind."""
    lexicon = world().lexicon
    twos = [word for word in lexicon if len(word) == 2]
    longer = [word for word in lexicon if len(word) == 3]
    for word in ("毒", "禁", lexicon[-1][0]):
        yield Bare(kind="1 character", query=word, any_of=((word,),))
    for word in ("禁毒", "毒品", "公安"):
        yield Bare(kind="2 frequent", query=word, any_of=((word,),))
    for word in (twos[-3], twos[-1], twos[900]):
        yield Bare(kind="2 rare", query=word, any_of=((word,),))
    for word in ("海洛因", "嫌疑人", longer[700]):
        yield Bare(kind="3 or 4 characters", query=word, any_of=(pairs(word),), needle=word)
    for word in ("犯罪嫌疑人", "毒品预防教育", "社区戒毒康复"):
        yield Bare(kind="5 to 8 characters", query=word, any_of=(pairs(word),), needle=word)
    yield Bare(kind="no hit", query="鼗鼗", any_of=(("鼗鼗",),))
    yield Bare(kind="AND", query="禁毒 社区", any_of=(("禁毒", "社区"),))
    yield Bare(kind="AND", query="毒 法院 警方", any_of=(("毒", "法院", "警方"),))
    yield Bare(kind="OR", query="麻古 OR 大麻", any_of=(("麻古",), ("大麻",)))
    yield Bare(kind="NOT", query="禁毒 -社区", any_of=(("禁毒",),), none_of=("社区",))
    yield Bare(kind="title", query="标题:禁毒", any_of=(("禁毒",),), where="a.title LIKE '%禁毒%'")
    yield from _with_fields()


def pairs(word: str) -> tuple[str, ...]:
    """The terms of a longer word."""
    return tuple(dict.fromkeys(word[at : at + 2] for at in range(len(word) - 1)))


def _with_fields() -> Iterator[Bare]:
    province = world().places[0].province
    yield Bare(kind="field", query=f"省:{province}", where=f"a.province = '{province}'")
    portal = portal_name(0)
    yield Bare(kind="field", query=f"门户:{portal} 禁毒", any_of=(("禁毒",),), where=f"a.portal = '{portal}'")
    yield Bare(kind="field", query="类:审判", where="a.category = 'trial'")
    seized = "EXISTS (SELECT 1 FROM fact f WHERE f.article_id = a.id AND f.substance = 'heroin' AND f.value >= 1000)"
    yield Bare(kind="figure", query="海洛因>=1kg", where=seized)
    caught = "EXISTS (SELECT 1 FROM fact f WHERE f.article_id = a.id AND f.measure = 'suspects_arrested' AND f.value >= 80)"
    yield Bare(kind="figure", query="抓获>=80人 禁毒", any_of=(("禁毒",),), where=caught)
