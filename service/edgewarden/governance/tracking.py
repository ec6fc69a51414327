"""What became of findings from one review of a change to the next."""

from collections.abc import Iterator
from dataclasses import replace

from edgewarden.governance.findings import Finding
from edgewarden.governance.review import Review


def tracked(review: Review, earlier: Review) -> Review:
    """The review, its findings with the commit at which they were found first, and with what it
    finds no longer.

    Findings are the same where their fingerprints are. What something unread may hide is not fixed,
    and neither is what other rules, or another version, find no longer.
    """
    before = {each.fingerprint: each for each in findings_of(earlier)}
    now = {each.fingerprint for each in findings_of(review)}
    head = earlier.provenance.head
    clusters = tuple(
        replace(
            cluster,
            findings=tuple(
                replace(each, since=before[each.fingerprint].since or head)
                if each.fingerprint in before
                else each
                for each in cluster.findings
            ),
        )
        for cluster in review.clusters
    )
    alike = _judges(review) == _judges(earlier) and not review.inconclusive
    gone = (before[key] for key in before.keys() - now) if alike else ()
    fixed = tuple(sorted(gone, key=lambda each: (each.rule, each.location, each.fingerprint)))
    return replace(review, clusters=clusters, fixed=fixed)


def _judges(review: Review) -> tuple[str, str]:
    return review.provenance.tool_version, review.provenance.policy_pack


def findings_of(review: Review) -> Iterator[Finding]:
    """Of all clusters."""
    return (finding for cluster in review.clusters for finding in cluster.findings)
