"""How the demonstration ends where the service could not judge the shop."""

from pathlib import Path

import click
import pytest

from edgewarden.cli.demo import refuse_inconclusive


def test_a_failed_analysis_fails_with_the_end_of_the_log(tmp_path: Path) -> None:
    log = tmp_path / "service.log"
    log.write_text("".join(f"line {number}\n" for number in range(100)))

    with pytest.raises(click.ClickException) as caught:
        refuse_inconclusive("INCONCLUSIVE: The analysis failed.", log)

    assert caught.value.exit_code == 1
    assert "the analysis failed; the end of the service's log:\nline 80\n" in caught.value.message
    assert caught.value.message.endswith("line 99")


def test_a_review_that_needs_attention_is_what_the_demonstration_is_for(tmp_path: Path) -> None:
    refuse_inconclusive("NEEDS ATTENTION: this change newly allows a.", tmp_path / "none")
