import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgewarden.governance.contract.contract import Contract
from edgewarden.governance.contract.parties import party_of
from edgewarden.governance.exceptions import (
    AddressScope,
    CoveredEdge,
    PodScope,
    PolicyException,
    Scope,
)
from edgewarden.governance.findings import (
    ChecklistItem,
    ChecklistTerms,
    Enforcement,
    Finding,
    Outcome,
    Severity,
)
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.request import Request
from edgewarden.governance.review import ClusterReview, Comparison, Provenance, Review, Verdict
from edgewarden.governance.rules.terms import Explanation, Items, RuleScope, RuleTerms
from edgewarden.governance.sign_offs import Manual, Signers
from edgewarden.manifests.snapshot import Omission, Snapshot, SourceFile
from edgewarden.reachability.ends import AddressEnd, WorkloadEnd
from edgewarden.reachability.labels import LabelSelector, Operator, Requirement
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import Applier, Direction, ObjectRef, PlatformPods
from edgewarden.reachability.ports import PortSet, Protocol
from edgewarden.reachability.reasons import Because, Cause, CauseKind, Fact, FactKind, Side
from edgewarden.reachability.report import EdgeChange, IsolationChange, MayChange, ReachabilityDiff
from edgewarden.reachability.rule_ports import PortName
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.statements import (
    AddressSet,
    Anything,
    Bond,
    Extent,
    IsolationStatement,
    Members,
    PodSet,
    Precision,
    Reach,
    StatedPorts,
    Statement,
    SymbolicDiff,
)
from edgewarden.workflows.codec import (
    Assignment,
    CodecError,
    decode_request,
    decode_review,
    encode_request,
    encode_review,
)
from edgewarden.workflows.configuration.claims import NO_CLAIMS, ProfileClaims
from edgewarden.workflows.ports import AssessmentRequest, TreePair
from tests.support.agreed import AGREED, undone
from tests.support.random_zones import random_zones
from tests.support.reviews import cluster_review, review_of

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

paths = st.binary(min_size=1, max_size=12).map(lambda raw: raw.decode("utf-8", "surrogateescape"))
texts = st.text(max_size=12)
locations = st.builds(Location, paths, st.integers(1, 10**6), st.integers(1, 500))
times = st.integers(-(10**6), 10**6).map(lambda minutes: NOW + timedelta(minutes=minutes))
spans = st.tuples(st.integers(1, 65535), st.integers(1, 65535)).map(sorted)
port_sets = st.dictionaries(
    st.sampled_from([each.value for each in Protocol]), st.lists(spans, max_size=3)
).map(PortSet.from_mapping)
refs = st.builds(ObjectRef, texts, texts, texts, texts)
workload_ends = st.builds(WorkloadEnd, texts, texts, texts, st.booleans())
address_ends = st.ip_addresses().map(lambda address: AddressEnd(address, address))
ends = st.lists(workload_ends | address_ends, min_size=1, max_size=2).map(tuple)
sides = st.sampled_from(Side)
directions = st.sampled_from(Direction)
causes = st.builds(
    Cause,
    st.sampled_from(CauseKind),
    sides,
    refs,
    locations,
    st.none() | directions,
    st.none() | st.integers(0, 50),
)
some_causes = st.lists(causes, max_size=2).map(tuple)
facts = st.builds(Fact, st.sampled_from(FactKind), texts, texts, locations)
because = st.sampled_from(Because)
edge_changes = st.builds(
    EdgeChange, ends, ends, port_sets, port_sets, port_sets, port_sets, because, some_causes
)
may_changes = st.builds(
    MayChange, ends, ends, port_sets, st.lists(facts, max_size=2).map(tuple), because, some_causes
)
isolation_changes = st.builds(
    IsolationChange, workload_ends, directions, st.booleans(), st.booleans(), some_causes
)
problems = st.builds(
    Problem,
    st.sampled_from(ProblemKind),
    locations,
    paths,
    texts,
    st.booleans(),
    texts,
    st.frozensets(texts, max_size=3),
)


def few(values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(values, max_size=2).map(tuple)


label_values = st.builds(Values, st.frozensets(st.none() | texts, max_size=3), st.booleans())
label_sets = st.dictionaries(texts, label_values, max_size=2)
pod_sets = st.builds(PodSet, label_values, label_sets, label_sets, few(address_ends))
port_names = st.builds(PortName, st.sampled_from(Protocol), texts)
members = st.builds(Members, st.integers(0, 9), st.integers(0, 99), st.booleans())
end_sets = st.just(Anything()) | st.builds(AddressSet, few(address_ends)) | pod_sets
statements = st.builds(
    Statement,
    end_sets,
    end_sets,
    st.builds(StatedPorts, port_sets, few(port_names), few(port_names)),
    st.sampled_from(Precision),
    some_causes,
    st.none() | directions,
    st.integers(0, 9),
    few(facts),
    few(st.builds(Bond, directions, st.sampled_from(Extent), few(st.tuples(refs, locations)))),
    members,
    members,
    st.none() | st.sampled_from(Reach),
)
isolation_statements = st.builds(
    IsolationStatement,
    pod_sets,
    directions,
    st.booleans(),
    st.booleans(),
    some_causes,
    members,
    few(facts),
)
diffs = st.builds(
    ReachabilityDiff,
    few(edge_changes),
    few(edge_changes),
    few(edge_changes),
    few(may_changes),
    few(may_changes),
    few(isolation_changes),
    st.builds(SymbolicDiff, few(statements), few(statements), few(isolation_statements)),
    few(problems),
)
findings = st.builds(
    Finding,
    texts,
    texts,
    st.sampled_from(Severity),
    st.sampled_from(Enforcement),
    paths,
    texts,
    locations,
    sides,
    texts,
    st.none() | refs,
)
questions = st.builds(Manual, texts, st.builds(Signers, texts, few(texts)))
items = st.builds(
    ChecklistItem,
    texts,
    texts,
    st.sampled_from(Outcome),
    texts,
    few(locations),
    manual=st.none() | questions,
    basis=texts,
)
requirements = st.builds(Requirement, texts, st.sampled_from(Operator), few(texts))
selectors = st.lists(requirements, max_size=2).map(lambda found: LabelSelector.of(*found))
scopes: st.SearchStrategy[Scope] = st.builds(
    PodScope, selectors, selectors
) | st.ip_addresses().map(lambda address: AddressScope(ip_network(address)))
exceptions = st.builds(
    PolicyException,
    st.integers(1, 10**6),
    texts,
    texts,
    texts,
    texts,
    scopes,
    scopes,
    port_sets,
    times,
    times,
    st.none() | times,
)
cluster_reviews = st.builds(
    ClusterReview,
    few(texts),
    st.sampled_from(Verdict),
    few(texts),
    diffs,
    few(findings),
    few(items),
    few(st.builds(CoveredEdge, exceptions, edge_changes)),
    few(problems),
    few(texts),
)
reviews = st.builds(
    Review,
    st.sampled_from(Verdict),
    few(texts),
    few(cluster_reviews),
    few(texts),
    few(problems),
    few(texts),
    st.builds(Provenance, texts, texts, st.sampled_from(Comparison), texts, texts, texts, texts),
    times,
)
files = st.builds(SourceFile, paths, st.binary(max_size=30)) | st.builds(
    SourceFile, paths, st.none(), st.sampled_from(Omission)
)
snapshots = few(files).map(Snapshot)  # type: ignore[arg-type]
requests = st.builds(
    AssessmentRequest,
    st.builds(
        TreePair, snapshots, snapshots, st.sampled_from(Comparison), texts, texts, texts, texts
    ),
    few(exceptions),
    times,
)

PACK = PolicyPack(
    rules=(
        RuleTerms(
            "allow-all",
            "t",
            Severity.HIGH,
            Enforcement.WARN,
            RuleScope.POLICY,
            "!rule.null_item",
            "m",
            "r",
            items=Items("rule", "policy.rules"),
            docs=Explanation("m", "w", "f"),
        ),
    ),
    checklist=(
        ChecklistTerms(
            "own", "t", "c", rules=("allow-all",), manual=Manual("q", Signers("admin", ("data",)))
        ),
    ),
    digest="0" * 64,
    zones=random_zones(7),
)


@settings(max_examples=60, deadline=None)
@given(reviews)
def test_a_review_comes_back_as_it_was(review: Review) -> None:
    assert decode_review(encode_review(review)) == review


@settings(max_examples=60, deadline=None)
@given(requests)
def test_an_assignment_comes_back_as_it_was(request: AssessmentRequest) -> None:
    platform = ProfileClaims(
        pod_ranges=(ip_network("10.0.0.0/8"), ip_network("fd00::/8")),
        dns_labels={"k8s-app": "coredns"},
        gateway=PlatformPods(LabelSelector.matching({"zone": "edge"})),
        applier=Applier.FLUX,
    )
    assignment = Assignment(request, PACK, platform)
    assert decode_request(encode_request(assignment)) == assignment


def a_review() -> Review:
    return Review(
        verdict=Verdict.PASS,
        reasons=("Nothing changes.",),
        clusters=(),
        untouched=(),
        problems=(),
        assumptions=(),
        provenance=Provenance("a", "b", Comparison.TREES, "0", "0"),
        judged_at=NOW,
    )


def test_bytes_that_are_no_text_and_paths_that_are_no_utf8_survive() -> None:
    file = SourceFile(b"caf\xe9.yaml".decode("utf-8", "surrogateescape"), b"\xff\xfe\x00---")
    tree = Snapshot((file,))
    request = AssessmentRequest(TreePair(tree, tree, Comparison.TREES, "", "", "", ""), (), NOW)
    assignment = Assignment(request, PACK, NO_CLAIMS)
    decoded = decode_request(encode_request(assignment))
    assert decoded.request.trees.head.files == (file,)


def test_a_review_of_a_version_that_asked_nobody_is_read() -> None:
    item = ChecklistItem("tests", "t", Outcome.MANUAL, "e")
    review = replace(a_review(), clusters=(cluster_review(items=(item,)),))
    old = json.loads(encode_review(review))
    for written in old[0]["clusters"][0]["checklist"]:
        for later in ("manual", "basis", "signed"):
            del written[later]
    assert decode_review(json.dumps(old).encode()) == review


def test_whose_a_change_is_and_who_owns_what_reach_the_child() -> None:
    tree = Snapshot((), ownership=(SourceFile("CODEOWNERS", b"* @ada"),))
    trees = TreePair(tree, Snapshot(()), Comparison.TREES, "", "", "", "")
    asked = Request("ada", frozenset({"shop", "pay"}), frozenset({"shop"}), "T", ("a",), True, "b")
    assignment = Assignment(AssessmentRequest(trees, (), NOW, request=asked), PACK, NO_CLAIMS)
    assert decode_request(encode_request(assignment)) == assignment


def test_a_review_of_a_version_that_kept_no_author_is_read() -> None:
    written = json.loads(encode_review(a_review()))
    for name in ("author", "teams"):
        del written[0]["provenance"][name]
    assert decode_review(json.dumps(written).encode()) == a_review()


def test_equal_reviews_give_equal_bytes() -> None:
    names = [f"namespace-{number}" for number in range(40)]
    here = Location("a.yaml", 1)
    first, second = (
        replace(
            a_review(),
            problems=(
                Problem(ProblemKind.UNPARSABLE, here, "m", "r", namespaces=frozenset(order)),
            ),
        )
        for order in (names, reversed(names))
    )
    assert encode_review(first) == encode_review(second)


def test_addresses_keep_their_family() -> None:
    edge = EdgeChange(
        (AddressEnd(ip_address("::"), ip_address("::ffff")),),
        (AddressEnd(ip_address("0.0.0.0"), ip_address("0.0.255.255")),),
        PortSet(),
        PortSet.of(Protocol.TCP, 80),
        PortSet.of(Protocol.TCP, 80),
        PortSet(),
        Because.POLICY_CHANGED,
        (),
    )
    review = review_of(cluster_review(diff=ReachabilityDiff(added=(edge,))))
    assert decode_review(encode_review(review)) == review


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xff",
        b"[]",
        b"{}",
        b"[{}]",
        b"[" * 100_000,
        encode_review(a_review()).replace(b'"pass"', b'"fine"'),
        encode_review(a_review()).replace(b'"verdict"', b'"mood":1,"verdict"'),
        encode_review(a_review()).replace(b"+00:00", b""),
        encode_review(a_review()).replace(b'"reasons":[', b'"reasons":[7,'),
    ],
)
def test_what_is_no_review_is_refused(data: bytes) -> None:
    with pytest.raises(CodecError):
        decode_review(data)


def test_a_refusal_names_the_place_and_not_the_value() -> None:
    data = encode_review(a_review()).replace(b'"Nothing changes."', b'{"secret":"hunter2"}')
    with pytest.raises(CodecError, match=r"reasons\.0") as caught:
        decode_review(data)
    assert "hunter2" not in str(caught.value)


def test_a_review_with_a_contract_comes_back_as_it_was() -> None:
    diff, contract = undone()
    made = review_of(replace(cluster_review(diff=diff), contract=contract))
    assert decode_review(encode_review(made)) == made


def test_a_review_of_a_version_without_contracts_has_none() -> None:
    (told,) = json.loads(encode_review(review_of(cluster_review())))
    del told["clusters"][0]["contract"]
    assert decode_review(json.dumps([told]).encode()) == review_of(cluster_review())


def test_a_contract_reaches_the_child_as_it_was() -> None:
    request = AssessmentRequest(
        TreePair(Snapshot(()), Snapshot(()), Comparison.TREES, "base", "head", "", ""), (), NOW
    )
    named = replace(AGREED.entries[0], port_names=(PortName(Protocol.TCP, "sql"),))
    outside = replace(AGREED.entries[1], source=party_of(["internet", "192.0.2.0/24"]))
    pack = PolicyPack((), (), "digest", contract=Contract((named, outside)))
    assignment = Assignment(request, pack, NO_CLAIMS)
    assert decode_request(encode_request(assignment)) == assignment
