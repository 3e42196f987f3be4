"""What a topic is: words with their kinds, and the weights that turn them into a judgement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One word or phrase that is looked for, in the spelling of `crawler.judging.normalise`."""

    text: str
    kind: str
    """What sort of word it is, e.g. `crime`, `agency`, `against_film`; the topic's weights go by kind."""
    weight: float = 1.0
    """How much of its kind it carries, 0 to 1: 1 where it never stands for anything else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A sort of words, shared by all its terms."""

    name: str
    why: str
    """Named in evidence, for the reader of an alert."""
    role: Literal["topic", "support", "against", "trap"]
    """`topic` speaks for it, `support` only beside a topic word, `against` speaks against; a `trap` hides the words inside it."""


SubstanceClass = Literal["drug", "medicine", "precursor", "plant", "group"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Substance:
    """A drug, medicine or precursor, with every name it is reported under."""

    id: str
    """Canonical, used in facts, filters and exports: `heroin`, `methamphetamine`, `nitrous_oxide`."""
    name: str
    """Chinese name shown to readers."""
    english: str
    kind: SubstanceClass
    """`group` is a word for several: 毒品, 新精神活性物质, 易制毒化学品."""
    names: tuple[str, ...]
    """Names that mean nothing else, longest first."""
    slang: tuple[str, ...] = ()
    """Names that mean it only beside a drug word: 猪肉, 邮票, 奶茶."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Topic:
    """Everything the judge knows about a subject. Compared by identity, so that what is built from it can be cached."""

    name: str
    title: str
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    substances: tuple[Substance, ...] = ()
