"""Logistic regression with a reviewed prior, in plain Python: small, deterministic, and every weight can be read."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Example(NamedTuple):
    """One labelled row as features."""

    features: Mapping[str, float]
    positive: bool
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Prior:
    """What a weight should be when the rows say nothing, and the range it must stay in."""

    mean: float = 0.0
    low: float = -math.inf
    high: float = math.inf
    strength: float = 1.0
    """How many rows' worth of evidence it takes to move the weight away from the mean."""


_SWEEPS = 400
_SETTLED = 1e-5
_FREE = Prior()


def fit(examples: Sequence[Example], priors: Mapping[str, Prior]) -> dict[str, float]:
    """The weights that explain the examples best under the priors: one Newton step per weight in turn, until none moves."""
    columns: dict[str, list[tuple[int, float]]] = {name: [] for name in priors}
    for row, example in enumerate(examples):
        for name, value in example.features.items():
            columns.setdefault(name, []).append((row, value))
    weights = {name: priors.get(name, _FREE).mean for name in sorted(columns)}
    logits = [sum(value * weights[name] for name, value in e.features.items()) for e in examples]
    for _ in range(_SWEEPS):
        moves = [_move(name, columns[name], (examples, weights, logits), priors) for name in weights]
        if max(moves, default=0.0) < _SETTLED:
            break
    return weights


def _move(
    name: str,
    column: Sequence[tuple[int, float]],
    state: tuple[Sequence[Example], dict[str, float], list[float]],
    priors: Mapping[str, Prior],
) -> float:
    """Move one weight to where its own slope vanishes; returns how far it went."""
    examples, weights, logits = state
    prior = priors.get(name, _FREE)
    slope = prior.strength * (weights[name] - prior.mean)
    bend = prior.strength + 1e-9
    for row, value in column:
        chance = 1 / (1 + math.exp(-max(-40.0, min(40.0, logits[row]))))
        slope += examples[row].weight * (chance - examples[row].positive) * value
        bend += examples[row].weight * chance * (1 - chance) * value * value
    step = max(-1.0, min(1.0, -slope / bend))
    new = min(prior.high, max(prior.low, weights[name] + step))
    moved = new - weights[name]
    weights[name] = new
    for row, value in column:
        logits[row] += value * moved
    return abs(moved)
