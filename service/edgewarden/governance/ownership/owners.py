"""Everything that a repository says of who answers for what, asked in one place.

It is the base's word: a change is not judged by the owners that it names itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from edgewarden.governance.ownership.annotations import owner_in
from edgewarden.governance.ownership.code_owners import NO_CODE_OWNERS, CodeOwners
from edgewarden.governance.ownership.owners_files import NO_OWNERS_FILES, OwnersFiles
from edgewarden.governance.ownership.ownership import Ownership, OwnershipSource
from edgewarden.governance.ownership.policy_type import PolicyType
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Namespace, NetworkPolicy


class Paths(Protocol):
    """Patterns of paths from the root of the tree."""

    @property
    def patterns(self) -> tuple[str, ...]: ...

    def match(self, path: str) -> str | None:
        """A pattern that matches a path, if one does."""

    def matching(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of ``paths`` that some pattern matches."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What the configuration says that a team answers for.

    ``labels`` are keys of labels; one with a slash at its end stands for all that begin so.
    """

    team: str
    namespaces: frozenset[str]
    paths: Paths
    policy_types: frozenset[PolicyType]
    labels: tuple[str, ...]
    location: Location

    @property
    def ownership(self) -> Ownership:
        return Ownership((self.team,), OwnershipSource.CONFIGURATION, self.location)

    def names_label(self, key: str) -> bool:
        return any(
            key.startswith(each) if each.endswith("/") else key == each for each in self.labels
        )


@dataclass(frozen=True, slots=True)
class Owners:
    """What is written of owners, in the order in which it counts: the configuration's word, that
    of ``CODEOWNERS``, and that of ``OWNERS`` files."""

    claims: tuple[Claim, ...] = ()
    code_owners: CodeOwners = NO_CODE_OWNERS
    owners_files: OwnersFiles = NO_OWNERS_FILES

    def of_policy(self, policy: NetworkPolicy, manifest: Namespace | None) -> Ownership | None:
        """Who answers for a policy: as it says itself, or the ``manifest`` of its namespace does,
        or what is written of the two elsewhere."""
        return (
            _annotated(policy)
            or (None if manifest is None else _of_manifest(manifest))
            or self._of_namespace(policy.namespace)
            or self.of_path(policy.location.path)
        )

    def of_path(self, path: str) -> Ownership | None:
        """Who answers for a file; uncertain where a file that may say it is not known."""
        claims = (each for each in reversed(self.claims) if each.paths.match(path) is not None)
        if claim := next(claims, None):
            return claim.ownership
        by_code = self._by_code_owners(path)
        if by_code is not None and not by_code.fault:
            return by_code
        return self.owners_files.of(path) or by_code

    def of_policy_type(self, kind: PolicyType) -> tuple[Ownership, ...]:
        """All teams that own policies of that type; nobody owns what none claims."""
        return tuple(each.ownership for each in self.claims if kind in each.policy_types)

    def of_label(self, key: str) -> tuple[Ownership, ...]:
        """All teams that own a label; one that none claims is anybody's."""
        return tuple(each.ownership for each in self.claims if each.names_label(key))

    @property
    def protects_labels(self) -> bool:
        return any(each.labels for each in self.claims)

    def _of_namespace(self, name: str) -> Ownership | None:
        claims = (each for each in reversed(self.claims) if name in each.namespaces)
        claim = next(claims, None)
        return None if claim is None else claim.ownership

    def _by_code_owners(self, path: str) -> Ownership | None:
        file, source = self.code_owners, OwnershipSource.CODE_OWNERS
        if file.fault:
            return Ownership((), source, file.at(1), fault=file.fault)
        found = file.of(path)
        return None if found is None else Ownership(found.owners, source, file.at(found.line))


NO_OWNERS = Owners()


def _annotated(policy: NetworkPolicy) -> Ownership | None:
    if written := owner_in(policy.annotations):
        return Ownership((written.text,), OwnershipSource.ANNOTATION, policy.location)
    if written := owner_in(policy.labels):
        return Ownership((written.text,), OwnershipSource.LABEL, policy.location)
    return None


def _of_manifest(namespace: Namespace) -> Ownership | None:
    written = owner_in(namespace.annotations) or owner_in(namespace.labels)
    if written is None:
        return None
    return Ownership((written.text,), OwnershipSource.NAMESPACE, namespace.location)
