"""A review as the one comment on a pull request, in GitHub-flavoured Markdown."""

from collections.abc import Sequence
from urllib.parse import quote

from edgewarden.governance.review import Review, Verdict
from edgewarden.manifests.places import lies_elsewhere
from edgewarden.reachability.wording import capitalised
from edgewarden.reporting.cluster_view import ClusterView
from edgewarden.reporting.escaping import prose
from edgewarden.reporting.links import BlobLinks
from edgewarden.reporting.markdown import MarkdownSections, PlaceLinks, unlinked
from edgewarden.reporting.rows import Place
from edgewarden.reporting.sections import Section, fitted
from edgewarden.reporting.view import ReviewView, review_view

MINIMUM_LIMIT = 12_000
"""A comment needs this many characters to carry any verdict."""

_OPEN_FIXED = 5
_ICONS = {
    Verdict.PASS: "✅",
    Verdict.ATTENTION: "⚠️",
    Verdict.BLOCKED: "⛔",
    Verdict.INCONCLUSIVE: "❔",
}


def comment_marker(configuration: str) -> str:
    """The first line of every comment of that configuration, by which it is found again."""
    return f"<!-- edgewarden:review:{quote(configuration, safe='')} -->"


def render_comment(
    review: Review, *, configuration: str, address: str, limit: int, links: BlobLinks | None = None
) -> str:
    """The comment, of at most ``limit`` characters.

    ``configuration`` names the service in the marker; ``address`` is where the whole review is
    shown, empty where nowhere. The verdict is always there; what does not fit goes from the end
    of the details, and the exact totals stay. Raises ``ValueError`` for a limit under
    ``MINIMUM_LIMIT``.
    """
    if limit < MINIMUM_LIMIT:
        raise ValueError(f"limit is {limit}; a comment needs {MINIMUM_LIMIT} characters or more")
    view = review_view(review)
    head = _head(view, configuration)
    foot = _foot(view, address)
    room = limit - len(head) - len(foot) - 4
    parts, note = fitted(_sections(view, links), room, lambda: _shortened(address))
    return "\n\n".join(part for part in (head, *parts, note, foot) if part) + "\n"


def render_resolved(review: Review, *, configuration: str, address: str) -> str:
    """What a comment says when its change has nothing to report any more."""
    view = review_view(review)
    text = (
        "✅ **Edgewarden passes:** nothing to report any more; this change opens and closes"
        " nothing, and no rule objects."
    )
    return f"{comment_marker(configuration)}\n{text}\n\n{_foot(view, address)}\n"


def _sections(view: ReviewView, links: BlobLinks | None) -> list[Section]:
    """In reading order, empty ones left out."""
    places = unlinked if links is None else _to_commits(view, links)
    write, of_cluster = MarkdownSections(places), MarkdownSections(places, 5 if view.several else 4)
    sections = [
        write.reasons(view.reasons),
        *(
            section
            for number, cluster in enumerate(view.clusters)
            for section in (
                *((_introduction(cluster, first=not number),) if view.several else ()),
                *_cluster_sections(cluster, of_cluster),
            )
        ),
        _others(view.others),
        _fixed(view.fixed),
        write.problems(view.problems, view.standing),
        write.assumptions(view.assumptions),
    ]
    return [section for section in sections if section.rows or section.folds]


def _cluster_sections(view: ClusterView, write: MarkdownSections) -> list[Section]:
    return [
        write.reasons(view.reasons),
        write.isolation((*view.isolated, *view.released)),
        write.edges("Newly allowed", view.opened),
        write.edges("Newly blocked", view.closed),
        write.edges("Allowed with added workloads", view.of_added),
        write.edges("Gone with removed workloads", view.of_removed),
        write.may(view.may_opened, view.may_closed),
        write.statements(view.statements, view.witnessed, view.conditional),
        write.paths(view.paths),
        write.findings(view.findings),
        write.exceptions(view.exceptions),
        write.contract(view.contract),
        write.checklist(view.open_checks, view.settled_checks),
        write.problems(view.problems, view.standing),
        write.assumptions(view.assumptions),
    ]


def _introduction(view: ClusterView, *, first: bool) -> Section:
    """The sentence on the first stands at the very top."""
    heading = f"#### {_ICONS[view.verdict]} {prose(capitalised(view.name))}: {view.title}"
    sentence = () if first else ("", prose(capitalised(view.sentence)))
    return Section("", (heading, *sentence), ("line", "lines"))


def _others(sentences: Sequence[str]) -> Section:
    rows = tuple(f"- {prose(sentence)}" for sentence in sentences)
    return Section("#### Other clusters", rows, ("sentence", "sentences"))


def _fixed(sentences: Sequence[str]) -> Section:
    rows = tuple(f"- {prose(sentence)}" for sentence in sentences)
    heading = f"#### Fixed since the review before: {len(rows)}"
    return Section(heading, rows, ("finding", "findings"), open_rows=_OPEN_FIXED)


def _to_commits(view: ReviewView, links: BlobLinks) -> PlaceLinks:
    def link(place: Place) -> str | None:
        if place.side is None or lies_elsewhere(place.location):
            return None
        return links(view.commit(place.side), place.location)

    return link


def _head(view: ReviewView, configuration: str) -> str:
    parts = [
        f"{comment_marker(configuration)}\n### {_ICONS[view.verdict]} Edgewarden review",
        f"**{capitalised(view.title)}:** {prose(view.sentence)}",
    ]
    return "\n\n".join(parts)


def _foot(view: ReviewView, address: str) -> str:
    place = f" · [the whole review]({_address(address)})" if address else ""
    return f"<sub>{prose(view.compared)} Judged {view.judged}{place}</sub>"


def _shortened(address: str) -> str:
    where = f"[the whole review]({_address(address)})" if address else "the whole review"
    return f"_Shortened to fit into a comment; {where} has everything._"


def _address(address: str) -> str:
    """A configured address with what would end a Markdown link percent-encoded."""
    replaced = {" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", '"': "%22"}
    return "".join(replaced.get(character, character) for character in address)
