"""What merged changes would have been told, put into words."""

from collections.abc import Iterator
from datetime import date

from edgewarden.governance.backtest import Backtest, Objection, Replayed, RuleCount
from edgewarden.governance.findings import Enforcement
from edgewarden.governance.review import Verdict
from edgewarden.reporting.blocks import VERDICT_TONES, Banner, Heading, Item, Items, Tone
from edgewarden.reporting.headline import VERDICT_TITLES
from edgewarden.reporting.outline import Outline
from edgewarden.reporting.wording import counted, short_revision

MOST_TO_READ = 5
SLOWEST_SHARE = 0.95
_MOST_UNREADABLE = 5
_IN_FULL = Item("See one in full: `edgewarden diff COMMIT^ COMMIT --repo REPOSITORY`", Tone.QUIET)


def backtest_outline(found: Backtest, since: date | None) -> Outline:
    """How many, how noisy, which to read, how long, and what is missing, of changes that are not
    from before ``since``."""
    to_read = found.instructive(MOST_TO_READ)
    return (
        _banner(found, since),
        Heading("Changes by verdict"),
        Items(tuple(_verdicts(found))),
        *((Heading("To read"), Items((*map(_to_read, to_read), _IN_FULL))) if to_read else ()),
        *_by_rule(found),
        Heading("Time"),
        Items((Item(_time(found)),)),
        *_missing(found),
    )


def rule_outline(found: Backtest, rule: str, since: date | None) -> Outline:
    """In which changes one rule would have found something, and where."""
    heard = [each for each in found.replayed if each.objections]
    items = [
        Item(f"{short_revision(each.change.commit)} {each.change.title}", Tone.ATTENTION, notes)
        for each in heard
        for notes in (tuple(map(_objection, each.objections)),)
    ]
    return (
        _rule_banner(found, rule, since),
        *((Heading("Changes"), Items((*items, _IN_FULL))) if items else ()),
        *_missing(found),
    )


def _rule_banner(found: Backtest, rule: str, since: date | None) -> Banner:
    if not found.changes:
        return _banner(found, since)
    if not found.rules:
        text = f"{rule} finds nothing in {counted(found.changes, 'change')} of {found.branch}."
        return Banner("backtest", text, Tone.PLAIN)
    counts = ", ".join(f"{each.enforcement}: {_frequency(each)}" for each in found.rules)
    return Banner("backtest", f"{rule} of {found.branch}, {counts}.", Tone.ATTENTION)


def _objection(each: Objection) -> str:
    return f"{each.location.spot}: {each.message}"


def _banner(found: Backtest, since: date | None) -> Banner:
    if not found.changes:
        when = f" since {since}" if since else ""
        text = f"{found.branch} holds no change here{when}."
        return Banner("nothing found", text, Tone.ATTENTION)
    comments = counted(found.comments, "comment")
    rest = "the rest would have got a green status and nothing else"
    if found.unreadable:
        rest = f"{counted(len(found.unreadable), 'change')} cannot be judged here"
    return Banner(
        "backtest",
        f"{comments} in {counted(found.changes, 'change')} of {found.branch}; {rest}.",
        Tone.ATTENTION if found.unreadable else Tone.PLAIN,
    )


def _verdicts(found: Backtest) -> Iterator[Item]:
    quiet = found.skipped + sum(each.quiet for each in found.replayed)
    for verdict, count in found.verdicts.items():
        notes: tuple[str, ...] = ()
        if verdict is Verdict.PASS:
            notes = (
                f"{quiet} of them quiet, without a comment",
                f"{found.skipped} of those not looked into: nothing changes there that is read",
            )
        tone = VERDICT_TONES[verdict] if count else Tone.QUIET
        yield Item(f"{VERDICT_TITLES[verdict]}: {count}", tone, notes)


def _by_rule(found: Backtest) -> Iterator[Heading | Items]:
    """What rules would have been heard of, and how often; those that only record are counted."""
    heard = [each for each in found.rules if each.enforcement is not Enforcement.AUDIT]
    recorded = [each for each in found.rules if each.enforcement is Enforcement.AUDIT]
    items = [_rule(each) for each in heard]
    if recorded:
        number = counted(sum(each.findings for each in recorded), "finding")
        of = counted(len(recorded), "rule that only records", "rules that only record")
        items.append(Item(f"{number} of {of}; --rule ID and --format json have them", Tone.QUIET))
    if items:
        yield Heading("Findings by rule")
        yield Items(tuple(items))


def _rule(each: RuleCount) -> Item:
    return Item(f"{each.rule} ({each.enforcement}): {_frequency(each)}", Tone.ATTENTION)


def _frequency(each: RuleCount) -> str:
    where = f"{counted(each.findings, 'finding')} in {counted(each.changes, 'change')}"
    return f"{where} of {each.among}, {each.per_twenty:.1f} per 20"


def _to_read(each: Replayed) -> Item:
    change = each.change
    return Item(
        f"{short_revision(change.commit)} {change.title}",
        VERDICT_TONES[each.verdict],
        (f"{VERDICT_TITLES[each.verdict]}: {each.sentence}",),
    )


def _time(found: Backtest) -> str:
    if not found.replayed:
        return "No change had to be judged"
    return (
        f"Of the {len(found.replayed)} that were judged: median {_seconds(found.median_seconds)}, "
        f"95 % within {_seconds(found.seconds_of(SLOWEST_SHARE))}, at most "
        f"{_seconds(found.seconds_of(1.0))}"
    )


def _seconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _missing(found: Backtest) -> Iterator[Heading | Items]:
    items = [
        Item(f"{short_revision(each.change.commit)}: {each.reason}", Tone.BAD)
        for each in found.unreadable[:_MOST_UNREADABLE]
    ]
    if (more := len(found.unreadable) - len(items)) > 0:
        items.append(Item(f"{more} more; --format json lists all of them", Tone.BAD))
    if found.shallow and found.parentless:
        text = "The clone is shallow, and what came before is not here: `git fetch --unshallow`"
        items.append(Item(text, Tone.ATTENTION))
    elif found.parentless:
        items.append(Item("The first commit has no parent, so it is no change", Tone.QUIET))
    if items:
        yield Heading("Not judged")
        yield Items(tuple(items))
