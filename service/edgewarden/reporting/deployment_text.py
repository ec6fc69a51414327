"""What a deployment does, in a line."""

from edgewarden.manifests.deployments.deployment import Deployment, Target

_PRUNING = {True: ", prunes", False: ", prunes nothing", None: ""}


def deployment_text(deployment: Deployment) -> str:
    """``Argo CD Application argocd/web: apps/web to namespace shop, prunes``."""
    obstacle = deployment.obstacle
    if deployment.directory is None:
        why = obstacle.message if obstacle is not None else "it deploys nothing of the repository"
        return f"{deployment}: not followed, since {why}"
    brings = f"{deployment}: {deployment.directory or '.'}{_where(deployment.target)}"
    brings += _PRUNING[deployment.target.prunes]
    if obstacle is not None:
        return f"{brings}; read as if nothing else was said: {obstacle.message}"
    return brings


def _where(target: Target) -> str:
    namespace = f" to namespace {target.namespace}" if target.namespace else ""
    whole = ", whatever its objects say" if target.overrides else ""
    if target.cluster is None:
        return f"{namespace}{whole}, in clusters that only their secrets name"
    return f"{namespace}{whole}{f', in cluster {target.cluster}' if target.cluster else ''}"
