import pytest

from tests.support.proposals import deployment, namespace, policy, proposal

OTHER = namespace("other") + deployment("other", "web") + policy("other", "deny", "podSelector: {}")


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ("", namespace("shop")),
        (namespace("shop"), namespace("shop", team="a")),
        ("", deployment("shop", "web")),
        ("", policy("shop", "deny", "podSelector: {}")),
        (
            policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress]"),
            policy("shop", "deny", "podSelector: {}, policyTypes: [Egress]"),
        ),
    ],
)
def test_a_namespace_is_touched_by_what_comes_changes_or_goes_there(base: str, head: str) -> None:
    assert proposal([OTHER, base], [OTHER, head]).touched_namespaces() == {"shop"}
    assert proposal([OTHER, head], [OTHER, base]).touched_namespaces() == {"shop"}


def test_a_change_of_nothing_touches_none() -> None:
    assert proposal([OTHER], [OTHER]).touched_namespaces() == frozenset()
