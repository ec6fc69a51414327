"""Rule files: one rule each, refused whole with everything that is wrong."""

from collections.abc import Iterable, Iterator, Mapping

from edgewarden.governance.rules.rule import Rule, RuleError
from edgewarden.manifests.documents import Limits
from edgewarden.manifests.nodes import Node
from edgewarden.workflows.forms.fault import Fault, FormError
from edgewarden.workflows.forms.reading import Filled, Paper
from edgewarden.workflows.rulebook.faults import FileFault, RulebookError
from edgewarden.workflows.rulebook.rule_file import MANIFESTS, RuleFile, RuleTest
from edgewarden.workflows.rulebook.rule_form import RuleForm

_PAPER = Paper(
    "rule",
    "Begin it with `id`; `edgewarden rules explain or-where-and` shows a whole one.",
    Limits(size=256_000, depth=20, nodes=20_000, documents=20),
)
_BLOCKS = ("|", ">")
_QUOTES = ("'", '"')


def read_rules(files: Mapping[str, bytes]) -> tuple[RuleFile, ...]:
    """The rules of files by their paths, in the order of their ids.

    Raises ``RulebookError`` with the faults of all files at once.
    """
    faults: list[FileFault] = []
    read: list[RuleFile] = []
    for path, content in sorted(files.items()):
        try:
            read.append(read_rule(content, path))
        except FormError as error:
            faults += (FileFault(path, each) for each in error.faults)
    faults += _named_again(read)
    if faults:
        raise RulebookError(faults)
    return tuple(sorted(read, key=lambda each: each.terms.id))


def read_rule(content: bytes, path: str) -> RuleFile:
    """Raises ``FormError`` with everything that is wrong, never anything else."""
    filled = _PAPER.read(content, RuleForm)
    terms = filled.form.terms()
    try:
        Rule.of(terms)
    except RuleError as error:
        raise FormError(_language_faults(error, filled, content)) from None
    return RuleFile(path, terms, tuple(_tests(filled)))


def _tests(filled: Filled[RuleForm]) -> Iterator[RuleTest]:
    for number, test in enumerate(filled.form.tests):
        line = filled.at("tests", number).line
        yield RuleTest(
            test.name,
            _files(test.before),
            _files(test.after),
            test.finds,
            line,
            test.request.request(),
        )


def _files(written: str | dict[str, str]) -> Mapping[str, str]:
    return {MANIFESTS: written} if isinstance(written, str) else written


def _named_again(rules: Iterable[RuleFile]) -> Iterator[FileFault]:
    first: dict[str, str] = {}
    for rule in rules:
        for name in (rule.terms.id, *rule.terms.aliases):
            other = first.setdefault(name, rule.path)
            if other != rule.path:
                message = f"A second rule is called {name}, besides {other}."
                yield FileFault(rule.path, Fault(1, 1, message, "Give it another id.", "id"))


def _language_faults(error: RuleError, filled: Filled[RuleForm], content: bytes) -> Iterator[Fault]:
    for field, fault in error.faults:
        keys = (field, *(filled.form.each or ())) if field == "each" else (field,)
        line, column = _place(filled.at(*keys), fault.line, fault.column, content)
        yield Fault(line, column, f"`{field}`: {fault.reason}.", fault.remedy, field)


def _place(node: Node, line: int, column: int, content: bytes) -> tuple[int, int]:
    """Where a place in the text of a scalar stands in the file.

    Lines that YAML folds are taken for those of the file.
    """
    lines = content.decode("utf-8-sig").splitlines()
    beginning = lines[node.line - 1][node.column - 1 :]
    if beginning.startswith(_BLOCKS):
        row = min(node.line + line, len(lines))
        indent = len(lines[row - 1]) - len(lines[row - 1].lstrip())
        return row, indent + column
    quoted = beginning.startswith(_QUOTES)
    return (node.line, node.column + quoted + column - 1) if line == 1 else (node.line, node.column)
