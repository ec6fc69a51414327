"""What an inventory holds and lacks, in words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from edgewarden.manifests.inventory.cleaning import Tally
from edgewarden.manifests.inventory.document import Inventory, Unseen
from edgewarden.reachability.location import Problem
from edgewarden.reporting.blocks import Banner, Block, Heading, Item, Items, Tone
from edgewarden.reporting.wording import counted, moment
from edgewarden.workflows.collecting import Collected

_WHY = {
    Unseen.FORBIDDEN: "may not be listed: apply what `edgewarden inventory role` prints",
    Unseen.FAILED: "could not be listed",
    Unseen.NOT_ASKED: "policies of a kind that is not known here",
    Unseen.NOT_GIVEN: "none in what was handed in",
}
_MOST_SHOWN = 10


def inventory_account(
    banner: Banner, taken: Collected, problems: Sequence[Problem]
) -> tuple[Block, ...]:
    """What goes, what stays, what nobody understands and what nobody saw."""
    kept = (Item(f"{kind}: {count}") for kind, count in taken.tally.kept.items())
    return (
        banner,
        *_listing("In it", kept),
        *_listing("Left out", _left_out(taken.tally)),
        *_listing("Not understood", _not_understood(problems)),
        *_listing("Not seen", _not_seen(taken.inventory.unseen, taken.complaints)),
    )


def described(inventory: Inventory, cluster: str) -> str:
    """Whose it is, how old and how large."""
    when = f", taken {moment(inventory.taken_at)}" if inventory.taken_at else ""
    size = counted(len(inventory.document), "byte")
    return (
        f"cluster {cluster}{when}: {counted(len(inventory.lines), 'object')} in {size}, SHA-256 "
        f"{inventory.digest[:12]}."
    )


def _left_out(tally: Tally) -> Iterator[Item]:
    if tally.folded:
        yield Item(f"{tally.folded} pods and replica sets that say no more than what is in it")
    if tally.finished:
        yield Item(f"{counted(tally.finished, 'pod')} that ran to the end")
    for kind, count in tally.dropped.items():
        yield Item(f"{kind}: {count}", Tone.QUIET)


def _not_understood(problems: Sequence[Problem]) -> Iterator[Item]:
    for each in problems[:_MOST_SHOWN]:
        yield Item(each.message, Tone.ATTENTION)
    if (hidden := len(problems) - _MOST_SHOWN) > 0:
        yield Item(f"{hidden} more", Tone.ATTENTION)


def _not_seen(unseen: Mapping[str, Unseen], complaints: Mapping[str, str]) -> Iterator[Item]:
    for reason, why in _WHY.items():
        names = [name for name, given in unseen.items() if given is reason]
        if not names:
            continue
        tone = Tone.QUIET if reason is Unseen.NOT_GIVEN else Tone.ATTENTION
        said = tuple(complaints[name] for name in names[:_MOST_SHOWN] if name in complaints)
        shown = ", ".join(names[:_MOST_SHOWN])
        more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
        yield Item(f"{shown}{more}: {why}", tone, said)


def _listing(title: str, items: Iterable[Item]) -> tuple[Block, ...]:
    found = tuple(items)
    return (Heading(title), Items(found)) if found else ()
