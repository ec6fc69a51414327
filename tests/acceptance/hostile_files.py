"""What a pull request may hold beside a good change of a policy, and what must be said of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from edgewarden.governance.review import Verdict
from tests.support.manifests import ingress_policy
from tests.support.repositories import File, Link, Submodule

POLICY = ingress_policy("more", "db", "web", 5432)
TYPE = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
SELECTION = "spec:\n  podSelector: {matchLabels: {app: db}}\n"
RULES = f"{TYPE}metadata: {{name: big, namespace: shop}}\n{SELECTION}  ingress:\n"
HOSTILE = (
    "a`b`|<img src=x onerror=alert(1)>[c](http://evil.example)@team #1 <!-- edgewarden:review:"
)
ESCAPES = r"\e[31mred\e]0;owned\a\u202egnp\u2028\u200b"
"""In double quotes YAML makes of it: terminal escapes, a change of direction, a new line."""


@dataclass(frozen=True, slots=True)
class Told:
    """A problem: where its place begins, and what it says there."""

    place: str
    says: str


@dataclass(frozen=True, slots=True)
class Hostile:
    """Files, made when they are needed since some are large, and what a review tells of them."""

    name: str
    files: Callable[[], Mapping[str, File]]
    told: tuple[Told, ...] = ()
    verdict: Verdict = Verdict.INCONCLUSIVE


def at(path: str, content: File, line: int, says: str) -> Hostile:
    """A file of which one problem is told, at that line."""
    return Hostile(path, lambda: {path: content}, (Told(f"{path}:{line}", says),))


def yaml(name: str, text: str | bytes, line: int, says: str) -> Hostile:
    return at(f"other/{name}.yaml", text, line, says)


def together(name: str, *parts: Hostile) -> Hostile:
    """The files of several in one pull request; what is told of each is told."""

    def files() -> dict[str, File]:
        return {path: content for part in parts for path, content in part.files().items()}

    return Hostile(name, files, tuple(told for part in parts for told in part.told))


def named(name: str, metadata: str, says: str = "The API server refuses") -> Hostile:
    """A policy of the metadata given, as a flow mapping."""
    return yaml(name, f"{TYPE}metadata: {{{metadata}}}\n{SELECTION}", 3, says)


def much(name: str, text: Callable[[], str], verdict: Verdict) -> Hostile:
    """Much of what is sound: all of it is judged, and there is no problem to tell."""
    return Hostile(name, lambda: {f"other/{name}.yaml": text()}, (), verdict)


def oversized(name: str, text: Callable[[], bytes], says: str) -> Hostile:
    path = f"other/{name}.yaml"
    return Hostile(name, lambda: {path: text()}, (Told(f"{path}:", says),))


def alias_bomb() -> str:
    levels = (f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]\n" for n in range(1, 12))
    return f"{TYPE}x0: &x0 [a, a, a, a, a, a, a, a, a]\n{''.join(levels)}"


def merge_bomb() -> str:
    keys = ", ".join(f"k{number}: v" for number in range(1000))
    return f"x: &x {{{keys}}}\n" + "".join(f"y{number}: {{<<: *x}}\n" for number in range(2000))


def policies(count: int) -> str:
    each = (ingress_policy(f"p{number}", "db", f"x{number}", 80) for number in range(count))
    return "---\n".join(each)


def rules(count: int) -> str:
    rule = "  - {{from: [{{podSelector: {{matchLabels: {{app: x{0}}}}}}}], ports: [{{port: {1}}}]}}"
    return RULES + "\n".join(rule.format(number, number + 1) for number in range(count))


def ranges(count: int) -> str:
    block = "    - ipBlock: {{cidr: {0}.{1}.0.0/17}}\n"
    blocks = (block.format(20 + number // 256, number % 256) for number in range(count))
    return f"{RULES}  - from:\n{''.join(blocks)}    ports: [{{port: 443}}]\n"


SYNTAX = (
    yaml("nested-brackets", "[" * 100_000, 1, "deeper than 100 levels"),
    yaml("nested-and-closed", "[" * 100_000 + "]" * 100_000, 1, "deeper than 100 levels"),
    yaml("nested-braces", "{a: " * 100_000, 1, "deeper than 100 levels"),
    yaml("nested-lists", "- " * 100_000, 1, "deeper than 100 levels"),
    yaml("alias-bomb", alias_bomb(), 7, "merges add more than 50000 values"),
    yaml("alias-in-itself", f"{TYPE}spec: &a [*a]\n", 3, "stands inside what it names"),
    yaml("merge-bomb", merge_bomb(), 18, "merges add more than 50000 values"),
    yaml("many-documents", b"---\n" * 1_000_000, 1, "more than 10000 documents"),
    yaml("binary", bytes(range(256)) * 16, 2, "binary or encrypted"),
    yaml("git-crypt", b"\0GITCRYPT\0\x8a\x01\xff" + bytes(range(200)), 1, "binary or encrypted"),
    yaml("not-utf-8", POLICY.encode() + b"# caf\xe9\n", 14, "is no UTF-8"),
    yaml("nul", POLICY + "\0", 14, "binary or encrypted"),
    yaml("escape-character", "a: b\nc: \x1b[31m\n", 2, "not YAML"),
    yaml("repeated-keys", POLICY + POLICY, 14, "twice"),
    yaml("repeated-rules", f"{RULES}  - {{}}\n  ingress: []\n", 8, "twice"),
    yaml("equals-sign", POLICY.replace("5432", "="), 13, 'Invalid value: "="'),
    yaml("port-in-quotes", POLICY.replace("5432", '"5432"'), 13, "at least one letter"),
    yaml("unknown-tag", POLICY.replace("5432", "!Port x"), 13, "'!Port' is none that"),
    yaml("python-tag", f"a: !!python/object/apply:os.system [id]\n{POLICY}", 1, "none that"),
    yaml("hostile-tag", f"{TYPE}spec: !%3Cimg%20src=x%3E@team%60%1B%5B31m y\n", 3, "none that"),
    yaml("template", f"{{{{- if .Values.on }}}}\n{POLICY}{{{{- end }}}}\n", 1, "a template"),
    yaml("templated-name", POLICY.replace("more", "{{ .Release.Name }}"), 4, "a template"),
    yaml("template-alone", "{{ toYaml .Values.policy }}\n", 1, "A key is no text"),
    yaml("mapping-as-key", f"{TYPE}? {{a: b}}\n: c\n", 3, "A key is no text"),
    yaml("tabs", f"{TYPE}spec:\n\tpodSelector: {{}}\n", 4, "not YAML"),
)

ANNOTATIONS = f"{{owner: '{HOSTILE}', reason: \"{ESCAPES}\"}}"
HARMLESS = {
    "other/equals-sign.yaml": "=\n",
    "other/tags-of-others.yaml": "Resources: {Db: {Name: !Ref Name}}\n",
    "other/giant-numbers.yaml": f"a: {'9' * 100_000}\nb: 1e999999\nc: .nan\n",
    "other/repeated-keys-of-others.yaml": "a: 1\na: 2\n",
    "other/tsconfig.json": "// no JSON\n{}\n",
    "other/annotated.yaml": POLICY.replace("spec:", f"  annotations: {ANNOTATIONS}\nspec:"),
}
"""Odd files in which there is nothing to object to."""

ODD_FILES = (
    oversized("50-mb", lambda: b"a: b\n" * 10_000_000, "larger than 5 MB"),
    at("other/link.yaml", Link("../policies/db.yaml"), 1, "symbolic link"),
    at("other/passwd.yaml", Link("../../../../../../../../etc/passwd"), 1, "symbolic link"),
    at("vendor/lib", Submodule("c" * 40), 1, "submodule"),
    at("other/manifest.json", '{"apiVersion": "v1", "kind": "Pod", ', 1, "not YAML"),
    Hostile(
        "harmless",
        lambda: {**HARMLESS},
        (Told("other/tsconfig.json:1", "not JSON"),),
        Verdict.PASS,
    ),
)

SIZES = (
    much("policies", partial(policies, 10_000), Verdict.PASS),
    much("rules", partial(rules, 10_000), Verdict.PASS),
    much("ranges", partial(ranges, 1_000), Verdict.ATTENTION),
    yaml("endless-name", POLICY.replace("more", "n" * 1_000_000), 4, "API server refuses"),
)

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {0}\nspec: {{containers: []}}\n"
NAMES = together(
    "hostile-names",
    named("hostile-policy-name", f"name: '{HOSTILE}', namespace: shop"),
    named("hostile-namespace", f"name: a, namespace: '{HOSTILE}'"),
    named("hostile-label", f"name: a, namespace: shop, labels: {{'{HOSTILE}': x}}"),
    named("hostile-label-value", f"name: a, namespace: shop, labels: {{x: '{HOSTILE}'}}"),
    named("hostile-field", f"name: a, namespace: shop, '{HOSTILE}': x", "unknown field"),
    named("escapes-in-a-name", f'name: "{ESCAPES}", namespace: shop'),
    named("escapes-in-a-namespace", f'name: a, namespace: "{ESCAPES}"'),
    yaml("hostile-workload", POD.format(f"'{HOSTILE}'"), 4, "The API server refuses"),
    yaml("escapes-in-a-workload", POD.format(f'"{ESCAPES}"'), 4, "The API server refuses"),
    yaml(
        "hostile-kind",
        f"apiVersion: example.com/v1\nkind: '{HOSTILE} NetworkPolicy'\nmetadata: {{name: a}}\n",
        1,
        "is new and not judged",
    ),
)

PATHS = (
    "other/new\nline.yaml",
    "other/a|pipe`tick`.yaml",
    "other/<img src=x onerror=alert(1)>.yaml",
    "other/@team #1 [x](http:evil.example).yaml",
    "other/<!-- edgewarden:review:default -->.yaml",
    "other/\x1b[31mred\x1b]0;owned\x07.yaml",
    "other/\u202egnp\u2028.yaml",
    "--output=x/-.yaml",
    f"other/{'long' * 300}.yaml",
    "other/caf\udce9.yaml",
)
"""The last one has a byte that is not UTF-8."""


def sound_files() -> dict[str, File]:
    """Policies under hostile names, which open the database further."""
    return {
        path: ingress_policy(f"more-{number}", "db", "web", 6000 + number)
        for number, path in enumerate(PATHS)
    }


HOSTILE_PATHS = (
    Hostile(
        "broken-files",
        lambda: dict.fromkeys(PATHS, "a: ["),
        tuple(Told(f"{path}:", "not YAML") for path in PATHS),
    ),
    Hostile("sound-files", sound_files, verdict=Verdict.PASS),
)

CASES = (*SYNTAX, *ODD_FILES, *SIZES, NAMES, *HOSTILE_PATHS)
