"""Print a message in the format its channel shows: plain text, Markdown dialects, Feishu posts, HTML mail. Pure.

Words in a message are harmless as text already (`harmless`); here they are kept from being markup in the one format at
hand. Each format is a function from pieces to the body a vendor is sent.
"""

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import urlsplit

from scheduler.alerts.messages import Line, Message

Format = Literal["text", "markdown", "dingtalk", "wecom", "post", "html"]
"""How a channel is written to; which schema takes which stands in `limits.toml`."""
FORMATS: tuple[Format, ...] = get_args(Format)
TITLED: frozenset[Format] = frozenset({"dingtalk", "wecom", "post"})
"""Formats whose body holds the title too."""

EMPHASIS = str.maketrans("_*`~", "＿＊｀～")
BLOCK = re.compile(r"^(\s*)([#>+=-]|\d{1,9}[.)])")
WIDE = str.maketrans("#>+=-.)", "＃＞＋＝－．）")
ADDRESS = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """What is sent: a title, and a body in the channel's format."""

    title: str
    body: str


def render(message: Message, as_format: Format) -> Rendered:
    """The message as a channel of this format is sent it."""
    return Rendered(title=message.title, body=PRINTERS[as_format](message))


def unmarked(text: str) -> str:
    """Text that no Markdown dialect takes for markup, wherever in a line it stands."""
    quiet = text.translate(EMPHASIS)
    return BLOCK.sub(lambda found: found[1] + found[2].translate(WIDE), quiet)


def markdown_link(url: str) -> str:
    """An address as the target of a Markdown link, which a bracket would end."""
    return url.replace("(", "%28").replace(")", "%29")


def _text(message: Message) -> str:
    return message.body


def _markdown_line(line: Line) -> str:
    if line.is_ready:
        return line.text
    words = unmarked(line.words)
    if line.link:
        return f"{words}[{unmarked(_host(line.link))}]({markdown_link(line.link)})"
    return f"**{words}**" if line.strong and words else words


def _shown(message: Message) -> list[Line]:
    """What is printed: an empty line only where a template left one."""
    return [line for line in message.all_lines if line.text or line.is_ready]


def _markdown(message: Message) -> str:
    """Each of our lines a paragraph, those of a template as it wrote them."""
    printed = ""
    before: Line | None = None
    for line in _shown(message):
        together = before is not None and before.is_ready and line.is_ready
        printed += ("" if before is None else "\n" if together else "\n\n") + _markdown_line(line)
        before = line
    return printed


def _dingtalk(message: Message) -> str:
    return f"### {unmarked(message.title)}\n\n{_markdown(message)}"


def _wecom(message: Message) -> str:
    return "\n".join((f"**{unmarked(message.title)}**", *map(_markdown_line, _shown(message))))


def _post(message: Message) -> str:
    """The content of Feishu's message type `post`, as JSON: text and links, no markup language at all."""
    content = [_post_line(line) for line in message.all_lines if line.text]
    return json.dumps(
        {"zh_cn": {"title": message.title, "content": content}}, ensure_ascii=False, separators=(",", ":")
    )


def _post_line(line: Line) -> list[dict[str, object]]:
    """One paragraph; an address in it, which words from pages cannot hold, becomes a link."""
    parts: list[dict[str, object]] = []
    text, at = line.text, 0
    for found in ADDRESS.finditer(text):
        parts += [{"tag": "text", "text": text[at : found.start()]}] if found.start() > at else []
        parts.append({"tag": "a", "text": _host(found[0]), "href": found[0]})
        at = found.end()
    if at < len(text):
        parts.append(
            {"tag": "text", "text": text[at:]}
            | ({"style": ["bold"]} if line.strong and not line.link else {})
        )
    return parts


def _html(message: Message) -> str:
    lines = _shown(message)
    if lines and all(line.is_ready for line in lines):
        return "\n".join(line.text for line in lines)
    title = f"<h3>{html.escape(message.title)}</h3>"
    shown = "\n".join(line.text if line.is_ready else f"<p>{_html_line(line)}</p>" for line in lines)
    return f'<html lang="zh"><body>\n{title}\n{shown}\n</body></html>'


def _html_line(line: Line) -> str:
    words = html.escape(line.words)
    if line.link:
        return f'{words}<a href="{html.escape(line.link)}">{html.escape(line.link)}</a>'
    return f"<b>{words}</b>" if line.strong else words


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


PRINTERS: Mapping[Format, Callable[[Message], str]] = {
    "text": _text,
    "markdown": _markdown,
    "dingtalk": _dingtalk,
    "wecom": _wecom,
    "post": _post,
    "html": _html,
}
