"""The one walk over a page: what the parser tells, gathered into lines and frames."""

import re
from collections.abc import Mapping

from lxml import etree

from crawler.reading.layout import Document, Frame, Hyperlink, Line, Mark, Picture, squeeze

_DIGITS = re.compile(r"\s*(\d{1,5})")
# Paragraphs that only their indent keeps apart: 「……。　　第二段」.
_INDENTED = re.compile(
    r"(?<=[。！？!?；;：:…”’」』）)】])[ \t\r\n\xa0]*(?:\u3000{2}|\xa0{4,8}|(?:\u3000\xa0?){2})(?=\S)"
)
_UNPRINTED = (
    "script style noscript template svg math select option textarea object embed applet canvas map audio "
    "button datalist frameset frame iframe head title"
)
SKIPPED = frozenset(_UNPRINTED.split())
"""Elements whose inside is not printed on the page."""
# Where a span begins or ends: bylines leave the blanks between their parts to the style sheet.
_EDGE = "\x1f"
_SENTENCE = re.compile(r"[，。！？；]")
_BLOCK_TAGS = (
    "html body div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th caption section article main "
    "aside header footer nav form fieldset blockquote pre figure figcaption center address details summary menu hr br "
    "dir legend video"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_BREAKS = ("br", "hr")
_INLINE = frozenset(("a", "img", "span"))
_HEAD_TAGS = frozenset(("meta", "title", "base", "link"))
_LONGEST_TITLE = 2000
_LONGEST_MARK = 200
_MOST_MARKS = 8
_MOST_FRAMES = 60_000
_FOR_GOOD = 1 << 60
_LEVELS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
# What is only invisible (`visibility: hidden`) is often the report, which a script shows once it is there.
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_MARKED = re.compile(
    r"sourc|laiyuan|origin|from|media|author|zuozhe|writer|report|jizhe|edit|bianji|time|date|publish|issue|title|subtit|byline|info",
    re.IGNORECASE,
)
_LAZY = (
    "data-original",
    "data-src",
    "data-lazy-src",
    "data-lazyload",
    "data-url",
    "data-actualsrc",
    "_src",
    "src",
)


class Walk:
    """The one walk over a page: gathers text into lines, opens and closes frames. A target of lxml's parser."""

    def __init__(self, document: Document, comments: frozenset[str]) -> None:
        self.document = document
        self.comments = comments
        self.element: etree._Element | None = None
        self.commented: Frame | None = None
        self.named: dict[str, tuple[str, bool]] = {"": ("", False)}
        self.open_marks: list[Mark] = []
        self.pieces: list[str] = []
        self.linked = 0
        self.link: Hyperlink | None = None
        self.level = 0
        self.keep_breaks = 0
        self.skipped = 0
        """How many elements are open inside (and with) one that is not printed."""
        self.depth = 0
        self.in_title = False
        self.frame: Frame | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Enter an element."""
        if tag in _HEAD_TAGS:
            self._head(tag, attributes)
        if self.skipped:
            self.skipped += 1
            return
        if tag in SKIPPED or (attributes and _hidden(attributes)):
            self.skipped = 1
            return
        self.depth += 1
        if attributes:
            given = f"{attributes.get('class', '')} {attributes.get('id', '')}"
            names, marked = self.named.get(given) or self._name(given)
        else:
            names, marked = "", False
        if tag in _BLOCKS:
            self._block(tag, names)
        elif tag in _INLINE:
            self._inline(tag, attributes)
        if marked:
            self._mark(names)

    def _inline(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "img":
            self._picture(attributes)
            return
        if tag == "span":
            self._edge()
            return
        self.link = Hyperlink(attributes.get("href", ""), len(self.document.lines))
        self.document.links.append(self.link)

    def _edge(self) -> None:
        if self.pieces:
            self.pieces.append(_EDGE)

    def end(self, tag: str) -> None:
        """Leave an element."""
        if self.skipped:
            self.skipped -= 1
            self.in_title = self.in_title and tag != "title"
            return
        if self.open_marks and self.open_marks[-1].depth == self.depth:
            self.open_marks.pop()
        self.depth -= 1
        if tag in _BLOCKS:
            self._unblock(tag)
        elif tag == "a":
            self.link = None
        elif tag == "span":
            self._edge()

    def _unblock(self, tag: str) -> None:
        if self.pieces:
            self._flush()
        if tag in _BREAKS or self.frame is None:
            return
        self.frame.end = len(self.document.lines)
        self.frame = self.frame.parent
        if tag in _LEVELS:
            self.level = 0
        elif tag == "pre":
            self.keep_breaks -= 1

    def data(self, text: str) -> None:
        """Take a piece of text."""
        if self.skipped:
            if self.in_title and len(self.document.title) < _LONGEST_TITLE:
                self.document.title += text
            return
        if not self.pieces and text.isspace():
            return
        self.pieces.append(text)
        if self.link is not None:
            self.linked += len(text.strip())
            if len(self.link.text) < _LONGEST_MARK:
                self.link.text += text
        for mark in self.open_marks:
            if len(mark.text) < _LONGEST_MARK:
                mark.text += text

    def comment(self, text: str) -> None:
        """Open or close the stretch that a template marks by comments."""
        words = text[:80].strip().lower()
        self.document.comments.append(words)
        if words in self.comments and self.frame is not None:
            self._flush()
            depth = self.frame.depth + 1
            self.commented = Frame(words, words, self.frame, None, depth, len(self.document.lines))
            self.document.frames.append(self.commented)
        elif self.commented is not None and words == f"/{self.commented.names}":
            self._flush()
            self.commented.end = len(self.document.lines)
            self.commented = None

    def close(self) -> Document:
        """Finish what broken markup left open."""
        if self.pieces:
            self._flush()
        while self.frame is not None:
            self.frame.end = len(self.document.lines)
            self.frame = self.frame.parent
        self.document.title = squeeze(self.document.title)
        return self.document

    def _head(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Read what the page says about itself, wherever broken markup has put it."""
        get = attributes.get
        document = self.document
        if tag == "meta":
            name = get("name") or get("property") or get("itemprop") or get("http-equiv")
            content = get("content")
            if name and content:
                document.metas.setdefault(name.strip().lower(), content.strip())
        elif tag == "title":
            self.in_title = not document.title.strip()
        elif tag == "base":
            document.base = document.base or (get("href") or "").strip()
        elif (get("rel") or "").lower() == "canonical":
            document.canonical = document.canonical or (get("href") or "").strip()

    def _name(self, given: str) -> tuple[str, bool]:
        """Class and id in lower case, and whether they say what the element holds; remembered, for lists repeat them."""
        names = given.strip().lower()
        self.named[given] = (names, bool(_MARKED.search(names)))
        return self.named[given]

    def _mark(self, names: str) -> None:
        mark = Mark(names, len(self.document.lines), self.depth)
        self.document.marks.append(mark)
        self.open_marks.append(mark)
        if len(self.open_marks) > _MOST_MARKS:
            self.open_marks.pop(0)

    def _block(self, tag: str, names: str) -> None:
        if self.pieces:
            self._flush()
        if tag in _BREAKS:
            return
        depth = self.frame.depth + 1 if self.frame else 0
        self.frame = Frame(tag, names, self.frame, self.element, depth, len(self.document.lines))
        self.document.frames.append(self.frame)
        if len(self.document.frames) >= _MOST_FRAMES:
            # The rest of the page is passed over: nothing that prints so many blocks is a report.
            self.skipped = _FOR_GOOD
            self.document.truncated = True
        if tag in _LEVELS:
            self.level = _LEVELS[tag]
        elif tag == "pre":
            self.keep_breaks += 1
        elif tag == "video":
            self.document.videos += 1

    def _flush(self) -> None:
        whole = "".join(self.pieces)
        self.pieces = []
        if _EDGE in whole:
            whole = whole.replace(_EDGE, "" if self.level or _SENTENCE.search(whole) else " ")
        linked, self.linked = self.linked, 0
        if self.frame is None:
            return
        for part in self._split(whole):
            text = " ".join(part.split())
            if text:
                self.document.lines.append(Line(text, min(linked, len(text)), self.frame, self.level))

    def _split(self, text: str) -> list[str]:
        if self.keep_breaks:
            return text.splitlines()
        return _INDENTED.split(text) if "\u3000\u3000" in text or "\xa0\xa0\xa0\xa0" in text else [text]

    def _picture(self, attributes: Mapping[str, str]) -> None:
        get = attributes.get
        src = ""
        for name in _LAZY:
            if src := (get(name) or "").strip():
                break
        if not src or self.frame is None:
            return
        if self.pieces:
            self._flush()
        size = (_pixels(get("width")), _pixels(get("height")))
        alt = squeeze(get("alt") or get("title") or "")
        line = len(self.document.lines)
        self.document.pictures.append(Picture(src, alt, line, self.frame, self.link is not None, size))


def _hidden(attributes: Mapping[str, str]) -> bool:
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _HIDDEN.search(style))


def _pixels(value: str | None) -> int:
    if not value:
        return 0
    match = _DIGITS.match(value)
    return int(match.group(1)) if match else 0
