"""Whether what the service shows of hostile names can do anything where it is shown."""

import unicodedata
from html.parser import HTMLParser
from urllib.parse import urlsplit

from tests.support.markdown import OURS, REFERENCE, as_github, as_markdown_it

MARKER = "<!-- edgewarden:review:default -->"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_ACTIVE = frozenset(
    {"script", "img", "iframe", "object", "embed", "svg", "math", "form", "base", "video", "audio"}
)


def assert_inert_comment(comment: str, addresses: tuple[str, ...]) -> None:
    """Our marker and our elements; links below ``addresses`` alone; nobody is mentioned."""
    assert comment.startswith(f"{MARKER}\n")
    assert comment.count("<!--") == 1
    assert_no_control_characters(comment)
    for rendered in (as_github(comment), as_markdown_it(comment)):
        assert rendered.elements <= OURS
        assert [text.strip() for text in rendered.comments] == [MARKER[4:-3].strip()]
        foreign = [each for each in rendered.addresses if not each.startswith(addresses)]
        assert not foreign
        referring = [text for text in rendered.plain if REFERENCE.search(text)]
        assert not referring


class _Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.comments: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def assert_inert_page(html: str) -> None:
    """No active element, no handler, and no address but those of the service itself."""
    page = _Page(html)
    assert not page.comments
    assert_no_control_characters(html)
    for tag, attributes in page.elements:
        assert tag not in _ACTIVE
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action", "content"):
            address = urlsplit(attributes.get(name) or "")
            assert not address.netloc, attributes
            assert address.scheme == "", attributes


def assert_no_control_characters(text: str) -> None:
    """Lines of characters that are seen, and nothing that a terminal would obey."""
    unseen = {c for c in text if unicodedata.category(c) in _UNSEEN and c != "\n"}
    assert not unseen
