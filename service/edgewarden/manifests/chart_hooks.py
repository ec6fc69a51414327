"""Objects of a chart that are there for a while only: https://helm.sh/docs/topics/charts_hooks/."""

from collections.abc import Iterable, Iterator

from edgewarden.manifests.nodes import Mapping
from edgewarden.manifests.objects import Declared, Outcome, scope
from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.reachability.model import Namespace, NetworkPolicy, UnjudgedPolicy

_HOOK = "helm.sh/hook"
_DELETE = "helm.sh/hook-delete-policy"
_INSTALLED = frozenset({"pre-install", "post-install"})
_UPGRADED = frozenset({"pre-upgrade", "post-upgrade"})


def hooked(rendered: Mapping, outcomes: Iterable[Outcome]) -> Iterator[Problem]:
    """What is to be said of an object as Helm renders it, and of which ``outcomes`` were made.

    A hook of every installation and every upgrade that nothing deletes is there like any other
    object. Another one may be there or not, and a review cannot tell.
    """
    metadata = rendered.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    if not isinstance(annotations, Mapping):
        return
    hook = annotations.text(_HOOK)
    events = frozenset(map(str.strip, hook.split(",")))
    lasting = events & _INSTALLED and events & _UPGRADED
    if not hook or (lasting and "hook-succeeded" not in annotations.text(_DELETE)):
        return
    for each in outcomes:
        if isinstance(each, Declared) and isinstance(
            each.value, NetworkPolicy | Namespace | UnjudgedPolicy
        ):
            yield Problem(
                ProblemKind.NOT_RENDERED,
                each.location,
                f"{each.ref.kind} {each.ref} is a hook of Helm (`{_HOOK}: {hook}`), so it may be "
                "there or not. It is judged as if it was.",
                f"Take `{_HOOK}` away, so that it belongs to the release.",
                namespaces=scope(each.ref),
            )
