"""One parse of a page: its printed lines in order, each in its frame (block element), with images between them.

Every later question (headline, byline, body, images) is asked of these lines, so a page is parsed and walked once.
Both are linear in the size of the page; a page of more than 60,000 blocks is read as far as that.
"""

import re

from lxml import etree

from crawler.reading.layout import Document, Frame, Hyperlink, Line, Mark, Picture, ancestors, squeeze
from crawler.reading.walk import SKIPPED, Walk

__all__ = [
    "SKIPPED",
    "Document",
    "Frame",
    "Hyperlink",
    "Line",
    "Mark",
    "Picture",
    "ancestors",
    "parse",
    "squeeze",
]

# What no XML character data may hold; libxml2 would end the text there.
_NO_CONTROLS = bytes(byte if byte > 31 or byte in (9, 10, 13) else 32 for byte in range(256))
# Zero-width characters and marks of direction, in UTF-8.
_FREQUENT_UNSEEN = (b"\xe2\x80\x8b", b"\xe2\x80\x8d", b"\xef\xbb\xbf")
_UNSEEN = re.compile(rb"\xe2\x80[\x8b-\x8f]|\xe2\x81\xa0|\xef\xbb\xbf")


def parse(text: str, comments: frozenset[str] = frozenset(), *, tree: bool = True) -> Document:
    """Read the lines of a page in one parse; a page without any markup gives a document without lines.

    The stretch between a comment named in `comments` and its closing one (`/name`) becomes a frame of its own. Without
    `tree`, no tree is built and `root` stays None: the lines come straight from the parser, in half the time.
    """
    document = Document(text=text, root=None)
    source = text.encode("utf-8", "replace").translate(_NO_CONTROLS)
    if any(mark in source for mark in _FREQUENT_UNSEEN):
        source = _UNSEEN.sub(b"", source)
    if not source.strip():
        return document
    walk = Walk(document, comments)
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


def _walk_tree(root: etree._Element | None, walk: Walk) -> None:
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
