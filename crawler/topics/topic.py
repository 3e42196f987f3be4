"""What a topic is: words with their kinds, and the weights that turn them into a judgement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from crawler.topics.measures import Figures
from storage import Category

Role = Literal["topic", "support", "against", "trap"]
SubstanceClass = Literal["drug", "medicine", "precursor", "plant", "group"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A sort of words, shared by all its terms."""

    name: str
    why: str
    """Named in evidence, for the reader of an alert."""
    role: Role
    """`topic` speaks for it, `support` only beside a topic word, `against` speaks against; a `trap` hides the words inside it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One word or phrase that is looked for, in the spelling of `crawler.judging.normalise`."""

    text: str
    kind: Kind
    weight: float = 1.0
    """How much of its kind it carries, 0 to 1: 1 where it hardly ever stands for anything else."""
    not_after: frozenset[str] = frozenset()
    """Characters before it that make another word of it: 病 before 毒品."""
    not_before: frozenset[str] = frozenset()
    """Characters behind it that make another word of it: 液 behind 吸毒."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cue:
    """A word that tells which category a report of the topic belongs to."""

    text: str
    category: Category
    weight: float


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
    """Names that mean nothing else."""
    slang: tuple[str, ...] = ()
    """Names that mean it only beside a drug word: 邮票, 奶茶."""
    weight: float = 1.0
    """How surely a report with one of its names is about the topic, 0 to 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """The fitted weights: a passage's score is `passage["bias"]` plus each feature times its weight, a document's likewise."""

    threshold: float = 0.5
    """A document at or above this score, 0 to 1, is relevant."""
    passage: Mapping[str, float] = field(default_factory=dict)
    """By feature of a passage: the kinds of words, and how they stand in it."""
    document: Mapping[str, float] = field(default_factory=dict)
    """By feature of a document: its headline's score, its best passage's, how much of it is about the topic."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Topic:
    """Everything the judge knows about a subject. Compared by identity, so that what is built from it can be cached."""

    name: str
    title: str
    terms: tuple[Term, ...] = ()
    cues: tuple[Cue, ...] = ()
    substances: tuple[Substance, ...] = ()
    model: Model = field(default_factory=Model)
    figures: Figures = field(default_factory=Figures)
