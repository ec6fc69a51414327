from hypothesis import given, settings
from hypothesis import strategies as st

from edgewarden.reporting.sections import Fold, Section, fitted

ROWS = tuple(f"- row {number}" for number in range(20))


def section(name: str, *, rows: int = 20, folds: tuple[Fold, ...] = ()) -> Section:
    return Section(f"#### {name}", ROWS[:rows], ("row", "rows"), open_rows=10, folds=folds)


def note() -> str:
    return "_Shortened._"


def test_what_fits_is_left_alone() -> None:
    parts, said = fitted([section("A")], 10_000, note)

    assert said == ""
    assert parts == [section("A").markdown()]


def test_ten_rows_are_open_and_the_rest_is_folded() -> None:
    opened, _, folded = section("A").markdown().partition("<details><summary>10 more rows")

    assert "- row 9" in opened
    assert "- row 10" not in opened
    assert "- row 19" in folded


def test_details_of_the_last_section_go_first() -> None:
    folds = (Fold("Who is meant", ("- " + "x" * 200,)),)
    sections = [section("A", rows=1, folds=folds), section("B", rows=1, folds=folds)]
    whole = sum(len(each.markdown()) + 2 for each in sections)

    parts, said = fitted(sections, whole - 1, note)

    assert said == "_Shortened._"
    assert "Who is meant" in parts[0]
    assert "Who is meant" not in parts[1]


def test_folded_rows_of_the_first_section_go_before_open_rows_of_the_last() -> None:
    sections = [section("A"), section("B")]

    parts, _ = fitted(sections, 420, note)

    assert "- row 9" in parts[1]
    assert "_10 rows left out here to fit._" in parts[1]


@settings(deadline=None)
@given(room=st.integers(100, 2000), counts=st.lists(st.integers(0, 20), max_size=6))
def test_a_shortened_text_fits_and_every_section_that_stays_counts_what_it_lacks(
    room: int, counts: list[int]
) -> None:
    parts, said = fitted([section(str(count), rows=count) for count in counts], room, note)

    assert sum(len(part) + 2 for part in parts) + (len(said) + 2 if said else 0) <= room
    for part, count in zip(parts, counts, strict=False):
        left_out = 0
        if "left out here" in part:
            left_out = int(part.rpartition("_")[0].rpartition("_")[2].split(" ")[0])
        assert part.count("- row") + left_out == count
