"""One story: its reports in time, the text with its evidence, figures with their words, what changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from scheduler.alerts.messages import print_fact
from scheduler.exporting import bibtex, gbt7714
from scheduler.web.highlighting import Paragraph, Piece, figure_id, highlighted, highlighted_title
from scheduler.web.site import At, Site
from storage import ArticleHistory, Report, Rewording, Stored, Version, compare_texts

router = APIRouter(include_in_schema=False)
ROLES: Mapping[str, tuple[str, str]] = {
    "first": ("先入库", "archived first"),
    "verbatim": ("原文转载", "verbatim reprint"),
    "reprint": ("节选转载", "cut reprint"),
    "edited": ("改写转载", "edited reprint"),
    "address": ("同一网址", "same address"),
    "follow_up": ("后续", "follow-up"),
    "merged": ("手工并入", "merged by hand"),
}
APART: Mapping[str, tuple[str, str]] = {
    "years": ("年份不同", "other year"),
    "names": ("人名不同", "other names"),
    "figures": ("数字不同", "other figures"),
    "details": ("细节不同", "other details"),
    "time": ("相隔太久", "far apart in time"),
    "part": ("只有一部分相同", "alike in part"),
}
"""What keeps stories apart that read alike."""
MOST_READ = 12
"""Reports of a story whose texts are printed; the others are lines that lead to their own page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A version, and what it has other than the one before."""

    version: Version
    rewording: Rewording


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """One report with all there is to draw."""

    stored: Stored
    title: tuple[Piece, ...]
    paragraphs: tuple[Paragraph, ...]
    figures: tuple[tuple[str, str, str], ...]
    """Fragment, words for people, words of the text."""
    changes: tuple[Change, ...]
    gbt7714: str
    bibtex: str


@router.get("/story/{story_id}")
def story(request: Request, site: At, story_id: int) -> Response:
    """The page of a story; a fragment `#a17` leads to its report 17."""
    reports = site.archive.reports(story_id) if 0 < story_id < 1 << 62 else ()
    if not reports:
        raise HTTPException(404, {"message": f"没有 {story_id} 号事件 (no story {story_id})"})
    return site.render(
        request,
        "story.html",
        story_id=story_id,
        reports=reports,
        roles=ROLES,
        apart=APART,
        read=list(_read(site, reports)),
        disagreements=site.archive.differing_figures(story_id),
        mended=site.archive.story_changes(story_id),
        related=site.archive.related(story_id),
    )


def _read(site: Site, reports: tuple[Report, ...]) -> Iterator[Read]:
    shown = [one for one in reports if one.joined_as != "verbatim"] or list(reports)
    for report in shown[:MOST_READ]:
        stored = site.archive.get(report.id)
        if stored is None:
            continue
        yield Read(
            stored=stored,
            title=highlighted_title(stored.article.title, stored.verdict),
            paragraphs=highlighted(stored.article.text, stored.verdict, stored.facts),
            figures=tuple(
                (figure_id(number), print_fact(fact, site.wording), fact.evidence)
                for number, fact in enumerate(stored.facts, 1)
            ),
            changes=tuple(_changes(site.ledger.history(report.id))),
            gbt7714=gbt7714(stored),
            bibtex=bibtex(stored),
        )


def _changes(history: ArticleHistory | None) -> Iterator[Change]:
    versions = history.versions if history else ()
    for before, after in pairwise(versions):
        texts = (before.title, before.text), (after.title, after.text)
        yield Change(version=after, rewording=compare_texts(*texts))
