"""Files of the contract: what they mean, and every fault at its place."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from edgewarden.governance.contract.contract import Expected
from edgewarden.governance.contract.first import Draft
from edgewarden.reachability.ports import ALL_PORTS
from edgewarden.reporting.contract_draft import contract_draft
from edgewarden.workflows.forms.fault import FormError
from edgewarden.workflows.rulebook.contract import read_contract, read_contracts
from edgewarden.workflows.rulebook.contract_terms import (
    ContractTerms,
    EntryTerms,
    contract_schema,
)
from edgewarden.workflows.rulebook.faults import RulebookError

DOCS = Path(__file__).resolve().parents[3] / "docs"
HEAD = "version: 1\nentries:\n"
ENTRY = "- {name: a, source: shop/web, destination: shop/db, expected: allow}\n"


def faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(FormError) as raised:
        read_contract(text.encode(), "contract.yaml")
    return [(each.line, each.message) for each in raised.value.faults]


def test_an_entry_is_read_whole() -> None:
    (entry,) = read_contract(
        b"""\
version: 1
entries:
- name: web-to-db
  source: [shop/web, shop/app=api]
  destination: payments/db
  ports: [5432, 53/udp, sql]
  expected: allow
  owner: payments
  approver: ann
  reason: |
    Orders are written there.
  review_by: 2027-03-01
  clusters: [production]
""",
        "network/contract.yaml",
    ).entries
    assert entry.source.text == "shop/web, shop/app=api"
    assert entry.ports_text == "TCP 5432; UDP 53; TCP sql"
    assert entry.expected is Expected.ALLOW
    assert (entry.owner, entry.approver, entry.reason) == (
        "payments",
        "ann",
        "Orders are written there.",
    )
    assert entry.review_by == date(2027, 3, 1)
    assert entry.clusters == {"production"}
    assert str(entry.location) == "network/contract.yaml:3"
    assert entry.unwritten == ()


BY_SELECTORS = """\
version: 1
entries:
- name: a
  source:
  - namespaces: {matchLabels: {environment: prod}, names: [shop, bank]}
    pods: {matchExpressions: [{key: tier, operator: In, values: [front, edge]}]}
  - shop/web
  destination: {pods: {matchLabels: {app: db}}}
  expected: deny
"""


def test_an_end_may_be_written_by_selectors() -> None:
    (entry,) = read_contract(BY_SELECTORS.encode(), "c.yaml").entries
    assert entry.source.text == (
        "pods tier in (edge, front) in namespaces environment=prod with bank, shop, shop/web"
    )
    assert entry.source.namespaces == frozenset({"bank", "shop"})
    assert entry.destination.text == "pods app=db in any namespace"
    assert entry.destination.namespaces is None
    written = yaml.safe_load(BY_SELECTORS)
    Draft202012Validator(json.loads(contract_schema())).validate(written)


def test_without_ports_every_port_is_meant_and_what_is_left_empty_is_not_written() -> None:
    text = HEAD + ENTRY.replace("}", ", owner: '', review_by: }")
    (entry,) = read_contract(text.encode(), "c.yaml").entries
    assert entry.ports == ALL_PORTS
    assert entry.unwritten == ("owner", "approver", "reason", "review_by")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("entries: []\n", 1, "`version` is missing."),
        ("version: 2\n", 1, "write 1, the only version"),
        (HEAD + "- {name: a}\n", 3, "`entries[0].source` is missing."),
        (HEAD + ENTRY.replace("allow", "perhaps"), 3, "write 'allow' or 'deny'"),
        (HEAD + ENTRY.replace("shop/web", "web"), 3, "'web' names no end of a connection"),
        (HEAD + ENTRY.replace("shop/web", "[]"), 3, "name at least one end"),
        (HEAD + ENTRY.replace("shop/web", "7"), 3, "write an end as a text, like shop/web"),
        (HEAD + ENTRY.replace("shop/web", "{}"), 3, "name `namespaces`, `pods` or both"),
        (HEAD + ENTRY.replace("shop/web", "{pod: {}}"), 3, "this selects no pods: pod: "),
        (HEAD + ENTRY.replace("}", ", ports: 70000}"), 3, "'70000' is no port"),
        (HEAD + ENTRY.replace("}", ", ports: 90-80}"), 3, "write the smaller number first"),
        (HEAD + ENTRY.replace("}", ", ports: []}"), 3, "leave the key out for every port"),
        (HEAD + ENTRY.replace("}", ", port: 80}"), 3, "did you mean `ports`?"),
        (HEAD + ENTRY.replace("}", ", review_by: soon}"), 3, "write a valid date"),
        (HEAD + ENTRY.replace("name: a", "name: a b"), 3, "is no name of an entry"),
        (
            HEAD + ENTRY.replace("shop/web", "internet").replace("shop/db", "192.0.2.7"),
            3,
            "both ends are addresses outside the cluster",
        ),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, line: int, message: str) -> None:
    told = faults(text)
    assert any(at == line and message in said for at, said in told), told


def test_all_faults_are_told_at_once() -> None:
    text = HEAD + ENTRY.replace("allow", "x") + ENTRY.replace("shop/db", "db")
    assert [line for line, _ in faults(text)] == [3, 4]


def test_a_name_that_stands_twice_is_refused_with_both_places() -> None:
    assert faults(HEAD + ENTRY + ENTRY) == [
        (4, "A second entry is called a, after contract.yaml:3.")
    ]


def test_several_files_are_one_contract() -> None:
    both = {
        "b.yaml": (HEAD + ENTRY).encode(),
        "a.yaml": (HEAD + ENTRY.replace("name: a", "name: b")).encode(),
    }
    assert [entry.name for entry in read_contracts(both).entries] == ["b", "a"]


def test_a_name_in_two_files_is_refused_with_both_places_and_so_are_all_other_faults() -> None:
    files = {
        "a.yaml": (HEAD + ENTRY).encode(),
        "b.yaml": (HEAD + ENTRY).encode(),
        "c.yaml": b"version: 2\n",
    }
    with pytest.raises(RulebookError) as raised:
        read_contracts(files)
    told = [str(each) for each in raised.value.faults]
    assert len(told) == 2
    assert any(each.startswith("c.yaml:1:10: `version`: write 1") for each in told)
    assert (
        "b.yaml:3:3: A second entry is called a, after a.yaml:3. Give it another name, or join the"
        " two." in told
    )


def test_a_thousand_entries_are_read() -> None:
    many = "".join(ENTRY.replace("name: a", f"name: a{n}") for n in range(1000))
    assert len(read_contract((HEAD + many).encode(), "c.yaml").entries) == 1000


@pytest.mark.parametrize(
    "text", ["*/*", "true", "::/0", "10.0.0.0/8 except 10.1.0.0/16", "a/b[Job]"]
)
def test_what_is_written_is_read_again(text: str) -> None:
    draft = Draft("yes", (text, "shop/*"), ("null/app",), ("53/udp", "80"))
    written = yaml.safe_load(contract_draft([draft]))["entries"][0]
    assert written["name"] == "yes"
    assert written["source"] == [text, "shop/*"]
    assert written["ports"] == ["53/udp", 80]


def test_the_published_schema_is_that_of_the_code() -> None:
    published = (DOCS / "schemas" / "contract.schema.json").read_text(encoding="utf-8")
    assert published == contract_schema()
    Draft202012Validator.check_schema(json.loads(published))


def test_the_papers_example_is_sound_and_says_everything_that_can_be_said() -> None:
    paper = (DOCS / "contract.md").read_text(encoding="utf-8")
    example, *_ = re.findall(r"```yaml\n(.*?)```", paper, re.DOTALL)
    assert read_contract(example.encode(), "contract.yaml").entries
    written = yaml.safe_load(example)
    dated = json.loads(json.dumps(written, default=str))
    Draft202012Validator(json.loads(contract_schema())).validate(dated)
    assert written.keys() == ContractTerms.model_fields.keys()
    keys = {key for entry in written["entries"] for key in entry}
    assert keys == EntryTerms.model_fields.keys()
