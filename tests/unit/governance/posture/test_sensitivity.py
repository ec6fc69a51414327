import pytest

from edgewarden.governance.posture.sensitivity import SENSITIVE_KEY, Sensitivity, sensitivity
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Namespace

HERE = Location("namespace.yaml", 1)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("payments", "payment"),
        ("team-a-db", "database"),
        ("shop-postgres-prod", "database"),
        ("vault", "admin"),
        ("shop", ""),
        ("administrative-tools", ""),
        ("paymentsystem", ""),
    ],
)
def test_a_name_is_taken_by_its_words(name: str, kind: str) -> None:
    found = sensitivity(name, None)
    assert (found.kind if found else "") == kind


def test_labels_tell_as_well() -> None:
    labels = {"kubernetes.io/metadata.name": "db", "tier": "database"}
    found = sensitivity("shop", Namespace("shop", labels, HERE))
    assert found == Sensitivity("database", "its label tier is database")


@pytest.mark.parametrize(
    ("said", "kind"), [("cards", "cards"), ("true", "sensitive"), ("", "sensitive"), ("No", "")]
)
@pytest.mark.parametrize("as_label", [True, False])
def test_what_people_say_outweighs_words(said: str, kind: str, as_label: bool) -> None:
    texts = {SENSITIVE_KEY: said}
    labels, annotations = (texts, {}) if as_label else ({}, texts)
    found = sensitivity("payments", Namespace("payments", labels, HERE, annotations))
    assert (found.kind if found else "") == kind
