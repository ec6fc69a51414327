"""What the policies of a chart ask that none of its files tells: the cluster, the clock, chance.

``helm template`` answers as if there was no cluster, and as it is now. Another answer may open or
close something, so it has to be said. A template that puts code together out of texts, for ``tpl``,
is not seen through.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edgewarden.manifests.chart_archives import ArchiveError, unpacked

_POLICY = re.compile(r"NetworkPolicy|^\s*[\"']?kind[\"']?:\s*[\"']?Namespace\b", re.MULTILINE)
_COMMENT = re.compile(r"\{\{-?\s*/\*")
_ACTION = re.compile(r"\{\{((?:(?!\{\{)[\s\S])*?)\}\}")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')
_ASKS = re.compile(
    r"(?<![\w.$-])(?:lookup|getHostByName|now|rand[A-Z]\w+|shuffle|uuidv4|gen[A-Z]\w+|bcrypt"
    r"|htpasswd|encryptAES)\b|\.Capabilities\b(?!\.KubeVersion)"
    r"|\.Release\.(?:IsInstall|IsUpgrade|Revision)\b"
)
"""Functions and objects of Helm's templates. The version of Kubernetes is not among them: by it
charts choose between versions of an API, of which the API server makes the same objects."""
_ANSWERED = re.compile(
    r'\.Capabilities\.APIVersions\.Has\s+"networking\.k8s\.io/v1(?:/NetworkPolicy)?"'
)
"""Every cluster has it, and Helm knows that."""
_DEFINE = re.compile(r'\{\{-?\s*(?:define|block)\s+"([^"]+)"')
_INCLUDE = re.compile(r'(?<![\w.$-])(?:include|template)\s+(?:"([^"]+)"|(?=\S))')
_DIGEST = re.compile(r"\b(?:sha1|sha256|sha512|adler32)sum\b")
_CODE_IN_TEXT = re.compile(r"(?<![\w.$-])tpl\b")
_TEMPLATES = "templates"


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """``asked`` is a function of Helm, or what stands for it, at a place in a file of the chart."""

    path: str
    line: int
    asked: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A file, or what it defines under a name. It may include ``anything``."""

    questions: tuple[Question, ...]
    includes: frozenset[str] = frozenset()
    anything: bool = False


def questions(files: Mapping[str, bytes], chart: str = "") -> tuple[Question, ...]:
    """What policies and namespaces of a chart hang on, given all its files; sorted.

    ``chart`` is its directory, empty for the root of the tree. They hang on what their templates
    ask, on what these include, and on what the values ask.
    """
    asking: list[_Part] = []
    defined: dict[str, list[_Part]] = {}
    any_policy = False
    for path, content in sorted(files.items()):
        try:
            texts = [(inner, _without_comments(text)) for inner, text in unpacked(path, content)]
        except ArchiveError as error:
            asking.append(_Part((Question(path, 1, str(error)),)))
            any_policy = True
            continue
        for inner, text in texts:
            names = (inner.removeprefix(f"{chart}/") if chart else inner).split("/")
            if _is_no_code(names):
                continue
            makes_policy = bool(_POLICY.search(text))
            any_policy = any_policy or makes_policy
            if makes_policy or _TEMPLATES not in names[:-1]:
                asking.append(_part(path, inner, text, 1))
            for name, stretch, line in _definitions(text):
                defined.setdefault(name, []).append(_part(path, inner, stretch, line))
    return tuple(sorted(_asked(asking, defined))) if any_policy else ()


def _is_no_code(names: list[str]) -> bool:
    """Whether nothing of a file is evaluated and applied: of what lies below ``templates`` only
    the notes are not, whatever the others are called (``helm.sh/helm/v3/pkg/engine``)."""
    *above, name = names
    if _TEMPLATES in above or name == "NOTES.txt":
        return name == "NOTES.txt"
    return "crds" in above or name.endswith(".md")


def _asked(asking: list[_Part], defined: Mapping[str, list[_Part]]) -> set[Question]:
    found: set[Question] = set()
    reached: set[str] = set()
    while asking:
        part = asking.pop()
        found.update(part.questions)
        names = defined.keys() if part.anything else part.includes & defined.keys()
        for name in names - reached:
            reached.add(name)
            asking += defined[name]
    return found


def _definitions(text: str) -> Iterator[tuple[str, str, int]]:
    """Each stretch that begins with a definition: its name, itself, and its first line."""
    starts = [*_DEFINE.finditer(text)]
    ends = [*(each.start() for each in starts[1:]), len(text)]
    line, before = 1, 0
    for found, end in zip(starts, ends, strict=False):
        start = found.start()
        line, before = line + text.count("\n", before, start), start
        yield found[1], text[start:end], line


def _part(path: str, inner: str, text: str, line: int) -> _Part:
    """``inner`` is the path in an archive at ``path``, which has no lines itself."""
    asked: list[Question] = []
    includes: set[str] = set()
    anything = False
    before = 0
    for action in _ACTION.finditer(text):
        code = action[1]
        names = {each[1] for each in _INCLUDE.finditer(code)}
        anything = anything or (None in names and not _DIGEST.search(code))
        includes.update(filter(None, names))
        line, before = line + text.count("\n", before, action.start()), action.start()
        seen = code if _CODE_IN_TEXT.search(code) else _TEXT.sub("", _ANSWERED.sub("", code))
        if found := _ASKS.search(seen):
            packed = Question(path, 1, f"{found[0]} in {inner}:{line}")
            asked.append(Question(path, line, found[0]) if inner == path else packed)
    return _Part(tuple(asked), frozenset(includes), anything)


def _without_comments(text: str) -> str:
    """The text with its lines, and without comments of templates: these show code as examples."""
    kept: list[str] = []
    at = 0
    while (comment := _COMMENT.search(text, at)) and (end := text.find("*/", comment.end())) >= 0:
        kept += (text[at : comment.start()], "\n" * text.count("\n", comment.start(), end))
        at = end
    return "".join((*kept, text[at:]))
