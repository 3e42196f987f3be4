"""How an index of terms answers a query: what to ask it, and whether the texts must decide. Pure."""

from dataclasses import dataclass
from typing import TypeAlias

from storage.search.fields import Field
from storage.search.query import And, Expression, Not, Or, Phrase, Title
from storage.search.terms import has_own_code, runs, terms_of_run


@dataclass(frozen=True, slots=True)
class Term:
    """Articles with this term."""

    name: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """Articles in every part; with no parts, all articles."""

    parts: tuple["Plan", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Articles in at least one part."""

    parts: tuple["Plan", ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Articles not in the part."""

    part: "Plan"


@dataclass(frozen=True, slots=True)
class Where:
    """Articles for which a field's condition holds; the database decides, not the index."""

    field: Field


Plan: TypeAlias = Term | Where | AllOf | AnyOf | NoneOf
ALL = AllOf(())


def plan_of(expression: Expression) -> tuple[Plan, bool]:
    """How an index of terms answers: what to ask it, and whether the answer needs no check of the texts.

    The articles the plan finds contain all those that match.
    """
    match expression:
        case Field():
            return Where(expression), True
        case Title(text):
            return _of_terms(text), False
        case Phrase(text):
            found = _of_terms(text)
            return found, isinstance(found, Term)
        case And(inner):
            plans = [plan_of(part) for part in inner]
            return AllOf(tuple(dict.fromkeys(p for p, _ in plans if p != ALL))), all(
                sure for _, sure in plans
            )
        case Or(inner):
            plans = [plan_of(part) for part in inner]
            everything = any(p == ALL for p, _ in plans)
            return (ALL if everything else AnyOf(tuple(dict.fromkeys(p for p, _ in plans)))), all(
                s for _, s in plans
            )
        case Not(part):
            excluded, sure = plan_of(part)
            return (NoneOf(excluded), True) if sure and unmistakable(excluded) else (ALL, False)


def _of_terms(text: str) -> Plan:
    parts = tuple(Term(term) for run in runs(text) for term in terms_of_run(run))
    return parts[0] if len(parts) == 1 else AllOf(parts)


def unmistakable(found: Plan) -> bool:
    """Whether the index finds exactly what the plan says: its terms share their codes with no others."""
    match found:
        case Term(name):
            return has_own_code(name)
        case Where():
            return True
        case AllOf(parts) | AnyOf(parts):
            return all(unmistakable(part) for part in parts)
        case NoneOf(part):
            return unmistakable(part)
