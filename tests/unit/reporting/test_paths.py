"""How newly possible paths read."""

import json
from dataclasses import replace

from jsonschema import Draft202012Validator

from edgewarden.reachability.paths.path import Hop, Path, Paths
from edgewarden.reporting.comment import render_comment
from edgewarden.reporting.json_report import diff_json
from edgewarden.reporting.path_rows import path_table
from edgewarden.reporting.schema import diff_schema
from edgewarden.reporting.text import review_text
from edgewarden.reporting.view import review_view
from tests.support.reviews import addresses, changed_only, only, tcp, workload
from tests.unit.reporting.situations import SITUATIONS

WEB, DB = workload("shop/web"), workload("shop/db", "StatefulSet")
EDGE = only(SITUATIONS["one-narrow-edge"]).diff.added[0]
OFFICE = addresses("192.0.2.0/24")
PATHS = Paths(
    "from 192.0.2.0/24 to shop/db within 2 hops",
    (
        Path(
            ((OFFICE,), (WEB,), (DB,)),
            (Hop(tcp(443) | tcp(80), tcp(443), EDGE.causes), Hop(tcp(5432))),
        ),
    ),
)
ASKED = changed_only(SITUATIONS["one-narrow-edge"], paths=PATHS)


def test_a_path_is_told_hop_by_hop_with_what_is_new_and_why() -> None:
    lines = review_text(review_view(ASKED)).splitlines()
    start = lines.index("1 newly possible path from 192.0.2.0/24 to shop/db within 2 hops")

    assert lines[start + 1] == "  192.0.2.0/24 → shop/web → shop/db"
    told = " ".join(line.strip() for line in lines[start + 2 : start + 5])
    assert "192.0.2.0/24 → shop/web: newly TCP 443, besides TCP 80 as before (ingress rule" in told
    assert "shop/web → shop/db: TCP 5432, as before" in told


def test_paths_that_nobody_asked_for_are_no_part_of_a_review() -> None:
    text = review_text(review_view(SITUATIONS["one-narrow-edge"]))

    assert "path" not in text
    assert json.loads("".join(diff_json(SITUATIONS["one-narrow-edge"])))["paths"] == {
        "question": "",
        "found": [],
        "complete": True,
    }


def test_no_path_is_an_answer() -> None:
    asked = changed_only(ASKED, paths=replace(PATHS, found=()))

    text = review_text(review_view(asked))
    assert "0 newly possible paths from 192.0.2.0/24 to shop/db within 2 hops" in text


def test_a_search_that_ended_early_says_so() -> None:
    table = path_table(replace(PATHS, complete=False))

    assert table.title.endswith("within 2 hops and more: the search ended early")


def test_the_json_holds_stations_and_hops() -> None:
    report = json.loads("".join(diff_json(ASKED)))

    Draft202012Validator(json.loads(diff_schema())).validate(report)
    (path,) = report["paths"]["found"]
    assert path["stations"] == [
        ["192.0.2.0-192.0.2.255"],
        ["shop/web[Deployment]"],
        ["shop/db[StatefulSet]"],
    ]
    assert [hop["opened"] for hop in path["hops"]] == [{"TCP": [[443, 443]]}, {}]
    assert [bool(hop["causes"]) for hop in path["hops"]] == [True, False]


def test_markdown_lists_hops_below_their_path() -> None:
    text = render_comment(ASKED, configuration="test", address="", limit=60_000)

    assert (
        "- `192.0.2.0/24` → `shop/web` → `shop/db`\n  - `192.0.2.0/24` → `shop/web`: newly" in text
    )


def test_stations_with_many_ends_are_counted_and_listed() -> None:
    many = tuple(workload(f"shop/w{number}") for number in range(9))
    path = Path(((OFFICE,), many), (Hop(tcp(80), tcp(80), EDGE.causes),))
    text = review_text(review_view(changed_only(ASKED, paths=replace(PATHS, found=(path,)))))

    assert "  192.0.2.0/24 → 9 workloads in namespace shop" in text
    assert "9 workloads in namespace shop: shop/w0, shop/w1" in text
