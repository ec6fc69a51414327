"""Zones of a cluster and what passes between them, put into words."""

from collections.abc import Iterator, Sequence

from edgewarden.governance.phrases import listing
from edgewarden.governance.zones.today import Picture
from edgewarden.governance.zones.wording import direction_text, terms_text, zones_text
from edgewarden.governance.zones.zones import Respect
from edgewarden.reachability.ends import AddressEnd, End
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.wording import address_texts, capitalised
from edgewarden.reporting.blocks import Banner, Heading, Item, Items, Tone
from edgewarden.reporting.outline import Outline
from edgewarden.reporting.wording import counted, ports_text, sets_text

_HEADINGS = {
    Respect.ZONE: "Zones",
    Respect.TENANT: "Tenants",
    Respect.ENVIRONMENT: "Environments",
    Respect.SYSTEM: "System namespaces",
}
_MOST_NAMESPACES = 8


def zones_outline(pictures: Sequence[Picture]) -> Outline:
    """Who is where, and what may pass today, held against the terms."""
    blocks: list[Heading | Items] = []
    for each in pictures:
        heading = _HEADINGS[each.dimension.respect]
        blocks += (
            Heading(heading),
            Items(tuple(_members(each))),
            Heading(f"{heading}: what may pass today"),
            Items(tuple(_traffic(each))),
        )
    return (_banner(pictures), *blocks)


def _banner(pictures: Sequence[Picture]) -> Banner:
    against = [each for picture in pictures for each in picture.traffic if each.against]
    if not against:
        sentence = "no known workload reaches another against the terms of their zones."
        return Banner("as agreed", sentence, Tone.GOOD)
    edges = counted(sum(each.against for each in against), "edge")
    ways = counted(len(against), "direction")
    sentence = f"{edges} of known workloads against the terms of their zones, in {ways}."
    return Banner("not as agreed", sentence, Tone.BAD)


def _members(picture: Picture) -> Iterator[Item]:
    if not picture.members:
        yield Item("No workload is known.", Tone.QUIET)
    for each in picture.members:
        where = listing(each.namespaces, _MOST_NAMESPACES)
        text = capitalised(zones_text(each.zones, picture.dimension.respect))
        noun = "namespace" if len(each.namespaces) == 1 else "namespaces"
        tone = Tone.QUIET if each.zones == Values.only(None) else Tone.PLAIN
        yield Item(f"{text}: {counted(each.workloads, 'workload')} in {noun} {where}", tone)


def _traffic(picture: Picture) -> Iterator[Item]:
    respect = picture.dimension.respect
    if not picture.traffic:
        yield Item("Nothing passes between known workloads of different ones.", Tone.QUIET)
    for each in picture.traffic:
        text = capitalised(direction_text(each.source, each.destination, respect))
        place = f" ({each.terms.location})" if each.terms.location else ""
        text = f"{text}, which is {terms_text(each.terms)}{place}"
        if not each.against or each.example is None:
            yield Item(f"{text}: {counted(each.pairs, 'edge')}", Tone.QUIET)
            continue
        source, destination = each.example
        yield Item(
            f"{text}: {counted(each.against, 'edge')} on {ports_text(each.ports)} against it",
            Tone.ATTENTION,
            (f"as {_end(source)} → {_end(destination)}",),
        )


def _end(end: End) -> str:
    return sets_text(address_texts((end,))) if isinstance(end, AddressEnd) else str(end)
