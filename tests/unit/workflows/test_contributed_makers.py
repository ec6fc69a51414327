"""What makes policies in a cluster makes them whichever repository it stands in."""

import zlib
from dataclasses import replace

from edgewarden.reachability.diff import compare
from edgewarden.workflows.contributed import ClusterContribution
from edgewarden.workflows.surroundings import Surroundings
from tests.support.contributions import contribution_of, pair_beside
from tests.support.manifests import deployment, ingress_policy

SHOP = {"shop.yaml": f"{deployment('web')}---\n{deployment('db')}"}
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
KYVERNO = """
    apiVersion: kyverno.io/v1
    kind: ClusterPolicy
    metadata: {name: deny}
    spec:
      rules:
      - name: deny
        match: {any: [{resources: {kinds: [Namespace]}}]}
        generate:
          apiVersion: networking.k8s.io/v1
          kind: NetworkPolicy
          name: deny-all
          namespace: "{{request.object.metadata.name}}"
          data: {spec: {podSelector: {}, policyTypes: [Ingress]}}
    """


def around(*contributions: ClusterContribution) -> Surroundings:
    return Surroundings((), None, contributions)


def test_policies_that_another_repository_may_have_made_are_possible() -> None:
    known = around(contribution_of({"kyverno.yaml": KYVERNO}))
    before, after = pair_beside(SHOP, SHOP, known)
    for state in (before, after):
        assert [str(each.ref) for each in state.lingering] == ["shop/deny-all"]
        assert any("Kyverno ClusterPolicy deny may have made" in a for a in state.assumptions)


def test_a_namespace_of_a_contribution_is_not_known_as_one_that_the_cluster_shows() -> None:
    files = {"kyverno.yaml": KYVERNO, "n.yaml": NAMESPACE}
    before, _ = pair_beside(SHOP, SHOP, around(contribution_of(files)))
    assert [str(each.ref) for each in before.lingering] == ["shop/deny-all"]


def test_what_the_reviewed_repository_says_of_a_maker_is_its_own() -> None:
    known = around(contribution_of({"kyverno.yaml": KYVERNO}))
    own = KYVERNO.replace("deny-all", "deny-some")
    before, after = pair_beside({**SHOP, "k.yaml": own}, SHOP, known)
    assert [str(each.ref) for each in before.lingering] == ["shop/deny-some"]
    assert "shop/deny-all" not in {str(each.ref) for each in after.lingering}


def test_what_an_allow_opens_is_not_certain_where_a_deny_is_only_possible() -> None:
    allowed = {**SHOP, "db.yaml": ingress_policy("db", "db", "web", 5432)}
    known = around(contribution_of({"kyverno.yaml": KYVERNO}))
    diff = compare(*pair_beside(SHOP, allowed, known))
    assert diff.added == ()
    assert [str(each.destinations[0]) for each in diff.may_added] == ["shop/db[Deployment]"]


def test_a_maker_that_says_nothing_spoils_only_its_own_repository() -> None:
    odd = contribution_of({"kyverno.yaml": KYVERNO}, "acme/odd")
    content = zlib.decompress(odd.body)
    spoilt = content.replace(b'"content":"{', b'"content":"')
    assert spoilt != content
    known = around(contribution_of({}), replace(odd, body=zlib.compress(spoilt))).of("prod")
    assert [each.by.repository for each in known.used] == ["acme/platform"]
    assert "Not known yet is what is deployed there by acme/odd." in known.sentences
