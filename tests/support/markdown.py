"""What a forge makes of Markdown: GitHub's own parser, and an account of what came out."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import cmarkgfm  # type: ignore[import-untyped]
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]
from markdown_it import MarkdownIt

OURS = frozenset(
    {
        "p",
        "h3",
        "h4",
        "h5",
        "ul",
        "li",
        "strong",
        "em",
        "code",
        "br",
        "sub",
        "pre",
        "details",
        "summary",
    }
    | {"table", "thead", "tbody", "tr", "th", "td"}
)
"""The elements that a comment of ours is made of, links apart."""

REFERENCE = re.compile(
    r"@\w|#\d|\bGH-\d|https?://|\bwww\.|\b[0-9a-f]{7,40}\b|[\w.+-]+@[\w-]|mailto:|xmpp:",
    re.IGNORECASE,
)
"""What GitHub turns into mentions, references and links after rendering, outside of code."""


@dataclass
class Rendered(HTMLParser):
    """A rendered text taken apart. ``plain`` is the text outside of code, by element."""

    html: str
    elements: set[str] = field(default_factory=set)
    addresses: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.addresses.append(dict(attrs).get("href") or "")
        else:
            self.elements.add(tag)
        if tag == "tr":
            self.cells.append(0)
        if tag in {"td", "th"}:
            self.cells[-1] += 1
        if tag == "code":
            self.code.append("")
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"{tag} is closed and was not open"
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "code" in self._open:
            self.code[-1] += data
        else:
            self.plain.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def as_github(markdown: str) -> Rendered:
    """By GitHub's parser with its automatic links, raw HTML let through."""
    return Rendered(
        cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE)
    )


def as_markdown_it(markdown: str) -> Rendered:
    """By a second parser, with eager automatic links."""
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": True})
    return Rendered(parser.render(markdown))
