"""The report's text: paragraphs in order, tables row by row, without bylines, captions and the site's own lines."""

from collections.abc import Iterator

from crawler.reading.body import Body
from crawler.reading.bylines import is_byline
from crawler.reading.document import Document, Frame, Line, ancestors
from crawler.reading.labels import labels
from crawler.reading.titles import Headline, bare
from crawler.reading.wording import is_caption, is_credit, is_foreign, is_foretold, is_summary, without_button

LEAST = 40
"""So many characters make a body; with fewer, captions are counted in (photo stories)."""
_CELL = "\t"
_LONGEST_CELL = 80
_LABEL_LINE = 60


def read_paragraphs(document: Document, headline: Headline | None, body: Body) -> list[str]:
    """The paragraphs between the first and the last line of the report."""
    if body.first < 0:
        return []
    title = bare(headline.text) if headline else ""
    numbers = range(body.first, body.last + 1)
    kept = [n for n in numbers if not _not_report(document.lines[n], title)]
    spoken = [n for n in kept if not is_caption(document.lines[n])]
    if sum(len(document.lines[n].text) for n in spoken) >= LEAST:
        kept = spoken
    texts = [text for text in _rows([document.lines[n] for n in kept]) if text]
    return texts[1:] if texts and is_foretold(texts[0], texts[1:]) else texts


def _not_report(line: Line, title: str) -> bool:
    text = without_button(line.text)
    if not text or bare(text) == title:
        return True
    if not line.linked and _row(line) is not None:
        return False
    if line.linked * 2 > len(line.text) and not text.endswith(("。", "！", "？", "”")):
        return True
    if is_byline(text) or is_credit(text) or is_summary(text) or is_foreign(text):
        return True
    return len(text) < _LABEL_LINE and _only_labels(text)


def _only_labels(text: str) -> bool:
    found = labels(text)
    return bool(found) and found[0].start <= 6 and any(one.role != "other" for one in found)


def _rows(lines: list[Line]) -> Iterator[str]:
    """Lines as they are, but the cells of one row of a table of figures in one line."""
    row: Frame | None = None
    cells: list[str] = []
    for line in lines:
        text = without_button(line.text)
        current = _row(line)
        if current is not row and cells:
            yield _CELL.join(cells)
            cells = []
        row = current
        if current is None:
            yield text
        else:
            cells.append(text)
    if cells:
        yield _CELL.join(cells)


def _row(line: Line) -> Frame | None:
    """The row of the table of figures in which a line is a cell; layout tables have long cells."""
    if len(line.text) > _LONGEST_CELL:
        return None
    cell: Frame | None = None
    for frame in ancestors(line.frame):
        if frame.tag in ("td", "th"):
            cell = cell or frame
        elif frame.tag == "tr":
            return (
                frame
                if cell is not None and 1 < frame.end - frame.start <= 24 and cell.end - cell.start == 1
                else None
            )
        elif frame.tag in ("table", "body"):
            return None
    return None
