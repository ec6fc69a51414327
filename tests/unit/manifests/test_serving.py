"""Services, and the webhooks and APIs that have the API server call them."""

from textwrap import dedent

import pytest

from edgewarden.manifests.background import Background
from edgewarden.manifests.contribution import contribution
from edgewarden.manifests.load import load_states
from edgewarden.manifests.serving.served import Served
from edgewarden.manifests.snapshot import Omission, Snapshot
from edgewarden.reachability.calls import Caller, CallKind, Service, ServiceCall, ServicePort
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.location import Location, ProblemKind
from edgewarden.reachability.model import Applier, ClusterProfile, ClusterState, ObjectRef
from edgewarden.workflows.contribution_codec import pack, unpack
from tests.support.manifest_trees import PROFILE, policy_named, state_of, states_of, tree, trees_of

SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: gate, namespace: guard}
spec:
  selector: {app: gate}
  ports:
  - {name: https, port: 443, targetPort: webhook}
  - {name: metrics, port: 9090}
  - {name: dns, port: 53, protocol: UDP}
"""
GATE = Service(
    "guard",
    "gate",
    LabelSelector.matching({"app": "gate"}),
    (ServicePort(443, "webhook"), ServicePort(9090, 9090)),
    Location("a.yaml", 2),
)
VALIDATION = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: gate}
webhooks:
- name: check.example.org
  clientConfig: {service: {namespace: guard, name: gate, path: /check}}
- name: hint.example.org
  failurePolicy: Ignore
  clientConfig: {service: {namespace: guard, name: gate, port: 9443}}
- name: far.example.org
  clientConfig: {url: "https://example.org/check"}
"""
CHECK = ServiceCall(CallKind.VALIDATION, "check.example.org", "guard", "gate", 443, True)
HINT = ServiceCall(CallKind.VALIDATION, "hint.example.org", "guard", "gate", 9443, False)
CONVERSION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: doors.example.org}
spec:
  group: example.org
  conversion:
    strategy: Webhook
    webhook:
      clientConfig: {service: {namespace: guard, name: gate}}
      conversionReviewVersions: [v1]
"""
API = """
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1beta1.metrics.k8s.io}
spec:
  group: metrics.k8s.io
  version: v1beta1
  service: {namespace: guard, name: gate, port: 9090}
"""


def both(*manifests: str) -> str:
    return "---".join(map(dedent, manifests))


def calls(state: ClusterState) -> list[ServiceCall]:
    return [call for caller in state.callers for call in caller.calls]


def pair(
    base: dict[str, str | bytes | Omission],
    head: dict[str, str | bytes | Omission],
    profile: ClusterProfile = PROFILE,
) -> tuple[ClusterState, ClusterState]:
    return states_of(tree(base), tree(head), profile)


# --- what is read ---------------------------------------------------------------------------------
def test_a_service_that_is_called_is_kept_with_its_selector_and_tcp_ports() -> None:
    state = state_of(both(SERVICE, VALIDATION))
    assert (state.services, state.problems) == ((GATE,), ())


def test_a_service_that_nothing_calls_is_no_part_of_a_state() -> None:
    assert state_of(SERVICE).services == ()
    other = SERVICE.replace("name: gate,", "name: other,")
    assert state_of(both(SERVICE, other, VALIDATION)).services == (GATE,)


def test_each_webhook_is_a_call_that_fails_its_request_unless_it_says_ignore() -> None:
    state = state_of(VALIDATION)
    (caller,) = state.callers
    assert (caller.kind, caller.name, caller.location) == (
        "ValidatingWebhookConfiguration",
        "gate",
        Location("a.yaml", 2),
    )
    assert caller.calls == (CHECK, HINT)


@pytest.mark.parametrize(
    ("manifest", "call"),
    [
        (
            VALIDATION.replace("Validating", "Mutating"),
            ServiceCall(CallKind.MUTATION, "check.example.org", "guard", "gate", 443, True),
        ),
        (
            CONVERSION,
            ServiceCall(CallKind.CONVERSION, "doors.example.org", "guard", "gate", 443, True),
        ),
        (
            API,
            ServiceCall(
                CallKind.AGGREGATION, "v1beta1.metrics.k8s.io", "guard", "gate", 9090, True
            ),
        ),
    ],
)
def test_the_other_objects_that_have_a_service_called(manifest: str, call: ServiceCall) -> None:
    assert calls(state_of(manifest))[0] == call


@pytest.mark.parametrize(
    "manifest",
    [
        CONVERSION.replace("strategy: Webhook", "strategy: None"),
        API.replace("  service: {namespace: guard, name: gate, port: 9090}\n", ""),
        VALIDATION.partition("webhooks:")[0],
        VALIDATION.replace("admissionregistration.k8s.io/v1", "example.org/v1"),
    ],
    ids=["no conversion", "an API of the server itself", "no webhook", "another group"],
)
def test_what_calls_no_service_is_no_caller(manifest: str) -> None:
    assert state_of(manifest).callers == ()


@pytest.mark.parametrize(
    "spec",
    [
        "{ports: [{port: 443}]}",
        "{selector: {}, ports: [{port: 443}]}",
        "{type: ExternalName, selector: {app: gate}, ports: [{port: 443}]}",
    ],
    ids=["no selector", "an empty one", "ExternalName"],
)
def test_some_services_say_of_no_pods_that_they_answer(spec: str) -> None:
    manifest = "apiVersion: v1\nkind: Service\nmetadata: {name: gate, namespace: guard}\nspec: "
    (service,) = state_of(both(VALIDATION, f"\n{manifest}{spec}\n")).services
    assert (service.selector, service.ports) == (None, (ServicePort(443, 443),))


@pytest.mark.parametrize(("target", "meant"), [("null", 443), ("0", 443), ('""', 443), ("1", 1)])
def test_a_target_port_that_says_nothing_is_the_port_of_the_service(
    target: str, meant: int
) -> None:
    manifest = SERVICE.replace("targetPort: webhook", f"targetPort: {target}")
    (service,) = state_of(both(VALIDATION, manifest)).services
    assert service.ports[0] == ServicePort(443, meant)


def test_a_service_without_a_namespace_is_where_its_applier_puts_it() -> None:
    trees = trees_of(
        tree({"a.yaml": both(VALIDATION, SERVICE.replace(", namespace: guard", ""))}),
        namespace="guard",
    )
    _, head = load_states(trees, PROFILE, "test")
    assert [each.namespace for each in head.services] == ["guard"]


# --- what is wrong --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("manifest", "field"),
    [
        (VALIDATION.replace("port: 9443", "port: 70000"), "webhooks[1].clientConfig.service.port"),
        (VALIDATION.replace("port: 9443", "port: x"), "webhooks[1].clientConfig.service.port"),
        (VALIDATION.replace("Ignore", "Perhaps"), "webhooks[1].failurePolicy"),
        (
            VALIDATION.replace("name: gate, path", "path"),
            "webhooks[0].clientConfig.service.name",
        ),
        (CONVERSION.replace("namespace: guard, ", ""), "spec.conversion.webhook"),
        (API.replace("{namespace: guard, name: gate, port: 9090}", "[]"), "spec.service"),
    ],
)
def test_a_caller_that_the_api_server_refuses_is_told_and_decides_nothing(
    manifest: str, field: str
) -> None:
    state = state_of(manifest)
    assert state.callers == ()
    problem = state.problems[0]
    assert (problem.kind, problem.decisive) == (ProblemKind.INVALID_OBJECT, False)
    assert problem.field.startswith(field)
    assert "the cluster keeps what it had" in problem.message


@pytest.mark.parametrize(
    "wrong",
    ["targetPort: Webhook", 'targetPort: "8443"', "targetPort: 70000", "port: 0, x: webhook"],
)
def test_a_service_that_the_api_server_refuses_is_told_where_it_is_called(wrong: str) -> None:
    manifest = SERVICE.replace("targetPort: webhook", wrong)
    state = state_of(both(VALIDATION, manifest))
    assert (state.services, [p.decisive for p in state.problems]) == ((), [False])
    assert state_of(manifest).problems == ()


def test_a_service_without_a_name_or_with_a_key_twice_is_the_matter_of_its_applier() -> None:
    assert state_of(SERVICE.replace("name: gate, ", "")).problems == ()
    twice = SERVICE.replace("kind: Service", "kind: Service\nkind: Service")
    assert state_of(both(VALIDATION, twice)).problems == ()


def test_what_the_head_says_in_vain_is_as_the_base_has_it() -> None:
    wrong = VALIDATION.replace("port: 9443", "port: 70000")
    base, head = pair({"a.yaml": VALIDATION}, {"a.yaml": wrong})
    assert calls(base) == calls(head) == [CHECK, HINT]
    assert [problem.decisive for problem in (*base.problems, *head.problems)] == [False]
    base, head = pair({"a.yaml": wrong}, {"a.yaml": VALIDATION})
    assert calls(base) == calls(head) == [CHECK, HINT]


def test_a_fault_that_was_there_before_is_not_told_again() -> None:
    wrong = VALIDATION.replace("port: 9443", "port: 70000")
    files: dict[str, str | bytes | Omission] = {"old/a.yaml": wrong}
    base, head = pair(files, {**files, "new/b.yaml": policy_named("b")})
    assert (base.problems, head.problems) == ((), ())


def test_what_stood_where_nothing_can_be_read_any_more_is_still_called() -> None:
    base, head = pair({"a.yaml": both(VALIDATION, SERVICE)}, {"a.yaml": "{{ if }}\nkind: [\n"})
    assert (calls(head), head.services) == (calls(base), base.services)
    assert calls(head)


# --- two sides, and all around --------------------------------------------------------------------
def test_a_caller_that_is_deleted_is_gone_unless_nothing_prunes_it() -> None:
    files: dict[str, str | bytes | Omission] = {"a.yaml": VALIDATION}
    _, head = pair(files, {})
    assert head.callers == ()
    _, head = pair(files, {}, ClusterProfile(applier=Applier.KUBECTL, prunes=False))
    assert calls(head) == [CHECK, HINT]


def test_what_the_cluster_shows_is_called_on_both_sides_unless_the_change_declares_it() -> None:
    live = Served(
        ObjectRef("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "", "gate"),
        Caller(
            "admissionregistration.k8s.io",
            "ValidatingWebhookConfiguration",
            "gate",
            (HINT,),
            Location("(inventory of prod)", 3),
        ),
        Location("(inventory of prod)", 3),
    )
    background = Background(served=(live,))

    def around(base: Snapshot, head: Snapshot) -> tuple[list[ServiceCall], list[ServiceCall]]:
        before, after = load_states(trees_of(base, head), PROFILE, "test", background)
        return calls(before), calls(after)

    nothing, declared = tree({}), tree({"a.yaml": VALIDATION})
    assert around(nothing, nothing) == ([HINT], [HINT])
    assert around(nothing, declared) == ([HINT], [CHECK, HINT])
    assert around(declared, nothing) == ([CHECK, HINT], [])


def test_a_contribution_tells_what_is_called_and_is_kept_as_it_is() -> None:
    files = {
        "a.yaml": both(VALIDATION, SERVICE),
        "b.yaml": SERVICE.replace(", namespace: guard", ""),
    }
    made = contribution(trees_of(tree(files)), "acme/guard")
    assert [str(each.ref) for each in made.served] == ["guard/gate", "gate"]
    assert {each.location.path for each in made.served} == {"(in acme/guard) a.yaml"}
    assert {each.value.location.path for each in made.served if each.value} == {
        "(in acme/guard) a.yaml"
    }
    assert unpack(pack(made).body) == made
