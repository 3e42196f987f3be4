"""One parse of a page: its printed lines in order, each in its frame (block element), with images between them.

Every later question (headline, byline, body, images) is asked of these lines, so the tree is built and walked once.
Both are linear in the size of the page; elements nested deeper than libxml2 goes (2,048) end the tree there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

_SPACE = re.compile(r"[\s\u3000\u200b-\u200f\u2028\u2029\u2060\ufeff]+")
# What no XML character data may hold; libxml2 would end the text there.
_NO_CONTROLS = bytes(byte if byte > 31 or byte in (9, 10, 13) else 32 for byte in range(256))
# Zero-width characters and marks of direction, in UTF-8.
_UNSEEN = re.compile(rb"\xe2\x80[\x8b-\x8f]|\xe2\x81\xa0|\xef\xbb\xbf")
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
_BLOCK_TAGS = (
    "html body div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th caption section article main "
    "aside header footer nav form fieldset blockquote pre figure figcaption center address details summary menu hr br "
    "dir legend video"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_LEVELS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
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


@dataclass(slots=True, eq=False)
class Frame:
    """One block element, with the range of the lines printed inside it."""

    tag: str
    names: str
    """Class and id, lower-cased."""
    parent: "Frame | None"
    element: etree._Element
    depth: int
    start: int = 0
    end: int = 0

    def within(self, other: "Frame") -> bool:
        """Whether this frame is `other` or stands inside it."""
        frame: Frame | None = self
        while frame is not None and frame.depth >= other.depth:
            if frame is other:
                return True
            frame = frame.parent
        return False


@dataclass(slots=True, eq=False)
class Line:
    """One printed line: the text between two block boundaries."""

    text: str
    linked: int
    """How many of its characters stand inside links."""
    frame: Frame
    level: int
    """1 to 6 inside a heading, else 0."""


@dataclass(slots=True, eq=False)
class Picture:
    """An image, and the number of lines printed before it."""

    src: str
    alt: str
    line: int
    frame: Frame
    linked: bool
    size: tuple[int, int]
    """Declared width and height; 0 where not given."""


@dataclass(slots=True, eq=False)
class Mark:
    """An element whose class or id says what it holds, with the lines it covers."""

    names: str
    element: etree._Element
    line: int


@dataclass(slots=True, eq=False)
class Document:
    """A page after its one parse."""

    text: str
    root: etree._Element | None
    lines: list[Line] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    metas: dict[str, str] = field(default_factory=dict)
    """Name, property or itemprop, lower-cased, to content; the first one wins."""
    title: str = ""
    """The first <title>: pages nest whole documents with titles of their own."""
    base: str = ""
    canonical: str = ""
    """The address that a link element calls canonical, as written."""
    comments: list[str] = field(default_factory=list)
    """The first words of every comment, lower-case."""
    videos: int = 0
    truncated: bool = False


def squeeze(text: str) -> str:
    """Collapse every kind of white space to one blank and strip it."""
    return _SPACE.sub(" ", text).strip()


def parse(text: str, comments: frozenset[str] = frozenset()) -> Document:
    """Build the tree of a page and read its lines; a page without any markup gives a document without lines.

    The stretch between a comment named in `comments` and its closing one (`/name`) becomes a frame of its own.
    """
    document = Document(text=text, root=None)
    source = text.encode("utf-8", "replace").translate(_NO_CONTROLS)
    if _UNSEEN.search(source):
        source = _UNSEEN.sub(b"", source)
    if not source.strip():
        return document
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True)
    root = etree.fromstring(source, parser)
    if root is None:
        return document
    document.root = root
    document.truncated = any("depth" in entry.message.lower() for entry in parser.error_log[-3:])
    _read_head(document, root)
    _Walk(document, comments).read(root)
    return document


def _read_head(document: Document, root: etree._Element) -> None:
    """Read what the page says about itself, wherever broken markup has put it."""
    for element in root.iter("meta", "title", "base", "link"):
        tag = element.tag
        if tag == "meta":
            _read_meta(document, element)
        elif tag == "title":
            document.title = document.title or squeeze("".join(element.itertext()))
        elif tag == "base":
            document.base = document.base or (element.get("href") or "").strip()
        elif (element.get("rel") or "").lower() == "canonical":
            document.canonical = document.canonical or (element.get("href") or "").strip()


def _read_meta(document: Document, meta: etree._Element) -> None:
    name = meta.get("name") or meta.get("property") or meta.get("itemprop") or meta.get("http-equiv")
    content = meta.get("content")
    if name and content:
        document.metas.setdefault(name.strip().lower(), content.strip())


class _Walk:
    """The one walk over the tree: gathers text into lines, opens and closes frames."""

    def __init__(self, document: Document, comments: frozenset[str]) -> None:
        self.document = document
        self.comments = comments
        self.commented: Frame | None = None
        self.named: dict[tuple[str | None, str | None], tuple[str, bool]] = {(None, None): ("", False)}
        self.pieces: list[str] = []
        self.linked = 0
        self.in_link = 0
        self.level = 0
        self.keep_breaks = 0
        self.frame: Frame | None = None

    def read(self, root: etree._Element) -> None:
        walker = etree.iterwalk(root, events=("start", "end", "comment"))
        skipped: etree._Element | None = None
        for event, element in walker:
            if event == "start":
                if self.enter(element):
                    if element.text:
                        self.say(element.text)
                else:
                    skipped = element
                    walker.skip_subtree()
                continue
            if event == "comment":
                self.comment(element)
            elif element is skipped:
                skipped = None
            else:
                self.close(element.tag)
            if element.tail:
                self.say(element.tail)

    def enter(self, element: etree._Element) -> bool:
        """Enter an element; False when its inside is not printed."""
        tag = element.tag
        if tag in SKIPPED:
            return False
        style = element.get("style")
        if (style and _HIDDEN.search(style)) or element.get("hidden") is not None:
            return False
        key = (element.get("class"), element.get("id"))
        names, marked = self.named.get(key) or self.name(key)
        if tag in _BLOCKS:
            self.enter_block(element, tag, names)
        elif tag == "a":
            self.in_link += 1
        elif tag == "img":
            self.picture(element)
        if marked:
            self.document.marks.append(Mark(names, element, len(self.document.lines)))
        return True

    def name(self, key: tuple[str | None, str | None]) -> tuple[str, bool]:
        """Class and id in lower case, and whether they say what the element holds; remembered, for lists repeat them."""
        names = f"{key[0] or ''} {key[1] or ''}".strip().lower()
        self.named[key] = (names, bool(_MARKED.search(names)))
        return self.named[key]

    def comment(self, element: etree._Element) -> None:
        """Open or close the stretch that a template marks by comments."""
        words = (element.text or "")[:80].strip().lower()
        self.document.comments.append(words)
        if words in self.comments and self.frame is not None:
            self.flush()
            depth = self.frame.depth + 1
            self.commented = Frame(words, words, self.frame, element, depth, len(self.document.lines))
            self.document.frames.append(self.commented)
        elif self.commented is not None and words == f"/{self.commented.names}":
            self.flush()
            self.commented.end = len(self.document.lines)
            self.commented = None

    def enter_block(self, element: etree._Element, tag: str, names: str) -> None:
        if self.pieces:
            self.flush()
        if tag in ("br", "hr"):
            return
        depth = self.frame.depth + 1 if self.frame else 0
        frame = Frame(tag, names, self.frame, element, depth, len(self.document.lines))
        self.document.frames.append(frame)
        self.frame = frame
        if tag in _LEVELS:
            self.level = _LEVELS[tag]
        elif tag == "pre":
            self.keep_breaks += 1
        elif tag == "video":
            self.document.videos += 1

    def close(self, tag: str) -> None:
        if tag == "a":
            self.in_link -= 1
        if tag not in _BLOCKS:
            return
        if self.pieces:
            self.flush()
        if tag in ("br", "hr") or self.frame is None:
            return
        self.frame.end = len(self.document.lines)
        self.frame = self.frame.parent
        if tag in _LEVELS:
            self.level = 0
        elif tag == "pre":
            self.keep_breaks -= 1

    def say(self, text: str) -> None:
        self.pieces.append(text)
        if self.in_link:
            self.linked += len(text.strip())

    def flush(self) -> None:
        whole = "".join(self.pieces)
        self.pieces = []
        linked, self.linked = self.linked, 0
        if self.frame is None:
            return
        for part in self.split(whole):
            text = " ".join(part.split())
            if text:
                self.document.lines.append(Line(text, min(linked, len(text)), self.frame, self.level))

    def split(self, text: str) -> list[str]:
        if self.keep_breaks:
            return text.splitlines()
        return _INDENTED.split(text) if "\u3000\u3000" in text or "\xa0\xa0\xa0\xa0" in text else [text]

    def picture(self, element: etree._Element) -> None:
        src = ""
        for name in _LAZY:
            if src := (element.get(name) or "").strip():
                break
        if not src or self.frame is None:
            return
        if self.pieces:
            self.flush()
        size = (_pixels(element.get("width")), _pixels(element.get("height")))
        alt = squeeze(element.get("alt") or element.get("title") or "")
        line = len(self.document.lines)
        self.document.pictures.append(Picture(src, alt, line, self.frame, self.in_link > 0, size))


def _pixels(value: str | None) -> int:
    if not value:
        return 0
    match = _DIGITS.match(value)
    return int(match.group(1)) if match else 0


def ancestors(frame: Frame) -> Iterator[Frame]:
    """The frame itself and everything around it, from the inside out."""
    inner: Frame | None = frame
    while inner is not None:
        yield inner
        inner = inner.parent
