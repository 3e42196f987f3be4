"""The vendors' limits and answers as tables of `docs/alerts.md`: `python -m scheduler.alerts.contract` prints them."""

from collections.abc import Iterator, Mapping, Sequence

from scheduler.alerts.fitting import Limit
from scheduler.alerts.limits import load_limits
from scheduler.alerts.manners import Vendor, load_vendors

SAID = {"throttled": "the channel waits", "permanent": "given up"}
SHOWN = {
    "text": "plain text",
    "markdown": "Markdown",
    "dingtalk": "Markdown",
    "wecom": "Markdown",
    "post": "post",
    "html": "mail, plain and HTML",
}
COUNTED = {
    "bytes": "bytes",
    "characters": "characters",
    "json": "bytes of JSON",
    "wide_json": "bytes of JSON",
}


def tables() -> str:
    """Both tables, in Markdown."""
    limits = ("| channel | written as | at most | title |", "|---|---|---|---|", *_limit_rows(load_limits()))
    answers = (
        "| vendor | answer under HTTP 200 | what happens | the vendor says |",
        "|---|---|---|---|",
        *_answer_rows(load_vendors()),
    )
    return "\n".join((*limits, "", *answers))


def _limit_rows(limits: Mapping[str, Limit]) -> Iterator[str]:
    rows: dict[Limit, list[str]] = {}
    for schema, limit in limits.items():
        rows.setdefault(limit, []).append(f"`{schema}://`")
    for limit, schemas in rows.items():
        title = f"{limit.title} characters" if limit.title else "counts as text"
        yield f"| {', '.join(schemas)} | {SHOWN[limit.format]} | {limit.total:,} {COUNTED[limit.unit]} | {title} |"


def _answer_rows(vendors: Sequence[Vendor]) -> Iterator[str]:
    for vendor in vendors:
        keys = " or ".join(f"`{key}`" for key in vendor.keys)
        yield f"| {vendor.name} | {keys} = {vendor.accepted} | sent | |"
        for refusal in vendor.refusals.values():
            hold = f", {refusal.hold} s" if refusal.hold else ""
            yield f"| | {refusal.code} | {SAID[refusal.outcome]}{hold} | {refusal.means} |"
        yield "| | any other code | tried again | |"


if __name__ == "__main__":
    print(tables())  # noqa: T201
