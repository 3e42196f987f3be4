"""What a reader types, and what it means.

    禁毒 甘肃            both words, anywhere in headline or text
    禁毒 OR 缉毒         at least one of them (also written 禁毒 | 缉毒)
    禁毒 -宣传           not with that word (also written NOT 宣传)
    "国际禁毒日 活动"    the words in this order with nothing but punctuation between them
    (海洛因 OR 冰毒) 查获  brackets group
    标题:禁毒            in the headline
    省:甘肃 记者:王某    fields, see `storage.search.fields`; joined, excluded and grouped like words
    来源:"某某 日报"     a value with blanks
    海洛因>=1kg          a figure, also written 数字:海洛因>=1kg

Simplified and traditional characters, upper and lower case, full and half width are alike, also in the signs. A word
of CJK characters is found inside longer ones; a word of Latin letters or digits is found whole.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from storage.errors import QueryError
from storage.search.fields import Field, FieldName, field_name, read_field
from storage.search.terms import CJK, fold, is_cjk

LONGEST_QUERY = 500
"""Characters; longer ones are refused."""
DEEPEST_QUERY = 20
"""Brackets within brackets."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand together; folded, with one blank where anything but letters and digits may stand."""

    text: str


@dataclass(frozen=True, slots=True)
class Title:
    """A phrase in the headline."""

    text: str


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold; with no parts, always."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Expression"


Expression: TypeAlias = Phrase | Title | Field | And | Or | Not
EVERYTHING = And(())


def parse(query: str) -> Expression:
    """Read a query; an empty one matches everything. Raises `QueryError` that says where it cannot be read."""
    if len(query) > LONGEST_QUERY:
        raise QueryError(
            f"query: {len(query)} characters are too many; use at most {LONGEST_QUERY}",
            position=LONGEST_QUERY,
        )
    if not query.strip():
        return EVERYTHING
    return _Parser(query).whole()


def matches(expression: Expression, folded: str, held: Collection[Field] = ()) -> bool:
    """Whether an article fulfils an expression: its folded words, headline first, and the fields that hold for it."""
    match expression:
        case Phrase():
            return pattern(expression).search(folded) is not None
        case Title(text):
            return pattern(Phrase(text)).search(folded.partition("\n")[0]) is not None
        case Field():
            return expression in held
        case And(parts):
            return all(matches(part, folded, held) for part in parts)
        case Or(parts):
            return any(matches(part, folded, held) for part in parts)
        case Not(part):
            return not matches(part, folded, held)


def with_fields(expression: Expression, change: Callable[[Field], Field]) -> Expression:
    """The expression with each of its fields changed."""
    match expression:
        case Field():
            return change(expression)
        case And(parts):
            return And(tuple(with_fields(part, change) for part in parts))
        case Or(parts):
            return Or(tuple(with_fields(part, change) for part in parts))
        case Not(part):
            return Not(with_fields(part, change))
    return expression


def fields(expression: Expression) -> Iterator[Field]:
    """The fields an expression asks for."""
    match expression:
        case Field():
            yield expression
        case And(parts) | Or(parts):
            for part in parts:
                yield from fields(part)
        case Not(part):
            yield from fields(part)


def wanted(expression: Expression) -> Iterator[Phrase]:
    """The phrases to highlight: those not under a `Not`."""
    match expression:
        case Phrase():
            yield expression
        case Title(text):
            yield Phrase(text)
        case And(parts) | Or(parts):
            for part in parts:
                yield from wanted(part)


@lru_cache(maxsize=1024)
def pattern(phrase: Phrase) -> re.Pattern[str]:
    """The phrase in a folded text."""
    inner = r"[\W_]{1,4}".join(re.escape(piece) for piece in phrase.text.split(" "))
    before = "" if is_cjk(phrase.text[0]) else f"(?<![^\\W_{CJK}])"
    after = "" if is_cjk(phrase.text[-1]) else f"(?![^\\W_{CJK}])"
    return re.compile(before + inner + after)


_SIGNS = str.maketrans("“”＂（）｜－　：＞＜＝", '"""()|- :><=')
_COMPARED = re.compile(r"[^<>=≥≤]+[<>=≥≤]+[^<>=≥≤]+")
_TOKEN = re.compile(r'\s*(?:(?P<quote>")|(?P<sign>[()|])|(?P<minus>-(?=[^\s)|]))|(?P<word>[^\s()|"]+))')
_OPERATORS = {"OR": "or", "|": "or", "AND": "and", "NOT": "not", "-": "not", "(": "(", ")": ")"}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int
    field: FieldName | Literal["title"] | None = None


class _Parser:
    """Recursive descent over the tokens of one query."""

    def __init__(self, query: str) -> None:
        self._tokens = [*_tokens(query), _Token("end", "", len(query))]
        self._at = 0
        self._depth = 0

    def whole(self) -> Expression:
        expression = self._alternatives()
        if (token := self._peek()).kind != "end":
            raise QueryError(
                f"query: nothing opens the bracket at character {token.position + 1}; remove it",
                position=token.position,
            )
        return expression

    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _alternatives(self) -> Expression:
        parts = [self._sequence()]
        while self._peek().kind == "or":
            self._take()
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _sequence(self) -> Expression:
        parts = [self._one()]
        while (kind := self._peek().kind) in ("phrase", "field", "not", "(", "and"):
            if kind == "and":
                self._take()
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self) -> Expression:
        token = self._take()
        match token.kind:
            case "phrase":
                return Phrase(token.text)
            case "field":
                return _condition(token)
            case "not":
                return Not(self._one())
            case "(":
                return self._bracket(token)
        where = "at its end" if token.kind == "end" else f"at character {token.position + 1}"
        raise QueryError(
            f"query: a word is missing {where}; write e.g. 禁毒 OR 缉毒", position=token.position
        )

    def _bracket(self, opening: _Token) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST_QUERY:
            raise QueryError(
                f"query: more than {DEEPEST_QUERY} brackets within each other; use fewer",
                position=opening.position,
            )
        expression = self._alternatives()
        if self._take().kind != ")":
            raise QueryError(
                f"query: the bracket at character {opening.position + 1} is not closed; add )",
                position=opening.position,
            )
        self._depth -= 1
        return expression


def _tokens(query: str) -> Iterator[_Token]:
    signs = query.translate(_SIGNS)
    at = 0
    while found := _TOKEN.match(signs, at):
        at = found.end()
        start = found.start(str(found.lastgroup))
        if found.lastgroup == "quote":
            at = _end_of_quotation(signs, start)
            yield _phrase(query[start + 1 : at - 1], start)
        elif kind := _OPERATORS.get(found[0].strip()):
            yield _Token(kind, found[0], start)
        elif (name := _named(signs[start:at], start)) is not None:
            value = start + signs[start:at].index(":") + 1
            if value == at and signs[at : at + 1] == '"':
                value, at = at + 1, _end_of_quotation(signs, at)
                yield _Token("field", query[value : at - 1], start, name)
            else:
                yield _Token("field", query[value:at], start, name)
        elif _COMPARED.search(signs[start:at]):
            yield _Token("field", query[start:at], start, "figure")
        else:
            yield _phrase(query[start:at], start)


def _end_of_quotation(signs: str, start: int) -> int:
    end = signs.find('"', start + 1) + 1
    if not end:
        raise QueryError(
            f'query: the quotation mark at character {start + 1} is not closed; add "', position=start
        )
    return end


def _named(word: str, position: int) -> FieldName | Literal["title"] | None:
    name, colon, value = word.partition(":")
    return None if not colon or value.startswith("//") else field_name(name, position)


def _condition(token: _Token) -> Title | Field:
    assert token.field is not None
    if token.field == "title":
        return Title(_phrase(token.text, token.position).text)
    return read_field(token.field, token.text, token.position)


def _phrase(words: str, position: int) -> _Token:
    folded = fold(words)
    text = re.sub(r"[\W_]+", " ", folded).strip()
    if not text:
        raise QueryError(
            f"query: no letter or digit in {words or 'the quotation'!r} at character {position + 1};"
            " write a word there or remove it",
            position=position,
        )
    return _Token("phrase", text, position)
