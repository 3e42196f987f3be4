"""One parse of a page: its printed lines in order, each in its frame (block element), with images between them.

Every later question (headline, byline, body, images) is asked of these lines, so a page is parsed and walked once.
Both are linear in the size of the page; a page of more than 60,000 blocks is read as far as that.
"""

import re
from collections.abc import Iterator, Mapping
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
_BREAKS = ("br", "hr")
_HEAD_TAGS = frozenset(("meta", "title", "base", "link"))
_LONGEST_TITLE = 2000
_LONGEST_MARK = 200
_MOST_MARKS = 8
_MOST_FRAMES = 60_000
_FOR_GOOD = 1 << 60
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
    element: etree._Element | None
    """The element of the tree, where one was built."""
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
    """An element whose class or id says what it holds, and what it prints (the first 200 characters)."""

    names: str
    line: int
    depth: int
    text: str = ""


@dataclass(slots=True, eq=False)
class Hyperlink:
    """A link as written, the number of lines printed before it, and its words."""

    href: str
    line: int
    text: str = ""


@dataclass(slots=True, eq=False)
class Document:
    """A page after its one parse."""

    text: str
    root: etree._Element | None
    """The tree, where one was asked for."""
    lines: list[Line] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    links: list[Hyperlink] = field(default_factory=list)
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
    """The page was too deep or too large to be read to its end."""


def squeeze(text: str) -> str:
    """Collapse every kind of white space to one blank and strip it."""
    return _SPACE.sub(" ", text).strip()


def parse(text: str, comments: frozenset[str] = frozenset(), *, tree: bool = True) -> Document:
    """Read the lines of a page in one parse; a page without any markup gives a document without lines.

    The stretch between a comment named in `comments` and its closing one (`/name`) becomes a frame of its own. Without
    `tree`, no tree is built and `root` stays None: the lines come straight from the parser, in half the time.
    """
    document = Document(text=text, root=None)
    source = text.encode("utf-8", "replace").translate(_NO_CONTROLS)
    if _UNSEEN.search(source):
        source = _UNSEEN.sub(b"", source)
    if not source.strip():
        return document
    walk = _Walk(document, comments)
    if tree:
        parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True)
        document.root = etree.fromstring(source, parser)
        _walk_tree(document.root, walk)
    else:
        parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True, target=walk)
        etree.fromstring(source, parser)
    document.truncated = document.truncated or any(
        "depth" in entry.message.lower() for entry in parser.error_log[-3:]
    )
    return document


def _walk_tree(root: etree._Element | None, walk: "_Walk") -> None:
    """Tell a walk what the parser would have told it, from a finished tree."""
    if root is None:
        return
    for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
        if event == "start":
            walk.element = element
            walk.start(element.tag, element.attrib)
            if element.text:
                walk.data(element.text)
            continue
        if event == "end":
            walk.end(element.tag)
        else:
            walk.comment(element.text or "")
        if element.tail:
            walk.data(element.tail)
    walk.close()


class _Walk:
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
        if tag in _HEAD_TAGS:
            self.head(tag, attributes)
        if self.skipped:
            self.skipped += 1
            return
        get = attributes.get
        style = get("style")
        if tag in SKIPPED or (style and _HIDDEN.search(style)) or "hidden" in attributes:
            self.skipped = 1
            return
        self.depth += 1
        given = f"{get('class') or ''} {get('id') or ''}" if attributes else ""
        names, marked = self.named.get(given) or self.name(given)
        if tag in _BLOCKS:
            self.block(tag, names)
        elif tag == "a":
            self.link = Hyperlink(get("href") or "", len(self.document.lines))
            self.document.links.append(self.link)
        elif tag == "img":
            self.picture(attributes)
        if marked:
            self.mark(names)

    def end(self, tag: str) -> None:
        if self.skipped:
            self.skipped -= 1
            self.in_title = self.in_title and tag != "title"
            return
        if self.open_marks and self.open_marks[-1].depth == self.depth:
            self.open_marks.pop()
        self.depth -= 1
        if tag in _BLOCKS:
            self.unblock(tag)
        elif tag == "a":
            self.link = None

    def unblock(self, tag: str) -> None:
        if self.pieces:
            self.flush()
        if tag in _BREAKS or self.frame is None:
            return
        self.frame.end = len(self.document.lines)
        self.frame = self.frame.parent
        if tag in _LEVELS:
            self.level = 0
        elif tag == "pre":
            self.keep_breaks -= 1

    def data(self, text: str) -> None:
        if self.skipped:
            if self.in_title and len(self.document.title) < _LONGEST_TITLE:
                self.document.title += text
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
            self.flush()
            depth = self.frame.depth + 1
            self.commented = Frame(words, words, self.frame, None, depth, len(self.document.lines))
            self.document.frames.append(self.commented)
        elif self.commented is not None and words == f"/{self.commented.names}":
            self.flush()
            self.commented.end = len(self.document.lines)
            self.commented = None

    def close(self) -> Document:
        """Finish what broken markup left open."""
        if self.pieces:
            self.flush()
        while self.frame is not None:
            self.frame.end = len(self.document.lines)
            self.frame = self.frame.parent
        self.document.title = squeeze(self.document.title)
        return self.document

    def head(self, tag: str, attributes: Mapping[str, str]) -> None:
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

    def name(self, given: str) -> tuple[str, bool]:
        """Class and id in lower case, and whether they say what the element holds; remembered, for lists repeat them."""
        names = given.strip().lower()
        self.named[given] = (names, bool(_MARKED.search(names)))
        return self.named[given]

    def mark(self, names: str) -> None:
        mark = Mark(names, len(self.document.lines), self.depth)
        self.document.marks.append(mark)
        self.open_marks.append(mark)
        if len(self.open_marks) > _MOST_MARKS:
            self.open_marks.pop(0)

    def block(self, tag: str, names: str) -> None:
        if self.pieces:
            self.flush()
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

    def picture(self, attributes: Mapping[str, str]) -> None:
        get = attributes.get
        src = ""
        for name in _LAZY:
            if src := (get(name) or "").strip():
                break
        if not src or self.frame is None:
            return
        if self.pieces:
            self.flush()
        size = (_pixels(get("width")), _pixels(get("height")))
        alt = squeeze(get("alt") or get("title") or "")
        line = len(self.document.lines)
        self.document.pictures.append(Picture(src, alt, line, self.frame, self.link is not None, size))


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
