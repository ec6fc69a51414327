"""What makes a namespace one whose exposure weighs more than that of others."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL
from edgewarden.reachability.model import Namespace

SENSITIVE_KEY = "edgewarden.io/sensitive"
"""An annotation or a label of a namespace: a word for what is sensitive there, or ``false``."""

_INSENSITIVE = frozenset({"false", "no", "none"})

_WORDS: Mapping[str, str] = {
    word: kind
    for kind, words in {
        "database": (
            "database databases db dbs postgres postgresql mysql mariadb mongo mongodb redis"
            " cassandra clickhouse cockroachdb elasticsearch oracle mssql sql datastore"
        ),
        "payment": "payment payments billing ledger card cards pci wallet",
        "admin": "admin administration vault secrets iam identity keycloak sso pki backoffice",
    }.items()
    for word in words.split()
}
"""Parts of names, between hyphens, that say what is in a namespace."""

_PARTS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """``kind`` is a word for what is there; ``because`` reads after the word "since"."""

    kind: str
    because: str


def sensitivity(name: str, manifest: Namespace | None) -> Sensitivity | None:
    """What its annotation says, else what its name or a value of its labels does."""
    annotations = {} if manifest is None else manifest.annotations
    labels = {} if manifest is None else manifest.labels
    said = annotations.get(SENSITIVE_KEY, labels.get(SENSITIVE_KEY))
    if said is not None:
        return _stated(said)
    return next(_hints(name, labels), None)


def _stated(said: str) -> Sensitivity | None:
    if said.lower() in _INSENSITIVE:
        return None
    kind = "sensitive" if said.lower() in {"true", "yes", ""} else said
    return Sensitivity(kind, f"{SENSITIVE_KEY} says so")


def _hints(name: str, labels: Mapping[str, str]) -> Iterator[Sensitivity]:
    for word in _PARTS.split(name.lower()):
        if word in _WORDS:
            yield Sensitivity(_WORDS[word], f'its name has the word "{word}"')
    for key, value in sorted(labels.items()):
        for word in _PARTS.split(value.lower()):
            if word in _WORDS and key != NAMESPACE_NAME_LABEL:
                yield Sensitivity(_WORDS[word], f"its label {key} is {value}")
