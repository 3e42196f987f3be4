"""Charts as drawings inside a page, without scripts: bars that are links."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pygal
from lxml import etree
from markupsafe import Markup
from pygal.style import Style

# pygal leaves a finder of an old kind behind, at which every later import of anything stumbles with a warning.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]

COLOURS = (
    "#0b7a68", "#c05a2b", "#5b63b7", "#a3802a", "#8a3f78", "#3f7fa8", "#6b8e23", "#b0413e", "#5f6a6a", "#2f9e9e", "#9467bd", "#7f7f7f",
)  # fmt: skip
"""Told apart by people who see colours differently; each series is named in words as well."""
_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
FONT = "system-ui, sans-serif"
_MARGIN = 0.02
"""What pygal leaves free at either side of the bars, as a share of their width."""


def _style(colours: Sequence[str]) -> Style:
    """Ink of the page around it, in light and dark."""
    return Style(
        background="transparent",
        plot_background="transparent",
        foreground="currentColor",
        foreground_strong="currentColor",
        foreground_subtle="currentColor",
        guide_stroke_color="#8888",
        major_guide_stroke_color="#8888",
        colors=tuple(colours),
        font_family=FONT,
        opacity=".9",
        label_font_size=13,
        major_label_font_size=13,
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """One value; `words` say it to those who cannot see it, `href` leads to what stands behind it."""

    value: float | None
    words: str = ""
    href: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How a chart is shown; the style sheet inside it carries `nonce`."""

    title: str
    nonce: str
    height: int = 340
    amount: Callable[[float], str] = "{:g}".format
    """A value of the axis in words."""
    strip: Sequence[tuple[int, str]] = ()
    """Under each bar how well its time was watched, from 0 to 4, and that in words."""
    colours: Mapping[str, str] = field(default_factory=dict)
    """The colour of each series that has its own; with none of them no legend is drawn."""


def bar_chart(labels: Sequence[str], series: Mapping[str, Sequence[Bar]], look: Look) -> Markup:
    """Stacked bars, a colour for each series."""
    chart = pygal.StackedBar(
        js=(),
        style=_style([look.colours.get(name, COLOURS[0]) for name in series]),
        disable_xml_declaration=True,
        height=look.height,
        value_formatter=look.amount,
        min_scale=3,
        max_scale=8,
        width=960,
        legend_at_bottom=True,
        show_legend=bool(look.colours),
        x_label_rotation=35 if len(labels) > 14 else 0,
        show_minor_x_labels=len(labels) <= 40,
        x_labels_major_every=max(1, len(labels) // 20),
        no_data_text="没有数字 No figures",
    )
    chart.x_labels = list(labels)
    for name, bars in series.items():
        chart.add(name or "—", [_drawn(bar) for bar in bars])
    root = _without_scripts(chart.render(), look)
    _draw_strip(root, look.strip)
    return Markup(etree.tostring(root, encoding="unicode"))


def _drawn(bar: Bar) -> dict[str, object] | None:
    if bar.value is None:
        return None
    link = {"xlink": {"href": bar.href, "target": "_self"}} if bar.href else {}
    return {"value": bar.value, "label": bar.words, **link}


def _without_scripts(drawing: bytes, look: Look) -> etree._Element:
    root = etree.fromstring(drawing)
    for script in root.findall(f".//{_SVG}script"):
        parent = script.getparent()
        assert parent is not None
        parent.remove(script)
    for styled in root.findall(".//*[@style]"):
        # A rule against inline styles would drop it anyway.
        del styled.attrib["style"]
    for sheet in root.iter(f"{_SVG}style"):
        sheet.set("nonce", look.nonce)
    for link in root.iter(f"{_SVG}a"):
        link.set("aria-label", _words_of(link))
        link.set("href", link.get(_HREF) or "")
    root.set("role", "group")
    root.set("aria-label", look.title)
    return root


def _draw_strip(root: etree._Element, strip: Sequence[tuple[int, str]]) -> None:
    plot = root.find(f".//{_SVG}g[@class='plot']")
    ground = plot.find(f"{_SVG}rect[@class='background']") if plot is not None else None
    if plot is None or ground is None:
        return
    width, height = float(ground.get("width") or 0), float(ground.get("height") or 0)
    step = width / (1 + 2 * _MARGIN) / max(1, len(strip))
    for number, (level, words) in enumerate(strip):
        x = width * _MARGIN / (1 + 2 * _MARGIN) + number * step
        place = {
            "x": f"{x + 1:.1f}",
            "y": f"{height + 2:.1f}",
            "width": f"{max(step - 2, 1):.1f}",
            "height": "6",
        }
        box = etree.SubElement(plot, f"{_SVG}rect", {"class": f"w{level}", **place})
        etree.SubElement(box, f"{_SVG}title").text = words
    for label in root.iterfind(f".//{_SVG}g[@class='axis x']//{_SVG}text"):
        if "transform" not in label.attrib:
            label.set("dy", "8")


def _words_of(link: etree._Element) -> str:
    told = {one.get("class"): one.text or "" for one in link.findall(f"{_SVG}desc")}
    return " ".join(part for part in (told.get("x_label", ""), told.get("label", "")) if part)
