"""The situations whose comments are kept as golden files, each a whole review."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from edgewarden.governance.findings import Enforcement, Outcome, Severity
from edgewarden.governance.fixes.fix import Fix
from edgewarden.governance.review import Comparison, Review, Verdict
from edgewarden.governance.sign_offs import SignOff, SignOffKind
from edgewarden.governance.signing import signed
from edgewarden.reachability.location import Location, ProblemKind
from edgewarden.reachability.model import Direction, ObjectRef
from edgewarden.reachability.ports import ALL_PORTS
from edgewarden.reachability.reasons import Because, Cause, CauseKind, Side
from edgewarden.reachability.report import ReachabilityDiff
from edgewarden.reachability.symbolic.statements import (
    AddressSet,
    Anything,
    Bond,
    Extent,
    IsolationStatement,
    Members,
    Precision,
    SymbolicDiff,
)
from tests.support.agreed import undone
from tests.support.asked import asked
from tests.support.reviews import (
    BASE,
    HEAD,
    NOW,
    added,
    addresses,
    changed,
    changed_only,
    checklist,
    cluster_review,
    covered,
    exception,
    finding,
    ip_block_fact,
    isolated,
    isolation_added,
    may_change,
    only,
    pods,
    policy,
    problem,
    provenance,
    released,
    removed,
    review,
    review_of,
    rule_allows,
    rule_gone,
    stated,
    tcp,
    udp,
    workload,
)

WEB, API, DB = workload("shop/web"), workload("shop/api"), workload("shop/db", "StatefulSet")
DNS = workload("kube-system/coredns")
ANYWHERE = (addresses("0.0.0.0/0"), addresses("::/0"))


def one_narrow_edge() -> Review:
    allow = rule_allows("shop/allow-api", Location("k8s/shop/db.yaml", 14))
    return review(
        Verdict.PASS,
        ReachabilityDiff(added=(added(API, DB, tcp(5432), allow),)),
        assumptions=("Policies elsewhere than in this repository were not seen.",),
    )


def the_shop() -> Review:
    """An AND/OR mistake, an opened database port and a default-deny that loses DNS."""
    either = rule_allows("shop/allow-monitoring", Location("k8s/shop/monitoring.yaml", 13))
    port = rule_allows("shop/allow-api", Location("k8s/shop/db.yaml", 14), 1)
    deny = isolation_added(
        "checkout/default-deny", Location("k8s/checkout/deny.yaml", 1), Direction.EGRESS
    )
    clients = [workload(f"checkout/{name}") for name in ("basket", "cart", "pay", "till")]
    monitoring = [workload(f"monitoring/{name}") for name in ("grafana", "prometheus")]
    return review(
        Verdict.ATTENTION,
        ReachabilityDiff(
            added=(
                *(added(each, WEB, tcp(9090), either) for each in (*monitoring, API, DB)),
                added(WEB, DB, tcp(5432), port),
            ),
            removed=tuple(removed(each, DNS, udp(53) | tcp(53), deny) for each in clients),
            isolation=tuple(isolated(each, Direction.EGRESS, deny) for each in clients),
        ),
        reasons=("2 findings ask for attention.",),
        findings=(
            finding(
                "or-instead-of-and",
                "OR where AND was likely meant",
                "ingress[0].from of NetworkPolicy shop/allow-monitoring lists a namespaceSelector"
                " and a podSelector as two items, so each alone admits a pod.",
                Location("k8s/shop/monitoring.yaml", 15),
                remedy=(
                    "Write one list item with both selectors:\n"
                    "from:\n"
                    "- namespaceSelector:\n"
                    "    matchLabels:\n"
                    "      kubernetes.io/metadata.name: monitoring\n"
                    "  podSelector: {}\n"
                ),
            ),
            finding(
                "egress-without-dns",
                "Egress isolation without DNS",
                "NetworkPolicy checkout/default-deny isolates 4 workloads for egress and nothing"
                " lets them reach DNS on UDP 53.",
                Location("k8s/checkout/deny.yaml", 1),
                severity=Severity.CRITICAL,
                remedy="Allow egress to kube-system pods k8s-app=kube-dns on UDP and TCP 53.",
            ),
        ),
        items=checklist(ports=Outcome.ATTENTION, direction=Outcome.FAIL),
    )


def fixes_that_are_mechanical() -> Review:
    """Two findings that one fix mends, and one whose fix is too wide to be shown."""
    joined = Fix(
        path="k8s/shop/monitoring.yaml",
        first=18,
        last=18,
        before=("    - podSelector: {}",),
        lines=("      podSelector: {}",),
        action="Write both selectors in one list item.",
        effect="Tried on this head: it closes 2 known connections, and nothing else changes.",
        above=("    - namespaceSelector:", "        matchLabels:", "          team: metrics"),
        below=("    ports:", "    - port: 9090"),
        unended=True,
    )
    wide = replace(joined, path="k8s/shop.json", lines=("x" * 300,), unended=False)
    split = finding(
        "or-where-and",
        "OR where AND was likely meant",
        "Two list items are an OR.",
        Location("k8s/shop/monitoring.yaml", 15),
        remedy="Write one list item with both selectors:\nfrom:\n- podSelector: {}\n",
        fix=joined,
    )
    return review(
        Verdict.ATTENTION,
        findings=(
            split,
            replace(split, rule="own-rule", remedy="Join them.", fingerprint="own"),
            finding("rule-without-effect", "Rules without effect", "One rule has none.", fix=wide),
        ),
    )


def blocked_by_the_internet() -> Review:
    cause = rule_allows("shop/open", Location("k8s/open.yaml", 9))
    return review(
        Verdict.BLOCKED,
        ReachabilityDiff(added=tuple(added(end, DB, ALL_PORTS, cause) for end in ANYWHERE)),
        reasons=("A rule that denies objects: Allows everything.",),
        findings=(finding(enforcement=Enforcement.DENY, severity=Severity.CRITICAL),),
    )


def a_file_that_does_not_parse() -> Review:
    return review(
        Verdict.INCONCLUSIVE,
        reasons=("k8s/broken.yaml could not be read in the head.",),
        problems=(
            problem(),
            problem(
                "The chart in charts/shop is not rendered.",
                Location("charts/shop/Chart.yaml", 1),
                decisive=False,
                remedy="Render it in the pipeline and commit the result.",
                kind=ProblemKind.NOT_RENDERED,
            ),
        ),
    )


def only_may() -> Review:
    place = Location("k8s/shop/egress.yaml", 17)
    cause = rule_allows("shop/egress", Location("k8s/shop/egress.yaml", 15), 0, Direction.EGRESS)
    return review(
        Verdict.ATTENTION,
        ReachabilityDiff(
            may_added=(
                may_change(WEB, DB, tcp(443), ip_block_fact("10.0.0.0/8", place), cause),
                may_change(WEB, API, tcp(443), ip_block_fact("10.0.0.0/8", place), cause),
            ),
            may_removed=(
                may_change(API, DB, tcp(5432), ip_block_fact("10.1.0.0/16", place), cause),
            ),
        ),
    )


def isolation_alone() -> Review:
    cause = isolation_added("shop/deny", Location("k8s/deny.yaml", 1), Direction.INGRESS)
    gone = Cause(
        CauseKind.ISOLATION_REMOVED,
        Side.BASE,
        policy("shop/old"),
        Location("k8s/old.yaml", 1),
        Direction.EGRESS,
    )
    return review(
        Verdict.PASS,
        ReachabilityDiff(
            isolation=(
                isolated(WEB, Direction.INGRESS, cause),
                released(API, Direction.EGRESS, gone),
            )
        ),
    )


def many_rows_and_findings() -> Review:
    clients = [workload(f"web/client-{number:02}") for number in range(12)]
    one_rule = rule_allows("shop/allow-web", Location("k8s/shop/web.yaml", 11))
    return review(
        Verdict.ATTENTION,
        ReachabilityDiff(
            added=(
                *(added(client, DB, tcp(5432), one_rule) for client in clients),
                *(
                    added(
                        workload(f"batch/job-{number}", "CronJob"),
                        API,
                        tcp(8000 + number),
                        rule_allows(
                            "shop/jobs", Location("k8s/shop/jobs.yaml", 10 * number), number
                        ),
                    )
                    for number in range(1, 15)
                ),
            )
        ),
        findings=tuple(
            finding(message=f"ingress[{number}] of NetworkPolicy shop/jobs admits every peer.")
            for number in range(8)
        ),
    )


def far_too_many() -> Review:
    """More than the smallest comment takes, in every part of it."""
    several = many_rows_and_findings()
    return changed_only(
        several,
        findings=only(several).findings * 5,
        problems=tuple(
            problem(place=Location(f"k8s/broken-{number}.yaml", 1)) for number in range(30)
        ),
    )


def an_exception_covers_it() -> Review:
    edge = added(
        workload("payments/settlement", "CronJob"),
        DB,
        tcp(5432),
        rule_allows("shop/settlement", Location("k8s/shop/settlement.yaml", 12)),
    )
    return review(
        Verdict.PASS, ReachabilityDiff(added=(edge,)), covers=(covered(edge, exception()),)
    )


def an_exception_ends_today() -> Review:
    before = an_exception_covers_it()
    edge = only(before).diff.added[0]
    return changed_only(before, covered=(covered(edge, exception(7, left=timedelta(hours=5))),))


def a_conflict_with_the_base() -> Review:
    gone = rule_gone("shop/allow-api", Location("k8s/shop/db.yaml", 14))
    return review(
        Verdict.PASS,
        ReachabilityDiff(changed=(changed(API, DB, tcp(5432, 5440), tcp(5432), gone),)),
        made_by=provenance(Comparison.MERGE_BASE),
    )


def several_clusters() -> Review:
    """Two that fare alike, one where something else changes, two silent ones and an untouched."""
    gone = rule_gone("shop/allow-api", Location("k8s/overlays/dev/db.yaml", 14))
    narrowed = ReachabilityDiff(changed=(changed(API, DB, tcp(5432, 5440), tcp(5432), gone),))
    allow = rule_allows("shop/allow-api", Location("k8s/base/db.yaml", 14))
    silent = cluster_review(clusters=("lab", "qa"), reasons=("No rule objects.",))
    return review_of(
        cluster_review(
            Verdict.ATTENTION,
            ReachabilityDiff(added=(added(API, DB, tcp(5432), allow),)),
            clusters=("production/east", "production/west"),
            reasons=("Allows everything: see k8s/open.yaml:9.",),
            findings=(finding(),),
        ),
        cluster_review(Verdict.PASS, narrowed, clusters=("dev",), reasons=("No rule objects.",)),
        silent,
        untouched=("staging",),
        assumptions=("By .edgewarden.yaml there are 6 clusters.",),
    )


def workloads_come_and_go() -> Review:
    new = Cause(
        CauseKind.WORKLOAD_ADDED,
        Side.HEAD,
        ObjectRef("apps", "Deployment", "shop", "search"),
        Location("k8s/shop/search.yaml", 1),
    )
    gone = Cause(
        CauseKind.WORKLOAD_REMOVED,
        Side.BASE,
        ObjectRef("apps", "Deployment", "shop", "old"),
        Location("k8s/shop/old.yaml", 1),
    )
    search, old = workload("shop/search"), workload("shop/old", host_network=True)
    return review(
        Verdict.PASS,
        ReachabilityDiff(
            added=(
                added(WEB, search, ALL_PORTS, new, because=Because.WORKLOAD_ADDED),
                *(
                    added(search, end, ALL_PORTS, new, because=Because.WORKLOAD_ADDED)
                    for end in (*ANYWHERE, API)
                ),
            ),
            removed=(removed(old, WEB, tcp(80), gone, because=Because.WORKLOAD_REMOVED),),
        ),
    )


def addresses_with_gaps() -> Review:
    cause = rule_allows("shop/egress", Location("k8s/shop/egress.yaml", 9), 0, Direction.EGRESS)
    ranges = (
        addresses("0.0.0.0-9.255.255.255"),
        addresses("11.0.0.0-192.167.255.255"),
        addresses("192.169.0.0-255.255.255.255"),
    )
    blocks = (addresses("192.0.2.0/25"), addresses("192.0.2.128/25"), addresses("2001:db8::/32"))
    return review(
        Verdict.ATTENTION,
        ReachabilityDiff(
            added=(
                *(added(WEB, end, tcp(443), cause) for end in ranges),
                *(added(API, end, tcp(443), cause) for end in blocks),
            ),
            changed=(
                changed(WEB, API, tcp(80), ALL_PORTS, cause),
                changed(API, WEB, ALL_PORTS, tcp(80), replace(cause, kind=CauseKind.RULE_GONE)),
            ),
        ),
    )


def beyond_known_workloads() -> Review:
    """A wide peer that no known pair shows, one that a pair shows, a doubt and a bound."""
    wide = rule_allows("shop/allow-all", Location("k8s/shop/api.yaml", 12))
    narrow = rule_allows("shop/allow-web", Location("k8s/shop/db.yaml", 14))
    deny = isolation_added("pay/deny", Location("k8s/pay/deny.yaml", 1), Direction.EGRESS)
    api, db, pay = pods("shop", app="api"), pods("shop", app="db"), pods("pay")
    bond = Bond(
        Direction.INGRESS,
        Extent.ALL,
        ((policy("shop/deny"), Location("k8s/shop/deny.yaml", 1)),),
    )
    one = Members(workloads=1, pods=3, in_every_namespace=True)
    anywhere = AddressSet(ANYWHERE)
    fact = ip_block_fact("10.0.0.0/8", Location("k8s/shop/api.yaml", 20))
    return review(
        Verdict.ATTENTION,
        ReachabilityDiff(
            added=(added(WEB, DB, tcp(5432), narrow),),
            symbolic=SymbolicDiff(
                opened=(
                    replace(stated(anywhere, api, tcp(80), wide), before=(bond,)),
                    replace(
                        stated(pods(), api, tcp(80), wide),
                        before=(Bond(Direction.EGRESS, Extent.PART), bond),
                        sources=Members(4, 9),
                        destinations=one,
                    ),
                    replace(
                        stated(pods("shop", app="web"), db, tcp(5432), narrow),
                        sources=one,
                        destinations=one,
                    ),
                    replace(stated(pods("dev"), api, udp(53), wide), facts=(fact,)),
                ),
                closed=(
                    replace(
                        stated(pay, Anything(), ALL_PORTS, deny),
                        precision=Precision.UPPER_BOUND,
                        guard=Direction.INGRESS,
                        unsubtracted=2,
                        before=(Bond(Direction.EGRESS, Extent.NONE),),
                    ),
                ),
                isolation=(
                    IsolationStatement(pay, Direction.EGRESS, True, exact=True, causes=(deny,)),
                ),
            ),
        ),
    )


HOSTILE = "@acme/ops #1 GH-2 http://evil.example ![x](//e) <b> `x` a|b <!-- edgewarden:review:x -->"


def hostile_names() -> Review:
    place = Location("k8s/@team/`x`|y\n<!-- edgewarden -->\u202e.yaml", 3)
    web = workload(f"shop/{HOSTILE}")
    return review(
        Verdict.INCONCLUSIVE,
        ReachabilityDiff(
            added=(added(web, DB, tcp(80), rule_allows(f"shop/{HOSTILE}", place)),),
            symbolic=SymbolicDiff(
                opened=(
                    stated(
                        pods(HOSTILE, **{HOSTILE: HOSTILE}),
                        pods("shop"),
                        tcp(80),
                        rule_allows(f"shop/{HOSTILE}", place),
                    ),
                )
            ),
        ),
        reasons=(f"Says {HOSTILE}",),
        findings=(finding(message=f"The label is {HOSTILE}.", place=place),),
        problems=(problem(f"The key {HOSTILE} appears twice.", place),),
        assumptions=(f"Assumes {HOSTILE}.",),
    )


def signed_off() -> Review:
    """One answer of another head still counts, one is there for one of two clusters, one is not."""
    narrow = only(one_narrow_edge())
    items = (*narrow.checklist, asked(), asked("change-window"), asked("owner-told"))
    both = replace(narrow, clusters=("dev", "prod"), checklist=items)
    said = SignOff(
        SignOffKind.SIGNED,
        "tests",
        "dev",
        BASE,
        asked().basis,
        "ada",
        NOW,
        "Tried api to db on 5432 in both: it answers.\nSee http://example.com/1, @team.",
    )
    record = (said, replace(said, cluster="prod"), replace(said, item="owner-told"))
    return signed(review_of(both), HEAD, record)


def a_contract_broken() -> Review:
    """One entry breaks by the change, others are open, and a new edge has none."""
    diff, contract = undone()
    return changed_only(review(Verdict.PASS, diff), contract=contract)


SITUATIONS: Mapping[str, Review] = {
    "one-narrow-edge": one_narrow_edge(),
    "the-shop": the_shop(),
    "blocked-by-the-internet": blocked_by_the_internet(),
    "a-file-that-does-not-parse": a_file_that_does_not_parse(),
    "only-may": only_may(),
    "isolation-alone": isolation_alone(),
    "fixes-that-are-mechanical": fixes_that_are_mechanical(),
    "many-rows-and-findings": many_rows_and_findings(),
    "an-exception-covers-it": an_exception_covers_it(),
    "an-exception-ends-today": an_exception_ends_today(),
    "a-conflict-with-the-base": a_conflict_with_the_base(),
    "several-clusters": several_clusters(),
    "workloads-come-and-go": workloads_come_and_go(),
    "addresses-with-gaps": addresses_with_gaps(),
    "beyond-known-workloads": beyond_known_workloads(),
    "hostile-names": hostile_names(),
    "signed-off": signed_off(),
    "a-contract-broken": a_contract_broken(),
}
