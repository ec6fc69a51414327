"""What is said of a call that is refused."""

from collections.abc import Iterator, Sequence

from edgewarden.governance.control_plane.backends import Backend, Target
from edgewarden.governance.control_plane.made_calls import MadeCall, Refused
from edgewarden.governance.phrases import listing
from edgewarden.reachability.calls import CallKind
from edgewarden.reachability.model import ClusterProfile
from edgewarden.reachability.wording import capitalised


def refused_text(
    target: Target, calls: Sequence[MadeCall], refused: Sequence[Refused], *, certain: bool
) -> str:
    """Who calls what, why nobody answers, and what comes of it."""
    callers = listing(
        f"{each.caller.kind} {each.caller.name} ({each.caller.location})" for each in calls
    )
    pods = listing(f"{_port_of(each.backend)} of {each.backend}" for each in refused)
    policies = dict.fromkeys(
        f"{policy.ref} ({policy.location})" for each in refused for policy in each.after.isolated_by
    )
    admits = "no ingress rule admits it" if certain else "it is not known whether it is admitted"
    one = len(policies) == 1
    isolated = (
        f"which {'policy' if one else 'policies'} {listing(policies)} {'isolates'[: 7 + one]}"
    )
    questions = dict.fromkeys(q for each in refused for q in each.after.sureness.questions)
    who = f"The API server calls {target} for {callers}, and {admits} to {pods}, {isolated}."
    outcome = "; ".join(_outcomes(calls))
    comes = capitalised(outcome) if certain else f"If it is not, {outcome}"
    asked = () if certain else questions
    return " ".join([who, *asked, f"{comes}."])


def remedy(backend: Backend, profile: ClusterProfile) -> str:
    """The rule that is missing. Under Cilium it takes a policy of its own, unless anybody may."""
    port = _port_of(backend)
    if "cilium" in profile.cni.lower():
        return (
            f"Admit {port} without `from`, or add a CiliumNetworkPolicy with `fromEntities: "
            "[kube-apiserver]`: no selector and no ipBlock stands for the nodes."
        )
    return (
        f"Admit {port} from the addresses that the API server calls from (`ipBlock`), or without "
        "`from`: it is no pod, so no selector stands for it."
    )


def _port_of(backend: Backend) -> str:
    match backend.port:
        case None:
            return "the port"
        case int() as number:
            return f"TCP {number}"
        case str() as name:
            return f'TCP port "{name}"'


def _outcomes(calls: Sequence[MadeCall]) -> Iterator[str]:
    """What comes of it that nobody answers, for each sort of call once."""
    for kind in CallKind:
        for required in (True, False):
            names = [
                each.call.name
                for each in calls
                if (each.call.kind, each.call.required) == (kind, required)
            ]
            if names:
                yield _outcome(kind, listing(names), required=required)


def _outcome(kind: CallKind, names: str, *, required: bool) -> str:
    match kind:
        case CallKind.CONVERSION:
            return f"objects of {names} can be served in no version but the stored one"
        case CallKind.AGGREGATION:
            return f"API {names} does not answer"
    if required:
        return f"with failurePolicy Fail, every request that {names} is asked about is refused"
    passes = "unchecked" if kind is CallKind.VALIDATION else "unchanged"
    return f"with failurePolicy Ignore, what {names} is asked about passes {passes}"
