"""Fit a topic's weights on labelled rows and print what changed: `python -m crawler.topics.fit antidrug ROWS.jsonl... [--write]`.

A row is one JSON object: `label` (positive, negative, borderline), `title`, and `text` unless only the headline is known. A
borderline row counts a little as a negative: foreign and celebrity news should need a Chinese authority at work. The figures are
of the rows labelled positive or negative; those under "cross-validated" are of rows that the weights had not seen.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from crawler.judging.scoring import Findings, document_features, examine, part_logits, probability, weigh
from crawler.topics.loading import load_topic
from crawler.topics.logistic import Example, Prior, fit
from crawler.topics.topic import Model, Topic

_FOLDS = 10
_WEIGHTS = {"positive": 1.0, "negative": 1.0, "borderline": 0.1}
_TURNS = 4
"""How often the passage that speaks for a text is chosen anew under the new weights."""
_ROLES = {
    "topic": Prior(mean=1.0, low=0.0, high=5.0, strength=0.5),
    "support": Prior(mean=0.3, low=0.0, high=2.0, strength=1.0),
    "against": Prior(mean=-2.0, low=-5.0, high=0.0, strength=0.5),
}
_STANCE = {
    "bias_title": Prior(mean=-3.0, strength=20.0),
    "bias_text": Prior(mean=-3.0, strength=0.2),
    "all_title": Prior(mean=2.0, low=0.0, strength=0.5),
    "all_text": Prior(mean=2.0, low=0.0, strength=0.5),
    "head": Prior(mean=1.0, low=0.0, strength=0.5),
    "dense": Prior(mean=1.0, low=0.0, strength=0.5),
}
_DOCUMENT = {
    "headline_only": Prior(mean=1.0, low=1.0, high=1.0),
    "bias": Prior(mean=0.0, strength=1.0),
    "title": Prior(mean=0.2, low=0.0, high=1.0, strength=3.0),
    "best": Prior(mean=1.0, low=0.5, high=2.0, strength=3.0),
    "spread": Prior(mean=1.0, low=0.0, high=4.0, strength=1.0),
    "long": Prior(mean=-0.5, high=0.0, strength=2.0),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled article, read once."""

    id: str
    label: str
    findings: Findings

    @property
    def positive(self) -> bool:
        """Whether it belongs to the topic."""
        return self.label == "positive"

    @property
    def weight(self) -> float:
        """How much it counts in the fit."""
        return _WEIGHTS[self.label]


def rows_of(lines: Iterable[str], topic: Topic) -> Iterator[Row]:
    """The labelled rows of a file in JSON Lines."""
    for line in lines:
        row: dict[str, Any] = json.loads(line)
        if row["label"] in _WEIGHTS:
            findings = examine(row.get("title") or "", row.get("text") or "", topic)
            yield Row(str(row.get("id")), row["label"], findings)


def fit_model(rows: Sequence[Row], topic: Topic) -> Model:
    """The model that explains the rows best under the priors."""
    kinds = {term.kind.name: term.kind.role for term in topic.terms if term.kind.role in _ROLES}
    priors = {**{name: _ROLES[role] for name, role in kinds.items()}, **_STANCE}
    weights = {name: prior.mean for name, prior in priors.items()}
    for _ in range(_TURNS):
        weights = fit([example for row in rows for example in _parts(row, weights)], priors)
    documents = [
        Example(document_features(row.findings, part_logits(row.findings, weights)), row.positive, row.weight)
        for row in rows
        if row.findings.parts and row.findings.text
    ]
    document = fit(documents, _DOCUMENT)
    return replace(topic.model, passage=_rounded(weights), document=_rounded(document))


def _parts(row: Row, weights: Mapping[str, float]) -> Iterator[Example]:
    """The headline; of a text that is about the topic the passage that shows it best, of another every passage."""
    bodies = [part for part in row.findings.parts if not part.title]
    for part in row.findings.parts:
        if part.title and not (row.findings.text and row.positive):
            yield Example(part.features, row.positive, row.weight)
    if row.positive and bodies:
        yield Example(max(bodies, key=lambda part: weigh(part.features, weights)).features, positive=True)
    elif bodies:
        yield from (Example(part.features, row.positive, row.weight) for part in bodies)


def _rounded(weights: Mapping[str, float]) -> dict[str, float]:
    return {name: round(weight, 3) for name, weight in sorted(weights.items())}


def score(row: Row, model: Model) -> float:
    """The probability the model gives a row."""
    if not row.findings.parts:
        return 0.0
    logits = part_logits(row.findings, model.passage)
    return probability(weigh(document_features(row.findings, logits), model.document))


def cross_validated(rows: Sequence[Row], topic: Topic, folds: int = _FOLDS) -> dict[str, float]:
    """Each row's score under weights fitted without its fold; folds go by position, every tenth row together."""
    scores: dict[str, float] = {}
    for fold in range(folds):
        model = fit_model([row for index, row in enumerate(rows) if index % folds != fold], topic)
        scores.update({row.id: score(row, model) for index, row in enumerate(rows) if index % folds == fold})
    return scores


def figures(rows: Sequence[Row], scores: Mapping[str, float], threshold: float) -> str:
    """Precision and recall in one line, with the rows still wrong."""
    rows = [row for row in rows if row.label != "borderline"]
    said = {row.id for row in rows if scores[row.id] >= threshold}
    wanted = {row.id for row in rows if row.positive}
    right = len(said & wanted)
    wrong = [*(f"+{id_}" for id_ in sorted(said - wanted)), *(f"-{id_}" for id_ in sorted(wanted - said))]
    precision, recall = right / max(len(said), 1), right / max(len(wanted), 1)
    return (
        f"rows={len(rows)} precision={precision:.4f} recall={recall:.4f} wrong: {' '.join(wrong) or 'none'}"
    )


def changes(old: Model, new: Model) -> Iterator[str]:
    """One line for each weight that is not what it was."""
    for group in ("passage", "document"):
        before, after = getattr(old, group), getattr(new, group)
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                yield f"{group}.{name}: {before.get(name, 'new')} -> {after.get(name, 'gone')}"


def as_toml(model: Model) -> str:
    """The model as the file the loader reads."""
    head = "# Fitted by `python -m crawler.topics.fit`; change words, not weights, and fit again.\n"
    parts = [head, f"threshold = {model.threshold}\n"]
    for group in ("passage", "document"):
        lines = "".join(f"{name} = {weight}\n" for name, weight in getattr(model, group).items())
        parts.append(f"\n[{group}]\n{lines}")
    return "".join(parts)


@click.command()
@click.argument("name")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--write", is_flag=True, help="Write the new weights into the topic's model.toml.")
def main(name: str, files: tuple[Path, ...], *, write: bool) -> None:
    """Fit topic NAME on labelled rows in JSON Lines FILES and print what changed."""
    topic = load_topic(name)
    by_file = {path: list(rows_of(path.read_text("utf-8").splitlines(), topic)) for path in files}
    rows = [row for part in by_file.values() for row in part]
    model = fit_model(rows, topic)
    for line in changes(topic.model, model):
        click.echo(line)
    unseen = cross_validated(rows, topic)
    for path, part in by_file.items():
        click.echo(
            f"{path.name} fitted: {figures(part, {r.id: score(r, model) for r in part}, model.threshold)}"
        )
        click.echo(f"{path.name} cross-validated: {figures(part, unseen, model.threshold)}")
    if write:
        (Path(__file__).parent / name / "model.toml").write_text(as_toml(model), "utf-8")


if __name__ == "__main__":
    main()
