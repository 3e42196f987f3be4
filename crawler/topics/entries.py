"""The entries of a topic's files, checked key by key, and how they become terms."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crawler.topics.topic import Cue, Kind, Model, Role, Substance, SubstanceClass, Term
from storage import Category

Files = Mapping[str, Mapping[str, Any]]
"""The parsed files of a topic by name."""
_Words = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(default=())]


class TopicError(Exception):
    """A topic's folder cannot be used; the message names file and entry and says what to do."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _KindEntry(_Entry):
    why: str
    role: Role


class _GroupEntry(_Entry):
    kind: str
    weight: float = Field(default=1.0, ge=0)
    terms: _Words


class _GuardEntry(_Entry):
    terms: _Words
    kind: str | None = None
    ending: str | None = None
    starting: str | None = None
    not_after: str = ""
    not_before: str = ""

    def names(self, text: str, kind: str) -> bool:
        """Whether a term's neighbours are guarded by this entry."""
        ends = self.ending is not None and text.endswith(self.ending)
        starts = self.starting is not None and text.startswith(self.starting)
        return text in self.terms or kind == self.kind or ends or starts


class _CueEntry(_Entry):
    category: Category
    weight: float = Field(default=1.0, gt=0)
    terms: _Words


class _SubstanceEntry(_Entry):
    id: str
    name: str
    english: str
    kind: SubstanceClass
    names: _Words
    slang: _Words
    weight: float = Field(default=1.0, ge=0)


class _ModelEntry(_Entry):
    threshold: float = Field(default=0.5, gt=0, lt=1)
    passage: dict[str, float] = {}
    document: dict[str, float] = {}


_Checked = TypeVar("_Checked", bound=_Entry)


def _checked(entry: type[_Checked], row: Any, place: str) -> _Checked:
    try:
        return entry.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise TopicError(f"{place}: {key}: {first['msg']}") from error


def _rows(files: Files, key: Literal["group", "guard"]) -> Iterator[tuple[str, Any]]:
    for file, rows in files.items():
        yield from ((file, row) for row in rows.get(key, ()))


def terms(files: Files, substances: Iterable[Substance]) -> Iterator[Term]:
    """Every word of the topic's files, with its kind, weight and guarded neighbours."""
    kinds = {
        name: Kind(name=name, **_checked(_KindEntry, row, f"kinds.toml, {name}").model_dump())
        for name, row in files.get("kinds.toml", {}).items()
    }
    guards = [_checked(_GuardEntry, row, f"{file}, guard") for file, row in _rows(files, "guard")]
    for text, (kind, weight) in _weighed(files, substances, kinds).items():
        mine = [guard for guard in guards if guard.names(text, kind)]
        yield Term(
            text=text,
            kind=kinds[kind],
            weight=weight,
            not_after=frozenset("".join(guard.not_after for guard in mine)),
            not_before=frozenset("".join(guard.not_before for guard in mine)),
        )


def _weighed(
    files: Files, substances: Iterable[Substance], kinds: Mapping[str, Kind]
) -> dict[str, tuple[str, float]]:
    """Kind and weight by word. A substance's name may be listed again to change both, any other word only once."""
    weighed = dict(_substance_names(substances))
    listed: set[str] = set()
    for file, row in _rows(files, "group"):
        group = _checked(_GroupEntry, row, f"{file}, group")
        if group.kind not in kinds:
            raise TopicError(f"{file}: no kind {group.kind!r} in kinds.toml; name one of {', '.join(kinds)}")
        for text in group.terms:
            if text in listed:
                raise TopicError(f"{file}: {text} is listed twice; keep one kind and one weight for a word")
            listed.add(text)
            weighed[text] = (group.kind, group.weight)
    return weighed


def _substance_names(substances: Iterable[Substance]) -> Iterator[tuple[str, tuple[str, float]]]:
    for substance in substances:
        yield from ((text, ("slang", 1.0)) for text in substance.slang)
        yield from ((text, ("substance", substance.weight)) for text in substance.names)


def substances(files: Files) -> Iterator[Substance]:
    """The substances of `substances.toml`."""
    for row in files.get("substances.toml", {}).get("substance", ()):
        place = f"substances.toml, {row.get('id', '?')}"
        yield Substance(**_checked(_SubstanceEntry, row, place).model_dump())


def cues(files: Files) -> Iterator[Cue]:
    """The words of `categories.toml`."""
    for row in files.get("categories.toml", {}).get("cue", ()):
        cue = _checked(_CueEntry, row, f"categories.toml, {row.get('category', '?')}")
        yield from (Cue(text=text, category=cue.category, weight=cue.weight) for text in cue.terms)


def model(files: Files) -> Model:
    """The weights of `model.toml`; of a topic not yet fitted, none."""
    return Model(**_checked(_ModelEntry, files.get("model.toml", {}), "model.toml").model_dump())
