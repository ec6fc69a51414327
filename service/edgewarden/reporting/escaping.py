"""Text of a repository made harmless for GitHub-flavoured Markdown and for a terminal.

Names, labels, paths and quoted content are written by whoever opens a pull request. Shown as
they are, they could mention people, refer to issues, link, load images, forge the hidden marker
of a comment or turn the reading direction around. Two functions cover every use: ``code`` for an
identifier, ``prose`` for a sentence that may quote some. Both work inside a table and outside.
"""

import re
import unicodedata
from collections.abc import Iterable

LONGEST_NAME = 200
"""Identifiers are cut to this many shown characters."""
LONGEST_SENTENCE = 2000
"""Sentences are cut to this many characters before they are escaped."""

_UNSEEN = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that show nothing, although their category is that of letters, marks or symbols."""

_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_FIRST_ESCAPED_BYTE, _LAST_ESCAPED_BYTE = 0xDC80, 0xDCFF
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)
_MORE_VARIATION_SELECTORS = range(0xE0100, 0xE01F0)

_WORD = re.compile(
    r"""
    [A-Za-z]+(?:['-][A-Za-z]+)*     # a word
    | [A-Z]+(?:/[A-Z]+)+            # AND/OR
    | IPv[46]
    | [0-9]{1,6}                    # a number too short to be taken for a commit
    | [\u2013\u2014\u2026\u2192&]   # a dash, an ellipsis, an arrow, an ampersand on its own
    """,
    re.VERBOSE | re.ASCII,
)
_TOKEN = re.compile(r"""[("']*`[^`]+`[.,;:!?)"']*(?=\s|$)|\S+""")
"""What a sentence quotes in backticks is one token, whatever spaces it has."""
_QUOTED = re.compile(r"`([^`]+)`")
_NO_WORD = re.compile(r"[0-9a-f]{7,}|www|https?|ftp|mailto|xmpp", re.IGNORECASE)
"""What could be taken for a commit, or begins an address: GitHub's parser links even ``www..``."""
_LIKE_A_LIST = re.compile(r"^([0-9]+)([.)])", re.ASCII)
_PIECE = re.compile(r"\A([).,;:]* ?)(.*?)( ?\(?)\Z", re.DOTALL)
_OPENING, _CLOSING = "(\"'", ".,;:!?)\"'"


def visible(text: str) -> str:
    """``text`` with every character that is unseen, or moves others, written as an escape.

    Control, format (bidirectional among them), private, unassigned and line-separating
    characters, spaces other than U+0020, and bytes that were not UTF-8 become ``\\n``,
    ``\\x1b``, ``\\u202e`` or ``\\U000e0001``. The result is one line and can be encoded.
    """
    return "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    if " " <= character <= "~":
        return character
    if character in _NAMED:
        return _NAMED[character]
    point = ord(character)
    category = unicodedata.category(character)
    if not (
        category in _UNSAFE_CATEGORIES
        or category == "Zs"
        or character in _UNSEEN
        or point in _VARIATION_SELECTORS
        or point in _MORE_VARIATION_SELECTORS
    ):
        return character
    if _FIRST_ESCAPED_BYTE <= point <= _LAST_ESCAPED_BYTE:
        return f"\\x{point - 0xDC00:02x}"
    if point <= 0xFF:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"


def clipped(text: str, longest: int) -> str:
    """``text`` cut to ``longest`` characters, the last of them an ellipsis where it is cut."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def code(text: str, longest: int = LONGEST_NAME) -> str:
    """``text`` as a code span: nothing inside is formatted, linked or mentioned.

    The fence is longer than any run of backticks inside (CommonMark 0.31, 6.1). A pipe is
    written as ``\\x7c``, since a table would end its cell there, and the beginning of an HTML
    comment as ``<\\x21--``, so that no marker of ours can be forged. Empty text is shown as
    ``""``.
    """
    shown = clipped(_unforgeable(text), longest).replace("|", "\\x7c")
    if not shown:
        shown = '""'
    fence = "`" * (_longest_run(shown) + 1)
    touches_fence = shown.startswith("`") or shown.endswith("`")
    would_be_stripped = shown.startswith(" ") and shown.endswith(" ") and bool(shown.strip())
    pad = " " if touches_fence or would_be_stripped else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def fenced(lines: Iterable[str], language: str = "yaml") -> tuple[str, ...]:
    """Lines as a fenced block, the fence longer than any backticks inside."""
    shown = tuple(clipped(_unforgeable(line), LONGEST_NAME) for line in lines)
    fence = "`" * max(3, _longest_run("".join(shown)) + 1)
    return f"{fence}{language}", *shown, fence


def exactly_shown(line: str) -> bool:
    """Whether a fenced block shows the line as it is."""
    return len(line) <= LONGEST_NAME and _unforgeable(line) == line


def _unforgeable(text: str) -> str:
    return visible(text).replace("<!--", "<\\x21--")


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def prose(text: str) -> str:
    """A sentence for Markdown: plain words stay, whatever else it holds becomes a code span.

    Words are recognised by what they are allowed to be (letters, short numbers, sentence
    punctuation around them), so that a new kind of automatic link finds nothing either. The
    result is one line, of at most ``LONGEST_SENTENCE`` characters before escaping.
    """
    tokens = _TOKEN.findall(clipped(text, LONGEST_SENTENCE))
    words = " ".join(map(_prose_token, tokens))
    return _LIKE_A_LIST.sub(r"\1\\\2", words)


def prose_between(text: str) -> str:
    """``prose`` of a piece of a sentence that something of its own stands beside, as a place.

    The space, the closing punctuation and the opening parenthesis at its ends stay bare.
    """
    closing, inner, opening = _PIECE.findall(text)[0]
    return f"{closing}{prose(inner)}{opening}"


def _prose_token(token: str) -> str:
    core = token.lstrip(_OPENING)
    before = token[: len(token) - len(core)]
    core = core.rstrip(_CLOSING)
    after = token[len(before) + len(core) :]
    if not core:
        return code(token)
    if quoted := _QUOTED.fullmatch(core):
        return f"{before}{code(quoted[1])}{after}"
    if not _WORD.fullmatch(core) or _NO_WORD.fullmatch(core):
        return f"{before}{code(core)}{after}"
    return token
