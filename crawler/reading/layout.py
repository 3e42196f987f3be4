"""What a page is after its one parse: its printed lines in order, each in its frame, with images and links between them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

_SPACE = re.compile(r"[\s\u3000\u200b-\u200f\u2028\u2029\u2060\ufeff]+")


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


def ancestors(frame: Frame) -> Iterator[Frame]:
    """The frame itself and everything around it, from the inside out."""
    inner: Frame | None = frame
    while inner is not None:
        yield inner
        inner = inner.parent
