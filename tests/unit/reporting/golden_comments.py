"""The comments that are kept to be read. Run as a module to write them anew, then read them."""

from pathlib import Path

from edgewarden.governance.review import Review
from edgewarden.reporting.comment import MINIMUM_LIMIT, render_comment, render_resolved
from edgewarden.reporting.links import github_links
from tests.support.reviews import review
from tests.unit.reporting.situations import SITUATIONS, far_too_many

GOLDEN = Path(__file__).parent / "golden"
ADDRESS = "https://warden.example/reviews/Zk3"


def comment(shown: Review, limit: int = 65536) -> str:
    return render_comment(
        shown,
        configuration="shop",
        address=ADDRESS,
        limit=limit,
        links=github_links("https://github.example/acme/shop"),
    )


def golden_comments() -> dict[str, str]:
    comments = {name: comment(shown) for name, shown in SITUATIONS.items()}
    comments["over-the-limit"] = comment(far_too_many(), MINIMUM_LIMIT)
    comments["resolved"] = render_resolved(review(), configuration="shop", address=ADDRESS)
    return comments


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, text in golden_comments().items():
        (GOLDEN / f"{name}.md").write_text(text, encoding="utf-8")
