"""Citations of a report: GB/T 7714-2015 for an online source, and BibTeX. Pure."""

import re

from scheduler.alerts.harmless import legible
from storage import SHANGHAI, Article, Stored

AUTHORS = 3
"""GB/T 7714 names three authors, then 等."""
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}  # fmt: skip
_BLANKS = re.compile(r"\s+")


def gbt7714(stored: Stored, number: int = 1) -> str:
    """One entry after GB/T 7714-2015, 8.7 (electronic sources): responsible, title, [EB/OL], publisher and year,
    day of publication, day of citation, address.

    The day of citation is the day the page was fetched: what stood there then is what the archive keeps.
    """
    article = stored.article
    people = [_line(name) for name in article.authors]
    named = ", ".join(people[:AUTHORS]) + (", 等" if len(people) > AUTHORS else "")
    responsible = named or _line(article.source or "") or _line(article.portal)
    year = f"{article.published_at.astimezone(SHANGHAI):%Y}" if article.published_at else ""
    published = ", ".join(part for part in (_line(article.source or "") if named else "", year) if part)
    updated = f"({_day(article)})" if article.published_at else ""
    cited = f"{updated}[{article.fetched_at.astimezone(SHANGHAI):%Y-%m-%d}]"
    title = f"[{number}] {responsible}. {_line(article.title) or '无标题'}[EB/OL]"
    return f"{title}. {published}{cited}. {_line(article.url)}."


def bibtex(stored: Stored, _number: int = 1) -> str:
    """One `@online` entry, its key the article's id."""
    article = stored.article
    fields = {
        "author": " and ".join(f"{{{_tex(name)}}}" for name in article.authors),
        "title": f"{{{_tex(article.title)}}}",
        "organization": f"{{{_tex(article.source or article.portal)}}}",
        "date": _day(article) if article.published_at else "",
        "urldate": f"{article.fetched_at.astimezone(SHANGHAI):%Y-%m-%d}",
        "url": _line(article.url).replace("{", "%7B").replace("}", "%7D"),
        "langid": "chinese",
    }
    told = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@online{{jindu{stored.id},\n{told}\n}}\n"


def _day(article: Article) -> str:
    assert article.published_at is not None
    return f"{article.published_at.astimezone(SHANGHAI):%Y-%m-%d}"


def _line(text: str) -> str:
    return _BLANKS.sub(" ", legible(text)).strip()


def _tex(text: str) -> str:
    return "".join(_SPECIAL.get(char, char) for char in _line(text))
