"""Objects that their applier does not apply, or does not leave there, because they ask for it."""

from collections.abc import Iterator, Mapping

from edgewarden.reachability.model import Applier

_HOOK = "argocd.argoproj.io/hook"
_DELETE = "argocd.argoproj.io/hook-delete-policy"
_LASTING = frozenset({"PreSync", "Sync", "PostSync"})
_LOCAL = "config.kubernetes.io/local-config"
_ARGO_CD = frozenset({None, Applier.ARGOCD, Applier.ARGOCD_SERVER_SIDE})
_KUSTOMIZE = frozenset({None, Applier.FLUX})


def reasons(annotations: Mapping[str, str], applier: Applier | None) -> Iterator[tuple[str, str]]:
    """Why an object with these annotations may not be there, each with the annotation to take away.

    A hook of every sync that nothing deletes afterwards is there like any other object
    (https://argo-cd.readthedocs.io/en/stable/user-guide/resource_hooks/). kustomize, by which Flux
    reads every directory, takes what is local for input of its own and leaves it out.
    """
    hook = annotations.get(_HOOK, "")
    events = frozenset(map(str.strip, hook.split(",")))
    lasting = events & _LASTING and "HookSucceeded" not in annotations.get(_DELETE, "")
    if hook and applier in _ARGO_CD and ("Skip" in events or not lasting):
        yield f"is a hook of Argo CD (`{_HOOK}: {hook}`)", _HOOK
    if _LOCAL in annotations and applier in _KUSTOMIZE:
        yield f"is left out by kustomize and Flux (`{_LOCAL}`)", _LOCAL
