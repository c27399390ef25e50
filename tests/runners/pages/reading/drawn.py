"""Read a chart back from its HTML: texts, paths, legend and the table of its figures."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

VOID = frozenset({"meta", "link", "br", "hr", "img"})


class Seen(HTMLParser):
    """What a chart says, and what it draws.

    Attributes
    ----------
    texts : list of str
        Texts of the `<svg>`, without those of titles.
    paths : list of (str, dict)
        Each path's `d`, and its style by property.
    keys : list of (str, str)
        Entries of the legend: shape and text.
    head, body : list
        The table's columns; its rows, each as a list of texts.
    """

    def __init__(self, html):
        super().__init__()
        self.texts, self.paths, self.keys, self.head, self.body = [], [], [], [], []
        self.titles, self.colours, self.elements, self._open, self._shape = [], [], [], [], ""
        self.feed(html)
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag, attrs):
        self._open.append(tag)
        self.elements.append((tag, dict(attrs)))
        given = dict(attrs)
        if tag == "text":
            self.texts.append("")
        elif tag == "i":
            self._shape = given["class"]
            self.colours += re.findall(r"var\(--(\w+)\)", given["style"])
        elif tag == "tr" and "tbody" in self._open:
            self.body.append([])
        elif tag in ("td", "th"):
            (self.body[-1] if "tbody" in self._open else self.head).append("")

    def handle_startendtag(self, tag, attrs):
        given = dict(attrs)
        self.elements.append((tag, given))
        if tag == "path":
            style = dict(part.split(":", 1) for part in given.get("style", "").split(";") if part)
            self.paths.append((given["d"], style))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        inside = self._open[-1] if self._open else ""
        if inside == "title":
            self.titles.append(data)
        elif inside == "text":
            self.texts[-1] += data
        elif inside == "span" and self._shape:
            self.keys.append((self._shape, data))
            self._shape = ""
        elif inside in ("td", "th"):
            (self.body[-1] if "tbody" in self._open else self.head)[-1] += data

    def lines(self, colour):
        """Return the `d` of the stroked paths of a colour."""
        return [d for d, style in self.paths if style.get("stroke") == f"var(--{colour})"]

    def fills(self, colour):
        """Return the `d` of the filled paths of a colour."""
        return [d for d, style in self.paths if style.get("fill") == f"var(--{colour})"]

    def column(self, name):
        """Return a column of the table by the names of the rows."""
        place = self.head.index(name)
        return {row[0]: row[place] for row in self.body}


def charts_in(page):
    """Return the HTML of each chart of a page, from its `<div>` to the end of it."""
    found = []
    for start in re.finditer('<div class="chart" id="chart-', page):
        depth = 0
        for tag in re.finditer("<div|</div>", page[start.start() :]):
            depth += 1 if tag[0] == "<div" else -1
            if not depth:
                found.append(page[start.start() : start.start() + tag.end()])
                break
    return found


def other_markup(page):
    """Return the `<i>` elements of a page that are no swatch of a legend."""
    swatch = r'<i class="(?:line|dash|box|dot)" style="color:var\(--\w+\)(?:;opacity:[\d.]+)?">'
    return [tag for tag in re.findall(r"<i\b[^>]*>", page, re.I) if not re.fullmatch(swatch, tag)]


def well_formed(html):
    """Raise if a chart's `<svg>` is no XML."""
    start, end = html.index("<svg"), html.rindex("</svg>")
    ElementTree.fromstring(html[start:end] + "</svg>")


def subpaths(d):
    """Return the points of each part of a path; commands M, L, l, H, h, V, v and z are read."""
    parts, x, y = [], 0, 0
    for command, words in re.findall(r"([MLlHhVvz])([^MLlHhVvz]*)", d):
        numbers = [int(number) for number in re.findall(r"-?\d+", words)]
        if command == "M":
            x, y = numbers
            parts.append([(x, y)])
        elif command in "Ll":
            for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
                x, y = (dx, dy) if command == "L" else (x + dx, y + dy)
                parts[-1].append((x, y))
        elif command in "Hh":
            x = numbers[0] + (x if command == "h" else 0)
            parts[-1].append((x, y))
        elif command in "Vv":
            y = numbers[0] + (y if command == "v" else 0)
            parts[-1].append((x, y))
        else:
            parts[-1].append(parts[-1][0])
            x, y = parts[-1][0]
    return parts


def boxes(d):
    """Return left, right, top and bottom of each box of a path."""
    found = []
    for points in subpaths(d):
        xs, ys = zip(*points, strict=True)
        found.append((min(xs), max(xs), min(ys), max(ys)))
    return found


def value(text):
    """Return the number that a label or a cell shows; percent as a fraction."""
    plain = text.replace("\N{MINUS SIGN}", "-").replace(",", "")
    for suffix, size in (("%", 0.01), ("bn", 1e9), ("M", 1e6), ("k", 1e3)):
        if plain.endswith(suffix):
            return float(plain.removesuffix(suffix)) * size
    return float(plain)
