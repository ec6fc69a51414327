from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgewarden.governance.findings import Outcome
from edgewarden.governance.review import Review, Verdict
from edgewarden.manifests.places import inventory_path, path_in
from edgewarden.reachability.location import Location
from edgewarden.reachability.reasons import Side
from edgewarden.reachability.report import ReachabilityDiff
from edgewarden.reachability.symbolic.statements import SymbolicDiff
from edgewarden.reporting.comment import MINIMUM_LIMIT, comment_marker, render_comment
from edgewarden.reporting.escaping import prose
from edgewarden.reporting.links import github_links
from edgewarden.reporting.text import review_text
from edgewarden.reporting.view import review_view
from tests.support.markdown import OURS, REFERENCE, as_github, as_markdown_it
from tests.support.reviews import (
    HEAD,
    added,
    changed_only,
    checklist,
    covered,
    exception,
    finding,
    only,
    pods,
    problem,
    review,
    rule_allows,
    stated,
    tcp,
    workload,
)
from tests.unit.reporting.golden_comments import ADDRESS, GOLDEN, comment, golden_comments
from tests.unit.reporting.situations import SITUATIONS, far_too_many
from tests.unit.reporting.test_escaping import hostile


@pytest.mark.parametrize("name", sorted(golden_comments()))
def test_a_comment_reads_as_it_was_read(name: str) -> None:
    assert golden_comments()[name] == (GOLDEN / f"{name}.md").read_text(encoding="utf-8")


def test_every_golden_file_has_its_situation() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(golden_comments())


@pytest.mark.parametrize("name", sorted(SITUATIONS))
def test_a_comment_begins_with_its_marker_and_holds_no_second_one(name: str) -> None:
    text = comment(SITUATIONS[name])

    assert text.splitlines()[0] == comment_marker("shop")
    assert text.count("<!--") == 1


@pytest.mark.parametrize("name", sorted(SITUATIONS))
def test_every_parser_sees_the_same_links(name: str) -> None:
    text = comment(SITUATIONS[name])

    github, other = as_github(text), as_markdown_it(text)
    assert len(github.addresses) == len(other.addresses)
    assert github.elements == other.elements <= OURS
    assert github.code == other.code


def hostile_review(name: str) -> Review:
    """A review in which a repository puts ``name`` wherever it can."""
    place = Location(f"k8s/{name}.yaml", 3)
    edge = added(
        workload(f"shop/{name}"),
        workload(f"{name}/db"),
        tcp(80),
        rule_allows(f"shop/{name}", place),
    )
    return review(
        Verdict.INCONCLUSIVE,
        ReachabilityDiff(
            added=(edge,),
            symbolic=SymbolicDiff(
                opened=(
                    stated(
                        pods(name, **{name: name}),
                        pods("shop"),
                        tcp(80),
                        rule_allows(f"shop/{name}", place),
                    ),
                )
            ),
        ),
        reasons=(name,),
        findings=(finding(title=name, message=name, place=place, remedy=name),),
        covers=(covered(edge, exception()),),
        problems=(problem(name, place, remedy=name),),
        assumptions=(name,),
    )


@settings(max_examples=60, deadline=None)
@given(name=hostile)
def test_nothing_that_a_repository_names_gets_out_of_its_place(name: str) -> None:
    rendered = as_github(comment(hostile_review(name)))

    expected = ("https://github.example/acme/shop/blob/", ADDRESS)
    assert all(address.startswith(expected) for address in rendered.addresses)
    assert rendered.elements <= OURS
    assert len(rendered.comments) == 1
    assert not [part for part in rendered.plain if REFERENCE.search(part)]
    assert rendered.cells == [4, 4]


@settings(max_examples=40, deadline=None)
@given(
    name=st.text(min_size=1, max_size=400)
    | st.sampled_from(["|", "`", "\x00", "é"]).map(lambda c: c * 400),
    edges=st.integers(0, 60),
    findings=st.integers(0, 40),
    problems=st.integers(0, 40),
    limit=st.integers(MINIMUM_LIMIT, 24_000),
)
def test_a_comment_fits_its_limit_and_keeps_its_verdict(
    name: str, edges: int, findings: int, problems: int, limit: int
) -> None:
    place = Location(f"{name}.yaml", 1)
    shown = review(
        Verdict.INCONCLUSIVE,
        ReachabilityDiff(
            added=tuple(
                added(
                    workload(f"{name}/{number}"),
                    workload(f"shop/{name}"),
                    tcp(number + 1),
                    rule_allows(f"shop/{name}", place),
                )
                for number in range(edges)
            )
        ),
        findings=(finding(message=name * 9, place=place),) * findings,
        problems=(problem(name * 9, place),) * problems,
    )

    text = comment(shown, limit)

    assert len(text) <= limit
    assert prose(review_view(shown).sentence) in text
    assert f"({ADDRESS})" in text
    assert "**Inconclusive:**" in text


def test_what_is_left_out_is_counted_exactly() -> None:
    text = comment(far_too_many(), MINIMUM_LIMIT)

    assert "#### Newly allowed: 26 connections" in text
    assert "#### Findings: 40" in text
    assert "Shortened to fit" in text
    assert "left out here to fit" in text


def test_a_limit_that_no_verdict_fits_into_is_refused() -> None:
    with pytest.raises(ValueError, match="needs 12000 characters"):
        render_comment(review(), configuration="shop", address="", limit=MINIMUM_LIMIT - 1)


def test_a_place_is_linked_to_the_commit_of_its_side() -> None:
    text = comment(SITUATIONS["one-narrow-edge"])

    address = f"https://github.example/acme/shop/blob/{HEAD}/k8s/shop/db.yaml#L14"
    assert f"[`k8s/shop/db.yaml:14`]({address})" in text


@pytest.mark.parametrize(
    "path", [inventory_path("prod"), path_in("acme/platform", "k8s/shop/db.yaml")]
)
def test_a_place_elsewhere_is_named_and_leads_nowhere(path: str) -> None:
    near = SITUATIONS["one-narrow-edge"]
    (edge, *_) = only(near).diff.added
    far = replace(edge.causes[0], location=Location(path, 14))
    moved = replace(edge, causes=(far,))
    text = comment(changed_only(near, diff=replace(only(near).diff, added=(moved,))))
    assert f"{path}:14" in text.replace("\\", "")
    assert "db.yaml#L14" not in text


def test_what_else_makes_a_part_is_told_behind_its_place_and_side() -> None:
    near = SITUATIONS["one-narrow-edge"]
    (edge, *_) = only(near).diff.added
    at = Location("prod/p.yaml", 6, beside="which changes base/db.yaml:9")
    cause = replace(edge.causes[0], location=at, side=Side.BASE)
    patched = replace(edge, causes=(cause,))
    told = changed_only(near, diff=replace(only(near).diff, added=(patched,)))

    assert "#L6) in the base, which changes `base/db.yaml:9`" in comment(told)
    text = " ".join(review_text(review_view(told)).split())
    assert "(prod/p.yaml:6 in the base, which changes base/db.yaml:9)" in text


def test_without_a_forge_that_shows_files_nothing_is_linked() -> None:
    text = render_comment(
        SITUATIONS["one-narrow-edge"], configuration="shop", address="", limit=65536
    )

    assert as_github(text).addresses == []


def test_a_link_cannot_leave_the_repository() -> None:
    link = github_links("https://github.example/acme/shop/")

    assert (
        link("abc", Location("a b/../)é\udc80?#.yaml", 2))
        == "https://github.example/acme/shop/blob/abc/a%20b/../%29%C3%A9%80%3F%23.yaml#L2"
    )


def test_the_checklist_is_told_whole() -> None:
    items = checklist(ports=Outcome.FAIL, direction=Outcome.ATTENTION)

    text = comment(review(items=items, problems=(problem(decisive=False),)))

    assert all(f"**{item.title}**" in text for item in items)
    opened, _, settled = text.partition("<details><summary>1 item passed or not applicable")
    assert opened.index("**Ports minimal** fails") < opened.index("**Direction intended** to check")
    assert "**CNI support** does not apply" in settled


def test_an_exception_says_how_long_it_still_lasts_at_the_time_of_the_review() -> None:
    edge = only(SITUATIONS["one-narrow-edge"]).diff.added[0]
    diff = ReachabilityDiff(added=(edge,))

    def text(left: timedelta) -> str:
        return comment(review(diff=diff, covers=(covered(edge, exception(left=left)),)))

    assert "excepted by `EXC-12`, 2 days left" in text(timedelta(days=2, hours=23))
    assert "excepted by `EXC-12`, 1 day left" in text(timedelta(days=1))
    assert "excepted by `EXC-12`, less than a day left" in text(timedelta(hours=23))
    assert "excepted by `EXC-12`, ended" in text(timedelta())
